//! Writes without trouble: what goes into the one transaction, and what is refused.

use stipule_runtime::{Action, Attr, Cause, Context, Envelope, Expression, StoreFailure, Transaction, Write};

use crate::world::{Fault, LoanError, Returned, TABLE, World, block_on, loan_key, put_loan, return_loan};

#[test]
fn state_mark_number_and_event_are_written_together() {
    let world = World::new();
    let cx = world.command();
    block_on(put_loan(&cx, &["moby"]).commit()).unwrap();
    block_on(return_loan(&cx, "moby", 3).commit()).unwrap();
    assert_eq!(world.table.fine("moby"), Some(3));
    let events = world.table.of_type("Outbox");
    let event = Envelope::from_item(&events[0]).unwrap();
    assert_eq!((event.name.as_str(), event.seq, event.tenant.as_str()), ("Loan.Returned", 1, "north"));
    assert_eq!(event.causation_id, cx.trace().request_id);
    assert_eq!(event.time, cx.now());
    assert_eq!(world.table.transactions(), 2);
}

#[test]
fn a_failed_condition_is_the_error_of_its_action_and_nothing_is_written() {
    let world = World::new();
    let cx = world.command();
    block_on(put_loan(&cx, &["b"]).commit()).unwrap();
    let denied = block_on(put_loan(&cx, &["a", "b", "c"]).commit());
    assert_eq!(denied, Err(LoanError::Exists { index: 1 }));
    assert!(world.table.item(&loan_key("a")).is_none());
    assert_eq!(block_on(return_loan(&cx, "nowhere", 1).commit()), Err(LoanError::NotOut));
    assert!(world.table.of_type("Outbox").is_empty(), "no event exists without its commit");
    assert!(world.table.of_type("Sequence").is_empty());
}

#[test]
fn after_a_denied_write_an_event_may_still_cause_another() {
    let world = World::new();
    let cx = world.event("e-1", "f");
    assert_eq!(block_on(return_loan(&cx, "nowhere", 1).commit()), Err(LoanError::NotOut));
    assert_eq!(block_on(put_loan(&cx, &["moby"]).commit()), Ok(()));
}

#[test]
fn one_event_causes_one_write() {
    let world = World::new();
    let cx = world.event("e-1", "f");
    block_on(put_loan(&cx, &["moby"]).commit()).unwrap();
    let second = block_on(put_loan(&cx, &["pequod"]).commit());
    assert_eq!(second, Err(LoanError::Failed(StoreFailure::SecondWrite)));
    assert!(world.table.item(&loan_key("pequod")).is_none());
}

#[test]
fn two_writes_at_once_under_one_event_are_told_apart() {
    let world = World::new();
    let cx = world.event("e-1", "f");
    let both =
        crate::world::together([put_loan(&cx, &["moby"]).commit(), put_loan(&cx, &["pequod"]).commit()]);
    assert_eq!(both, [Ok(()), Err(LoanError::Failed(StoreFailure::SecondWrite))]);
}

#[test]
fn a_command_without_a_key_may_write_more_than_once() {
    let world = World::new();
    let cx = world.command();
    for loan in ["a", "b", "c"] {
        block_on(put_loan(&cx, &[loan]).commit()).unwrap();
    }
    assert_eq!(world.table.of_type("Loan").len(), 3);
}

#[test]
fn a_command_with_a_key_must_answer() {
    let world = World::new();
    let cx = world.keyed("k-1", "f");
    let committed = block_on(put_loan(&cx, &["moby"]).commit());
    assert_eq!(committed, Err(LoanError::Failed(StoreFailure::Unanswered)));
    assert!(world.table.of_type("Loan").is_empty());
}

#[test]
fn an_event_handler_may_answer_to_nobody() {
    let world = World::new();
    let cx = world.event("e-1", "f");
    let loan = Returned(crate::world::Loan { loan: "moby".to_owned(), fine: 0 });
    assert_eq!(block_on(put_loan(&cx, &["moby"]).answer(loan.clone())), Ok(loan));
}

