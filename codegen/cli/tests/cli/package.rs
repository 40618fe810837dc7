//! The archive of a binary.

use std::fs;
use std::path::Path;

use serde_json::Value;
use sha2::{Digest as _, Sha256};

use crate::support::{base, printed, stipule};

/// A binary that is certainly there, for this machine.
const BINARY: &str = "/bin/ls";

const HERE: &str = if cfg!(target_arch = "aarch64") { "arm64" } else { "x86_64" };

fn json(root: &Path, arguments: &[&str]) -> (Option<i32>, Value) {
    let output = stipule(root, &[&["package", "--format", "json"][..], arguments].concat());
    let text = printed(&output);
    (output.status.code(), serde_json::from_str(&text).unwrap_or_else(|error| panic!("{error}: {text}")))
}

#[test]
fn the_same_binary_is_the_same_bytes_from_any_repository_and_is_named_by_them() {
    let (one, other) = (base(), base());
    let copy = other.path().join("another-name");
    fs::copy(BINARY, &copy).unwrap();
    let (code, first) = json(one.path(), &["--architecture", HERE, "--binary", BINARY]);
    assert_eq!(code, Some(0), "{first}");
    let (_, second) = json(other.path(), &["--architecture", HERE, "--binary", copy.to_str().unwrap()]);
    assert_eq!(first["key"], second["key"]);
    let read = |it: &Value| fs::read(it["file"].as_str().unwrap()).unwrap();
    assert_eq!(read(&first), read(&second));
    let hash: String = Sha256::digest(read(&first)).iter().map(|byte| format!("{byte:02x}")).collect();
    assert_eq!(first["key"], format!("code/{hash}.zip"));
    let folder = one.path().join("target/stipule/code");
    assert_eq!(fs::read_dir(folder).unwrap().count(), 1, "nothing else is left there");
}

#[test]
fn a_binary_with_symbols_is_packed_without_them() {
    let root = base();
    let own = env!("CARGO_BIN_EXE_stipule");
    let (code, packed) = json(root.path(), &["--architecture", HERE, "--binary", own]);
    assert_eq!(code, Some(0), "{packed}");
    let before = fs::metadata(own).unwrap().len();
    assert!(packed["binaryBytes"].as_u64().unwrap() < before, "{packed}, {before} bytes before");
}

#[test]
fn what_functions_cannot_run_is_refused_with_a_way_out_and_nothing_is_written() {
    let root = base();
    fs::write(root.path().join("script"), "#!/bin/sh\n").unwrap();
    let output = stipule(root.path(), &["package", "--binary", "script", "--out", "code.zip"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(printed(&output).contains("error: script is no executable of Linux"), "{}", printed(&output));
    let other = if HERE == "arm64" { "x86_64" } else { "arm64" };
    let arguments = ["package", "--binary", BINARY, "--architecture", other, "--out", "code.zip"];
    let output = stipule(root.path(), &arguments);
    assert_eq!(output.status.code(), Some(1));
    let text = printed(&output);
    assert!(text.contains("cargo zigbuild") && text.contains("nothing was packed"), "{text}");
    assert!(!root.path().join("code.zip").exists());
    let output = stipule(root.path(), &["package", "--binary", "nowhere"]);
    assert_eq!(output.status.code(), Some(2));
}

#[test]
fn without_an_architecture_that_of_the_templates_counts() {
    let root = base();
    let (code, said) = json(root.path(), &["--binary", BINARY]);
    let functions_run_on = "arm64";
    assert_eq!(code, Some(i32::from(HERE != functions_run_on)), "{said}");
}
