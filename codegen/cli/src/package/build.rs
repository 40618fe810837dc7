//! The build of the binary, by cargo.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde_json::Value;

use super::binary::GLIBC;
use crate::arguments::Architecture;
use crate::failure::Failure;

/// Builds the bin `bootstrap` of a package in the profile `lambda`, without symbols; where it lies.
pub(super) fn bootstrap(
    root: &Path,
    package: &str,
    wanted: Architecture,
    notes: &mut Vec<String>,
) -> Result<PathBuf, Failure> {
    let target = format!("{}-unknown-linux-gnu", wanted.of_rust());
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    match way(root, &target, wanted)? {
        Way::Zig => command.args(["zigbuild", "--target", &format!("{target}.2.{GLIBC}")]),
        Way::Here(lacking) => {
            notes.push(format!("built by this machine's own linker for {}: {lacking}", wanted.name()));
            command.arg("build")
        }
    };
    command.args(["--profile", "lambda", "--locked", "--package", package, "--bin", "bootstrap"]);
    command.arg("--message-format=json-render-diagnostics").env("CARGO_PROFILE_LAMBDA_STRIP", "symbols");
    // A workspace that says nothing of the profile has that of releases.
    command.env("CARGO_PROFILE_LAMBDA_INHERITS", "release");
    // What cargo says while it builds goes where it always goes.
    let run = command
        .current_dir(root)
        .stderr(Stdio::inherit())
        .output()
        .map_err(|error| Failure::io("start cargo", &error))?;
    if !run.status.success() {
        return Err(Failure::new(format!("the build of {package} failed: cargo says why above")));
    }
    built(&run.stdout)
        .ok_or_else(|| Failure::new(format!("{package} has no bin `bootstrap`; name --package")))
}

/// How it is built.
enum Way {
    /// For the C library that Lambda has, on any machine.
    Zig,
    /// For this machine; what would have to be there for the other way.
    Here(String),
}

fn way(root: &Path, target: &str, wanted: Architecture) -> Result<Way, Failure> {
    let answers = |tool: &str, arguments: &[&str]| {
        let run = Command::new(tool).args(arguments).current_dir(root).output().ok()?;
        run.status.success().then_some(run.stdout)
    };
    let mut lacking = Vec::new();
    if answers("cargo-zigbuild", &["--version"]).is_none() {
        lacking
            .push("there is no cargo-zigbuild (`cargo install --locked cargo-zigbuild`, and zig)".to_owned());
    }
    let std = answers("rustc", &["--print", "target-libdir", "--target", target]);
    let std = std.is_some_and(|folder| Path::new(String::from_utf8_lossy(&folder).trim()).is_dir());
    if !std {
        lacking.push(format!("there is no standard library for {target} (`rustup target add {target}`)"));
    }
    if lacking.is_empty() {
        return Ok(Way::Zig);
    }
    let lacking = lacking.join(", and ");
    if std::env::consts::ARCH == wanted.of_rust() && std::env::consts::OS == "linux" {
        return Ok(Way::Here(lacking));
    }
    Err(Failure::new(format!(
        "can't build for {} here: {lacking}; or hand over what another machine built with --binary",
        wanted.name()
    )))
}

/// The executable that cargo's messages name.
fn built(messages: &[u8]) -> Option<PathBuf> {
    let lines = messages.split(|byte| *byte == b'\n');
    let read = lines.filter_map(|line| serde_json::from_slice::<Value>(line).ok());
    read.filter(|it| it["target"]["name"] == "bootstrap")
        .filter_map(|it| it["executable"].as_str().map(PathBuf::from))
        .next_back()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_executable_is_the_one_that_cargo_names() {
        let messages = br#"{"reason":"compiler-artifact","target":{"name":"bootstrap"},"executable":null}
{"reason":"compiler-artifact","target":{"name":"bootstrap"},"executable":"/t/release/bootstrap"}
{"reason":"compiler-artifact","target":{"name":"other"},"executable":"/t/release/other"}
{"reason":"build-finished","success":true}
"#;
        assert_eq!(built(messages), Some(PathBuf::from("/t/release/bootstrap")));
        assert_eq!(built(b"no message\n"), None);
    }
}
