//! Generators and linters of others read every export: of the shop, of the library and of the obstacle course, which has
//! the names and types that make generators stumble.

use std::path::{Path, PathBuf};
use std::process::Command;

use platform_tests::contracts::contract;
use stipule_emit::export::{Dialect, Reader, asyncapi, openapi};

use crate::{outcome, root, run, tool};

const REPOSITORIES: [&str; 3] = ["", "tests/cases/library", "tests/cases/obstacles"];

/// What a tool can't do with a document that is right, and why.
const EXCEPTIONS: [(&str, &str, &str); 2] = [
    ("tsc", "obstacles", "TypeScript has no type that is a list of itself"),
    ("openapi-python-client", "obstacles", "it makes one name of values that differ in their signs alone"),
];

/// The tool takes the document, unless it is known not to; then it refuses it, or the exception isn't needed any more.
fn takes(name: &str, document: &Path, command: &mut Command) {
    let (is_taken, said) = outcome(command);
    let file = document.file_name().unwrap_or_default().to_string_lossy();
    let exception = EXCEPTIONS.iter().find(|(tool, stem, _)| *tool == name && file.starts_with(stem));
    if let Some((_, _, reason)) = exception {
        println!("{name} refuses {file}: {reason}");
    }
    assert_eq!(is_taken, exception.is_none(), "{name} on {file}: {said}");
}

/// Every exported OpenAPI document, written to a folder.
fn documents(folder: &Path) -> Vec<PathBuf> {
    let mut documents = Vec::new();
    for name in REPOSITORIES {
        let contract = contract(&root().join(name));
        for (version, dialect) in [("3.0", Dialect::OpenApi30), ("3.1", Dialect::OpenApi31)] {
            let stem = name.rsplit('/').next().filter(|stem| !stem.is_empty()).unwrap_or("shop");
            let file = folder.join(format!("{stem}-{version}.json"));
            std::fs::write(&file, openapi(&contract, dialect, Reader::Others).to_json()).expect("written");
            documents.push(file);
        }
    }
    documents
}

#[test]
fn redocly_finds_nothing_against_the_specification() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    for document in documents(folder.path()) {
        let mut redocly = tool("node/node_modules/.bin/redocly");
        // It says with words how many warnings there are, and fails for errors alone.
        let said = run(redocly.args(["lint", "--extends", "spec"]).arg(&document).current_dir(folder.path()));
        assert!(!said.contains("You have"), "{said}");
    }
}

#[test]
fn openapi_typescript_writes_types_that_compile() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    for document in documents(folder.path()) {
        let types = document.with_extension("ts");
        run(tool("node/node_modules/.bin/openapi-typescript").arg(&document).arg("-o").arg(&types));
        let mut compiler = tool("node/node_modules/.bin/tsc");
        takes("tsc", &document, compiler.args(["--noEmit", "--strict"]).arg(&types));
    }
}

#[test]
fn openapi_python_client_leaves_nothing_out() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    for document in documents(folder.path()) {
        let mut generator = tool("python/bin/openapi-python-client");
        generator.args(["generate", "--meta", "none", "--overwrite", "--fail-on-warning"]);
        generator.arg("--path").arg(&document).arg("--output-path").arg(folder.path().join("client"));
        takes("openapi-python-client", &document, &mut generator);
    }
}

#[test]
fn openapi_generator_finds_every_document_valid() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    for document in documents(folder.path()) {
        let said = run(tool("python/bin/openapi-generator-cli").args(["validate", "-i"]).arg(&document));
        assert!(said.contains("No validation issues detected"), "{said}");
    }
}

/// Prints what the parser finds; its note that there is a later version than ours is no fault.
const PARSE: &str = "
const { Parser } = require('@asyncapi/parser');
const text = require('fs').readFileSync(process.argv[1], 'utf8');
new Parser().parse(text).then(({ document, diagnostics }) => {
    const faults = diagnostics.filter((it) => it.code !== 'asyncapi-latest-version');
    faults.forEach((it) => console.log(it.code, it.message, it.path.join('/')));
    process.exit(document && faults.length === 0 ? 0 : 1);
});";

#[test]
fn the_parser_of_asyncapi_finds_nothing() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    for name in REPOSITORIES {
        let file = folder.path().join("asyncapi.json");
        std::fs::write(&file, asyncapi(&contract(&root().join(name))).to_json()).expect("written");
        let mut node = std::process::Command::new("node");
        run(node.args(["-e", PARSE]).arg(&file).env("NODE_PATH", root().join(".tools/node/node_modules")));
    }
}
