//! Waits, timeouts, heartbeats, tokens.

use serde_json::{Value, json};
use stipule_machine::{Answer, Chance, Command, Execution, Failure, Machine, Start, Status};

use crate::script::{Reply, Script, alone, with};

fn started(definition: &Value) -> (Machine, Execution, Vec<Command>) {
    let machine = Machine::of(definition).expect("the definition is sound");
    let start = Start { name: "r".to_owned(), machine: "m".to_owned(), input: json!({}) };
    let (run, step) = Execution::start(&machine, start, 0, &mut Chance::seeded(1));
    (machine, run, step.commands)
}

#[test]
fn waits_take_their_time() {
    for (wait, millis) in [
        (json!({"Seconds": 3}), 3_000),
        (json!({"SecondsPath": "$.s"}), 4_000),
        (json!({"Timestamp": "2026-01-02T03:04:10Z"}), 5_000),
        (json!({"TimestampPath": "$.t"}), 6_000),
        (json!({"Timestamp": "2020-01-01T00:00:00Z"}), 0),
    ] {
        let state = with(json!({"Type": "Wait", "End": true}), &wait);
        let input = json!({"s": 4, "t": "2026-01-02T03:04:11Z"});
        let seen = Script::of(&alone(&state)).run(input.clone());
        assert_eq!((seen.took, seen.output()), (millis, &input), "{wait}");
    }
}

#[test]
fn a_task_that_takes_too_long_fails() {
    let task = json!({"Type": "Task", "Resource": "r", "TimeoutSeconds": 5, "End": true});
    let seen = Script::of(&alone(&task)).reply("A", [Reply::Silence]).run(json!({}));
    assert_eq!((seen.error(), seen.took, seen.cancelled.as_slice()), ("States.Timeout", 5_000, &[1][..]));
}

#[test]
fn signs_of_life_put_the_heartbeat_off_but_not_the_timeout() {
    let task =
        json!({"Type": "Task", "Resource": "r", "TimeoutSeconds": 10, "HeartbeatSeconds": 3, "End": true});
    let (machine, mut run, _) = started(&alone(&task));
    let mut chance = Chance::seeded(1);
    assert_eq!(run.due(), Some(3_000));
    for now in [2_000, 4_000, 6_000, 8_000] {
        assert!(run.answer(&machine, 1, Answer::Alive, now, &mut chance).taken);
    }
    assert_eq!(run.due(), Some(10_000));
    assert!(!run.answer(&machine, 1, Answer::Done(json!(1)), 10_000, &mut chance).taken, "too late");
    assert_eq!(run.status(), &Status::Failed(Failure::new("States.Timeout", "the task took too long")));
    let (_, run, _) = started(&alone(&json!({"Type": "Pass", "End": true})));
    assert_eq!(run.due(), None);
}

#[test]
fn a_token_answers_for_a_task_that_was_handed_over() {
    let task = json!({"Type": "Task", "Resource": "ask.waitForTaskToken", "Parameters": {"t.$": "$$.Task.Token"}, "End": true});
    let (machine, mut run, commands) = started(&alone(&task));
    let [Command::Call(call)] = commands.as_slice() else { panic!("one call: {commands:?}") };
    let token = call.token.clone().expect("it has a token");
    assert_eq!(call.parameters, json!({"t": token}));
    assert_eq!(run.open_calls(), std::slice::from_ref(call));
    let mut chance = Chance::seeded(1);
    run.answer(&machine, 1, Answer::Accepted, 5, &mut chance);
    assert_eq!((run.status(), run.open_calls().len()), (&Status::Running, 0), "it isn't handed over again");
    assert!(run.answer(&machine, 1, Answer::Done(json!("yes")), 9, &mut chance).taken);
    assert_eq!(run.status(), &Status::Succeeded(json!("yes")));
    assert!(!run.answer(&machine, 1, Answer::Done(json!("no")), 9, &mut chance).taken, "answered once");
}

#[test]
fn a_run_has_an_end_of_its_own() {
    let mut definition = alone(&json!({"Type": "Wait", "Seconds": 60, "End": true}));
    definition["TimeoutSeconds"] = json!(10);
    let seen = Script::of(&definition).run(json!({}));
    assert_eq!((&seen.status, seen.took), (&Status::TimedOut, 10_000));
    let (machine, mut run, _) = started(&alone(&json!({"Type": "Task", "Resource": "r", "End": true})));
    let mut chance = Chance::seeded(1);
    let step = run.stop(Failure::new("Enough", "by hand"), 4, &mut chance);
    assert_eq!(step.commands, [Command::Cancel(1)]);
    assert!(!run.answer(&machine, 1, Answer::Done(json!(1)), 5, &mut chance).taken);
    assert_eq!(run.status(), &Status::Aborted(Failure::new("Enough", "by hand")));
}

#[test]
fn full_jitter_draws_between_nothing_and_the_delay() {
    let machine = alone(&json!({"Type": "Task", "Resource": "r", "End": true,
        "Retry": [{"ErrorEquals": ["Busy"], "IntervalSeconds": 100, "MaxAttempts": 1, "JitterStrategy": "FULL"}]}));
    let took: Vec<i64> = (0..50)
        .map(|seed| {
            let script = Script::of(&machine).reply("A", [Reply::Fail("Busy"), Reply::Done(json!(1))]);
            script.run_seeded(json!({}), seed).took
        })
        .collect();
    assert!(took.iter().all(|took| (0..=100_000).contains(took)));
    assert!(took.iter().min() < Some(&20_000) && took.iter().max() > Some(&80_000), "{took:?}");
}
