//! `stipule import openapi --into`: somebody else's document becomes a contract, or nothing happens.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;
use tempfile::TempDir;

use crate::support::{base, complained, printed, stipule};

const DOCUMENT: &str = "openapi: 3.0.3
info: {title: Pets of others, version: '7'}
servers: [{url: https://pets.example}]
security: [{key: []}]
paths:
  /pets/{id}:
    get:
      parameters:
        - {name: id, in: path, required: true, schema: {type: string}}
        - {name: filter, in: query, style: deepObject, schema: {type: object, properties: {age: {type: integer}}}}
      responses:
        '200': {description: A pet, content: {application/json: {schema: {$ref: '#/components/schemas/Pet'}}}}
        '404': {description: None, content: {text/plain: {schema: {type: string}}}}
    put:
      operationId: putPet
      security: []
      parameters: [{name: id, in: path, required: true, schema: {type: string}}]
      requestBody: {required: true, content: {application/json: {schema: {$ref: '#/components/schemas/Pet'}}}}
      responses: {'204': {description: Done}}
  /pets/{id}.{format}:
    get:
      parameters:
        - {name: id, in: path, required: true, schema: {type: string}}
        - {name: format, in: path, required: true, schema: {type: string}}
      responses: {'200': {description: A picture, content: {image/png: {}}}}
components:
  securitySchemes: {key: {type: apiKey, in: header, name: X-Key}}
  schemas:
    Pet:
      type: object
      required: [id, name]
      properties:
        id: {type: string, readOnly: true}
        name: {type: string, minLength: 1}
        born: {type: string, format: date, nullable: true}
        kind: {type: string, enum: [cat, dog], nullable: true}
";

fn desk(document: &str) -> TempDir {
    let desk = base();
    fs::write(desk.path().join("pets.yaml"), document).expect("a document");
    desk
}

fn adopt(root: &Path, more: &[&str]) -> (String, Option<i32>) {
    let arguments = [&["import", "openapi", "pets.yaml", "--into", "contracts", "--all"], more].concat();
    let output = stipule(root, &arguments);
    (printed(&output) + &complained(&output), output.status.code())
}

/// Every file below a folder.
fn files(folder: &Path) -> BTreeMap<PathBuf, String> {
    let mut found = BTreeMap::new();
    for entry in fs::read_dir(folder).expect("it can be read") {
        let path = entry.expect("it can be read").path();
        if path.is_dir() {
            found.extend(files(&path));
        } else {
            let text = fs::read_to_string(&path).expect("text");
            found.insert(path, text);
        }
    }
    found
}

#[test]
fn a_document_becomes_a_contract_that_check_and_generate_take() {
    let desk = desk(DOCUMENT);
    let before = files(&desk.path().join("contracts"));
    let (said, code) = adopt(desk.path(), &[]);
    assert_eq!(code, Some(0), "{said}");
    assert!(
        said.ends_with("contracts/http/pets.yaml: 2 operations, 3 types, 2 files; 5 warnings\n"),
        "{said}"
    );
    let after = files(&desk.path().join("contracts"));
    let changed: Vec<_> =
        after.iter().filter(|(path, text)| before.get(*path) != Some(text)).map(|(path, _)| path).collect();
    assert_eq!(changed.len(), 2, "{changed:?}");
    assert!(
        after[changed[1]].ends_with("  pets: {description: \"Pets of others\"}\n"),
        "{}",
        after[changed[1]]
    );
    let contract = &after[changed[0]];
    for expected in [
        "operationId: getPetsById",
        "security: [{bearer: []}]",
        "born: {type: [string, null], format: date}",
        "application/problem+json",
        "required: [name]",
    ] {
        let expected = expected.replace("[string, null]", "[string, \"null\"]");
        assert!(contract.contains(&expected), "{expected}:\n{contract}");
    }
    assert!(
        !contract.contains("servers") && !contract.contains("readOnly") && !contract.contains("format}"),
        "{contract}"
    );
    for command in [&["check", "--deny-warnings"][..], &["generate"]] {
        let output = stipule(desk.path(), command);
        assert!(output.status.success(), "{}", printed(&output));
    }
    let client = fs::read_to_string(desk.path().join("sdk/src/generated/pets.rs")).expect("its client");
    assert!(client.contains("pub struct GetPetsById"), "{client}");
}

#[test]
fn what_a_contract_can_t_say_is_said() {
    let desk = desk(DOCUMENT);
    let (said, _) = adopt(desk.path(), &[]);
    for expected in [
        "callers bring a bearer token rather than what the document asks for",
        "the parameter `filter` is left out",
        "failures are problem documents rather than what the document says",
        "only who answers sends `id`: both sides may",
        "is left out: a part of its path is neither text nor a parameter",
    ] {
        assert!(said.contains(expected), "{expected}:\n{said}");
    }
}

#[test]
fn hard_documents_become_contracts_as_well() {
    let cases = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/cases/import");
    for entry in fs::read_dir(cases).expect("the cases are there") {
        let document = entry.expect("a case").path();
        if !document.is_file() {
            continue;
        }
        let desk = base();
        let document = document.to_str().expect("a path in UTF-8");
        let output =
            stipule(desk.path(), &["import", "openapi", document, "--into", "contracts", "--name", "theirs"]);
        assert!(output.status.success(), "{document}: {}", printed(&output) + &complained(&output));
        let output = stipule(desk.path(), &["check"]);
        assert!(output.status.success(), "{document}: {}", printed(&output));
        assert!(desk.path().join("contracts/http/theirs.yaml").is_file());
    }
}

#[test]
fn what_is_there_is_never_replaced() {
    let desk = desk(DOCUMENT);
    assert_eq!(adopt(desk.path(), &[]).1, Some(0));
    let before = files(desk.path());
    let (said, code) = adopt(desk.path(), &[]);
    assert_eq!(code, Some(2), "{said}");
    assert!(said.contains("pets.yaml is there already; nothing was changed"), "{said}");
    assert_eq!(files(desk.path()), before);
    // The same operations under another name would answer the same calls: that is found before anything is written.
    let (said, code) = adopt(desk.path(), &["--name", "animals"]);
    assert_eq!(code, Some(1), "{said}");
    assert!(
        said.contains("answers the same calls as another operation: the operation is left out"),
        "{said}"
    );
    assert!(said.ends_with("nothing was generated\n"), "{said}");
    assert_eq!(files(desk.path()), before);
}

#[test]
fn an_operation_whose_name_is_taken_gets_another() {
    let desk = desk(DOCUMENT);
    let lending = desk.path().join("contracts/http/lending.yaml");
    let id = fs::read_to_string(&lending).expect("a contract");
    let id = id
        .lines()
        .find_map(|line| line.trim().strip_prefix("operationId: "))
        .expect("an operation")
        .to_owned();
    fs::write(desk.path().join("pets.yaml"), DOCUMENT.replace("putPet", &id)).expect("a document");
    let (said, code) = adopt(desk.path(), &[]);
    assert_eq!(code, Some(0), "{said}");
    assert!(said.contains("it has the name of the service before its own"), "{said}");
    let contract = fs::read_to_string(desk.path().join("contracts/http/pets.yaml")).expect("the contract");
    assert!(contract.contains(&format!("operationId: pets-{id}\n")), "{contract}");
}

#[test]
fn whatever_is_wrong_nothing_is_written() {
    let flow = |text: &str| {
        text.replace(
            "services:\n  lending: {description: Lends books}\n",
            "services: {lending: {description: Lends books}}\n",
        )
    };
    let broken = |text: &str| text.replace("tenant:", "tenants:");
    let same = |text: &str| text.to_owned();
    type Change<'c> = &'c dyn Fn(&str) -> String;
    let cases: [(&str, Change<'_>, &[&str], i32, &str); 6] = [
        (DOCUMENT, &flow, &[], 2, "add `pets: {description: \"Pets of others\"}` to the `services`"),
        (DOCUMENT, &broken, &[], 2, "has faults of its own, which `stipule check` shows"),
        (DOCUMENT, &same, &["--name", "Pets!"], 2, "`Pets!` can't be the name of a service"),
        (DOCUMENT, &same, &["--name", "events"], 2, "`events` can't be the name of a service"),
        ("swagger: '2.0'\n", &same, &[], 1, "Swagger 2.0 is not read"),
        ("a: [1\n", &same, &[], 1, "not valid YAML"),
    ];
    for (document, change, more, expected, reason) in cases {
        let desk = desk(document);
        let platform = desk.path().join("contracts/platform.yaml");
        let text = fs::read_to_string(&platform).expect("the platform");
        fs::write(&platform, change(&text)).expect("it can be written");
        let before = files(desk.path());
        let (said, code) = adopt(desk.path(), more);
        assert_eq!(code, Some(expected), "{said}");
        assert!(said.contains(reason), "{reason}:\n{said}");
        assert_eq!(files(desk.path()), before, "{reason}");
    }
}

#[test]
fn only_a_folder_of_contracts_is_written_into() {
    let desk = desk(DOCUMENT);
    for (into, reason) in
        [(".", "is no folder called contracts/"), ("contracts/http", "is no folder called contracts/")]
    {
        let output = stipule(desk.path(), &["import", "openapi", "pets.yaml", "--into", into]);
        assert_eq!(output.status.code(), Some(2));
        assert!(complained(&output).contains(reason), "{}", complained(&output));
    }
    let output = stipule(desk.path(), &["import", "openapi", "pets.yaml"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(complained(&output).contains("--out"), "{}", complained(&output));
}

#[test]
fn programs_are_told_where_the_contract_is() {
    let desk = desk(DOCUMENT);
    let (said, _) = adopt(desk.path(), &["--format", "json"]);
    let said: Value = serde_json::from_str(&said).expect("it is JSON");
    assert_eq!(said["ok"], true);
    assert_eq!(said["made"]["out"], "contracts/http/pets.yaml");
    assert_eq!(said["made"]["operations"], 2);
    assert_eq!(said["widened"], serde_json::json!([]));
}
