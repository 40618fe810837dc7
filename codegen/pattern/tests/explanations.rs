//! What an event that doesn't match is told.

use stipule_pattern::{Event, Outcome, Pattern};

fn explanation(pattern: &str, event: &str) -> String {
    let pattern = Pattern::compile(pattern).expect("valid");
    pattern.explain(&Event::parse(event).expect("an event")).to_string()
}

#[test]
fn a_match_is_a_match() {
    let pattern = Pattern::compile(r#"{"a": [1]}"#).expect("valid");
    assert_eq!(pattern.explain(&Event::parse(r#"{"a": 1.0}"#).expect("an event")), Outcome::Match);
}

#[test]
fn the_first_condition_in_the_pattern_is_named_with_what_was_found() {
    let pattern = r#"{"kind": ["loan"], "detail": {"state": ["lent", {"prefix": "res"}], "days": [{"numeric": [">", 3, "<=", 9]}]}}"#;
    assert_eq!(
        explanation(pattern, r#"{"kind": "loan", "detail": {"state": "back", "days": 1}}"#),
        r#"no match: 1:31: /detail/state: "detail.state" expects "lent" or a string that starts with "res"; the event has "back""#
    );
    assert_eq!(
        explanation(pattern, r#"{"kind": "loan", "detail": {"state": "lent", "days": [1, "x"]}}"#),
        r#"no match: 1:69: /detail/days: "detail.days" expects a number above 3 and up to 9; the event has 1, "x""#
    );
    assert_eq!(
        explanation(pattern, r#"{"kind": {"name": "loan"}}"#),
        r#"no match: 1:2: /kind: "kind" expects "loan"; the event has no value there"#
    );
}

#[test]
fn conditions_that_hold_in_different_elements_are_told_apart() {
    let pattern = r#"{"books": {"id": ["b2"], "state": ["lent"]}}"#;
    let event = r#"{"books": [{"id": "b1", "state": "lent"}, {"id": "b2", "state": "back"}]}"#;
    assert_eq!(
        explanation(pattern, event),
        "no match: 1:26: /books/state: \"books.state\" expects \"lent\" and that holds, but not in the same array element \
         as the conditions before it"
    );
}

#[test]
fn of_alternatives_the_one_that_came_furthest_is_named() {
    let pattern = r#"{"$or": [{"a": ["x"]}, {"b": ["y"], "c": [{"exists": false}]}]}"#;
    assert_eq!(
        explanation(pattern, r#"{"b": "y", "c": null}"#),
        "no match: 1:37: /$or/1/c: \"c\" expects no value; the event has null (none of the 2 combinations of $or matches; \
         this one came furthest)"
    );
}

#[test]
fn long_values_are_shortened() {
    let text = explanation(
        r#"{"a": ["x"]}"#,
        &format!("{{\"a\": [{}]}}", vec![format!("\"{}\"", "é".repeat(500)); 9].join(",")),
    );
    assert!(text.len() < 1200 && text.ends_with("… and 4 more"), "{text}");
}
