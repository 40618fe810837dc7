//! The fuzzer of what runs.

use std::process::ExitCode;

use platform_fuzz::TARGETS;
use stipule_fuzz::command;

fn main() -> ExitCode {
    command("platform-fuzz", TARGETS)
}
