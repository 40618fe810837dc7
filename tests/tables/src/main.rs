//! Many random tables, with what they say about the rules: how many pass, how many agree, how many counterexamples
//! happen, and how long it all takes.

use std::collections::BTreeMap;
use std::process::ExitCode;
use std::time::{Duration, Instant};

use table_tests::draw::draw;
use table_tests::judge::Judged;
use table_tests::play::Play;
use table_tests::replay::{Outcome, Replay};
use table_tests::world::World;

/// Writes of each game.
const WRITES: usize = 40;

#[derive(Default)]
struct Tally {
    drawn: usize,
    refused: BTreeMap<&'static str, usize>,
    passed: usize,
    written: usize,
    read: usize,
    fired: BTreeMap<&'static str, [usize; 3]>,
    wrong: Vec<String>,
    judging: Duration,
    rules: Duration,
}

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
    let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime without drivers");
    let start = Instant::now();
    let mut tally = Tally::default();
    for seed in seed..seed + tables {
        runtime.block_on(one(seed, &mut tally));
    }
    tally.print(start.elapsed());
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

async fn one(seed: u64, tally: &mut Tally) {
    let start = Instant::now();
    let judged = Judged::of(seed);
    tally.judging += start.elapsed();
    if let Some(contract) = &judged.contract {
        let start = Instant::now();
        stipule_rules::check(contract);
        tally.rules += start.elapsed();
    }
    tally.drawn += 1;
    let Some(contract) = &judged.contract else {
        for code in judged.errors() {
            *tally.refused.entry(code).or_default() += 1;
        }
        return;
    };
    if judged.passes() {
        tally.passed += 1;
        let world = World::new(contract.clone());
        match Play::new(&world, &judged.sheet, None, seed).run(WRITES).await {
            Ok(done) => {
                tally.written += done.written;
                tally.read += done.read;
            }
            Err(found) => tally.wrong.push(format!("seed {seed}: {}", found.what)),
        }
    }
    for fault in &judged.found {
        let counts = tally.fired.entry(fault.code).or_default();
        counts[0] += 1;
        let Some(witness) = &fault.witness else { continue };
        counts[1] += 1;
        let world = World::new(contract.clone());
        match Replay::new(&world, &judged.sheet).run(witness).await {
            Outcome::Happened => counts[2] += 1,
            Outcome::TooFewKeys => {}
            Outcome::Not(why) => {
                tally.wrong.push(format!("seed {seed}: {} {}: {why}", fault.code, fault.message));
            }
        }
    }
}

impl Tally {
    fn print(&self, time: Duration) {
        let each = |time: Duration| time.as_secs_f64() * 1000.0 / self.drawn.max(1) as f64;
        println!(
            "{} tables in {:.1} s: {:.2} ms each; {:.2} ms for drawing, front and rules, of which {:.2} ms for the rules",
            self.drawn,
            time.as_secs_f64(),
            each(time),
            each(self.judging),
            each(self.rules)
        );
        println!("{} pass: {} writes and {} reads agree", self.passed, self.written, self.read);
        println!("refused by the front: {:?}", self.refused);
        println!("code: fired, with a counterexample, that happened");
        for (code, [fired, shown, happened]) in &self.fired {
            println!("  {code}: {fired}, {shown}, {happened}");
        }
        println!("{} wrong", self.wrong.len());
        self.wrong.iter().take(20).for_each(|wrong| println!("  {wrong}"));
    }
}
