//! The simulator's command line.

use std::ops::Range;
use std::process::ExitCode;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use clap::Parser;
use commerce_simulation::{Plan, Run, Struck, run, shrink};

/// Much is made and thrown away on the way.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

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

/// Time between two lines on how far it has come.
const OFTEN: Duration = Duration::from_secs(10);

/// What has been lived through so far.
#[derive(Default)]
struct Totals {
    runs: u64,
    calls: u64,
    deaths: u64,
    struck: Struck,
    broken: Vec<u64>,
}

impl Totals {
    fn add(&mut self, seed: u64, run: &Run) {
        self.runs += 1;
        self.calls += run.calls;
        self.deaths += u64::from(run.deaths);
        for (kind, count) in &run.struck {
            *self.struck.entry(kind).or_default() += count;
        }
        if !run.violations.is_empty() {
            self.broken.push(seed);
        }
    }

    fn per_minute(&self, began: Instant) -> f64 {
        60.0 * self.runs as f64 / began.elapsed().as_secs_f64()
    }
}

/// All runs, on some threads.
struct Deep<'a> {
    arguments: &'a Arguments,
    next: AtomicU64,
    began: Instant,
    totals: Mutex<Totals>,
    /// When it was last said how far it has come.
    said: Mutex<Instant>,
}

impl Deep<'_> {
    /// Lives through one seed after the other, until there is none left.
    fn live(&self) {
        loop {
            let seed = self.next.fetch_add(1, Ordering::Relaxed);
            if seed >= self.arguments.seeds.end {
                return;
            }
            let run = run(&Plan::of(seed));
            if self.arguments.story {
                println!("seed {seed}\n{}", run.timeline);
            }
            self.totals.lock().unwrap_or_else(PoisonError::into_inner).add(seed, &run);
            self.say();
        }
    }

    fn say(&self) {
        let Ok(mut said) = self.said.try_lock() else { return };
        if said.elapsed() < OFTEN {
            return;
        }
        *said = Instant::now();
        let totals = self.totals.lock().unwrap_or_else(PoisonError::into_inner);
        let (of, faults) = (self.arguments.seeds.end - self.arguments.seeds.start, sum(&totals.struck));
        let (runs, broken, rate) = (totals.runs, totals.broken.len(), totals.per_minute(self.began));
        eprintln!("{runs} of {of} seeds, {rate:.0} a minute, {faults} faults, {broken} broke a promise");
    }
}

fn sum(struck: &Struck) -> u64 {
    struck.values().sum()
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let began = Instant::now();
    let deep = Deep {
        arguments: &arguments,
        next: AtomicU64::new(arguments.seeds.start),
        began,
        totals: Mutex::default(),
        said: Mutex::new(began),
    };
    thread::scope(|scope| {
        for _ in 0..arguments.threads.max(1) {
            scope.spawn(|| deep.live());
        }
    });
    let mut totals = deep.totals.into_inner().unwrap_or_else(PoisonError::into_inner);
    let Range { start, end } = arguments.seeds;
    println!(
        "seeds {start}..{end}: {} in {:.1?} ({:.0} a minute), {} store calls, {} faults, {} deaths, {} broke a promise",
        totals.runs,
        began.elapsed(),
        totals.per_minute(began),
        totals.calls,
        sum(&totals.struck),
        totals.deaths,
        totals.broken.len(),
    );
    for (kind, count) in &totals.struck {
        println!("{count:>9}  {kind}");
    }
    totals.broken.sort_unstable();
    match totals.broken.first() {
        None => ExitCode::SUCCESS,
        Some(seed) => {
            println!("{:?}\n", totals.broken);
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
