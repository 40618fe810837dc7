//! What others make of what we export: their tools read it, and the clients that they generate talk to the running
//! platform. `tests/setup` installs them; one that is missing is a failure.

mod accept;
mod talk;

use std::path::{Path, PathBuf};
use std::process::Command;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the tests lie in the repository").to_owned()
}

/// A program that `tests/setup` installs.
fn tool(path: &str) -> Command {
    let program = root().join(".tools").join(path);
    assert!(program.exists(), "{} isn't there: run tests/setup", program.display());
    let mut command = Command::new(program);
    // Programs of Python look for others of their own beside them.
    let own = root().join(".tools/python/bin");
    let path = std::env::var_os("PATH").unwrap_or_default();
    let all = std::iter::once(own).chain(std::env::split_paths(&path));
    command.env("PATH", std::env::join_paths(all).expect("paths without colons"));
    command
}

/// Whether a command ends well, and what it says.
fn outcome(command: &mut Command) -> (bool, String) {
    let output = command.output().unwrap_or_else(|error| panic!("{command:?}: {error}"));
    let said = String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned();
    (output.status.success(), said)
}

/// What a command says; it must end well.
fn run(command: &mut Command) -> String {
    let (is_well, said) = outcome(command);
    assert!(is_well, "{command:?}\n{said}");
    said
}
