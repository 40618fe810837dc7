//! Every target of the platform runs, and its seeds are what they are meant to be.

#[path = "../../../codegen/fuzz/tests/every/mod.rs"]
mod every;

use platform_fuzz::TARGETS;
use stipule_fuzz::{Campaign, be_quiet};

/// A test must end soon even in a debug build.
const INPUTS: u64 = 150;

#[test]
fn every_target_takes_some_inputs_without_a_finding() {
    every::runs(TARGETS, INPUTS, 20_000);
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
