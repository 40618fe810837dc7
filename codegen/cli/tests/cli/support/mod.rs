//! Contract repositories of tests: a good base, patched.

pub(crate) mod npm;
pub(crate) mod patch;

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use tempfile::TempDir;

/// `tests/cases/malformed` at the root of the repository.
pub(crate) fn cases() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/cases/malformed")
}

/// A copy of the good base in a folder of its own, gone when it is dropped.
pub(crate) fn base() -> TempDir {
    let folder = tempfile::tempdir().expect("a temporary folder");
    copy(&cases().join("base"), folder.path());
    folder
}

fn copy(from: &Path, to: &Path) {
    for entry in fs::read_dir(from).expect("the base can be read") {
        let entry = entry.expect("the base can be read");
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            fs::create_dir_all(&target).expect("a folder can be made");
            copy(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), &target).expect("a file can be copied");
        }
    }
}

/// Runs the tool in a repository.
pub(crate) fn stipule(root: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_stipule"))
        .args(arguments)
        .current_dir(root)
        .env_remove("CLICOLOR_FORCE")
        .output()
        .expect("the tool runs")
}

/// Runs the tool in a folder with a text on its standard input.
pub(crate) fn stipule_reading(root: &Path, arguments: &[&str], input: &[u8]) -> Output {
    let mut child = Command::new(env!("CARGO_BIN_EXE_stipule"))
        .args(arguments)
        .current_dir(root)
        .env_remove("CLICOLOR_FORCE")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the tool starts");
    let mut pipe = child.stdin.take().expect("its input is a pipe");
    std::thread::scope(|scope| {
        // It answers while it reads: a pipe that is full would stop both. Dropping the pipe ends the input.
        scope.spawn(move || pipe.write_all(input).expect("the tool reads its input"));
        child.wait_with_output().expect("the tool ends")
    })
}

/// What a run printed to standard output.
pub(crate) fn printed(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).expect("output is UTF-8")
}

/// What a run printed to standard error.
pub(crate) fn complained(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).expect("output is UTF-8")
}
