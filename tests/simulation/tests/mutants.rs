//! Faults put into the mechanism, one at a time: the simulator finds them, and says in how many seeds.

use commerce_simulation::{Plan, run};
use stipule_runtime::mutant::Mutant;

/// Seeds that are tried for a fault, and in a deep run.
const SEEDS: (u64, u64) = (32, 10_000);

/// Faults that few seeds find; a deep run looks for all of them.
const SOON: [Mutant; 4] =
    [Mutant::InboxForgotten, Mutant::StepForgotten, Mutant::QueueForgotten, Mutant::CallsForgotten];

#[test]
fn faults_of_the_mechanism_are_found() {
    let deep = std::env::var_os("STIPULE_DEEP").is_some();
    let (most, mutants) = if deep { (SEEDS.1, Mutant::ALL) } else { (SEEDS.0, &SOON[..]) };
    let mut missed = Vec::new();
    for mutant in mutants {
        mutant.switch_on();
        let found = (0..most).find(|seed| !run(&Plan::of(*seed)).violations.is_empty());
        Mutant::Sound.switch_on();
        match found {
            Some(seed) => println!("{mutant:?}: found by seed {seed}"),
            None => missed.push(mutant),
        }
    }
    assert!(missed.is_empty(), "in {most} seeds nobody noticed {missed:?}");
}
