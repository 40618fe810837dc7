//! Batches: what is asked for comes in its order, and what is left is said.

use stipule_runtime::batch::{self, Batched, Terms};
use stipule_runtime::{
    Attr, BatchAction, BatchGet, Clock, Context, Item, KeyBuf, PrimaryKey, StoreError, StoreFailure,
};

use crate::world::{Batch, TABLE, World, block_on};

const TERMS: Terms = Terms { max: 1_000, consistent: true, select: None };

fn key(number: i64) -> PrimaryKey {
    let pk = KeyBuf::partition("north").literal("BOOK").integer(number).finish();
    PrimaryKey::new(pk, KeyBuf::new().literal("HEAD").finish())
}

fn book(number: i64) -> Item {
    key(number).to_item(&TABLE).with("_t", Attr::from("Book")).with("number", Attr::integer(number))
}

/// The even numbers below a bound are there.
fn world(below: i64) -> World {
    let world = World::new();
    (0..below).filter(|number| number % 2 == 0).for_each(|number| world.table.insert(book(number)));
    world
}

fn read(cx: &Context, terms: Terms, numbers: &[i64]) -> Result<Batched<i64, i64>, StoreFailure> {
    let value = |item: &Item| Ok(item.integer("number").unwrap_or(-1));
    block_on(batch::read(cx, terms, numbers, |number| key(*number), value))
}

#[test]
fn what_is_found_comes_in_the_order_asked_and_a_key_given_twice_counts_once() {
    let cx = world(10).command();
    let read = read(&cx, TERMS, &[8, 3, 0, 8, 1, 3, 4]).unwrap();
    assert_eq!(read, Batched { found: vec![8, 0, 4], missing: vec![3, 1], left: vec![], why: None });
    assert_eq!(read.complete(), Ok(vec![8, 0, 4]));
}

#[test]
fn no_key_asks_nothing() {
    let world = world(2);
    assert_eq!(read(&world.command(), TERMS, &[]).unwrap().complete(), Ok(vec![]));
    assert_eq!(world.table.asked(), [0; 0]);
}

#[test]
fn many_keys_are_asked_for_by_the_hundred() {
    let world = world(250);
    let numbers: Vec<i64> = (0..250).rev().collect();
    let read = read(&world.command(), TERMS, &numbers).unwrap();
    assert!(read.left.is_empty());
    assert!(read.found.iter().copied().eq((0..250).rev().filter(|number| number % 2 == 0)));
    assert!(read.missing.iter().copied().eq((0..250).rev().filter(|number| number % 2 == 1)));
    let mut asked = world.table.asked();
    asked.sort_unstable();
    assert_eq!(asked, [50, BatchGet::MOST, BatchGet::MOST]);
}

#[test]
fn more_keys_than_the_read_takes_are_a_fault_of_the_program() {
    let world = world(4);
    let outcome = read(&world.command(), Terms { max: 2, ..TERMS }, &[0, 1, 2]);
    assert!(matches!(outcome, Err(StoreFailure::Invalid(_))), "{outcome:?}");
    assert_eq!(world.table.asked(), [0; 0]);
}

#[test]
fn what_the_store_leaves_is_asked_for_again() {
    let world = world(100);
    world.table.batch_up([Batch::Does(7)]);
    let numbers: Vec<i64> = (0..100).collect();
    let read = read(&world.command(), TERMS, &numbers).unwrap();
    assert_eq!((read.found.len(), read.missing.len(), read.left.len()), (50, 50, 0));
    let asked: Vec<usize> = (0..15).map(|call| 100 - 7 * call).collect();
    assert_eq!(world.table.asked(), asked, "more calls than a call without progress is tried");
}

