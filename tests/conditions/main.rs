//! Random conditions on random items: the contract's text is lowered, emitted and decided by the embedded table, and
//! an evaluator that shares no code with any of them must come to the same.

mod evaluate;
mod generated;
mod random;

use proptest::prelude::*;
use proptest::strategy::ValueTree as _;
use proptest::test_runner::{Config, RngSeed};
use stipule_local::table::{LocalTable, Place};
use stipule_runtime::store::{Action, Cancellation, Store, TransactError, Transaction};

use generated::{TABLE, expressions, item, key};
use random::{Case, case};

/// Contracts; each has some conditions, and each of these is put to some items.
fn contracts() -> u32 {
    if std::env::var_os("STIPULE_DEEP").is_some_and(|deep| deep == "1") { 400 } else { 12 }
}

proptest! {
    #![proptest_config(Config {
        cases: contracts(),
        rng_seed: RngSeed::Fixed(20_261_126),
        failure_persistence: None,
        ..Config::default()
    })]

    #[test]
    fn the_table_decides_what_the_condition_says(case in case()) {
        let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
        runtime.block_on(decide(&case));
    }
}

async fn decide(Case { items, conditions }: &Case) {
    let table = LocalTable::open(&Place::Memory, &TABLE).expect("a table in memory opens");
    for (number, value) in items.iter().enumerate() {
        let actions = vec![Action::Put { item: item(number, value), condition: None }];
        table.transact(Transaction { actions }).await.expect("an unconditional put");
    }
    for (condition, expression) in conditions.iter().zip(expressions(conditions)) {
        for (number, value) in items.iter().enumerate() {
            let actions = vec![Action::Check { key: key(number), condition: expression.clone() }];
            let holds = match table.transact(Transaction { actions }).await {
                Ok(()) => true,
                Err(TransactError::Cancelled(reasons)) if reasons == [Cancellation::ConditionFailed] => false,
                Err(other) => panic!("{}: {other} ({})", condition.text(), expression.text),
            };
            assert_eq!(
                holds,
                evaluate::holds(condition, value),
                "`{}` of {value} (as `{}`)",
                condition.text(),
                expression.text
            );
        }
    }
}

#[test]
fn both_outcomes_are_common() {
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    let (mut yes, mut no) = (0, 0);
    for _ in 0..40 {
        let Case { items, conditions } = case().new_tree(&mut runner).expect("a case").current();
        for condition in &conditions {
            let held = items.iter().filter(|item| evaluate::holds(condition, item)).count();
            yes += held;
            no += items.len() - held;
        }
    }
    assert!(yes * 4 > no && no * 4 > yes, "{yes} hold, {no} don't: the test would prove little");
}
