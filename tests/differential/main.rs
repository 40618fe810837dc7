//! Our types against the `jsonschema` crate: for every schema of the shop's contracts, on every document, one verdict.

mod mutation;

use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use commerce_model::DECLARED;
use platform_tests::draw::{Bundle, Documents};
use stipule_wire::{Declared, Json, Limits, Posture};

/// Documents of each verdict per schema.
fn wanted() -> usize {
    if std::env::var_os("STIPULE_DEEP").is_some() { 5_000 } else { 500 }
}

/// Tries per wanted document before a schema is said to have none of that verdict.
const PATIENCE: usize = 60;

#[test]
fn types_and_jsonschema_agree_on_every_document_of_every_schema() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("tests/ is below the root");
    let bundle = Bundle::read(root);
    assert!(DECLARED.len() > 60, "the shop declares its types");
    let mut faults = Vec::new();
    let mut short = Vec::new();
    let mut total = [0, 0];
    for (declared, tally) in DECLARED.iter().zip(compare_all(&bundle)) {
        let Tally { valid, invalid, disagreements } = tally;
        faults.extend(disagreements);
        if valid < wanted() || invalid < wanted() {
            short.push(format!("{}: {valid} valid, {invalid} invalid", declared.place));
        }
        total = [total[0] + valid, total[1] + invalid];
    }
    println!("{} schemas: {} valid and {} invalid documents", DECLARED.len(), total[0], total[1]);
    assert!(
        faults.is_empty(),
        "{} disagreements:\n{}",
        faults.len(),
        faults[..faults.len().min(40)].join("\n")
    );
    assert!(short.is_empty(), "too few documents drawn:\n{}", short.join("\n"));
}

/// On every core: most of the time goes to the judge.
fn compare_all(bundle: &Bundle) -> Vec<Tally> {
    let next = AtomicUsize::new(0);
    let mut tallies: Vec<(usize, Tally)> = thread::scope(|scope| {
        let cores = thread::available_parallelism().map_or(1, std::num::NonZero::get);
        let workers: Vec<_> = (0..cores)
            .map(|_| {
                scope.spawn(|| {
                    let mut done = Vec::new();
                    loop {
                        let number = next.fetch_add(1, Ordering::Relaxed);
                        let Some(declared) = DECLARED.get(number) else { break done };
                        done.push((number, compare(bundle, declared)));
                    }
                })
            })
            .collect();
        workers.into_iter().flat_map(|worker| worker.join().expect("a worker ends")).collect()
    });
    tallies.sort_by_key(|(number, _)| *number);
    tallies.into_iter().map(|(_, tally)| tally).collect()
}

struct Tally {
    valid: usize,
    invalid: usize,
    disagreements: Vec<String>,
}

fn compare(bundle: &Bundle, declared: &Declared) -> Tally {
    let judge = jsonschema::options()
        .with_draft(jsonschema::Draft::Draft202012)
        .should_validate_formats(true)
        .build(&bundle.schema(declared.place))
        .unwrap_or_else(|error| panic!("{}: {error}", declared.place));
    let schema = bundle.at(declared.place).clone();
    // Seeded by the place, so that a new schema doesn't change the documents of the others.
    let seed = declared
        .place
        .bytes()
        .fold(7, |seed: u64, byte| seed.wrapping_mul(131).wrapping_add(u64::from(byte)));
    let mut documents = Documents::new(bundle, seed);
    let mut tally = Tally { valid: 0, invalid: 0, disagreements: Vec::new() };
    for _ in 0..wanted() * PATIENCE {
        if tally.valid >= wanted() && tally.invalid >= wanted() {
            break;
        }
        let mut document = documents.draw(&schema, 0);
        if tally.valid >= wanted() || documents.random.one_in(2) {
            for _ in 0..=documents.random.below(3) {
                mutation::mutate(&mut document, &mut documents.random);
            }
        }
        let text = document.to_string();
        let valid = judge.is_valid(&document);
        let json = Json::parse(text.as_bytes(), Limits::default()).expect("serde_json writes JSON");
        let ours = declared.check(&json, Posture::Closed);
        *(if valid { &mut tally.valid } else { &mut tally.invalid }) += 1;
        if ours.is_ok() != valid {
            let theirs = judge.validate(&document).err().map(|error| error.to_string());
            tally.disagreements.push(format!(
                "{} {text}\n  jsonschema: {}\n  ours: {}",
                declared.place,
                theirs.unwrap_or_else(|| "valid".to_owned()),
                ours.err().map_or_else(|| "valid".to_owned(), |violations| violations.to_string()),
            ));
        }
    }
    tally
}
