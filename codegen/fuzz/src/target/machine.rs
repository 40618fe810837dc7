//! State machines: read, run, and stored at every point between.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use stipule_machine::{Answer, Call, Chance, Command, Execution, Failure, Machine, Start, Status, Step};

use super::Check;
use crate::corpus::{Input, files};

/// What sagas become, and machines with what no saga has.
pub(super) fn definitions() -> Vec<Input> {
    let folders =
        ["infra/workflows", "tests/cases", "codegen/emit/tests/golden/garage/expected/infra/workflows"];
    let written = folders.iter().flat_map(|folder| files(folder, &[".asl.json"]));
    let by_hand = [FLOW, FAN, WORDS].into_iter().map(|text| Input::new("machine", text));
    written.chain(by_hand.clone()).chain(by_hand).collect()
}

const FLOW: &str = r#"{"StartAt": "Weigh", "TimeoutSeconds": 900, "States": {
  "Weigh": {"Type": "Choice", "Default": "Wait", "Choices": [
    {"And": [{"Variable": "$.count", "NumericGreaterThanEquals": 3}, {"Not": {"Variable": "$.name", "StringMatches": "a*\\*"}}], "Next": "Count"},
    {"Variable": "$.at", "TimestampLessThanEqualsPath": "$$.Execution.StartTime", "Next": "Wait"},
    {"Or": [{"Variable": "$.none", "IsPresent": false}, {"Variable": "$.flag", "BooleanEquals": true}], "Next": "Ask"}]},
  "Count": {"Type": "Pass", "Parameters": {"count.$": "States.MathAdd($.count, -1)", "items.$": "$.items", "name": "b"}, "Next": "Weigh"},
  "Ask": {"Type": "Task", "Resource": "arn:aws:states:::sqs:sendMessage.waitForTaskToken", "Parameters": {"token.$": "$$.Task.Token", "all.$": "$"},
    "TimeoutSeconds": 60, "HeartbeatSeconds": 10, "ResultSelector": {"got.$": "$.value"}, "ResultPath": "$.answer",
    "Retry": [{"ErrorEquals": ["Busy"], "IntervalSeconds": 2, "MaxAttempts": 3, "BackoffRate": 2.0, "MaxDelaySeconds": 5, "JitterStrategy": "FULL"}],
    "Catch": [{"ErrorEquals": ["States.Timeout"], "ResultPath": "$.error", "Next": "Wait"}, {"ErrorEquals": ["States.ALL"], "Next": "Lost"}], "Next": "Done"},
  "Wait": {"Type": "Wait", "SecondsPath": "$.count", "Next": "Until"},
  "Until": {"Type": "Wait", "Timestamp": "2026-01-02T03:04:05.678Z", "OutputPath": "$.items[0]", "Next": "Done"},
  "Lost": {"Type": "Fail", "ErrorPath": "$.Error", "CausePath": "States.Format('lost: {}', $.Cause)"},
  "Done": {"Type": "Succeed", "InputPath": "$"}}}"#;

const FAN: &str = r#"{"StartAt": "Both", "States": {
  "Both": {"Type": "Parallel", "ResultPath": "$.both", "Branches": [
    {"StartAt": "One", "States": {"One": {"Type": "Task", "Resource": "one", "End": true}}},
    {"StartAt": "Two", "States": {"Two": {"Type": "Wait", "Seconds": 5, "Next": "Three"}, "Three": {"Type": "Task", "Resource": "three", "TimeoutSecondsPath": "$.count", "End": true}}}],
    "Retry": [{"ErrorEquals": ["States.BranchFailed", "Lost"], "MaxAttempts": 1}],
    "Catch": [{"ErrorEquals": ["States.ALL"], "ResultPath": null, "Next": "Each"}], "Next": "Each"},
  "Each": {"Type": "Map", "ItemsPath": "$.items", "MaxConcurrency": 2, "ItemSelector": {"at.$": "$$.Map.Item.Index", "it.$": "$$.Map.Item.Value"},
    "ItemProcessor": {"ProcessorConfig": {"Mode": "INLINE"}, "StartAt": "Item", "States": {
      "Item": {"Type": "Task", "Resource": "item", "Next": "Kept", "Catch": [{"ErrorEquals": ["Lost"], "Next": "Kept"}]},
      "Kept": {"Type": "Pass", "Result": {"kept": [1, null, "x"]}, "End": true}}},
    "End": true}}}"#;

