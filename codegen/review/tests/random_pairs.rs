//! Random pairs of schemas: what is proved is never contradicted, what is refuted is refuted by others too, and little
//! stays undecided.

mod schemas;

use std::time::Instant;

use schemas::{Dice, document, edited};
use serde_json::Value;
use stipule_review::{
    Confidence, Dialect, Direction, Formats, Generator, Schema, Verdict, compare, validator,
};

/// Documents that search for a contradiction of each proof.
const DOCUMENTS: usize = 200;

fn judge(schema: &Value) -> Option<jsonschema::Validator> {
    jsonschema::options().with_draft(jsonschema::Draft::Draft202012).build(schema).ok()
}

#[derive(Debug, Default)]
struct Count {
    compatible: usize,
    incompatible: usize,
    unknown: usize,
    refused: usize,
}

#[test]
fn verdicts_about_random_pairs_hold() {
    let deep = std::env::var_os("STIPULE_DEEP").is_some();
    let pairs = if deep { 50_000 } else { 400 };
    let (mut count, mut slowest, started) = (Count::default(), (0, 0), Instant::now());
    let mut deciding = 0;
    for seed in 0..pairs {
        if seed % 5_000 == 4_999 {
            println!("{seed}: {count:?}");
        }
        let mut dice = Dice::new(seed);
        let base = document(&mut dice);
        let mut revision = base.clone();
        for _ in 0..=dice.below(3) {
            revision = edited(&mut dice, &revision);
        }
        if dice.below(8) == 0 {
            revision = document(&mut dice);
        }
        let began = Instant::now();
        let read = [&base, &revision].map(|schema| Schema::read(schema, Dialect::Draft2020));
        let verdict = compare(&read[0], &read[1], Direction::Backward);
        let took = began.elapsed().as_micros();
        deciding += took;
        slowest = slowest.max((took, seed));
        match &verdict {
            Verdict::Compatible(_) => {
                count.compatible += 1;
                assert_no_contradiction(seed, &read, &base, &revision);
            }
            Verdict::Incompatible(_) => {
                count.incompatible += 1;
                count.refused += assert_witnesses(seed, &verdict, &base, &revision);
            }
            Verdict::Unknown(_) => {
                if deep || std::env::var_os("STIPULE_SHOW").is_some() {
                    println!(
                        "unknown: seed {seed}\n  {base}\n  {revision}\n {:?}",
                        verdict.findings()[0].note
                    );
                }
                count.unknown += 1;
            }
        }
    }
    let share = count.unknown as f64 * 100.0 / pairs as f64;
    println!(
        "{pairs} pairs: {count:?}, {share:.2} % unknown, {} µs each, slowest {slowest:?} (µs, seed), {:?} in all",
        deciding / u128::from(pairs),
        started.elapsed()
    );
    assert!(share <= 3.0, "{share:.2} % of the pairs are undecided");
}

fn assert_no_contradiction(seed: u64, read: &[Schema; 2], base: &Value, revision: &Value) {
    let mut generator = Generator::new(&read[0], &[&read[0], &read[1]], seed);
    let [before, after] = [0, 1].map(|index| validator(&read[index], Formats::AsDialect));
    for _ in 0..DOCUMENTS {
        let document = generator.document();
        assert!(
            !(before(&document) == Some(true) && after(&document) == Some(false)),
            "seed {seed}: {document} contradicts the proof for\n{base}\n{revision}"
        );
    }
}

/// The number of findings whose schemas the judge refuses to read.
fn assert_witnesses(seed: u64, verdict: &Verdict, base: &Value, revision: &Value) -> usize {
    let (Some(before), Some(after)) = (judge(base), judge(revision)) else { return 1 };
    for finding in verdict.findings().iter().filter(|finding| finding.confidence == Confidence::Proved) {
        let witness = finding.witness.as_ref().expect("what is proved has a witness");
        assert!(before.is_valid(witness), "seed {seed}: {witness} is not valid before\n{base}\n{revision}");
        assert!(!after.is_valid(witness), "seed {seed}: {witness} is valid after\n{base}\n{revision}");
        assert!(
            revision.pointer(finding.pointer()).is_some(),
            "seed {seed}: nothing is at {}\n{base}\n{revision}",
            finding.pointer()
        );
    }
    0
}

#[test]
fn the_evaluator_agrees_with_another_one() {
    let rounds = if std::env::var_os("STIPULE_DEEP").is_some() { 20_000 } else { 300 };
    for seed in 0..rounds {
        let mut dice = Dice::new(seed ^ 0xABCD);
        let schema = document(&mut dice);
        let Some(judge) = judge(&schema) else { continue };
        let read = Schema::read(&schema, Dialect::Draft2020);
        let mut generator = Generator::new(&read, &[&read], seed);
        let valid = validator(&read, Formats::AsDialect);
        for _ in 0..40 {
            let document = generator.document();
            if let Some(valid) = valid(&document) {
                assert_eq!(valid, judge.is_valid(&document), "seed {seed}: {document} against\n{schema}");
            }
        }
    }
}
