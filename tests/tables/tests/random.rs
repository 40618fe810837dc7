//! Random tables: what the rules pass goes well on the store, what they refuse goes wrong there, and mistakes are found.

use std::ops::Range;

use table_tests::act::{MUTANTS, Mutant};
use table_tests::draw::{Key, Sheet, draw, name};
use table_tests::judge::Judged;
use table_tests::play::Play;
use table_tests::tally::{Tally, WRITES};
use table_tests::world::World;

/// So many tables, the same in every run; many more in depth.
fn tables() -> u64 {
    if is_deep() { 10_000 } else { 300 }
}

fn is_deep() -> bool {
    std::env::var_os("STIPULE_DEEP").is_some_and(|deep| deep == "1")
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

/// Seeds of tables that the mutants are tried on, at most. They lie apart from those above: the tables are others.
const SEEDS: Range<u64> = 1_000_000..1_010_000;

/// Every table is judged and played in depth; otherwise only those that have what a mutant does wrong.
#[test]
fn every_mistake_is_found() {
    let mut missed: Vec<Mutant> = MUTANTS.to_vec();
    for seed in SEEDS {
        let (sheet, _) = draw(seed);
        let tried = |mutant: &Mutant| is_deep() || has_what_it_does_wrong(*mutant, &sheet);
        if !missed.iter().any(tried) {
            continue;
        }
        let judged = Judged::of(seed);
        if judged.passes() {
            missed.retain(|mutant| {
                let found = tried(mutant) && finds(*mutant, &judged);
                if found {
                    println!("{mutant:?}: seed {seed}");
                }
                !found
            });
        }
        if missed.is_empty() {
            return;
        }
    }
    panic!("{missed:?} not found");
}

/// Whether a table has something of the kind that the mutant does wrong: a sieve, so that few tables need be judged.
fn has_what_it_does_wrong(mutant: Mutant, sheet: &Sheet) -> bool {
    let keys: Vec<&Key> = sheet
        .entities
        .iter()
        .flat_map(|entity| std::iter::once(&entity.key).chain(entity.index_keys.iter().map(|(_, key)| key)))
        .collect();
    let ordered_by = |schema: &str| {
        let fields = (0..sheet.kinds.len()).filter(|field| sheet.kind(*field).schema.contains(schema));
        let mut names = fields.map(|field| format!("({})", name(field)));
        names.any(|name| sheet.reads.iter().any(|line| line.contains("order") && line.contains(&name)))
    };
    let read = |word: &str| sheet.reads.iter().any(|line| line.contains(word));
    let written = |word: &str| sheet.writes.iter().any(|line| line.contains(word));
    match mutant {
        Mutant::UnpaddedIntegers => ordered_by("integer"),
        Mutant::InstantsAsWritten => ordered_by("date-time"),
        Mutant::DecimalsAsWritten => ordered_by("decimal"),
        Mutant::OtherShard | Mutant::OneShard => read("fan_out"),
        Mutant::IndexKeyForgotten => read("index") && (written("change") || written("keep")),
        Mutant::NeverLeaves => keys.iter().any(|key| key.when.is_some()) && written("change"),
        Mutant::NotSparse => keys.iter().any(|key| key.when.is_some()),
        Mutant::UpdateCreates => written("change"),
        Mutant::Stale => sheet.entities.iter().any(|entity| entity.version) && written("change"),
        Mutant::NoLock | Mutant::LockKept => {
            sheet.entities.iter().any(|entity| !entity.unique.is_empty()) && written("put")
        }
        Mutant::OtherWay => read("order"),
        Mutant::EndsIncluded => read("range"),
        Mutant::NoPrefix | Mutant::PageSkips => read("bind"),
        Mutant::NoTerminator | Mutant::NoEscape | Mutant::NoTenant | Mutant::PutOver => true,
    }
}

fn finds(mutant: Mutant, judged: &Judged) -> bool {
    let Some(contract) = &judged.contract else { return false };
    let world = World::new(contract.clone());
    let game = Play::new(&world, &judged.sheet, Some(mutant), judged.seed).run(WRITES);
    let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime without drivers");
    runtime.block_on(game).is_err()
}
