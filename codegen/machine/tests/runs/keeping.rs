//! A run that is stored after each step goes on from any of them.

use std::collections::VecDeque;

use proptest::prelude::*;
use serde_json::{Value, json};
use stipule_machine::{Answer, Chance, Command, Execution, Failure, Machine, Start, Status};

use crate::script::{stored, with};

/// A saga with a parallel part, a map, retries and compensation.
fn machine() -> Machine {
    let step = |next: &Value| {
        let state = json!({"Type": "Task", "Resource": "r", "TimeoutSeconds": 30, "ResultPath": null,
            "Retry": [{"ErrorEquals": ["Busy"], "IntervalSeconds": 1, "MaxAttempts": 2}],
            "Catch": [{"ErrorEquals": ["States.ALL"], "ResultPath": "$.fault", "Next": "Undo"}]});
        with(state, next)
    };
    let inner = |name: &str| json!({"StartAt": name, "States": {name: {"Type": "Task", "Resource": "r", "End": true}}});
    Machine::of(&json!({"StartAt": "Reserve", "States": {
        "Reserve": step(&json!({"Next": "Both"})),
        "Both": {"Type": "Parallel", "Branches": [inner("X"), inner("Y")], "ResultPath": "$.both", "Next": "Each",
            "Catch": [{"ErrorEquals": ["States.ALL"], "ResultPath": "$.fault", "Next": "Undo"}]},
        "Each": {"Type": "Map", "ItemsPath": "$.items", "MaxConcurrency": 2, "ItemProcessor": inner("Pack"), "ResultPath": "$.packed",
            "Next": "Rest", "Catch": [{"ErrorEquals": ["States.ALL"], "ResultPath": "$.fault", "Next": "Undo"}]},
        "Rest": {"Type": "Wait", "Seconds": 5, "Next": "Ship"},
        "Ship": step(&json!({"End": true})),
        "Undo": {"Type": "Task", "Resource": "r", "ResultPath": null, "End": true}
    }}))
    .expect("the definition is sound")
}

/// What the outside decides, by the state, the retries and the draw of the case: the same however often it is asked.
fn answer(state: &str, retries: u64, draws: &[u8]) -> Answer {
    let draw = draws[(state.len() + usize::try_from(retries).expect("a few")) % draws.len()];
    match draw % 6 {
        0 if state != "Undo" => Answer::Failed(Failure::new("Busy", "")),
        1 if state != "Undo" => Answer::Failed(Failure::new("Broken", "")),
        _ => Answer::Done(json!({"by": state, "draw": draw})),
    }
}

/// Runs it; `cuts` says after which steps the process dies: the value is read from its text and open calls are repeated.
fn run(draws: &[u8], cuts: &[usize]) -> (Status, Vec<(u64, String)>) {
    let machine = machine();
    let (mut chance, mut now, mut steps) = (Chance::seeded(5), 0, 0);
    let start = Start { name: "r".to_owned(), machine: "m".to_owned(), input: json!({"items": [1, 2, 3]}) };
    let (mut run, step) = Execution::start(&machine, start, now, &mut chance);
    let mut open: VecDeque<_> = step.commands.into_iter().collect();
    let mut done = Vec::new();
    while run.status() == &Status::Running {
        steps += 1;
        if cuts.contains(&steps) {
            run = stored(&run);
            open = run.open_calls().into_iter().map(Command::Call).collect();
        }
        let step = match open.pop_front() {
            Some(Command::Call(call)) => {
                let step =
                    run.answer(&machine, call.id, answer(&call.state, call.retries, draws), now, &mut chance);
                if step.taken {
                    done.push((call.id, call.state));
                }
                step
            }
            Some(Command::Cancel(id)) => {
                open.retain(|command| !matches!(command, Command::Call(call) if call.id == id));
                continue;
            }
            None => {
                now = run.due().expect("something is due");
                run.tick(&machine, now, &mut chance)
            }
        };
        open.extend(step.commands);
    }
    (run.status().clone(), done)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 500, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_restart_anywhere_changes_nothing_that_counts(
        draws in prop::collection::vec(any::<u8>(), 1..12),
        cuts in prop::collection::vec(1_usize..30, 0..6),
    ) {
        let (status, mut done) = run(&draws, &[]);
        let (other, mut again) = run(&draws, &cuts);
        done.sort();
        again.sort();
        prop_assert_eq!(status, other);
        prop_assert_eq!(done, again, "each call is answered once");
    }
}
