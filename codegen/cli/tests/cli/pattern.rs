//! `stipule pattern test`: patterns tried on events, one by one and by the line.

use std::fs;

use serde_json::Value;
use tempfile::TempDir;

use crate::support::{complained, printed, stipule, stipule_reading};

const LENT: &str = r#"{"detail-type": "Book.Lent", "detail": {"state": "lent", "days": 31}}"#;

/// A folder with a pattern and an event, and no contracts.
fn desk(pattern: &str, event: &str) -> TempDir {
    let folder = tempfile::tempdir().expect("a temporary folder");
    for (name, text) in [("pattern.json", pattern), ("event.json", event)] {
        fs::write(folder.path().join(name), text).expect("a file can be written");
    }
    folder
}

fn test(pattern: &str, event: &str, more: &[&str]) -> (String, Option<i32>) {
    let folder = desk(pattern, event);
    let arguments =
        [&["pattern", "test", "--pattern", "pattern.json", "--event", "event.json"], more].concat();
    let output = stipule(folder.path(), &arguments);
    assert_eq!(complained(&output), "");
    (printed(&output), output.status.code())
}

fn answers(input: &[u8]) -> Vec<Value> {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let output = stipule_reading(folder.path(), &["pattern", "test", "--cases", "-"], input);
    assert_eq!((output.status.code(), complained(&output).as_str()), (Some(0), ""));
    printed(&output).lines().map(|line| serde_json::from_str(line).expect("a line of JSON")).collect()
}

#[test]
fn an_event_that_matches_exits_with_0_and_a_line() {
    let pattern = r#"{"detail": {"days": [{"numeric": [">", 30]}]}}"#;
    assert_eq!(test(pattern, LENT, &[]), ("match\n".to_owned(), Some(0)));
}

#[test]
fn an_event_that_does_not_match_exits_with_1_and_the_first_condition_that_failed() {
    let pattern = "{\n  \"detail\": {\"state\": [\"lent\"],\n    \"days\": [{\"numeric\": [\"<\", 30]}]}\n}";
    let said = "no match: pattern.json:3:5: /detail/days: \"detail.days\" expects a number below 30; the event has 31\n";
    assert_eq!(test(pattern, LENT, &[]), (said.to_owned(), Some(1)));
}

#[test]
fn a_refused_pattern_shows_every_fault_with_its_place_and_way_out() {
    let pattern = "{\"detail\": {\n  \"state\": \"lent\",\n  \"days\": [{\"numerik\": [\">\", 30]}]}}";
    let (text, status) = test(pattern, LENT, &[]);
    assert_eq!(status, Some(1));
    for part in [
        "error[PAT001]: \"state\" must be an object or a list\n   ┌─ pattern.json:2:12",
        " 2 │   \"state\": \"lent\",\n   │            ^^^^^^\n   = help: put the value into a list: [value]\n",
        "error[PAT001]: there is no operator \"numerik\"\n   ┌─ pattern.json:3:13",
        "= help: did you mean \"numeric\"?\n",
        "\nnot tested: 2 errors\n",
    ] {
        assert!(text.contains(part), "{part}\nin\n{text}");
    }
}

#[test]
fn a_fault_of_the_event_is_told_beside_those_of_the_pattern() {
    let (text, status) = test("{}", "{\"detail\": }", &[]);
    assert_eq!(status, Some(1));
    assert!(text.contains("error[PAT001]") && text.contains("error[PAT003]: the event isn't JSON"), "{text}");
    assert!(text.contains("event.json:1:12"), "{text}");
}