const WORDS: &str = r#"{"StartAt": "Make", "States": {
  "Make": {"Type": "Pass", "End": true, "Parameters": {
    "array.$": "States.Array(1, 'a', $.name, null, true)", "part.$": "States.ArrayPartition($.items, 2)",
    "has.$": "States.ArrayContains($.items, 2)", "range.$": "States.ArrayRange(1, 9, 2)", "get.$": "States.ArrayGetItem($.items, 0)",
    "length.$": "States.ArrayLength($.items)", "unique.$": "States.ArrayUnique($.items)", "code.$": "States.Base64Encode($.name)",
    "hash.$": "States.Hash($.name, 'SHA-256')", "merge.$": "States.JsonMerge($.one, $.two, false)", "json.$": "States.StringToJson('{\"a\":[1]}')",
    "text.$": "States.JsonToString($)", "random.$": "States.MathRandom(1, 9, 3)", "split.$": "States.StringSplit('a,b;c', ',;')",
    "id.$": "States.UUID()", "say.$": "States.Format('{} \\{\\} \\'{}\\'', $.name, $.count)", "path.$": "$..a",
    "slice.$": "$.items[0:2]", "last.$": "$.items[-1:]", "quoted.$": "$['one']['b c']"}}}}"#;

pub(super) fn check() -> Check {
    for text in [FLOW, FAN, WORDS] {
        Machine::read(text).unwrap_or_else(|faults| panic!("{faults:?}"));
    }
    Box::new(|input| {
        let text = input.text();
        match Machine::read(&text) {
            Ok(machine) => play(&machine, &text),
            Err(faults) => {
                assert!(!faults.is_empty(), "a refusal has a reason");
                let definition: Value = serde_json::from_str(&text).unwrap_or_default();
                for fault in faults {
                    let parent = fault.pointer.rsplit_once('/').map_or("", |(parent, _)| parent);
                    let place = definition.pointer(&fault.pointer).or_else(|| definition.pointer(parent));
                    assert!(place.is_some() && !fault.message.is_empty(), "nothing is there: {fault}");
                }
            }
        }
    })
}

/// Most things that happen to a run before somebody stops it.
const MOST: usize = 200;

/// How runs are answered: what comes of each call.
const WAYS: [fn(&Call, usize) -> Option<Answer>; 3] = [
    |_, _| Some(Answer::Done(given())),
    |call, number| match (call.id as usize + number) % 7 {
        0 => None,
        1 => Some(Answer::Failed(Failure::new("Lost", "said so"))),
        2 => Some(Answer::Failed(Failure::new("Step.Transient", "try again"))),
        3 => Some(Answer::Accepted),
        4 => Some(Answer::Alive),
        5 => Some(Answer::Done(json!([call.parameters, number]))),
        _ => Some(Answer::Done(given())),
    },
    |call, _| {
        Some(Answer::Failed(Failure::new(if call.retries < 2 { "Busy" } else { "Step.Permanent" }, "")))
    },
];

fn given() -> Value {
    json!({
        "count": 4, "name": "ada", "flag": true, "at": "2026-01-02T03:04:05Z", "items": [1, 2, 2], "value": {"a": []},
        "one": {"a": 1, "b c": {"b": 2}}, "two": {"b": [{"a": {"b": 3}}]},
        "key": "run", "context": {"tenant": "north"}, "input": {"count": 1},
    })
}

/// Runs a machine to its end in several ways. What is read of its text again goes the same way.
pub(super) fn play(machine: &Machine, text: &str) {
    let value: Value = serde_json::from_str(text).expect("a machine is JSON");
    let again = Machine::of(&value).expect("what was read as text is read as a value");
    let printed = Machine::read(&format!("{value:#}")).expect("written and read again it is a machine");
    assert_eq!(format!("{printed:?}"), format!("{machine:?}"), "written and read again it differs");
    for (way, answer) in WAYS.iter().enumerate() {
        let (one, two) = (run(machine, *answer, false), run(&again, *answer, true));
        assert_eq!(one, two, "stored and read again, or of a copy, it goes another way ({way})");
    }
}

