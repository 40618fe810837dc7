//! Why an event doesn't match, in words.

use std::fmt;

use crate::consistency;
use crate::event::Event;
use crate::pattern::{Field, Pattern};
use crate::test::{Test, joined};

/// The longest value quoted in an explanation, in characters.
const QUOTED_CHARS: usize = 80;
/// The most values listed in an explanation.
const LISTED_VALUES: usize = 5;

/// The result of a match.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// The event matches.
    Match,
    /// It doesn't.
    NoMatch(Failure),
}

/// The first condition that failed. With `$or`, that of the alternative that came furthest.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    /// The condition's place in the pattern: a JSON pointer.
    pub pointer: String,
    /// Its line, from 1.
    pub line: usize,
    /// Its column in characters, from 1.
    pub column: usize,
    /// The path in the event.
    pub path: String,
    /// What was expected and what was found.
    pub reason: String,
    /// How many combinations of `$or` alternatives there were; 1 without `$or`.
    pub combinations: usize,
}

impl fmt::Display for Outcome {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Match => write!(out, "match"),
            Self::NoMatch(failure) => write!(out, "no match: {failure}"),
        }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}:{}: {}: {}", self.line, self.column, self.pointer, self.reason)?;
        if self.combinations > 1 {
            write!(
                out,
                " (none of the {} combinations of $or matches; this one came furthest)",
                self.combinations
            )?;
        }
        Ok(())
    }
}

pub(crate) fn explain(pattern: &Pattern, event: &Event) -> Outcome {
    if pattern.matches(event) {
        return Outcome::Match;
    }
    let mut furthest: Option<(usize, &Field, String)> = None;
    let mut combinations = 0;
    for combination in pattern.combinations() {
        combinations += 1;
        let fields: Vec<&Field> = combination.collect();
        let passed = passing_prefix(&fields, event);
        if furthest.as_ref().is_some_and(|(best, ..)| *best >= passed) {
            continue;
        }
        if let Some((field, reason)) = first_failure(&fields, passed, event) {
            furthest = Some((passed, field, reason));
        }
    }
    match furthest {
        Some((_, field, reason)) => Outcome::NoMatch(Failure {
            pointer: field.pointer.clone(),
            line: field.line,
            column: field.column,
            path: field.path.clone(),
            reason,
            combinations,
        }),
        // A compiled pattern has a combination, and each combination that fails has a first failure.
        None => Outcome::Match,
    }
}

/// How many fields hold together, counted in document order.
fn passing_prefix(fields: &[&Field], event: &Event) -> usize {
    (1..=fields.len()).take_while(|count| together(&fields[..*count], event)).count()
}

fn together(fields: &[&Field], event: &Event) -> bool {
    let mut ordered = fields.to_vec();
    ordered.sort_by(|left, right| crate::pattern::path_order(&left.path, &right.path));
    consistency::holds(ordered.iter().copied(), event)
}

fn first_failure<'p>(fields: &[&'p Field], passed: usize, event: &Event) -> Option<(&'p Field, String)> {
    // Adding a field can also make earlier ones hold (absence within an element); then the last one is to blame.
    let field = *fields.get(passed).or(fields.last())?;
    let reason = if together(&[field], event) {
        format!(
            "{} and that holds, but not in the same array element as the conditions before it",
            described(field)
        )
    } else {
        format!("{}; {}", described(field), found(field, event))
    };
    Some((field, reason))
}

fn described(field: &Field) -> String {
    format!("{:?} expects {}", field.path, joined(&field.tests, Test::to_string))
}

fn found(field: &Field, event: &Event) -> String {
    let mut values: Vec<String> = Vec::new();
    let mut more = 0;
    for leaf in event.leaves(&field.path) {
        if values.len() == LISTED_VALUES {
            more += 1;
            continue;
        }
        values.push(shortened(leaf.text));
    }
    match (values.is_empty(), more) {
        (true, _) => "the event has no value there".to_owned(),
        (false, 0) => format!("the event has {}", values.join(", ")),
        (false, more) => format!("the event has {} and {more} more", values.join(", ")),
    }
}

fn shortened(text: &str) -> String {
    if text.chars().count() <= QUOTED_CHARS {
        return text.to_owned();
    }
    text.chars().take(QUOTED_CHARS).chain("…".chars()).collect()
}
