//! Hard documents become crates that compile without a warning, their documentation included: `tests/cases/import`.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2).expect("the repository's root").to_owned()
}

/// The documents: the files right in the folder.
fn documents() -> Vec<PathBuf> {
    let folder = repository().join("tests/cases/import");
    let entries = fs::read_dir(folder).expect("the cases are there");
    let mut found: Vec<PathBuf> = entries.map(|entry| entry.expect("a case").path()).collect();
    found.retain(|path| path.is_file());
    found.sort();
    assert!(found.len() >= 2, "{found:?}");
    found
}

/// Runs a command, and panics with what it said if it failed.
fn run(command: &mut Command) -> String {
    let output = command.output().expect("the command starts");
    let said = String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned();
    assert!(output.status.success(), "{command:?}\n{said}");
    said
}

/// The crate of a document, in its own folder.
fn import(document: &Path, out: &Path) -> String {
    let stipule = env!("CARGO_BIN_EXE_stipule");
    run(Command::new(stipule).args(["import", "openapi"]).arg(document).arg("--out").arg(out))
}

#[test]
fn what_types_can_t_say_is_refused_by_the_types_all_the_same() {
    let desk = tempfile::tempdir().expect("a temporary folder");
    let document = repository().join("tests/cases/import/unsaid-3.1.yaml");
    let out = desk.path().join("unsaid");
    let said = import(&document, &out);
    assert!(said.contains("nothing had to be widened"), "{said}");
    fs::create_dir_all(out.join("tests")).expect("a folder");
    fs::copy(repository().join("tests/cases/import/verdicts/unsaid.rs"), out.join("tests/verdicts.rs"))
        .expect("the verdicts are there");
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).join("imported");
    run(Command::new("cargo")
        .args(["test", "--quiet", "--no-default-features"])
        .current_dir(&out)
        .env("CARGO_TARGET_DIR", &target));
}

/// What the example needs beside the crate.
const TOKIO: &str = "\n[dev-dependencies]\ntokio = { version = \"1\", features = [\"io-util\", \"macros\", \"net\", \"rt-multi-thread\"] }\n";

#[test]
fn a_server_takes_twenty_lines_which_the_readme_shows() {
    let folder = repository().join("tests/cases/import/serve");
    let example = fs::read_to_string(folder.join("serve.rs")).expect("the example is there");
    assert!(example.lines().count() <= 20, "{} lines", example.lines().count());
    let readme = fs::read_to_string(repository().join("README.md")).expect("the README is there");
    assert!(
        readme.contains(&format!("```rust\n{example}```")),
        "the README shows tests/cases/import/serve/serve.rs"
    );
    let desk = tempfile::tempdir().expect("a temporary folder");
    let out = desk.path().join("pets");
    import(&folder.join("pets.yaml"), &out);
    let manifest = fs::read_to_string(out.join("Cargo.toml")).expect("a manifest");
    fs::write(out.join("Cargo.toml"), manifest + TOKIO).expect("it can be written");
    for (from, to) in [("serve.rs", "examples/serve.rs"), ("roundtrip.rs", "tests/roundtrip.rs")] {
        let to = out.join(to);
        fs::create_dir_all(to.parent().expect("a folder")).expect("it can be made");
        fs::copy(folder.join(from), to).expect("it is there");
    }
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).join("imported");
    run(Command::new("cargo")
        .args(["test", "--quiet", "--features", "serve"])
        .current_dir(&out)
        .env("CARGO_TARGET_DIR", &target));
}

#[test]
fn every_hard_document_becomes_a_crate_without_a_warning() {
    let desk = tempfile::tempdir().expect("a temporary folder");
    // One for all crates, kept from run to run: what they stand on is built once.
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).join("imported");
    for document in documents() {
        let stem = document.file_stem().expect("a name").to_string_lossy().replace('.', "_");
        let out = desk.path().join(stem);
        let said = import(&document, &out);
        assert!(said.contains(" operation"), "{said}");
        run(Command::new("cargo")
            .args(["check", "--quiet", "--all-targets"])
            .current_dir(&out)
            .env("CARGO_TARGET_DIR", &target)
            .env("RUSTFLAGS", "-D warnings"));
        // The calls in its documentation compile as well, although nobody who imports it waits for that.
        let manifest = fs::read_to_string(out.join("Cargo.toml")).expect("a manifest");
        let tested = manifest.replace("doctest = false", "doctest = true");
        assert_ne!(tested, manifest);
        fs::write(out.join("Cargo.toml"), tested).expect("it can be written");
        run(Command::new("cargo")
            .args(["test", "--quiet", "--doc"])
            .current_dir(&out)
            .env("CARGO_TARGET_DIR", &target));
    }
}
