//! The fuzzer of everything below `codegen/`.

use std::process::ExitCode;

use stipule_fuzz::{TARGETS, command};

fn main() -> ExitCode {
    command("stipule-fuzz", TARGETS)
}
