//! Every target of the platform runs, and its seeds are what they are meant to be.

use std::time::Duration;

use platform_fuzz::TARGETS;
use stipule_fuzz::{Campaign, Order, be_quiet, work};

/// A test must end soon even in a debug build.
const INPUTS: u64 = 150;

/// How far a deep run goes with each target, whichever comes first.
const DEEP: (u64, Duration) = (20_000, Duration::from_secs(120));

#[test]
fn every_target_takes_some_inputs_without_a_finding() {
    be_quiet();
    let is_deep = std::env::var_os("STIPULE_DEEP").is_some();
    for target in TARGETS {
        let campaign = Campaign::new(target);
        let (most, time) = if is_deep { DEEP } else { (INPUTS, Duration::from_secs(600)) };
        let order = Order { seed: 7, from: 0, time, most };
        let mut findings = Vec::new();
        let end = work(&campaign, order, |finding| findings.push(finding)).expect("files can be written");
        assert!(findings.is_empty(), "{findings:#?}");
        assert!(end >= INPUTS, "{} takes too long: {end} inputs", target.name);
    }
}

#[test]
fn seeds_are_taken_as_they_are_and_are_the_same_in_every_run() {
    be_quiet();
    for target in TARGETS {
        let campaign = Campaign::new(target);
        let seeds = (target.seeds)();
        assert!(seeds.len() >= 4, "{} has seeds", target.name);
        assert_eq!(seeds, (target.seeds)(), "{}", target.name);
        for seed in &seeds {
            assert_eq!(campaign.attempt(seed), None, "{} {}", target.name, seed.text());
        }
    }
}
