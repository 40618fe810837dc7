//! Faults are put into the mechanism one at a time; for each, a trial that passes without it must fail.
//!
//! One test, because a fault is on in the whole process. What it prints says which trial noticed which fault first.

mod causes;
mod deliveries;
mod sagas;
mod store;
mod world;
mod writes;

use std::panic::AssertUnwindSafe;

use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use stipule_runtime::mutant::Mutant;

/// Something that must hold; in words what doesn't.
type Trial = (&'static str, fn() -> BoxFuture<'static, Result<(), String>>);

const TRIALS: &[Trial] = &[
    ("an event twice", || causes::event_twice().boxed()),
    ("an event twice at once", || causes::event_at_once().boxed()),
    ("two consumers of an event", || causes::two_consumers().boxed()),
    ("another payload under an id", || causes::other_payload().boxed()),
    ("a command twice", || causes::command_twice().boxed()),
    ("another body under a key", || causes::other_body().boxed()),
    ("a key of two principals", || causes::two_principals().boxed()),
    ("a step twice", || causes::step_twice().boxed()),
    ("ids of events", || causes::ids_of_events().boxed()),
    ("numbers of events", || writes::numbers().boxed()),
    ("a change without its event", || writes::cut().boxed()),
    ("a demand", || writes::demand().boxed()),
    ("a refused transaction", || writes::refused().boxed()),
    ("a lost acknowledgement", || writes::unheard().boxed()),
    ("a failure that passes", || deliveries::passing_failure().boxed()),
    ("a panic that passes", || deliveries::passing_panic().boxed()),
    ("a failure that stays", || deliveries::lasting_failure().boxed()),
    ("order", || deliveries::order().boxed()),
    ("a gap", || deliveries::gap().boxed()),
    ("a kill while handling", || deliveries::killed_handling().boxed()),
    ("a kill while publishing", || deliveries::killed_publishing().boxed()),
    ("a saga started twice", || sagas::started_twice().boxed()),
    ("a kill while a step is taken", || sagas::killed_in_a_step().boxed()),
    ("a kill while a saga waits", || sagas::killed_in_a_wait().boxed()),
];

/// A trial as it goes now. A panic of the platform is a failure too.
async fn outcome(trial: &Trial) -> Result<(), String> {
    let result = AssertUnwindSafe(trial.1()).catch_unwind().await;
    result.unwrap_or_else(|_| Err("it panicked".to_owned()))
}

#[tokio::test]
async fn every_fault_of_the_mechanism_is_noticed() {
    let mut failed = Vec::new();
    for trial in TRIALS {
        if let Err(reason) = outcome(trial).await {
            failed.push(format!("{}: {reason}", trial.0));
        }
    }
    assert!(failed.is_empty(), "without a fault:\n{}", failed.join("\n"));
    // Faults make panics on purpose; their words would bury the list.
    std::panic::set_hook(Box::new(|_| {}));
    let mut unnoticed = Vec::new();
    for mutant in Mutant::ALL {
        mutant.switch_on();
        let mut noticed = None;
        for trial in TRIALS {
            if let Err(reason) = outcome(trial).await {
                noticed = Some((trial.0, reason));
                break;
            }
        }
        match noticed {
            Some((trial, reason)) => println!("{mutant:?}: noticed by «{trial}»: {reason}"),
            None => unnoticed.push(*mutant),
        }
    }
    Mutant::Sound.switch_on();
    let _ = std::panic::take_hook();
    println!("{} of {} faults are noticed", Mutant::ALL.len() - unnoticed.len(), Mutant::ALL.len());
    assert!(unnoticed.is_empty(), "nobody notices {unnoticed:?}");
}
