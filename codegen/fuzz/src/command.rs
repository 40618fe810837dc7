//! The command line of a fuzzer: the same whatever its targets are.

use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use clap::builder::PossibleValuesParser;
use clap::{CommandFactory as _, FromArgMatches as _, Parser};

use crate::finding::Finding;
use crate::supervise::{replay, supervise};
use crate::target::{Target, find};
use crate::trial::be_quiet;
use crate::work::{Campaign, Order, work};

/// Mutates real inputs; reports panics, broken promises and slow runs.
#[derive(Parser)]
#[command(
    after_help = "Exit codes:\n  0  nothing found\n  1  findings, each written to target/findings\n  2  usage or I/O"
)]
struct Arguments {
    /// What to run
    target: String,
    /// How long to go on
    #[arg(long, default_value_t = 60)]
    seconds: u64,
    /// Decides every input
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Number of the first input
    #[arg(long, default_value_t = 0)]
    from: u64,
    /// Most inputs
    #[arg(long, default_value_t = u64::MAX)]
    most: u64,
    /// Runs one file instead
    #[arg(long, value_name = "FILE")]
    replay: Option<PathBuf>,
    /// The name that the replayed file is read under, as the finding tells it
    #[arg(long = "as", value_name = "NAME", default_value = "input")]
    name: String,
    /// Does the work in this process
    #[arg(long, hide = true)]
    worker: bool,
}

/// The stack of a thread that a program starts without asking for more, which is the least that inputs meet.
const STACK: usize = 2 << 20;

/// The whole program `name`: reads the command line and runs the target that it names.
pub fn command(name: &'static str, targets: &'static [Target]) -> ExitCode {
    let names = PossibleValuesParser::new(targets.iter().map(|target| target.name));
    let line = Arguments::command().name(name).mut_arg("target", |argument| argument.value_parser(names));
    let arguments = Arguments::from_arg_matches(&line.get_matches()).unwrap_or_else(|error| error.exit());
    let Some(target) = find(targets, &arguments.target) else { return ExitCode::from(2) };
    be_quiet();
    let working = std::thread::Builder::new().stack_size(STACK).spawn(move || run(target, &arguments));
    match working.map(std::thread::JoinHandle::join) {
        Ok(Ok(Ok(false))) => ExitCode::SUCCESS,
        Ok(Ok(Ok(true))) => ExitCode::from(1),
        Ok(Ok(Err(error))) | Err(error) => {
            eprintln!("error: {error}");
            ExitCode::from(2)
        }
        Ok(Err(_)) => {
            eprintln!("error: the fuzzer itself panicked");
            ExitCode::from(2)
        }
    }
}

/// `true` when something was found.
fn run(target: &'static Target, arguments: &Arguments) -> std::io::Result<bool> {
    let order = Order {
        seed: arguments.seed,
        from: arguments.from,
        time: Duration::from_secs(arguments.seconds),
        most: arguments.most,
    };
    if let Some(file) = &arguments.replay {
        let fault = replay(target, &arguments.name, file)?;
        println!("{}", fault.as_deref().unwrap_or("nothing is wrong"));
        return Ok(fault.is_some());
    }
    if arguments.worker {
        let mut found = false;
        work(&Campaign::new(target), order, |finding| {
            found = true;
            say(&finding);
        })?;
        return Ok(found);
    }
    let fuzzed = supervise(target, order, |finding| say(&finding))?;
    let verdict = if fuzzed.found { "with findings" } else { "nothing found" };
    println!("{}: {} inputs of seed {}, {verdict}", target.name, fuzzed.inputs, arguments.seed);
    Ok(fuzzed.found)
}

fn say(finding: &Finding) {
    let place = finding
        .write()
        .map_or_else(|error| format!("not written: {error}"), |file| file.display().to_string());
    println!("{}: {}\n  {} bytes: {place}", finding.target, finding.kind, finding.input.bytes.len());
}