#[test]
fn a_doubtful_pattern_is_tested_all_the_same() {
    let (text, status) =
        test(r#"{"detail": {"days": [1], "state": ["lent"]}, "detail.days": [31]}"#, LENT, &[]);
    assert_eq!(status, Some(0));
    assert!(text.starts_with("warning[PAT002]") && text.ends_with("\nmatch\n"), "{text}");
}

#[test]
fn json_tells_the_outcome_and_where_it_comes_from() {
    let json = |pattern: &str| -> Value {
        let (text, status) = test(pattern, LENT, &["--format", "json"]);
        let document: Value = serde_json::from_str(&text).unwrap();
        assert_eq!(document["ok"], status == Some(0));
        document
    };
    assert_eq!(json(r#"{"detail": {"days": [31]}}"#)["matches"], true);
    let failed = json(r#"{"detail": {"days": [32]}}"#);
    assert_eq!(failed["matches"], false);
    assert_eq!(failed["failed"]["pointer"], "/detail/days");
    assert_eq!((&failed["failed"]["line"], &failed["failed"]["column"]), (&1.into(), &13.into()));
    assert_eq!(failed["failed"]["reason"], "\"detail.days\" expects the number 32; the event has 31");
    let refused = json(r#"{"detail": []}"#);
    assert_eq!(refused.get("matches"), None);
    let fault = &refused["diagnostics"][0];
    assert_eq!(
        (&fault["code"], &fault["pointer"], &fault["column"]),
        (&"PAT001".into(), &"/detail".into(), &12.into())
    );
    assert_eq!(fault["end_column"], 14);
}

#[test]
fn a_file_that_cannot_be_read_and_wrong_usage_exit_with_2() {
    let folder = desk("{\"a\": [1]}", "{}");
    fs::write(folder.path().join("latin.json"), b"{\"a\": [\"\xe9\"]}").unwrap();
    for (arguments, said) in [
        (&["--pattern", "gone.json", "--event", "event.json"][..], "can't read gone.json"),
        (&["--pattern", "latin.json", "--event", "event.json"], "byte 0xE9 at offset 8"),
        (&["--pattern", "-", "--event", "-"], "not both"),
        (&["--pattern", "pattern.json"], "--event"),
        (&["--cases", "gone.jsonl"], "can't read gone.jsonl"),
        (&["--cases", "event.json", "--event", "event.json"], "cannot be used with"),
        (&[], "--cases"),
    ] {
        let output = stipule(folder.path(), &[&["pattern", "test"], arguments].concat());
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
        assert!(complained(&output).contains(said), "{arguments:?}: {}", complained(&output));
        assert_eq!(printed(&output), "", "{arguments:?}");
    }
}

#[test]
fn an_event_can_come_from_standard_input() {
    let folder = desk("{\"detail\": {\"state\": [\"lent\"]}}", "");
    let arguments = ["pattern", "test", "--pattern", "pattern.json", "--event", "-"];
    let output = stipule_reading(folder.path(), &arguments, LENT.as_bytes());
    assert_eq!((printed(&output).as_str(), output.status.code()), ("match\n", Some(0)));
}

#[test]
fn every_case_is_answered_in_order_under_its_own_id() {
    let input = br#"{"id": "a", "pattern": {"x": [1]}, "event": {"x": 1.0}}
{"id": 7, "pattern": {"x": [1]}, "event": {"x": 2}}
{"id": {"n": [1]}, "pattern": "{\"x\": [1]}", "event": "{\"x\": 1}"}
{"id": "refused", "pattern": {"x": 1}, "event": {"x": 1}}
"#;
    let answers = answers(input);
    assert_eq!(answers[0], serde_json::json!({"id": "a", "matches": true}));
    assert_eq!(answers[1], serde_json::json!({"id": 7, "matches": false}));
    assert_eq!(answers[2], serde_json::json!({"id": {"n": [1]}, "matches": true}));
    assert_eq!(answers[3]["id"], "refused");
    assert!(answers[3]["error"].as_str().unwrap().contains("must be an object or a list"));
    assert_eq!(answers.len(), 4);
}

#[test]
fn a_line_that_is_no_case_is_named_by_its_number_and_the_rest_goes_on() {
    let mut input =
        b"\r\n{\"id\": 1, \"pattern\"\n\xff\n[]\n{\"pattern\": {\"x\": 1}, \"event\": {}}\n".to_vec();
    input.extend(b"{\"id\": 2, \"pattern\": {\"x\": [1]}, \"event\": {\"x\": 1}}\r");
    let answers = answers(&input);
    let starts =
        ["line 2: not a case: column", "line 3: not a case: byte 1", "line 4: not a case", "line 5: 1:7: /x"];
    for (answer, start) in answers.iter().zip(starts) {
        assert!(answer["error"].as_str().unwrap().starts_with(start), "{answer} starts with {start}");
        assert_eq!(answer["id"], Value::Null);
    }
    assert_eq!(answers[4..], [serde_json::json!({"id": 2, "matches": true})]);
}

#[test]
fn cases_of_a_file_are_answered_as_those_of_standard_input() {
    let folder = tempfile::tempdir().unwrap();
    let cases = "{\"id\": 1, \"pattern\": {\"x\": [1]}, \"event\": {\"x\": 1}}\n".repeat(3000);
    fs::write(folder.path().join("cases.jsonl"), &cases).unwrap();
    let output = stipule(folder.path(), &["pattern", "test", "--cases", "cases.jsonl"]);
    assert_eq!(output.status.code(), Some(0));
    assert_eq!(printed(&output), "{\"id\":1,\"matches\":true}\n".repeat(3000));
}

#[test]
fn help_describes_the_cases_and_the_exit_codes() {
    let folder = tempfile::tempdir().unwrap();
    let help = printed(&stipule(folder.path(), &["pattern", "test", "--help"]));
    for part in ["--pattern <FILE>", "--cases <FILE.jsonl>", "\"matches\": true|false", "Exit codes:"] {
        assert!(help.contains(part), "{part} in\n{help}");
    }
}
