//! Many random tables, with what they say about the rules.

use std::process::ExitCode;

use table_tests::draw::draw;
use table_tests::judge::Judged;
use table_tests::tally::Tally;

fn main() -> ExitCode {
    let mut arguments = std::env::args().skip(1);
    let (mut tables, mut seed) = (300_u64, 1_u64);
    while let Some(name) = arguments.next() {
        if name == "--show" {
            show(arguments.next().and_then(|seed| seed.parse().ok()).unwrap_or(seed));
            return ExitCode::SUCCESS;
        }
        let value = arguments.next().and_then(|value| value.parse().ok());
        match (name.as_str(), value) {
            ("--tables", Some(value)) => tables = value,
            ("--seed", Some(value)) => seed = value,
            _ => {
                eprintln!("usage: table-tests [--tables N] [--seed N], or --show SEED");
                return ExitCode::from(2);
            }
        }
    }
    let tally = Tally::of(seed..seed + tables);
    print!("{tally}");
    if tally.wrong.is_empty() { ExitCode::SUCCESS } else { ExitCode::from(1) }
}

/// The files of a contract, and what is found in it.
fn show(seed: u64) {
    let (_, sources) = draw(seed);
    for (_, source) in sources.iter() {
        println!("# {}\n{}", source.path, source.text);
    }
    for found in Judged::of(seed).found {
        println!("{} {}: {}", found.code, found.message, found.proof.unwrap_or_default());
    }
}
