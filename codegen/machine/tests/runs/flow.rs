//! Where data goes, and which state comes next.

use serde_json::{Value, json};

use crate::script::{Reply, Script, alone};

#[test]
fn the_fields_of_a_task_apply_in_their_order() {
    let seen = Script::of(&alone(&json!({
        "Type": "Task", "Resource": "r", "End": true,
        "InputPath": "$.order",
        "Parameters": {"id.$": "$.id", "name.$": "$$.Execution.Name", "fixed": 1},
        "ResultSelector": {"paid.$": "$.amount"},
        "ResultPath": "$.payment",
        "OutputPath": "$.payment"
    })))
    .reply("A", [Reply::Done(json!({"amount": 5, "noise": true}))])
    .run(json!({"order": {"id": "o1"}}));
    assert_eq!(seen.calls, [("A".to_owned(), json!({"id": "o1", "name": "run-1", "fixed": 1}))]);
    assert_eq!(seen.output(), &json!({"paid": 5}));
}

#[test]
fn a_result_goes_into_the_input_that_the_state_got() {
    let task = |result: Value| json!({"Type": "Task", "Resource": "r", "InputPath": "$.in", "ResultPath": result, "End": true});
    let run = |result: Value| {
        let script = Script::of(&alone(&task(result))).reply("A", [Reply::Done(json!(9))]);
        script.run(json!({"in": {"x": 1}, "kept": true})).output().clone()
    };
    assert_eq!(run(json!("$")), json!(9));
    assert_eq!(run(json!("$.out.deep")), json!({"in": {"x": 1}, "kept": true, "out": {"deep": 9}}));
    assert_eq!(run(Value::Null), json!({"in": {"x": 1}, "kept": true}));
}

#[test]
fn paths_of_null_hide_everything() {
    let seen = Script::of(&alone(
        &json!({"Type": "Task", "Resource": "r", "InputPath": null, "OutputPath": null, "End": true}),
    ))
    .run(json!({"secret": 1}));
    assert_eq!(seen.calls, [("A".to_owned(), json!({}))]);
    assert_eq!(seen.output(), &json!({}));
}

#[test]
fn a_pass_gives_its_result_or_its_parameters() {
    let with =
        Script::of(&alone(&json!({"Type": "Pass", "Result": {"r": 1}, "ResultPath": "$.p", "End": true})));
    assert_eq!(with.run(json!({"a": 1})).output(), &json!({"a": 1, "p": {"r": 1}}));
    let made = Script::of(&alone(
        &json!({"Type": "Pass", "Parameters": {"b.$": "States.Format('{}!', $.a)"}, "End": true}),
    ));
    assert_eq!(made.run(json!({"a": 1})).output(), &json!({"b": "1!"}));
}

#[test]
fn a_choice_takes_the_first_rule_that_holds() {
    let machine = json!({"StartAt": "C", "States": {
        "C": {"Type": "Choice", "Default": "Other", "Choices": [
            {"And": [{"Variable": "$.n", "IsPresent": true}, {"Variable": "$.n", "NumericGreaterThanEquals": 10}], "Next": "Big"},
            {"Not": {"Variable": "$.n", "IsPresent": true}, "Next": "None"},
            {"Or": [{"Variable": "$.n", "NumericEqualsPath": "$.m"}, {"Variable": "$.s", "StringMatches": "a*"}], "Next": "Same"}
        ]},
        "Big": {"Type": "Pass", "Result": "big", "End": true},
        "None": {"Type": "Pass", "Result": "none", "End": true},
        "Same": {"Type": "Pass", "Result": "same", "End": true},
        "Other": {"Type": "Pass", "Result": "other", "End": true}
    }});
    for (input, expected) in [
        (json!({"n": 10}), "big"),
        (json!({}), "none"),
        (json!({"n": 2, "m": 2.0}), "same"),
        (json!({"n": 2, "m": 3, "s": "abc"}), "same"),
        (json!({"n": 2, "m": 3, "s": "b"}), "other"),
    ] {
        assert_eq!(Script::of(&machine).run(input.clone()).output(), &json!(expected), "{input}");
    }
    assert_eq!(Script::of(&machine).run(json!({"n": 2})).error(), "States.Runtime");
}

#[test]
fn branches_run_side_by_side_and_their_outputs_keep_their_order() {
    let branch = |name: &str| json!({"StartAt": name, "States": {name: {"Type": "Task", "Resource": "r", "End": true}}});
    let seen = Script::of(&alone(&json!({
        "Type": "Parallel", "Branches": [branch("X"), branch("Y")], "ResultPath": "$.both", "End": true
    })))
    .reply("X", [Reply::Done(json!(1))])
    .reply("Y", [Reply::Done(json!(2))])
    .run(json!({"i": 0}));
    assert_eq!(seen.called(), ["X", "Y"]);
    assert_eq!(seen.output(), &json!({"i": 0, "both": [1, 2]}));
}

#[test]
fn a_map_runs_so_many_items_at_a_time() {
    let machine = |limit: u64| {
        alone(&json!({
            "Type": "Map", "ItemsPath": "$.list", "MaxConcurrency": limit, "End": true,
            "ItemSelector": {"v.$": "$$.Map.Item.Value", "i.$": "$$.Map.Item.Index", "all.$": "$.all"},
            "ItemProcessor": {"StartAt": "T", "States": {
                "T": {"Type": "Task", "Resource": "r", "TimeoutSeconds": 10, "Next": "U"},
                "U": {"Type": "Pass", "Parameters": {"at.$": "$$.Map.Item.Index"}, "End": true}}}
        }))
    };
    let seen = Script::of(&machine(0)).run(json!({"list": ["a", "b"], "all": 1}));
    assert_eq!(seen.calls[1], ("T".to_owned(), json!({"v": "b", "i": 1, "all": 1})));
    assert_eq!(seen.output(), &json!([{"at": 0}, {"at": 1}]));
    assert_eq!(Script::of(&machine(0)).run(json!({"list": [], "all": 1})).output(), &json!([]));
    assert_eq!(Script::of(&machine(0)).run(json!({"list": {}, "all": 1})).error(), "States.Runtime");
    // With a limit of one, each timeout is over before the next item begins; the first one ends it all.
    let seen = Script::of(&machine(1))
        .reply("T", [Reply::Done(json!(0)), Reply::Silence])
        .run(json!({"list": [1, 2, 3], "all": 1}));
    assert_eq!((seen.called(), seen.error()), (vec!["T", "T"], "States.Timeout"));
}

#[test]
fn what_loops_without_end_is_stopped() {
    let seen = Script::of(&json!({"StartAt": "A", "States": {
        "A": {"Type": "Choice", "Choices": [{"Variable": "$.x", "IsPresent": true, "Next": "E"}], "Default": "B"},
        "B": {"Type": "Pass", "Next": "A"},
        "E": {"Type": "Succeed"}}}))
    .run(json!({}));
    assert_eq!(seen.error(), "States.Runtime");
    assert!(seen.events.len() <= 25_000);
}