/// What is seen of a run: how it ended, its states' names and its events in short.
type Seen = (Status, Vec<String>);

/// Runs it; `stores` has it written down and read again after every step, and looked at as keepers do.
fn run(machine: &Machine, answer: fn(&Call, usize) -> Option<Answer>, stores: bool) -> Seen {
    let mut chance = Chance::seeded(7);
    let mut now = 1_767_323_045_000;
    let start = Start { name: "run".to_owned(), machine: "fuzzed".to_owned(), input: given() };
    let (mut run, step) = Execution::start(machine, start, now, &mut chance);
    let mut seen = Vec::new();
    let mut open = BTreeMap::new();
    note(step, &mut open, &mut seen);
    let mut silent = Vec::new();
    for number in 0..MOST {
        if stores {
            run = stored(&run, &open, &silent);
        }
        if run.status() != &Status::Running {
            assert!(open.is_empty() && run.due().is_none(), "a run that is over waits for something");
            break;
        }
        let next = open.values().find(|call: &&Call| !silent.contains(&call.id)).cloned();
        let step = match (next, run.due()) {
            (Some(call), _) => match answer(&call, number) {
                None => {
                    silent.push(call.id);
                    continue;
                }
                Some(said) => {
                    if matches!(said, Answer::Accepted | Answer::Alive) {
                        silent.push(call.id);
                    } else {
                        open.remove(&call.id);
                    }
                    let step = run.answer(machine, call.id, said, now, &mut chance);
                    assert!(step.taken, "an answer to an open call is taken");
                    step
                }
            },
            (None, Some(due)) => {
                let before = run.clone();
                now = now.max(due);
                let step = run.tick(machine, now, &mut chance);
                assert!(run != before, "what is due changes nothing: it would be due for ever");
                step
            }
            // Nobody answers, and no time is set for it.
            (None, None) => {
                assert!(!open.is_empty(), "a run that waits for nothing is over");
                break;
            }
        };
        note(step, &mut open, &mut seen);
    }
    let stopped = run.stop(Failure::new("Stopped", ""), now, &mut chance);
    note(stopped, &mut open, &mut seen);
    assert!(open.is_empty(), "calls are left open: {:?}", open.keys());
    assert!(run.status() != &Status::Running, "a stopped run is over");
    (run.status().clone(), seen)
}

/// Notes the calls that are open and the events. Of events there is none twice, and none without one that it follows from.
fn note(step: Step, open: &mut BTreeMap<u64, Call>, seen: &mut Vec<String>) {
    for command in step.commands {
        match command {
            Command::Call(call) => {
                assert!(open.insert(call.id, call).is_none(), "two calls have one id");
            }
            Command::Cancel(id) => assert!(open.remove(&id).is_some(), "a call is cancelled that isn't open"),
        }
    }
    for event in step.events {
        assert_eq!(event.id, seen.len() as u64 + 1, "ids of events have no gaps");
        assert!(event.previous < event.id, "an event follows from an earlier one");
        seen.push(format!("{} {:?}", event.kind, event.state));
    }
}

/// The run after it was written down and read again. It knows the calls that are open, and who may answer them.
fn stored(run: &Execution, open: &BTreeMap<u64, Call>, silent: &[u64]) -> Execution {
    let text = serde_json::to_string(run).expect("a run is text");
    let read: Execution = serde_json::from_str(&text).expect("what was written is read");
    assert!(&read == run, "a run differs after it was stored");
    for call in read.open_calls() {
        assert_eq!(open.get(&call.id), Some(&call), "a call would be made again that isn't open");
    }
    for call in open.values() {
        let handed_over = silent.contains(&call.id) && call.token.is_some();
        assert!(handed_over || read.open_calls().contains(call), "an open call would be forgotten");
        if let Some(token) = &call.token {
            assert_eq!(read.call_of(token), Some(call.id), "nobody waits for the token");
        }
    }
    read
}
