//! Every step of a saga fails at every attempt, and what must happen then is reckoned from the contract alone.
//!
//! Then the state machine is edited, as a fault of the emitter would: each edit must be caught.

#[path = "ways/model.rs"]
mod model;
#[path = "ways/mutants.rs"]
mod mutants;
#[path = "ways/play.rs"]
mod play;

use model::{SAGA, faults};
use saga_judges::saga::machine_of;

#[test]
fn whatever_fails_at_whatever_attempt_the_saga_does_what_the_contract_says() {
    let found = faults(&machine_of(SAGA));
    assert!(found.is_empty(), "{} faults:\n{}", found.len(), found.join("\n"));
}

#[test]
fn every_mutant_is_caught() {
    let good = machine_of(SAGA);
    let mut missed = Vec::new();
    for mutant in mutants::ALL {
        let mut definition = good.clone();
        (mutant.edit)(&mut definition);
        assert_ne!(definition, good, "the edit `{}` changes nothing", mutant.name);
        match faults(&definition).first() {
            Some(fault) => println!("caught: {}: {fault}", mutant.name),
            None => missed.push(mutant.name),
        }
    }
    assert!(mutants::ALL.len() >= 20, "{} mutants", mutants::ALL.len());
    assert!(missed.is_empty(), "not caught: {missed:?}");
}
