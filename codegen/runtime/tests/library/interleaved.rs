//! Many at once: numbers without gaps, one winner per cause.

use stipule_runtime::{Context, StoreFailure};

use crate::world::{
    Fault, Loan, LoanError, Returned, Seeded, World, block_on, put_loan, return_loan, together,
};

#[test]
fn numbers_of_an_aggregate_have_no_gaps_however_writes_interleave() {
    for seed in 0..50 {
        let world = World::new();
        block_on(put_loan(&world.command(), &["a", "b"]).commit()).unwrap();
        let random = Seeded::new(seed);
        let faults = [Fault::Fine, Fault::LostAnswer, Fault::Conflict, Fault::LostRequest, Fault::Fine];
        world.table.fail((0..12).map(|_| faults[usize::try_from(random.number() % 5).unwrap()]));
        let contexts: Vec<Context> = (0..8).map(|number| world.event(&number.to_string(), "f")).collect();
        let writes = contexts.iter().map(|cx| {
            let loan = if random.number().is_multiple_of(3) { "b" } else { "a" };
            return_loan(cx, loan, 1).commit()
        });
        let outcomes = together(writes);
        let done = outcomes.iter().filter(|outcome| outcome.is_ok()).count();
        assert_eq!(done, 8, "seed {seed}: {outcomes:?}");
        let mut total = 0;
        for loan in ["a", "b"] {
            let numbers = world.table.numbers(loan);
            let expected: Vec<u64> = (1..=numbers.len() as u64).collect();
            assert_eq!(numbers, expected, "seed {seed}");
            total += numbers.len();
        }
        assert_eq!(total, 8, "seed {seed}");
    }
}

#[test]
fn one_of_many_deliveries_of_an_event_applies_it() {
    let world = World::new();
    block_on(put_loan(&world.command(), &["moby"]).commit()).unwrap();
    let contexts: Vec<Context> = (0..6).map(|_| world.event("e", "f")).collect();
    let outcomes = together(contexts.iter().map(|cx| return_loan(cx, "moby", 5).commit()));
    let applied = outcomes.iter().filter(|outcome| outcome.is_ok()).count();
    let repeated = Err(LoanError::Failed(StoreFailure::AlreadyHandled));
    assert_eq!((applied, outcomes.iter().filter(|outcome| **outcome == repeated).count()), (1, 5));
    assert_eq!(world.table.fine("moby"), Some(5));
}

#[test]
fn one_of_many_repetitions_of_a_command_applies_it() {
    let world = World::new();
    block_on(put_loan(&world.command(), &["moby"]).commit()).unwrap();
    let contexts: Vec<Context> = (0..6).map(|_| world.keyed("k", "f")).collect();
    let answer = || Returned(Loan { loan: "moby".to_owned(), fine: 5 });
    let outcomes = together(contexts.iter().map(|cx| return_loan(cx, "moby", 5).answer(answer())));
    assert_eq!(outcomes.iter().filter(|outcome| outcome.is_ok()).count(), 1);
    let repeated = Err(LoanError::Failed(StoreFailure::AlreadyAnswered));
    assert_eq!(outcomes.iter().filter(|outcome| **outcome == repeated).count(), 5);
    assert_eq!(world.table.fine("moby"), Some(5));
}

#[test]
fn a_cause_is_remembered_in_one_place_whomever_it_is_done_for() {
    let world = World::new();
    let first = world.event("e", "f");
    block_on(put_loan(&first.for_tenant("south"), &["moby"]).commit()).unwrap();
    let again = block_on(put_loan(&world.event("e", "f"), &["pequod"]).commit());
    assert_eq!(again, Err(LoanError::Failed(StoreFailure::AlreadyHandled)));
    let second = block_on(put_loan(&first, &["pequod"]).commit());
    assert_eq!(
        second,
        Err(LoanError::Failed(StoreFailure::SecondWrite)),
        "one cause, one write, for all tenants"
    );
}

#[test]
fn ids_of_a_repeated_handling_are_the_same_and_those_of_others_are_not() {
    let world = World::new();
    let ids = |cx: &Context| {
        world.clock.advance(std::time::Duration::from_secs(1));
        [cx.new_id(), cx.new_id()]
    };
    assert_eq!(ids(&world.event("e", "f")), ids(&world.event("e", "f")));
    assert_eq!(ids(&world.keyed("k", "f")), ids(&world.keyed("k", "f")));
    assert_ne!(ids(&world.event("e", "f")), ids(&world.event("e2", "f")));
    assert_ne!(ids(&world.keyed("k", "f")), ids(&world.keyed("k2", "f")));
    assert_ne!(ids(&world.command()), ids(&world.command()));
    let [first, second] = ids(&world.event("e", "f"));
    assert_ne!(first, second);
    assert_eq!(first.to_string().as_bytes()[14], b'7', "time-ordered under an event");
    assert_eq!(
        world.keyed("k", "f").new_id().to_string().as_bytes()[14],
        b'8',
        "made of the key under a key"
    );
}
