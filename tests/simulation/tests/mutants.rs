//! Faults put into the mechanism, one at a time: the simulator finds each of them, and says in how many seeds.

use commerce_simulation::{Plan, run};
use stipule_runtime::mutant::Mutant;

/// Seeds that are tried for a fault, and in a deep run.
const SEEDS: (u64, u64) = (40, 10_000);

/// Faults that no run of the shop can show, with the reason. Each is noticed by a trial of its own (`mechanism-mutants`).
const UNSEEN: &[(Mutant, &str)] = &[];

#[test]
fn every_fault_of_the_mechanism_is_found() {
    let deep = std::env::var_os("STIPULE_DEEP").is_some();
    let most = if deep { SEEDS.1 } else { SEEDS.0 };
    let mut missed = Vec::new();
    for mutant in Mutant::ALL.iter().filter(|mutant| UNSEEN.iter().all(|(unseen, _)| unseen != *mutant)) {
        mutant.switch_on();
        let found = (0..most).find(|seed| !run(&Plan::of(*seed)).violations.is_empty());
        Mutant::Sound.switch_on();
        match found {
            Some(seed) => println!("{mutant:?}: found by seed {seed}"),
            None => missed.push(mutant),
        }
    }
    for (mutant, reason) in UNSEEN {
        println!("{mutant:?}: not looked for: {reason}");
    }
    assert!(missed.is_empty(), "in {most} seeds nobody noticed {missed:?}");
}
