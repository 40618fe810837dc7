//! `stipule pattern test`: what a pattern would do to an event, without a bus.

mod cases;
mod pages;
mod place;
mod single;

use crate::arguments::{PatternCommand, PatternTest};
use crate::failure::Failure;
use crate::output::Output;

pub(crate) use pages::PAGES;

/// Runs a command about patterns. `true` when there is no finding.
pub(crate) fn run(command: &PatternCommand, output: &Output) -> Result<bool, Failure> {
    let PatternCommand::Test(test) = command;
    match test {
        PatternTest { cases: Some(cases), .. } => cases::run(cases, output).map(|()| true),
        PatternTest { pattern: Some(pattern), event: Some(event), .. } => single::run(pattern, event, output),
        // The argument parser asks for one form or the other.
        PatternTest { .. } => Err(Failure::new("name --pattern and --event, or --cases")),
    }
}
