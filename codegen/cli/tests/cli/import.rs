//! `stipule import openapi`: what it makes of a document, and what it says about it.

use std::fs;
use std::path::Path;

use serde_json::Value;
use tempfile::TempDir;

use crate::support::{complained, printed, stipule};

const DOCUMENT: &str = "openapi: 3.0.3
info: {title: Pets, version: '1'}
paths:
  /pets/{id}:
    get:
      tags: [pets]
      parameters: [{name: id, in: path, required: true, schema: {type: string}}]
      responses:
        '200':
          description: A pet
          content: {application/json: {schema: {$ref: 'parts/pet.yaml'}}}
";

const PET: &str = "type: object
required: [name]
properties: {name: {type: string}, coat: {type: string, format: fluffy}}
";

fn desk(document: &str) -> TempDir {
    let folder = tempfile::tempdir().expect("a temporary folder");
    fs::create_dir(folder.path().join("parts")).expect("a folder");
    fs::write(folder.path().join("api.yaml"), document).expect("a document");
    fs::write(folder.path().join("parts/pet.yaml"), PET).expect("a part of it");
    folder
}

fn import(root: &Path, more: &[&str]) -> (String, Option<i32>) {
    let arguments = [&["import", "openapi", "api.yaml", "--out", "pets"], more].concat();
    let output = stipule(root, &arguments);
    (printed(&output) + &complained(&output), output.status.code())
}

#[test]
fn a_document_and_its_files_become_a_crate_and_what_was_widened_is_said() {
    let desk = desk(DOCUMENT);
    let (said, code) = import(desk.path(), &[]);
    assert_eq!(code, Some(0), "{said}");
    assert!(said.contains("warning[JSC016]: format `fluffy` is not known"), "{said}");
    assert!(said.ends_with("pets: 1 operation, 1 type, 9 files; 1 warning\n"), "{said}");
    let manifest = fs::read_to_string(desk.path().join("pets/Cargo.toml")).unwrap();
    assert!(manifest.contains("name = \"pets\"") && manifest.contains("codegen/wire"), "{manifest}");
    let types = fs::read_to_string(desk.path().join("pets/src/types.rs")).unwrap();
    assert!(types.contains("pub struct Pet {"), "{types}");
    for file in ["src/lib.rs", "src/client/pets.rs", "src/server/pets.rs", "README.md", "Cargo.lock"] {
        assert!(desk.path().join("pets").join(file).is_file(), "{file}");
    }
}

#[test]
fn an_operation_may_be_a_file_of_its_own() {
    let (head, _) = DOCUMENT.split_once("    get:\n").expect("an operation");
    let desk = desk(&format!("{head}    get: {{$ref: parts/get.yaml}}\n"));
    let operation = "tags: [pets]
operationId: getPet
parameters: [{name: id, in: path, required: true, schema: {type: string}}]
responses:
  '200':
    description: A pet
    content: {application/json: {schema: {$ref: 'pet.yaml'}}}
";
    fs::write(desk.path().join("parts/get.yaml"), operation).expect("a file");
    let (said, code) = import(desk.path(), &[]);
    assert_eq!(code, Some(0), "{said}");
    assert!(said.ends_with("pets: 1 operation, 1 type, 9 files; 1 warning\n"), "{said}");
    let client =
        fs::read_to_string(desk.path().join("pets/src/client/pets.rs")).expect("the client of its tag");
    assert!(client.contains("type Ok = types::Pet;"), "{client}");
}

#[test]
fn a_second_import_removes_what_the_document_no_longer_has() {
    let desk = desk(DOCUMENT);
    import(desk.path(), &[]);
    fs::write(desk.path().join("api.yaml"), DOCUMENT.replace("[pets]", "[animals]")).unwrap();
    import(desk.path(), &[]);
    assert!(desk.path().join("pets/src/client/animals.rs").is_file());
    assert!(!desk.path().join("pets/src/client/pets.rs").exists());
}