#[test]
fn more_actions_than_a_transaction_takes_are_refused_with_their_number() {
    let world = World::new();
    let cx = world.command();
    let names: Vec<String> = (0..Transaction::MAX_ACTIONS).map(|number| number.to_string()).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let refused = block_on(put_loan(&cx, &names).commit());
    let Err(LoanError::Failed(StoreFailure::Invalid(reason))) = refused else { panic!("{refused:?}") };
    assert!(
        reason.starts_with("101 actions are more than one transaction takes (100): 100 of the write"),
        "{reason}"
    );
    assert_eq!(block_on(put_loan(&cx, &names[1..]).commit()), Ok(()), "99 and the mark are 100");
}

#[test]
fn two_actions_on_one_item_are_refused_by_their_places() {
    let world = World::new();
    let cx = world.command();
    let refused = block_on(put_loan(&cx, &["a", "b", "a"]).commit());
    let Err(LoanError::Failed(StoreFailure::Invalid(reason))) = refused else { panic!("{refused:?}") };
    assert!(reason.starts_with("actions 0 and 2 of the write are on one item"), "{reason}");
    assert_eq!(world.table.transactions(), 0);
}

#[test]
fn a_write_that_could_not_be_put_together_writes_nothing() {
    let world = World::new();
    let cx = world.command();
    let mut write = put_loan(&cx, &["moby"]);
    write.fail(StoreFailure::Invalid("first".to_owned()));
    write.fail(StoreFailure::Invalid("second".to_owned()));
    let failed = block_on(write.commit());
    assert_eq!(failed, Err(LoanError::Failed(StoreFailure::Invalid("first".to_owned()))));
    assert_eq!(world.table.transactions(), 0);
}

#[test]
fn several_events_of_one_write_are_numbered_and_sorted_in_order() {
    let world = World::new();
    let cx = world.command();
    let mut write: Write<'_, LoanError> = Write::new(&cx);
    for fine in 0..6 {
        write.emit(&crate::world::LoanReturned { loan: "moby".to_owned(), fine });
    }
    block_on(write.commit()).unwrap();
    let rows = world.table.of_type("Outbox");
    let events: Vec<Envelope> = rows.iter().map(|row| Envelope::from_item(row).unwrap()).collect();
    let numbers: Vec<u64> = events.iter().map(|event| event.seq).collect();
    assert_eq!(numbers, [1, 2, 3, 4, 5, 6], "rows of one moment sort by their place in the write");
}

#[test]
fn a_busy_store_is_asked_again_and_not_for_ever() {
    let world = World::new();
    let cx = world.command();
    world.table.fail([Fault::Throttled, Fault::Conflict, Fault::Throttled]);
    block_on(put_loan(&cx, &["moby"]).commit()).unwrap();
    assert_eq!(world.table.transactions(), 4);
    world.table.fail([Fault::Conflict; 100]);
    let busy = block_on(put_loan(&cx, &["pequod"]).commit());
    assert_eq!(busy, Err(LoanError::Failed(StoreFailure::Busy)));
    assert_eq!(world.table.transactions(), 4 + 12);
}

#[test]
fn a_sequence_that_is_no_number_is_reported_and_not_overwritten() {
    let world = World::new();
    let cx = Context::job(world.ports.clone(), "north", "seed");
    assert!(matches!(cx.cause(), Cause::Job { .. }));
    block_on(put_loan(&cx, &["moby"]).commit()).unwrap();
    block_on(return_loan(&cx, "moby", 1).commit()).unwrap();
    let row = world.table.of_type("Sequence").remove(0);
    world.table.insert(row.with("seq", Attr::from("one")));
    let failed = block_on(return_loan(&cx, "moby", 1).commit());
    assert!(matches!(failed, Err(LoanError::Failed(StoreFailure::Invalid(_)))), "{failed:?}");
    assert_eq!(world.table.fine("moby"), Some(1));
}

#[test]
fn a_put_without_a_key_is_refused() {
    let world = World::new();
    let cx = world.command();
    let mut write: Write<'_, LoanError> = Write::new(&cx);
    let condition = Some(Expression::absent(&TABLE));
    let item = stipule_runtime::Item::new().with("pk", Attr::from("a#"));
    write.push(Action::Put { item, condition }, 0, |_| LoanError::NotOut);
    assert!(matches!(block_on(write.commit()), Err(LoanError::Failed(StoreFailure::Invalid(_)))));
}
