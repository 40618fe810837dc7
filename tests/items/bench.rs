//! `cargo bench -p items-tests`: how long each entity of the shop takes into an item and back, beside `serde_dynamo` on
//! the same values in the same run. Fails below the bars.
//!
//! Ours makes the whole item, its keys in the table and in every index included; theirs makes the fields alone. Both
//! give up the item that they read.

use std::hint::black_box;
use std::time::{Duration, Instant};

use items_tests::shop::{self, Kind, Visitor};

/// How many times faster an item is made, and a value read from one.
const BARS: [f64; 2] = [2.5, 5.0];

/// Values per entity.
const VALUES: usize = 64;

/// Measurements per entity and way, of which the median counts; one after another, so that a slow moment hits both.
const ROUNDS: usize = 31;

/// Values converted between two looks at the clock.
const BATCH: usize = 2048;

#[derive(Default)]
struct Bench {
    /// Per entity: nanoseconds per value of ours and theirs, to item and from item.
    rows: Vec<(&'static str, [[f64; 2]; 2])>,
}

impl Visitor for Bench {
    fn visit<K: Kind>(&mut self, values: &[K::Value]) {
        let batch: Vec<&K::Value> = values.iter().cycle().take(BATCH).collect();
        let theirs = |value: &K::Value| -> serde_dynamo::Item {
            serde_dynamo::to_item(value).expect("every entity has an item")
        };
        let read_theirs = |item: serde_dynamo::Item| -> K::Value {
            serde_dynamo::from_item(item).expect("an item of the entity is read back")
        };
        let read_ours = |item: stipule_runtime::Item| K::read(&item);
        let mut times: [[Vec<Duration>; 2]; 2] = Default::default();
        for _ in 0..ROUNDS {
            let [to, from] = &mut times;
            to[0].push(time(batch.clone(), K::item));
            to[1].push(time(batch.clone(), theirs));
            from[0].push(time(batch.iter().map(|value| K::item(value)).collect(), read_ours));
            from[1].push(time(batch.iter().map(|value| theirs(value)).collect(), read_theirs));
        }
        self.rows.push((K::NAME, times.map(|pair| pair.map(median))));
    }
}

/// The time for all of them; what they become is thrown away afterwards.
fn time<I, O>(inputs: Vec<I>, convert: impl Fn(I) -> O) -> Duration {
    let mut outputs = Vec::with_capacity(inputs.len());
    let start = Instant::now();
    for input in inputs {
        outputs.push(black_box(convert(black_box(input))));
    }
    let taken = start.elapsed();
    drop(outputs);
    taken
}

/// Nanoseconds per value.
fn median(mut times: Vec<Duration>) -> f64 {
    times.sort_unstable();
    times[times.len() / 2].as_nanos() as f64 / BATCH as f64
}

fn main() {
    let mut bench = Bench::default();
    shop::visit(&mut bench, VALUES);
    println!(
        "{:<20} {:>9} {:>9} {:>6}   {:>9} {:>9} {:>6}",
        "", "to item", "serde", "", "from item", "serde", ""
    );
    for (name, times) in &bench.rows {
        print!("{name:<20}");
        for [ours, theirs] in times {
            print!(" {ours:>6.0} ns {theirs:>6.0} ns {:>5.1}×  ", theirs / ours);
        }
        println!();
    }
    let mut met = true;
    for (way, (what, bar)) in ["to item", "from item"].into_iter().zip(BARS).enumerate() {
        let ratios: Vec<f64> = bench.rows.iter().map(|(_, times)| times[way][1] / times[way][0]).collect();
        let mean = (ratios.iter().map(|ratio| ratio.ln()).sum::<f64>() / ratios.len() as f64).exp();
        let least = ratios.iter().copied().fold(f64::INFINITY, f64::min);
        println!(
            "{what}: {mean:.2} times as fast in the geometric mean, {least:.2} at least; the bar is {bar}"
        );
        met &= mean >= bar;
    }
    if !met {
        eprintln!("the bars are not met");
        std::process::exit(1);
    }
}
