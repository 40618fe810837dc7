//! Random tables: what the rules pass goes well on the store, what they refuse goes wrong there, and mistakes are found.

use table_tests::act::{MUTANTS, Mutant};
use table_tests::judge::Judged;
use table_tests::play::Play;
use table_tests::tally::{Tally, WRITES};
use table_tests::world::World;

/// So many tables, the same in every run; many more in depth.
fn tables() -> u64 {
    if std::env::var_os("STIPULE_DEEP").is_some_and(|deep| deep == "1") { 10_000 } else { 300 }
}

#[test]
fn what_the_rules_pass_goes_well_and_what_they_refuse_goes_wrong() {
    let tally = Tally::of(1..1 + tables());
    println!("{tally}");
    assert!(tally.wrong.is_empty(), "{tally}");
    // The tables are worth something only while many are good, and many are bad in each of these ways.
    assert!(tally.passed * 8 >= tally.drawn, "{tally}");
    assert!(tally.written > 10 * tally.passed && tally.read > 10 * tally.passed, "{tally}");
    for code in ["TBL101", "TBL102", "TBL103", "TBL106", "TBL107", "TBL108", "TBL112", "TBL113"] {
        let happened = tally.fired.get(code).map_or(0, |[.., happened]| *happened);
        assert!(happened > 0, "no counterexample of {code} happened: {tally}");
    }
}

/// Tables that the mutants are tried on, at most.
const MOST_SEEDS: u64 = 3_000;

#[test]
fn every_mistake_is_found() {
    let mut missed: Vec<Mutant> = MUTANTS.to_vec();
    // Seeds apart from those above: the tables are others.
    for seed in 1_000_000..1_000_000 + MOST_SEEDS {
        let judged = Judged::of(seed);
        if judged.passes() {
            missed.retain(|mutant| !finds(*mutant, &judged));
        }
        if missed.is_empty() {
            return;
        }
    }
    panic!("{missed:?} not found");
}

fn finds(mutant: Mutant, judged: &Judged) -> bool {
    let Some(contract) = &judged.contract else { return false };
    let world = World::new(contract.clone());
    let game = Play::new(&world, &judged.sheet, Some(mutant), judged.seed).run(WRITES);
    let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime without drivers");
    runtime.block_on(game).is_err()
}
