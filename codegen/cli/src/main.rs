//! The `stipule` binary: the only input and output of the tool, and the only place that renders.

mod arguments;
mod check;
mod cost;
mod coverage;
mod deploy;
mod docs;
mod explain;
mod export;
mod failure;
mod fresh;
mod gather;
mod generate;
mod import;
mod input;
mod judge;
mod lines;
mod output;
mod package;
mod pages;
mod pattern;
mod replace;
mod report;
mod review;
mod root;
mod table;
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
        Ok(code) => ExitCode::from(code),
        Err(failure) => {
            report(&failure, &output);
            ExitCode::from(FAILED)
        }
    }
}

/// Runs a command; the exit code.
fn run(command: &Command, options: &Options, output: &Output) -> Result<u8, Failure> {
    if !command.has(output.format) {
        return Err(Failure::new("this command prints text or json"));
    }
    let root = || root::find(options.root.as_deref());
    let judged = |ok: bool| if ok { 0 } else { FINDINGS };
    match command {
        Command::Check { deny_warnings } => check::run(&root()?, *deny_warnings, output).map(judged),
        Command::Generate { check } => generate::run(&root()?, *check, output).map(judged),
        Command::Review(arguments) => review::run(arguments, options, output),
        Command::Changelog(arguments) => review::changelog::run(arguments, options, output).map(|()| 0),
        Command::Explain { code } => explain::run(code.as_deref(), output).map(|()| 0),
        Command::Schema { format_name } => {
            let schema = stipule_front::formats::SCHEMAS.iter().find(|schema| schema.name == format_name);
            output.print(schema.map_or("", |schema| schema.text)).map(|()| 0)
        }
        Command::Import(ImportCommand::Openapi(arguments)) => import::run(arguments, output).map(judged),
        Command::Export(command) => export::run(&root()?, command, output).map(judged),
        Command::Pattern(command) => pattern::run(command, output).map(judged),
        Command::Table(command) => table::run(&root()?, command, output).map(judged),
        Command::Coverage { from } => coverage::run(&root()?, from, output).map(judged),
        Command::Deploy(command) => deploy::run(root, command, output).map(judged),
        Command::Package(arguments) => package::run(&root()?, arguments, output).map(judged),
        Command::Docs(arguments) => docs::run(&root()?, arguments, output).map(judged),
        Command::Cost(arguments) => cost::run(&root()?, arguments, output).map(judged),
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