#[test]
fn a_document_that_can_t_be_read_makes_nothing_and_says_what_to_do() {
    for (document, reason) in [
        ("swagger: '2.0'\ninfo: {}\n", "Swagger 2.0 is not read"),
        ("a: [1\n", "not valid YAML"),
        ("type: object\n", "this is no OpenAPI document"),
        ("openapi:\n", "error[SYN020]"),
    ] {
        let desk = desk(document);
        let (said, code) = import(desk.path(), &[]);
        assert_eq!(code, Some(1), "{said}");
        assert!(said.contains(reason) && said.ends_with("nothing was generated\n"), "{said}");
        assert!(!desk.path().join("pets").exists());
    }
}

#[test]
fn programs_are_told_everything() {
    let desk = desk(DOCUMENT);
    let (said, _) = import(desk.path(), &["--format", "json"]);
    let said: Value = serde_json::from_str(&said).expect("it is JSON");
    assert_eq!(said["ok"], true);
    assert_eq!(said["made"]["operations"], 1);
    assert_eq!(said["diagnostics"][0]["code"], "JSC016");
    assert_eq!(said["diagnostics"][0]["file"], "parts/pet.yaml");
}

#[test]
fn names_that_cargo_refuses_are_refused_or_changed() {
    let desk = desk(DOCUMENT);
    let (said, code) = import(desk.path(), &["--name", "a b"]);
    assert_eq!(code, Some(2), "{said}");
    let (said, code) = import(desk.path(), &["--name", "test"]);
    assert_eq!(code, Some(0), "{said}");
    let manifest = fs::read_to_string(desk.path().join("pets/Cargo.toml")).unwrap();
    assert!(manifest.contains("name = \"api-test\""), "{manifest}");
}

#[test]
fn a_file_that_somebody_wrote_is_never_replaced() {
    let desk = desk(DOCUMENT);
    fs::create_dir_all(desk.path().join("pets/src")).unwrap();
    fs::write(desk.path().join("pets/src/lib.rs"), "// mine\n").unwrap();
    let (said, code) = import(desk.path(), &[]);
    assert_eq!(code, Some(2), "{said}");
    assert!(said.contains("files that no import wrote (src/lib.rs)") && said.contains("--out"), "{said}");
    assert_eq!(fs::read_to_string(desk.path().join("pets/src/lib.rs")).unwrap(), "// mine\n");
    assert!(!desk.path().join("pets/Cargo.toml").exists());
}

#[test]
fn a_folder_that_can_t_be_made_is_told_with_its_reason() {
    let desk = desk(DOCUMENT);
    let output = stipule(desk.path(), &["import", "openapi", "api.yaml", "--out", "api.yaml/pets"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(complained(&output).contains("can't make api.yaml/pets"), "{}", complained(&output));
}

#[test]
fn a_document_that_isn_t_there_is_told_with_its_path() {
    let desk = desk(DOCUMENT);
    let output = stipule(desk.path(), &["import", "openapi", "apy.yaml", "--out", "pets"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(complained(&output).contains("can't read apy.yaml"), "{}", complained(&output));
}

#[test]
fn json_and_yaml_of_the_same_document_make_the_same_types() {
    let yaml = desk(DOCUMENT);
    import(yaml.path(), &[]);
    let json = desk(
        r#"{"openapi": "3.0.3", "info": {"title": "Pets", "version": "1"}, "paths": {"/pets/{id}": {"get": {
            "tags": ["pets"],
            "parameters": [{"name": "id", "in": "path", "required": true, "schema": {"type": "string"}}],
            "responses": {"200": {"description": "A pet", "content": {"application/json": {
                "schema": {"$ref": "parts/pet.yaml"}}}}}}}}}"#,
    );
    import(json.path(), &[]);
    for file in ["types.rs", "client/pets.rs", "server/pets.rs"] {
        let [one, other] = [&yaml, &json].map(|desk| {
            fs::read_to_string(desk.path().join("pets/src").join(file)).expect("it was generated")
        });
        assert_eq!(one, other, "{file}");
    }
}
