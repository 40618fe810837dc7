//! The `stipule` binary: the only input and output of the tool, and the only place that renders.

mod arguments;
mod check;
mod explain;
mod failure;
mod fresh;
mod gather;
mod generate;
mod import;
mod judge;
mod output;
mod pages;
mod pattern;
mod report;
mod root;
mod tree;

use std::process::ExitCode;

use clap::Parser as _;

use crate::arguments::{Arguments, Command, Format, ImportCommand, Options};
use crate::failure::Failure;
use crate::output::Output;

/// Something was found.
const FINDINGS: u8 = 1;

/// The run couldn't be done. The argument parser uses the same code for a wrong command line.
const FAILED: u8 = 2;

fn main() -> ExitCode {
    let Arguments { command, options } = Arguments::parse();
    let output = Output::new(&options);
    match run(&command, &options, &output) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::from(FINDINGS),
        Err(failure) => {
            report(&failure, &output);
            ExitCode::from(FAILED)
        }
    }
}

fn run(command: &Command, options: &Options, output: &Output) -> Result<bool, Failure> {
    let root = || root::find(options.root.as_deref());
    match command {
        Command::Check { deny_warnings } => check::run(&root()?, *deny_warnings, output),
        Command::Generate { check } => generate::run(&root()?, *check, output),
        Command::Explain { code } => explain::run(code.as_deref(), output).map(|()| true),
        Command::Schema { format_name } => {
            let schema = stipule_front::formats::SCHEMAS.iter().find(|schema| schema.name == format_name);
            output.print(schema.map_or("", |schema| schema.text)).map(|()| true)
        }
        Command::Import(ImportCommand::Openapi(arguments)) => import::run(arguments, output),
        Command::Pattern(command) => pattern::run(command, output),
    }
}

fn report(failure: &Failure, output: &Output) {
    if output.format == Format::Json {
        // Standard output may be what failed; the exit code tells all the same.
        let _ = output.print_json(&serde_json::json!({ "ok": false, "failure": failure.to_string() }));
    }
    anstream::eprintln!("{ERROR}error{ERROR:#}: {failure}");
}

const ERROR: anstyle::Style = anstyle::AnsiColor::Red.on_default().bold();
