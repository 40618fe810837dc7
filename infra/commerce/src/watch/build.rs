//! From changed sources to a program.

use std::ffi::OsString;
use std::fmt;
use std::io;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::{Duration, Instant};

use cargo_metadata::Message;
use tokio::process::Command;

use super::changes::Changed;
use super::millis;

/// The package of this program.
const PACKAGE: &str = env!("CARGO_PKG_NAME");

/// The package and the binary of the functions.
const FUNCTIONS: (&str, &str) = ("commerce-bootstrap", "bootstrap");

/// How a program is made.
pub(super) struct Build {
    root: PathBuf,
    cargo: OsString,
    /// The profile that the running program was made with.
    profile: String,
    /// Whether the binary of the functions is made with it.
    functions: bool,
}

/// What came of it.
pub(super) enum Built {
    /// A program, which may be the one from before.
    Program { path: PathBuf, took: Took },
    /// It said why on the terminal.
    Refused(&'static str),
}

/// How long it took.
pub(super) struct Took {
    generated: Option<Duration>,
    compiled: Duration,
}

impl Build {
    pub(super) fn new(root: PathBuf, program: &Path, functions: bool) -> Self {
        // `target/debug/commerce`: the folder has the name of the profile, but for one.
        let folder = program.parent().and_then(Path::file_name).and_then(|name| name.to_str());
        let profile = match folder {
            None | Some("debug") => "dev",
            Some(profile) => profile,
        };
        let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
        Self { root, cargo, profile: profile.to_owned(), functions }
    }

    /// Generates if contracts changed, and compiles. What is wrong is shown on the terminal by who finds it.
    pub(super) async fn run(&self, changed: &Changed) -> io::Result<Built> {
        let began = Instant::now();
        let generates = changed.asks_to_generate();
        if generates && !self.generate().await? {
            return Ok(Built::Refused("the contracts have faults"));
        }
        let generated = generates.then(|| began.elapsed());
        let began = Instant::now();
        let path = self.compile().await?;
        let took = Took { generated, compiled: began.elapsed() };
        Ok(path.map_or(Built::Refused("it doesn't compile"), |path| Built::Program { path, took }))
    }

    async fn generate(&self) -> io::Result<bool> {
        let mut command = self.cargo(&["run", "--quiet", "--package", "stipule", "--", "generate"]);
        // How much was written is no news here.
        let ended = command.stdout(Stdio::null()).status().await?;
        Ok(ended.success())
    }

    /// The program; none if it doesn't compile.
    async fn compile(&self) -> io::Result<Option<PathBuf>> {
        let mut command = self.cargo(&["build", "--quiet", "--package", PACKAGE, "--bin", PACKAGE]);
        if self.functions {
            command.args(["--package", FUNCTIONS.0, "--bin", FUNCTIONS.1]);
        }
        command.args(["--profile", &self.profile, "--message-format", "json-render-diagnostics"]);
        // Not `output`, which would keep what is for the terminal.
        let output = command.stdout(Stdio::piped()).spawn()?.wait_with_output().await?;
        if !output.status.success() {
            return Ok(None);
        }
        for message in Message::parse_stream(output.stdout.as_slice()) {
            if let Message::CompilerArtifact(artifact) = message?
                && artifact.target.name == PACKAGE
                && let Some(path) = artifact.executable
            {
                return Ok(Some(path.into_std_path_buf()));
            }
        }
        Ok(None)
    }

    fn cargo(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(&self.cargo);
        command.args(arguments).current_dir(&self.root).stdin(Stdio::null()).kill_on_drop(true);
        command
    }
}

impl fmt::Display for Took {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(generated) = self.generated {
            write!(f, "generated in {}, ", millis(generated))?;
        }
        write!(f, "compiled in {}", millis(self.compiled))
    }
}