#[test]
fn what_the_store_never_gives_is_left_and_said() {
    let world = world(100);
    world.table.batch_up([Batch::Does(3), Batch::Does(0)]);
    let numbers: Vec<i64> = (0..10).collect();
    let read = read(&world.command(), TERMS, &numbers).unwrap();
    assert_eq!(read.found, [0, 2]);
    assert_eq!(read.missing, [1]);
    assert_eq!(read.left, [3, 4, 5, 6, 7, 8, 9]);
    assert_eq!(read.complete(), Err(StoreFailure::Busy));
    assert_eq!(world.table.asked().len(), 12, "tries are bounded");
}

#[test]
fn refusals_pass_or_are_said() {
    let unavailable = || StoreError::Unavailable("the line is dead".to_owned());
    let world = world(10);
    world.table.batch_up([
        Batch::Fails(StoreError::Throttled),
        Batch::Fails(unavailable()),
        Batch::Does(100),
    ]);
    let began = world.clock.now();
    assert_eq!(read(&world.command(), TERMS, &[2, 4]).unwrap().complete(), Ok(vec![2, 4]));
    assert!(world.clock.now() > began, "it waited between the tries");
    world.table.batch_up([Batch::Fails(unavailable())]);
    let read = |terms| read(&world.command(), terms, &[2, 4]);
    let dead = read(TERMS).unwrap();
    assert_eq!(dead.left, [2, 4]);
    assert_eq!(dead.complete(), Err(StoreFailure::Unavailable("the line is dead".to_owned())));
    world.table.batch_up([Batch::Fails(StoreError::Invalid("no such table".to_owned()))]);
    assert_eq!(read(TERMS), Err(StoreFailure::Invalid("no such table".to_owned())));
}

#[test]
fn only_what_is_selected_comes() {
    let cx = world(4).command();
    let terms = Terms { select: Some(&["title"]), ..TERMS };
    let names = |item: &Item| {
        let mut names: Vec<_> = item.iter().map(|(name, _)| name.to_owned()).collect();
        names.sort_unstable();
        Ok(names)
    };
    let read = block_on(batch::read(&cx, terms, &[0], |number| key(*number), names)).unwrap();
    assert_eq!(read.found, [["_t", "pk", "sk"]]);
}

fn puts(numbers: std::ops::Range<i64>) -> Vec<BatchAction> {
    numbers.map(|number| BatchAction::Put(book(number))).collect()
}

#[test]
fn many_actions_are_written_by_twenty_five_and_what_is_left_again() {
    let world = World::new();
    world.table.batch_up([Batch::Does(20), Batch::Does(100)]);
    let mut actions = puts(0..60);
    actions.push(BatchAction::Delete(key(60)));
    world.table.insert(book(60));
    block_on(batch::write(&world.command(), actions)).unwrap().complete().unwrap();
    assert_eq!(world.table.of_type("Book").len(), 60);
    let mut asked = world.table.asked();
    asked.sort_unstable();
    assert_eq!(asked, [5, 11, BatchAction::MOST, BatchAction::MOST]);
}

#[test]
fn actions_that_are_not_done_are_left_and_said() {
    let world = World::new();
    world.table.batch_up([Batch::Does(4), Batch::Fails(StoreError::Throttled)]);
    let written = block_on(batch::write(&world.command(), puts(0..10))).unwrap();
    assert_eq!(written.left, puts(4..10));
    assert_eq!(written.complete(), Err(StoreFailure::Busy));
    assert_eq!(world.table.asked().len(), 12, "tries are bounded");
}

#[test]
fn two_actions_on_one_item_are_refused_before_anything_happens() {
    let world = World::new();
    let mut actions = puts(0..40);
    actions.push(BatchAction::Delete(key(3)));
    let outcome = block_on(batch::write(&world.command(), actions));
    assert!(matches!(outcome, Err(StoreFailure::Invalid(_))), "{outcome:?}");
    let keyless = vec![BatchAction::Put(Item::new())];
    let outcome = block_on(batch::write(&world.command(), keyless));
    assert!(matches!(outcome, Err(StoreFailure::Invalid(_))), "{outcome:?}");
    assert_eq!(world.table.asked(), [0; 0]);
}
