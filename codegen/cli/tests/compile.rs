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

/// Cargo in a folder. All that is compiled here shares one folder, kept from run to run, and one set of flags: what the
/// crates stand on is built once.
fn cargo(folder: &Path, arguments: &[&str]) {
    run(Command::new("cargo")
        .args(arguments)
        .current_dir(folder)
        .env("CARGO_TARGET_DIR", Path::new(env!("CARGO_TARGET_TMPDIR")).join("imported"))
        .env("RUSTFLAGS", "-D warnings")
        .env("CARGO_PROFILE_DEV_DEBUG", "false"));
}

/// Copies a file, with the folders that it needs.
fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to.parent().expect("a folder")).expect("it can be made");
    fs::copy(from, to).expect("it is there");
}

/// Replaces a text that is there once.
fn replace(path: &Path, from: &str, to: &str) {
    let text = fs::read_to_string(path).expect("it is there");
    assert_eq!(text.matches(from).count(), 1, "{}: {from}", path.display());
    fs::write(path, text.replace(from, to)).expect("it can be written");
}

#[test]
fn what_types_can_t_say_is_refused_by_the_types_all_the_same() {
    let desk = tempfile::tempdir().expect("a temporary folder");
    let cases = repository().join("tests/cases/import");
    let out = desk.path().join("unsaid");
    let said = import(&cases.join("unsaid-3.1.yaml"), &out);
    assert!(said.contains("nothing had to be widened"), "{said}");
    copy(&cases.join("verdicts/unsaid.rs"), &out.join("tests/verdicts.rs"));
    cargo(&out, &["test", "--quiet", "--no-default-features"]);
}

/// What the example of a server needs beside the crate.
const TOKIO: &str = "[dev-dependencies]\ntokio = { version = \"1\", features = [\"io-util\", \"macros\", \"net\", \"rt-multi-thread\"] }\n\n[lints.rust]";

/// The example of the README: a server in twenty lines, and a test that calls it.
fn server(out: &Path) {
    let folder = repository().join("tests/cases/import/serve");
    import(&folder.join("pets.yaml"), out);
    replace(&out.join("Cargo.toml"), "[lints.rust]", TOKIO);
    copy(&folder.join("serve.rs"), &out.join("examples/serve.rs"));
    copy(&folder.join("roundtrip.rs"), &out.join("tests/roundtrip.rs"));
}

#[test]
fn the_readme_shows_the_server_of_twenty_lines() {
    let example = repository().join("tests/cases/import/serve/serve.rs");
    let example = fs::read_to_string(example).expect("the example is there");
    assert!(example.lines().count() <= 20, "{} lines", example.lines().count());
    let readme = fs::read_to_string(repository().join("README.md")).expect("the README is there");
    assert!(
        readme.contains(&format!("```rust\n{example}```")),
        "the README shows tests/cases/import/serve/serve.rs"
    );
}

#[test]
fn hard_documents_become_crates_without_a_warning_and_a_server_that_answers() {
    let desk = tempfile::tempdir().expect("a temporary folder");
    for document in documents() {
        let stem = document.file_stem().expect("a name").to_string_lossy().replace('.', "_");
        let out = desk.path().join(stem);
        let said = import(&document, &out);
        assert!(said.contains(" operation"), "{said}");
        // The calls in its documentation compile as well, although nobody who imports it waits for that.
        replace(&out.join("Cargo.toml"), "doctest = false", "doctest = true");
    }
    server(&desk.path().join("pets"));
    // One workspace: what they stand on is chosen and compiled once for all.
    for folder in fs::read_dir(desk.path()).expect("the crates are there") {
        let manifest = folder.expect("a crate").path().join("Cargo.toml");
        replace(&manifest, "# It belongs to no workspace around it.\n[workspace]\n", "");
    }
    fs::write(desk.path().join("Cargo.toml"), "[workspace]\nmembers = [\"*\"]\nresolver = \"3\"\n")
        .expect("it can be written");
    copy(&repository().join("Cargo.lock"), &desk.path().join("Cargo.lock"));
    cargo(desk.path(), &["test", "--quiet", "--workspace", "--features", "pets/serve"]);
}
