//! Event patterns and the events they meet.

use serde_json::Value;
use stipule_pattern::{Event, Index, Outcome, Pattern, run_case};

use super::Check;
use crate::corpus::{Input, case_lines};

const CASES: &str = "codegen/pattern/cases";

/// Every so many cases gives a partner: enough kinds, and quick.
const EVERY: usize = 24;

fn parts(key: &str) -> Vec<String> {
    let part = |line: String| {
        let case: Value = serde_json::from_str(&line).ok()?;
        let part = case.get(key)?;
        Some(part.as_str().map_or_else(|| part.to_string(), str::to_owned))
    };
    let mut found: Vec<String> = case_lines(CASES).into_iter().filter_map(part).collect();
    found.sort();
    found.dedup();
    found
}

fn named(name: &str, texts: &[String]) -> Vec<Input> {
    texts.iter().map(|text| Input::new(name, text)).collect()
}

pub(super) fn patterns() -> Vec<Input> {
    named("pattern", &parts("pattern"))
}

pub(super) fn events() -> Vec<Input> {
    named("event", &parts("event"))
}

pub(super) fn cases() -> Vec<Input> {
    named("case", &case_lines(CASES))
}

fn agree(pattern: &Pattern, index: &Index<usize>, id: usize, event: &Event) {
    let matches = pattern.matches(event);
    assert_eq!(pattern.explain(event) == Outcome::Match, matches, "the explanation says otherwise");
    let indexed = index.matching(event).into_iter().any(|found| *found == id);
    assert_eq!(indexed, matches, "the index says otherwise");
}

pub(super) fn check_pattern() -> Check {
    let events: Vec<Event> =
        parts("event").iter().step_by(EVERY).filter_map(|text| Event::parse(text).ok()).collect();
    Box::new(move |input| {
        let text = input.text();
        match Pattern::compile(&text) {
            Ok(pattern) => {
                let strict = Pattern::compile_strict(&text);
                assert_eq!(strict.is_ok(), pattern.cautions().is_empty(), "cautions make strict refuse");
                let mut index = Index::new();
                index.add(0, pattern.clone());
                for event in &events {
                    agree(&pattern, &index, 0, event);
                }
            }
            Err(errors) => {
                assert!(!errors.is_empty(), "a refusal has a reason");
                for error in errors {
                    assert!(error.line >= 1 && error.column >= 1, "{error} has no place");
                    assert!(error.line <= text.matches('\n').count() + 1, "{error} lies beyond the text");
                }
            }
        }
    })
}

pub(super) fn check_event() -> Check {
    let patterns: Vec<Pattern> =
        parts("pattern").iter().step_by(EVERY).filter_map(|text| Pattern::compile(text).ok()).collect();
    let mut index = Index::new();
    for (id, pattern) in patterns.iter().enumerate() {
        index.add(id, pattern.clone());
    }
    Box::new(move |input| {
        let text = input.text();
        let Ok(event) = Event::parse(&text) else {
            // That reader stops at 128 levels by itself.
            let other = serde_json::from_str::<Value>(&text);
            assert!(!other.is_ok_and(|value| value.is_object()), "another reader takes this event");
            return;
        };
        for (id, pattern) in patterns.iter().enumerate() {
            agree(pattern, &index, id, &event);
        }
    })
}

pub(super) fn check_case() -> Check {
    Box::new(|input| {
        let answer = run_case(&input.text()).to_string();
        assert!(!answer.contains('\n'), "an answer is one line");
        // Not another reader's verdict: an id goes back as it came, and that may be a number beyond any double.
        assert!(Event::parse(&answer).is_ok(), "the answer is no JSON: {answer}");
    })
}
