//! Many random tables: how many pass, how many agree, how many counterexamples happen, and how long it all takes.

use std::collections::BTreeMap;
use std::fmt;
use std::ops::Range;
use std::panic::AssertUnwindSafe;
use std::time::{Duration, Instant};

use futures_util::FutureExt;

use crate::judge::Judged;
use crate::play::Play;
use crate::replay::{Outcome, Replay};
use crate::world::World;

/// Writes of each game.
pub const WRITES: usize = 40;

/// What became of many random tables.
#[derive(Debug, Default)]
pub struct Tally {
    /// Tables that were drawn.
    pub drawn: usize,
    /// Tables that front and rules let through.
    pub passed: usize,
    /// Writes and reads that store and model agree in.
    pub written: usize,
    /// Reads.
    pub read: usize,
    /// By code: how often it fired, with a counterexample, and how often that happened on the store.
    pub fired: BTreeMap<&'static str, [usize; 3]>,
    /// What is not as it should be, with its seed.
    pub wrong: Vec<String>,
    refused: BTreeMap<&'static str, usize>,
    time: Duration,
    judging: Duration,
    rules: Duration,
}

impl Tally {
    /// Of the tables of these seeds.
    ///
    /// # Panics
    /// When there can be no runtime.
    pub fn of(seeds: Range<u64>) -> Self {
        let runtime =
            tokio::runtime::Builder::new_current_thread().build().expect("a runtime without drivers");
        let start = Instant::now();
        let mut tally = Self::default();
        for seed in seeds {
            let done = AssertUnwindSafe(tally.add(seed)).catch_unwind();
            if runtime.block_on(done).is_err() {
                tally.wrong.push(format!("seed {seed}: panic"));
            }
        }
        tally.time = start.elapsed();
        tally
    }

    async fn add(&mut self, seed: u64) {
        let start = Instant::now();
        let judged = Judged::of(seed);
        self.judging += start.elapsed();
        if let Some(contract) = &judged.contract {
            let start = Instant::now();
            stipule_rules::check(contract);
            self.rules += start.elapsed();
        }
        self.drawn += 1;
        let Some(contract) = &judged.contract else {
            for code in judged.errors() {
                *self.refused.entry(code).or_default() += 1;
            }
            return;
        };
        if judged.passes() {
            self.passed += 1;
            let world = World::new(contract.clone());
            match Play::new(&world, &judged.sheet, None, seed).run(WRITES).await {
                Ok(done) => {
                    self.written += done.written;
                    self.read += done.read;
                }
                Err(found) => self.wrong.push(format!("seed {seed}: {}", found.what)),
            }
        }
        for fault in &judged.found {
            let counts = self.fired.entry(fault.code).or_default();
            counts[0] += 1;
            let Some(witness) = &fault.witness else { continue };
            counts[1] += 1;
            let world = World::new(contract.clone());
            match Replay::new(&world, &judged.sheet).run(witness).await {
                Outcome::Happened => counts[2] += 1,
                Outcome::TooFewKeys => {}
                Outcome::Not(why) => {
                    self.wrong.push(format!("seed {seed}: {} {}: {why}", fault.code, fault.message));
                }
            }
        }
    }
}

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let each = |time: Duration| time.as_secs_f64() * 1000.0 / self.drawn.max(1) as f64;
        writeln!(
            f,
            "{} tables in {:.1} s: {:.2} ms each; {:.2} ms for drawing, front and rules, of which {:.2} ms for the rules",
            self.drawn,
            self.time.as_secs_f64(),
            each(self.time),
            each(self.judging),
            each(self.rules)
        )?;
        writeln!(f, "{} pass: {} writes and {} reads agree", self.passed, self.written, self.read)?;
        writeln!(f, "refused by the front: {:?}", self.refused)?;
        writeln!(f, "code: fired, with a counterexample, that happened")?;
        for (code, [fired, shown, happened]) in &self.fired {
            writeln!(f, "  {code}: {fired}, {shown}, {happened}")?;
        }
        writeln!(f, "{} wrong", self.wrong.len())?;
        self.wrong.iter().try_for_each(|wrong| writeln!(f, "  {wrong:.300}"))
    }
}
