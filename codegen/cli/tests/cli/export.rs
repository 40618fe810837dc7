//! `stipule export`: judged by the specifications' own validators, and by reading it back.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;
use tempfile::TempDir;

use crate::support::npm::package;
use crate::support::{base, complained, printed, stipule};

pub(crate) fn repository(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").join(name)
}

/// The shop, the library and the obstacle course.
pub(crate) const REPOSITORIES: [&str; 3] = [".", "tests/cases/library", "tests/cases/obstacles"];

/// Exports from a repository into a file of a folder.
pub(crate) fn export(desk: &TempDir, name: &str, what: &[&str], file: &str) -> PathBuf {
    let (root, out) = (repository(name), desk.path().join(file));
    let [root, path] = [&root, &out].map(|path| path.to_str().expect("a path in UTF-8").to_owned());
    let output = stipule(desk.path(), &[&["--root", &root, "export"], what, &["--out", &path]].concat());
    assert!(output.status.success(), "{}", printed(&output) + &complained(&output));
    out
}

fn openapi(desk: &TempDir, name: &str, version: &str) -> PathBuf {
    export(desk, name, &["openapi", "--version", version], &format!("openapi-{version}.json"))
}

/// The Python of `tests/setup`, which has the validators; that of the system where there is none.
fn python() -> PathBuf {
    let own = repository(".tools/python/bin/python");
    if own.exists() { own } else { PathBuf::from("python3") }
}

#[test]
fn openapi_is_valid_by_the_validator_of_others() {
    let desk = tempfile::tempdir().expect("a temporary folder");
    for name in REPOSITORIES {
        for version in ["3.0", "3.1"] {
            let file = openapi(&desk, name, version);
            let output = Command::new(python())
                .args(["-m", "openapi_spec_validator"])
                .arg(&file)
                .output()
                .expect("python runs: `tests/setup` installs it with openapi-spec-validator");
            assert!(output.status.success(), "{name} {version}: {}", printed(&output) + &complained(&output));
        }
    }
}

/// Operations of an exported document.
fn operations(file: &Path) -> usize {
    let text = fs::read_to_string(file).expect("it was written");
    let document: Value = serde_json::from_str(&text).expect("JSON");
    let methods = ["get", "put", "post", "patch", "delete"];
    let paths = document["paths"].as_object().expect("paths").values();
    paths.map(|path| methods.iter().filter(|method| path.get(method).is_some()).count()).sum()
}

#[test]
fn an_export_says_what_the_contract_says() {
    let desk = tempfile::tempdir().expect("a temporary folder");
    for name in REPOSITORIES {
        let [old, new] = ["3.0", "3.1"].map(|version| {
            let file = openapi(&desk, name, version);
            let path = file.to_str().expect("a path in UTF-8").to_owned();
            let output = stipule(desk.path(), &["import", "openapi", &path, "--out", "crate"]);
            let said = printed(&output);
            let all = format!("crate: {} operations", operations(&file));
            assert!(said.starts_with(&all), "{name} {version}: {said}");
            assert!(said.contains("nothing had to be widened"), "{name} {version}: {said}");
            path
        });
        // The whole chain of reading and comparing finds nothing that anybody could trip over.
        for (base, revision) in [(&old, &new), (&new, &old)] {
            let output = stipule(desk.path(), &["review", "--base", base, "--revision", revision]);
            let said = printed(&output);
            assert!(!said.contains("break[") && output.status.code() != Some(1), "{name}: {said}");
        }
    }
}

#[test]
fn yaml_and_json_are_the_same_document() {
    let desk = tempfile::tempdir().expect("a temporary folder");
    let json = export(&desk, ".", &["openapi"], "shop.json");
    let yaml = export(&desk, ".", &["openapi"], "shop.yaml");
    let read = |file: &Path| fs::read_to_string(file).expect("it was written");
    let json: Value = serde_json::from_str(&read(&json)).expect("JSON");
    let yaml: Value = serde_yaml_ng::from_str(&read(&yaml)).expect("YAML");
    assert_eq!(json, yaml);
}

#[test]
fn asyncapi_is_valid_by_its_own_schema() {
    let schema = package("@asyncapi/specs", "6.11.1").join("schemas/3.0.0-without-$id.json");
    let schema: Value = serde_json::from_str(&fs::read_to_string(schema).expect("the schema")).expect("JSON");
    let validator = jsonschema::validator_for(&schema).expect("a schema");
    let desk = tempfile::tempdir().expect("a temporary folder");
    for name in REPOSITORIES {
        let file = export(&desk, name, &["asyncapi"], "asyncapi.json");
        let mut document: Value =
            serde_json::from_str(&fs::read_to_string(file).expect("written")).expect("JSON");
        let faults: Vec<String> = validator
            .iter_errors(&document)
            .map(|error| format!("{}: {error}", error.instance_path()))
            .collect();
        assert!(faults.is_empty(), "{name}: {}", faults.join("\n"));
        document["operations"]["send"] = serde_json::json!({"action": "shout"});
        assert!(!validator.is_valid(&document), "the judge refuses what is wrong");
    }
}

#[test]
fn schemas_of_events_take_their_examples_and_nothing_less() {
    let desk = tempfile::tempdir().expect("a temporary folder");
    let folder = export(&desk, ".", &["schemas"], "schemas");
    let mut examples = 0;
    for entry in fs::read_dir(folder).expect("they were written") {
        let path = entry.expect("a schema").path();
        let schema: Value = serde_json::from_str(&fs::read_to_string(&path).expect("text")).expect("JSON");
        let validator = jsonschema::validator_for(&schema).expect("a schema");
        let required = schema["required"].as_array().expect("something is required");
        for example in schema["examples"].as_array().into_iter().flatten() {
            assert!(validator.is_valid(example), "{}", path.display());
            let mut less = example.clone();
            let first = required[0].as_str().expect("a name");
            less.as_object_mut().expect("an object").remove(first);
            assert!(!validator.is_valid(&less), "{} without {first}", path.display());
            examples += 1;
        }
    }
    assert!(examples > 20, "{examples} examples");
}

#[test]
fn contracts_with_faults_are_shown_and_not_exported() {
    let desk = base();
    let platform = desk.path().join("contracts/platform.yaml");
    let text = fs::read_to_string(&platform).expect("the platform");
    fs::write(&platform, text.replace("tenant:", "tenants:")).expect("it can be written");
    let output = stipule(desk.path(), &["export", "openapi", "--out", "api.json"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(printed(&output).contains("tenants"), "{}", printed(&output));
    assert!(!desk.path().join("api.json").exists());
}
