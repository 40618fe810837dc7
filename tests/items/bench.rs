//! `cargo bench -p items-tests`: how long each entity of the shop takes into an item and back, beside `serde_dynamo` on
//! the same values in the same run. Fails below the bars.
//!
//! Both make the fields of an item, and both read a stored item as a table gives it, with its keys and its type, and give
//! it up. What ours takes for the whole item, with its keys in the table and in every index, stands beside.

use std::collections::HashMap;
use std::hint::black_box;
use std::time::{Duration, Instant};

use serde_dynamo::AttributeValue;
use stipule_runtime::{Attr, Item};

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
    /// Per entity: nanoseconds per value of ours and theirs, to item and from item; and of ours to the whole item.
    rows: Vec<(&'static str, [[f64; 2]; 2], f64)>,
}

impl Visitor for Bench {
    fn visit<K: Kind>(&mut self, values: &[K::Value]) {
        let batch: Vec<&K::Value> = values.iter().cycle().take(BATCH).collect();
        let theirs = |value: &K::Value| -> serde_dynamo::Item {
            serde_dynamo::to_item(value).expect("every entity has an item")
        };
        let stored = |value: &K::Value| serde_dynamo::Item::from(stored(K::item(value)));
        let read_theirs = |item: serde_dynamo::Item| -> K::Value {
            serde_dynamo::from_item(item).expect("an item of the entity is read back")
        };
        let read_ours = |item: stipule_runtime::Item| K::read(&item);
        let mut times: [[Vec<Duration>; 2]; 2] = Default::default();
        let mut whole = Vec::new();
        for _ in 0..ROUNDS {
            let [to, from] = &mut times;
            to[0].push(time(batch.clone(), K::fields));
            to[1].push(time(batch.clone(), theirs));
            from[0].push(time(batch.iter().map(|value| K::item(value)).collect(), read_ours));
            from[1].push(time(batch.iter().map(|value| stored(value)).collect(), read_theirs));
            whole.push(time(batch.clone(), K::item));
        }
        self.rows.push((K::NAME, times.map(|pair| pair.map(median)), median(whole)));
    }
}

/// An item of ours as one of theirs.
fn stored(item: Item) -> HashMap<String, AttributeValue> {
    item.into_iter().map(|(name, value)| (name, attribute(value))).collect()
}

fn attribute(value: Attr) -> AttributeValue {
    match value {
        Attr::S(text) => AttributeValue::S(text),
        Attr::N(number) => AttributeValue::N(number),
        Attr::Bool(truth) => AttributeValue::Bool(truth),
        Attr::Null => AttributeValue::Null(true),
        Attr::B(bytes) => AttributeValue::B(bytes),
        Attr::L(items) => AttributeValue::L(items.into_iter().map(attribute).collect()),
        Attr::M(entries) => AttributeValue::M(stored(entries)),
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
        "{:<24} {:>9} {:>9} {:>6}   {:>9} {:>9} {:>6}   {:>9}",
        "", "to item", "serde", "", "from item", "serde", "", "with keys"
    );
    for (name, times, whole) in &bench.rows {
        print!("{name:<24}");
        for [ours, theirs] in times {
            print!(" {ours:>6.0} ns {theirs:>6.0} ns {:>5.1}×  ", theirs / ours);
        }
        println!("{whole:>6.0} ns");
    }
    let mut met = true;
    for (way, (what, bar)) in ["to item", "from item"].into_iter().zip(BARS).enumerate() {
        let ratios: Vec<f64> = bench.rows.iter().map(|(_, times, _)| times[way][1] / times[way][0]).collect();
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
