//! Failures: retries, catches, and what nothing takes.

use serde_json::{Value, json};
use stipule_machine::{Machine, Status};

use crate::script::{Reply, Script, alone, with};

fn task(extra: &Value) -> Value {
    with(json!({"Type": "Task", "Resource": "r", "End": true}), extra)
}

#[test]
fn a_retrier_counts_its_own_tries_and_its_delays_grow() {
    let seen = Script::of(&alone(&task(&json!({"Retry": [
        {"ErrorEquals": ["Busy"], "IntervalSeconds": 2, "MaxAttempts": 3, "BackoffRate": 3.0, "MaxDelaySeconds": 10},
        {"ErrorEquals": ["States.TaskFailed"], "IntervalSeconds": 1, "MaxAttempts": 1}
    ]}))))
    .reply("A", [Reply::Fail("Busy"), Reply::Fail("Odd"), Reply::Fail("Busy"), Reply::Fail("Busy"), Reply::Done(json!(1))])
    .run(json!({}));
    // 2 s, 1 s for the other retrier, 6 s, then 18 s cut to 10 s.
    assert_eq!((seen.called().len(), seen.took), (5, 19_000));
    assert_eq!(seen.output(), &json!(1));
}

#[test]
fn an_exhausted_retrier_leaves_it_to_the_catchers() {
    let machine = json!({"StartAt": "A", "States": {
        "A": {"Type": "Task", "Resource": "r", "Next": "Z",
            "Retry": [{"ErrorEquals": ["Busy"], "MaxAttempts": 1}, {"ErrorEquals": ["States.ALL"], "MaxAttempts": 5}],
            "Catch": [{"ErrorEquals": ["Busy"], "ResultPath": "$.fault", "Next": "Undo"}, {"ErrorEquals": ["States.ALL"], "Next": "Undo"}]},
        "Undo": {"Type": "Pass", "End": true},
        "Z": {"Type": "Succeed"}}});
    let seen = Script::of(&machine).reply("A", [Reply::Fail("Busy")]).run(json!({"id": 1}));
    assert_eq!(seen.called().len(), 2);
    assert_eq!(seen.output(), &json!({"id": 1, "fault": {"Error": "Busy", "Cause": "scripted"}}));
}

#[test]
fn names_that_stand_for_many_errors_leave_out_what_is_terminal() {
    let run = |caught: &str, error: &'static str| {
        let machine = json!({"StartAt": "A", "States": {
            "A": {"Type": "Task", "Resource": "r", "Next": "Z", "Catch": [{"ErrorEquals": [caught], "Next": "Undo"}]},
            "Undo": {"Type": "Pass", "Result": "caught", "End": true},
            "Z": {"Type": "Succeed"}}});
        let seen = Script::of(&machine).reply("A", [Reply::Fail(error)]).run(json!({}));
        matches!(seen.status, Status::Succeeded(_))
    };
    for (caught, error, expected) in [
        ("States.ALL", "Anything", true),
        ("States.ALL", "States.Timeout", true),
        ("States.ALL", "States.Runtime", false),
        ("States.ALL", "States.DataLimitExceeded", false),
        ("States.TaskFailed", "Anything", true),
        ("States.TaskFailed", "States.Timeout", false),
        ("States.Timeout", "States.HeartbeatTimeout", true),
        ("Anything", "Other", false),
    ] {
        assert_eq!(run(caught, error), expected, "{caught} and {error}");
    }
}

#[test]
fn a_branch_that_fails_ends_the_others() {
    let branch = |name: &str| json!({"StartAt": name, "States": {name: {"Type": "Task", "Resource": "r", "End": true}}});
    let machine = json!({"StartAt": "P", "States": {
        "P": {"Type": "Parallel", "Branches": [branch("X"), branch("Y")], "Next": "Z",
            "Catch": [{"ErrorEquals": ["Broken"], "Next": "Undo"}]},
        "Undo": {"Type": "Pass", "Parameters": {"e.$": "$.Error"}, "End": true},
        "Z": {"Type": "Succeed"}}});
    let seen =
        Script::of(&machine).reply("X", [Reply::Silence]).reply("Y", [Reply::Fail("Broken")]).run(json!({}));
    assert_eq!((seen.cancelled.as_slice(), seen.output()), (&[1][..], &json!({"e": "Broken"})));
}

