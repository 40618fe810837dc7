//! The simulator's command line.

use std::ops::Range;
use std::process::ExitCode;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;
use std::time::Instant;

use clap::Parser;
use commerce_simulation::{Plan, Run, run, shrink};

/// Lives through many days of a shop with faults drawn from seeds.
#[derive(Parser)]
#[command(
    name = "simulate",
    after_help = "Exit codes:\n  0  every promise was kept\n  1  one was broken: its story is shown\n  2  usage"
)]
struct Arguments {
    /// Which seeds: `1000..2000`, or one
    #[arg(long, value_parser = seeds, default_value = "0..100")]
    seeds: Range<u64>,
    /// Shows everything that happens
    #[arg(long)]
    story: bool,
    /// Runs at once
    #[arg(long, default_value_t = 2)]
    threads: usize,
}

fn seeds(text: &str) -> Result<Range<u64>, String> {
    let number = |text: &str| text.parse::<u64>().map_err(|_| format!("`{text}` is no number"));
    match text.split_once("..") {
        Some((from, until)) => Ok(number(from)?..number(until)?),
        None => number(text).map(|seed| seed..seed.saturating_add(1)),
    }
}

#[derive(Default)]
struct Totals {
    runs: AtomicU64,
    calls: AtomicU64,
    faults: AtomicU64,
    deaths: AtomicU64,
}

impl Totals {
    fn add(&self, run: &Run) {
        self.runs.fetch_add(1, Ordering::Relaxed);
        self.calls.fetch_add(run.calls, Ordering::Relaxed);
        self.faults.fetch_add(run.struck, Ordering::Relaxed);
        self.deaths.fetch_add(u64::from(run.deaths), Ordering::Relaxed);
    }
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let (next, totals, broken) =
        (AtomicU64::new(arguments.seeds.start), Totals::default(), Mutex::new(Vec::new()));
    let began = Instant::now();
    thread::scope(|scope| {
        for _ in 0..arguments.threads.max(1) {
            scope.spawn(|| {
                loop {
                    let seed = next.fetch_add(1, Ordering::Relaxed);
                    if seed >= arguments.seeds.end {
                        return;
                    }
                    let run = run(&Plan::of(seed));
                    totals.add(&run);
                    if arguments.story {
                        println!("seed {seed}\n{}", run.timeline);
                    }
                    if !run.violations.is_empty()
                        && let Ok(mut broken) = broken.lock()
                    {
                        broken.push(seed);
                    }
                }
            });
        }
    });
    let of = |count: &AtomicU64| count.load(Ordering::Relaxed);
    let took = began.elapsed();
    let per_minute = 60.0 * of(&totals.runs) as f64 / took.as_secs_f64();
    println!(
        "{} seeds in {took:.1?} ({per_minute:.0} a minute): {} store calls, {} faults, {} deaths",
        of(&totals.runs),
        of(&totals.calls),
        of(&totals.faults),
        of(&totals.deaths),
    );
    let mut broken = broken.into_inner().unwrap_or_default();
    broken.sort_unstable();
    match broken.first() {
        None => ExitCode::SUCCESS,
        Some(seed) => {
            println!("{} broke a promise: {broken:?}\n", broken.len());
            tell(*seed);
            ExitCode::from(1)
        }
    }
}

/// Shows the shortest story of a seed that breaks a promise.
fn tell(seed: u64) {
    let plan = shrink(&Plan::of(seed));
    let run = run(&plan);
    println!("seed {seed}, with the faults that can't be spared:");
    for strike in &plan.strikes {
        println!("  at store call {}: {}", strike.call, strike.fault);
    }
    println!("\n{}", run.timeline);
    for violation in &run.violations {
        println!("broken: {violation}");
    }
}
