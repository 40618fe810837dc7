//! Runs by others: each judge has a driver that takes cases, a line each, and answers with runs, a line each.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde_json::Value;

use crate::saga::Case;
use crate::verdict::Run;

/// Who judges.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Judge {
    /// MiniStack's interpreter of state machines, in a process of its own, with the functions of the steps played.
    MiniStack,
    /// The npm package `aws-local-stepfunctions`.
    LocalStepFunctions,
}

impl Judge {
    /// As it is called in messages.
    pub fn name(self) -> &'static str {
        match self {
            Self::MiniStack => "ministack",
            Self::LocalStepFunctions => "aws-local-stepfunctions",
        }
    }

    fn command(self) -> Command {
        let (tools, drivers) = (root().join(".tools"), root().join("tests/sagas/drivers"));
        let (program, driver) = match self {
            Self::MiniStack => (tools.join("python/bin/python"), drivers.join("judge_ministack.py")),
            Self::LocalStepFunctions => (PathBuf::from("node"), drivers.join("judge_local.cjs")),
        };
        let mut command = Command::new(program);
        command.arg(driver).env("TOOLS", tools).env("SFN_WAIT_SCALE", "0").env("LOG_LEVEL", "ERROR");
        command
    }

    /// Has all cases run; the runs in the order of the cases.
    ///
    /// # Panics
    /// When the judge isn't there (run `tests/setup`), or says something that is no run: a missing judge is a failure.
    pub fn run(self, cases: &[Case]) -> Vec<Run> {
        let mut input = tempfile::tempfile().unwrap_or_else(|error| panic!("no temporary file: {error}"));
        for case in cases {
            writeln!(input, "{}", case.to_json()).unwrap_or_else(|error| panic!("no room: {error}"));
        }
        std::io::Seek::rewind(&mut input).unwrap_or_else(|error| panic!("the file can't be read: {error}"));
        let output = self
            .command()
            .stdin(input)
            .stderr(Stdio::inherit())
            .output()
            .unwrap_or_else(|error| panic!("{} isn't there ({error}): run tests/setup", self.name()));
        assert!(output.status.success(), "{} ended with {}: run tests/setup?", self.name(), output.status);
        let text = String::from_utf8_lossy(&output.stdout);
        let runs: Vec<Run> = text
            .lines()
            .map(|line| {
                let json: Value = serde_json::from_str(line).unwrap_or_default();
                Run::of(&json).unwrap_or_else(|| panic!("{} says: {line}", self.name()))
            })
            .collect();
        assert_eq!(runs.len(), cases.len(), "{}: a run per case", self.name());
        runs
    }
}

/// The root of the repository.
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}
