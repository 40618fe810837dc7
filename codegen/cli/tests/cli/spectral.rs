//! What Spectral says of exported documents, by all rules that it has for them.

use std::fs;
use std::process::Command;

use serde_json::Value;

use crate::export::{REPOSITORIES, export, repository};

/// Rules that we don't follow, and why.
const EXCEPTIONS: &[(&str, &str)] = &[
    ("array-items", "since 3.1 an array may hold anything, as in JSON Schema: the rule is of 3.0"),
    ("asyncapi-3-operation-description", "a contract need not say what its summary says already"),
    ("asyncapi-3-tags", "contracts have no tags for everything at once"),
    ("asyncapi-info-contact", "contracts don't say who answers for them"),
    ("asyncapi-info-license", "contracts don't say who may use them"),
    ("asyncapi-latest-version", "the document is of 3.0, whose schema and parser judge it"),
    ("asyncapi-servers", "where a bus is, the environment says, not the contract"),
    ("info-contact", "as in asyncapi-info-contact"),
    ("oas3-api-servers", "where the API is, the environment says, not the contract"),
    (
        "oas3-operation-security-defined",
        "only OAuth2 has a list of scopes to be named in; those of a bearer token stand at the operation alone. 3.0 has no \
         place for them, 3.1 has that one: both exports say them there",
    ),
    ("operation-description", "as in asyncapi-3-operation-description"),
];

#[test]
fn spectral_finds_nothing_that_has_no_reason() {
    let desk = tempfile::tempdir().expect("a temporary folder");
    fs::write(desk.path().join("rules.yaml"), "extends: [\"spectral:oas\", \"spectral:asyncapi\"]\n")
        .expect("the rules can be written");
    let kinds: [&[&str]; 3] =
        [&["openapi", "--version", "3.0"], &["openapi", "--version", "3.1"], &["asyncapi"]];
    let mut documents = Vec::new();
    for (number, name) in REPOSITORIES.iter().enumerate() {
        for kind in kinds {
            documents.push(export(&desk, name, kind, &format!("{number}-{}.json", kind.join(""))));
        }
    }
    // One that is wrong, so that silence means something.
    let wrong = desk.path().join("wrong.json");
    let text = fs::read_to_string(&documents[0]).expect("it was written");
    let mut document: Value = serde_json::from_str(&text).expect("JSON");
    document["paths"]["/wrong/{id}"] = serde_json::json!({ "get": { "responses": {} } });
    fs::write(&wrong, document.to_string()).expect("it can be written");
    let ran = Command::new(repository(".tools/node/node_modules/.bin/spectral"))
        .args(["lint", "--quiet", "--format", "json", "--ruleset", "rules.yaml"])
        .args(documents.iter().chain([&wrong]))
        .current_dir(desk.path())
        .output()
        .unwrap_or_else(|error| panic!("Spectral can't be asked (run tests/setup): {error}"));
    let said = String::from_utf8_lossy(&ran.stdout);
    let found: Vec<Value> = serde_json::from_str(&said)
        .unwrap_or_else(|error| panic!("{error}: {said}{}", String::from_utf8_lossy(&ran.stderr)));
    let text = |it: &Value| it.as_str().unwrap_or_default().to_owned();
    let is_wrong = |it: &&Value| text(&it["source"]).ends_with("wrong.json");
    let undeclared = found.iter().filter(is_wrong).any(|it| it["code"] == "path-params");
    assert!(undeclared, "a parameter that isn't declared passes");
    let (mut faults, mut used) = (Vec::new(), vec![0; EXCEPTIONS.len()]);
    for it in found.iter().filter(|it| !is_wrong(it)) {
        match EXCEPTIONS.iter().position(|(rule, _)| it["code"] == *rule) {
            Some(at) => used[at] += 1,
            None => faults.push(it.to_string()),
        }
    }
    for ((rule, why), count) in EXCEPTIONS.iter().zip(used) {
        println!("{count} times {rule}: {why}");
        assert!(count > 0, "nobody breaks {rule} any more");
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}
