//! What may stand at a place, in words.

use super::domain::{Domain, Form, Numbers};
use super::reach::Reach;

/// Most values that are listed.
const LISTED: usize = 8;

/// `one of "OPEN", "CLOSED"`, `text of at most 3 characters or null`.
pub(super) fn described(reach: &Reach) -> String {
    let mut parts: Vec<String> = Vec::new();
    for leaf in &reach.leaves {
        let words = domain(leaf);
        if !parts.contains(&words) {
            parts.push(words);
        }
    }
    if parts.is_empty() {
        return "an object: ask for one of its fields".to_owned();
    }
    parts.join(" or ")
}

fn domain(domain: &Domain) -> String {
    match domain {
        Domain::Anything => "anything".to_owned(),
        Domain::Values(values) => match values.as_slice() {
            [] => "nothing".to_owned(),
            [one] => one.clone(),
            few if few.len() <= LISTED => format!("one of {}", few.join(", ")),
            many => format!("one of {} and {} more", many[..LISTED].join(", "), many.len() - LISTED),
        },
        Domain::Number(numbers) => number(numbers),
        Domain::Text(texts, form) => {
            let what = match form {
                Form::Free => "text",
                Form::Uuid => "a UUID in lower case",
                Form::Ulid => "a ULID in upper case",
                Form::Date => "a date as in 2026-01-31",
                Form::DateTime => "an instant as in 2026-01-31T12:00:00Z",
                Form::Decimal => "a decimal number as text",
            };
            let length = match (texts.least, texts.most) {
                (0, None) => String::new(),
                (least, None) => format!(" of at least {least} characters"),
                (0, Some(most)) => format!(" of at most {most} characters"),
                (least, Some(most)) if least == most => format!(" of {least} characters"),
                (least, Some(most)) => format!(" of {least} to {most} characters"),
            };
            let pattern = texts.pattern.as_ref().map(|it| format!(" like {it:?}")).unwrap_or_default();
            format!("{what}{length}{pattern}")
        }
    }
}

fn number(numbers: &Numbers) -> String {
    let what = if numbers.whole { "a whole number" } else { "a number" };
    let range = &numbers.range;
    if range.low.is_infinite() && range.high.is_infinite() {
        what.to_owned()
    } else {
        format!("{what} {range}")
    }
}
