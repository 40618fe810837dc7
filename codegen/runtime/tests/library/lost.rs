//! Lost acknowledgements: what was written isn't written again, and what wasn't is.

use stipule_runtime::{Context, StoreFailure};

use crate::world::{Fault, Loan, LoanError, Returned, World, block_on, put_loan, return_loan};

/// A world with one loan, without a fine.
fn world() -> World {
    let world = World::new();
    block_on(put_loan(&world.command(), &["moby"]).commit()).unwrap();
    world
}

fn add_fine(cx: &Context) -> Result<(), LoanError> {
    block_on(return_loan(cx, "moby", 5).commit())
}

fn answer(cx: &Context) -> Result<Returned, LoanError> {
    let loan = Loan { loan: "moby".to_owned(), fine: 5 };
    block_on(return_loan(cx, "moby", 5).answer(Returned(loan)))
}

fn assert_applied_once(world: &World) {
    assert_eq!(world.table.fine("moby"), Some(5));
    assert_eq!(world.table.numbers("moby"), [1]);
}

#[test]
fn a_command_without_a_key_is_not_applied_twice() {
    let world = world();
    world.table.fail([Fault::LostAnswer]);
    assert_eq!(add_fine(&world.command()), Ok(()));
    assert_applied_once(&world);
}

#[test]
fn a_job_is_not_applied_twice() {
    let world = world();
    world.table.fail([Fault::LostAnswer]);
    assert_eq!(add_fine(&Context::job(world.ports.clone(), "north", "sweep")), Ok(()));
    assert_applied_once(&world);
}

#[test]
fn a_command_with_a_key_is_not_applied_twice() {
    let world = world();
    world.table.fail([Fault::LostAnswer]);
    assert!(answer(&world.keyed("k", "f")).is_ok());
    assert_applied_once(&world);
}

#[test]
fn an_event_is_not_applied_twice() {
    let world = world();
    world.table.fail([Fault::LostAnswer]);
    assert_eq!(add_fine(&world.event("e", "f")), Ok(()));
    assert_applied_once(&world);
}

#[test]
fn a_request_that_never_arrived_is_sent_again() {
    let contexts = |world: &World| {
        [world.command(), world.event("e", "f"), Context::job(world.ports.clone(), "north", "sweep")]
    };
    for which in 0..3 {
        let world = world();
        world.table.fail([Fault::LostRequest, Fault::LostRequest]);
        assert_eq!(add_fine(&contexts(&world)[which]), Ok(()));
        assert_applied_once(&world);
    }
}

#[test]
fn every_order_of_losses_applies_once() {
    const FAULTS: [Fault; 5] =
        [Fault::LostAnswer, Fault::LostRequest, Fault::Throttled, Fault::Conflict, Fault::Fine];
    for number in 0..FAULTS.len().pow(4) {
        let order = (0..4).map(|place| FAULTS[number / FAULTS.len().pow(place) % FAULTS.len()]);
        let world = world();
        world.table.fail(order.clone());
        assert_eq!(add_fine(&world.command()), Ok(()), "{:?}", order.collect::<Vec<_>>());
        assert_applied_once(&world);
    }
}

#[test]
fn when_the_line_stays_dead_the_outcome_is_unknown_and_the_next_delivery_finds_out() {
    for first in [Fault::LostAnswer, Fault::LostRequest] {
        let world = world();
        world.table.fail(std::iter::once(first).chain([Fault::LostRequest; 11]));
        let outcome = add_fine(&world.event("e", "f"));
        assert!(matches!(outcome, Err(LoanError::Failed(StoreFailure::Unavailable(_)))), "{outcome:?}");
        let again = add_fine(&world.event("e", "f"));
        let committed = first == Fault::LostAnswer;
        let handled = Err(LoanError::Failed(StoreFailure::AlreadyHandled));
        assert_eq!(again, if committed { handled } else { Ok(()) });
        assert_applied_once(&world);
    }
}

#[test]
fn an_unknown_outcome_leaves_no_room_for_another_write() {
    let world = world();
    world.table.fail([Fault::LostRequest; 12]);
    let cx = world.event("e", "f");
    assert!(matches!(add_fine(&cx), Err(LoanError::Failed(StoreFailure::Unavailable(_)))));
    assert_eq!(add_fine(&cx), Err(LoanError::Failed(StoreFailure::SecondWrite)));
}
