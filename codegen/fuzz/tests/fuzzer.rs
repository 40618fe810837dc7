//! The fuzzer finds what is planted, does the same again for the same seed, and every target runs.

mod every;

use std::time::Duration;

use stipule_fuzz::corpus::Input;
use stipule_fuzz::{Campaign, Fault, Kind, Order, TARGETS, Target, be_quiet, work};

/// A test must end soon even in a debug build.
const INPUTS: u64 = 40;

fn order(seed: u64, most: u64) -> Order {
    Order { seed, from: 0, time: Duration::from_secs(600), most }
}

#[test]
fn every_target_takes_some_inputs_without_a_finding() {
    every::runs(TARGETS, INPUTS, 5_000);
}

/// Can't stand a star within brackets.
const PLANTED: Target = Target {
    name: "planted",
    summary: "",
    forms: &[],
    seeds: || vec![Input::new("planted", "[one, two], *three, {four: [5]}, \"six\"")],
    check: || {
        Box::new(|input| {
            let text = input.text();
            let inside = text.split_once('[').and_then(|(_, rest)| rest.split_once(']'));
            assert!(!inside.is_some_and(|(inside, _)| inside.contains('*')), "a star within brackets");
        })
    },
};

#[test]
fn a_planted_fault_is_found_once_and_cut_down_to_what_matters() {
    be_quiet();
    let mut findings = Vec::new();
    work(&Campaign::new(&PLANTED), order(1, 20_000), |finding| findings.push(finding))
        .expect("files can be written");
    let [found] = &findings[..] else { panic!("one finding: {findings:#?}") };
    assert_eq!(found.input.text(), "[*]");
    assert!(
        matches!(&found.kind, Kind::Panic(words) if words.ends_with("a star within brackets")),
        "{}",
        found.kind
    );
    let again = Campaign::new(&PLANTED);
    assert!(again.attempt(&again.input(found.seed, found.iteration)).is_some(), "its number makes it again");
}

#[test]
fn an_input_follows_from_seed_and_number() {
    for target in TARGETS {
        let (one, two) = (Campaign::new(target), Campaign::new(target));
        let inputs = |campaign: &Campaign, seed| (0..20).map(|n| campaign.input(seed, n)).collect::<Vec<_>>();
        assert_eq!(inputs(&one, 3), inputs(&two, 3), "{}", target.name);
        assert_ne!(inputs(&one, 3), inputs(&one, 4), "{}", target.name);
    }
}

#[test]
fn targets_have_names_of_their_own_and_seeds() {
    for (at, target) in TARGETS.iter().enumerate() {
        assert!(TARGETS[..at].iter().all(|other| other.name != target.name), "{} twice", target.name);
        assert!((target.seeds)().len() >= 4, "{} has seeds", target.name);
    }
}

#[test]
fn faults_of_one_place_are_alike() {
    let panic =
        |place: &str, message: &str| Fault::Panic { place: place.to_owned(), message: message.to_owned() };
    assert!(panic("a.rs:1", "x").is_like(&panic("a.rs:1", "y")));
    assert!(!panic("a.rs:1", "x").is_like(&panic("a.rs:2", "x")));
    assert!(!panic("a.rs:1", "x").is_like(&Fault::Slow(Duration::ZERO)));
}