#[test]
fn faults_of_data_have_their_names() {
    for (state, error) in [
        (
            json!({"Type": "Pass", "Parameters": {"a.$": "$.none"}, "End": true}),
            "States.ParameterPathFailure",
        ),
        (json!({"Type": "Pass", "InputPath": "$.none", "End": true}), "States.Runtime"),
        (json!({"Type": "Pass", "OutputPath": "$.none", "End": true}), "States.Runtime"),
        (json!({"Type": "Pass", "ResultPath": "$.text.x", "End": true}), "States.ResultPathMatchFailure"),
        (
            json!({"Type": "Pass", "Parameters": {"a.$": "States.ArrayLength($)"}, "End": true}),
            "States.IntrinsicFailure",
        ),
        (
            json!({"Type": "Choice", "Choices": [{"Variable": "$.text", "IsNull": true, "Next": "A"}]}),
            "States.NoChoiceMatched",
        ),
        (json!({"Type": "Fail", "ErrorPath": "$.text", "Cause": "c"}), "t"),
        (json!({"Type": "Fail", "Error": "Gone"}), "Gone"),
    ] {
        assert_eq!(Script::of(&alone(&state)).run(json!({"text": "t"})).error(), error, "{state}");
    }
}

#[test]
fn values_beyond_the_limit_end_the_run() {
    let large = "x".repeat(262_143);
    let pass = alone(&json!({"Type": "Pass", "End": true}));
    assert_eq!(Script::of(&pass).run(json!(large)).error(), "States.DataLimitExceeded");
    let caught = task(&json!({"Retry": [{"ErrorEquals": ["States.ALL"]}]}));
    let seen = Script::of(&alone(&caught)).reply("A", [Reply::Done(json!(large))]).run(json!({}));
    assert_eq!((seen.called().len(), seen.error()), (1, "States.DataLimitExceeded"));
}

#[test]
fn every_fault_of_a_definition_is_told_with_its_place() {
    let definition = json!({"StartAt": "Nope", "Extra": 1, "States": {
        "A": {"Type": "Task", "TimeoutSeconds": 5, "HeartbeatSeconds": 5, "Next": "B", "End": true},
        "B": {"Type": "Pass", "ResultPath": "$.a[*]", "Retry": [], "End": true},
        "C": {"Type": "Choice", "Choices": [{"Variable": "$.x", "StringEquals": 1, "NumericEquals": 2, "Next": "A"}], "Next": "A"},
        "D": {"Type": "Wait", "Seconds": 1, "Timestamp": "soon", "End": true},
        "E": {"Type": "Task", "Resource": "r", "End": true,
            "Catch": [{"ErrorEquals": ["States.ALL"], "Next": "A"}, {"ErrorEquals": ["X", "States.ALL"], "Next": "A"}]},
        "F": {"Type": "Maybe"}
    }});
    let faults = Machine::of(&definition).unwrap_err();
    let shown: Vec<String> = faults.iter().map(ToString::to_string).collect();
    for expected in [
        "/Extra: `Extra` is not known here",
        "/States/A/End: a state has `Next` or `End`, not both",
        "/States/A: `Resource` is missing",
        "/States/A/HeartbeatSeconds: a heartbeat is due before the timeout",
        "/States/B/ResultPath: `$.a[*]` doesn't name one place of the input",
        "/States/B/Retry: `Retry` is not known here",
        "/States/C/Choices/0/StringEquals: `StringEquals` is a text",
        "/States/C/Next: `Next` is not known here",
        "/States/D/Timestamp: `soon` is no instant such as 2026-01-02T03:04:05Z",
        "/States/E/Catch/0/ErrorEquals: `States.ALL` comes last: nothing after it is ever reached",
        "/States/E/Catch/1/ErrorEquals: `States.ALL` stands alone",
        "/States/F/Type: there is no type `Maybe`: Task, Pass, Choice, Wait, Succeed, Fail, Parallel, Map",
    ] {
        assert!(shown.iter().any(|fault| fault == expected), "{expected} is not among\n{}", shown.join("\n"));
    }
}

#[test]
fn states_lead_somewhere_and_are_led_to() {
    let faults = Machine::of(&json!({"StartAt": "A", "States": {
        "A": {"Type": "Pass", "Next": "B"}, "B": {"Type": "Pass", "Next": "A"}, "C": {"Type": "Succeed"}}}))
    .unwrap_err();
    let shown: Vec<String> = faults.iter().map(ToString::to_string).collect();
    assert_eq!(
        shown,
        [
            "/States/C: nothing leads to `C`",
            "/States/A: no way leads from `A` to an end",
            "/States/B: no way leads from `B` to an end",
        ]
    );
    let faults =
        Machine::of(&json!({"StartAt": "A", "States": {"A": {"Type": "Pass", "Next": "Z"}}})).unwrap_err();
    assert_eq!(faults[0].to_string(), "/States/A/Next: there is no state `Z` beside this one");
}
