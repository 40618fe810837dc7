//! The document that proves a finding, as people read it.

use serde_json::Value;

use crate::finding::{Finding, Flow, Side};
use crate::value::untoken;

/// Longest text of a document that is written out, in characters.
const LONGEST_TEXT: usize = 40;

/// Longest document that is written out, in characters.
const LONGEST: usize = 120;

/// Most members, and most items, that are written out of a longer one.
const MOST_PARTS: usize = 4;

/// Longest part of a longer one that is written out, in characters.
const LONGEST_PART: usize = 24;

/// Why it is so: the document that proves it, and what became of it.
pub(super) fn proof(finding: &Finding) -> Option<(String, &'static str)> {
    let document = readable(finding.witness.as_ref()?);
    let place: Vec<String> = finding.instance.split('/').skip(1).map(untoken).collect();
    let witness = brief(&document, &place);
    let kept = [Flow::Kept, Flow::Replayed, Flow::Running].iter().any(|flow| finding.flows.contains(flow));
    let said = match (finding.side, kept) {
        (Side::Revision, true) => "was written, and is refused now",
        (Side::Revision, false) => "was valid, and is refused now",
        (Side::Base, _) => "may come now, and was never valid before",
    };
    Some((witness, said))
}

/// The same in a sentence.
pub(super) fn proof_sentence(finding: &Finding) -> Option<String> {
    proof(finding).map(|(witness, said)| format!("{witness} {said}"))
}

/// Of a long text its start, and how long it is.
fn readable(document: &Value) -> Value {
    match document {
        Value::String(text) if text.chars().count() > LONGEST_TEXT => {
            let start: String = text.chars().take(LONGEST_TEXT / 4).collect();
            Value::String(format!("{start}… ({} characters)", text.chars().count()))
        }
        Value::Array(items) => items.iter().map(readable).collect(),
        Value::Object(members) => {
            members.iter().map(|(name, member)| (name.clone(), readable(member))).collect()
        }
        other => other.clone(),
    }
}

/// Of a long document the part that it is about, and how much else there is.
fn brief(value: &Value, place: &[String]) -> String {
    let whole = value.to_string();
    if whole.chars().count() <= LONGEST {
        return whole;
    }
    match (value, place.split_first()) {
        (Value::Object(members), Some((name, rest))) if members.contains_key(name) => {
            let part = format!("{}:{}", Value::from(name.as_str()), brief(&members[name], rest));
            format!("{{{}}}", listed(vec![part], members.len()))
        }
        (Value::Array(items), Some((index, rest))) => {
            match index.parse().ok().and_then(|index: usize| items.get(index)) {
                Some(item) => format!("[{}]", listed(vec![brief(item, rest)], items.len())),
                None => format!("[{}]", several(items.iter().map(short))),
            }
        }
        (Value::Object(members), _) => {
            let named =
                |(name, part): (&String, &Value)| format!("{}:{}", Value::from(name.as_str()), short(part));
            format!("{{{}}}", several(members.iter().map(named)))
        }
        (Value::Array(items), None) => format!("[{}]", several(items.iter().map(short))),
        _ => whole,
    }
}

/// The first parts, and how many there are besides.
fn several(parts: impl ExactSizeIterator<Item = String>) -> String {
    let number = parts.len();
    listed(parts.take(MOST_PARTS).collect(), number)
}

fn listed(mut shown: Vec<String>, number: usize) -> String {
    if number > shown.len() {
        shown.push(format!("… {} more", number - shown.len()));
    }
    shown.join(",")
}

/// A part that the finding isn't about.
fn short(value: &Value) -> String {
    let whole = value.to_string();
    match value {
        _ if whole.chars().count() <= LONGEST_PART => whole,
        Value::Object(_) => "{…}".to_owned(),
        Value::Array(_) => "[…]".to_owned(),
        _ => "…".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_long_text_is_told_by_its_start_and_its_length() {
        let document = json!({"title": "a".repeat(121), "tags": ["short", "é".repeat(41)]});
        let shown = json!({
            "title": "aaaaaaaaaa… (121 characters)",
            "tags": ["short", "éééééééééé… (41 characters)"],
        });
        assert_eq!(readable(&document), shown);
    }

    #[test]
    fn of_a_long_document_the_part_is_shown_that_it_is_about() {
        let id = "2eb8aa08-aa98-11ea-b4aa-73b441d16380";
        let lines: Vec<Value> = (0..5).map(|number| json!({"number": number, "book": id})).collect();
        let document =
            json!({"customer": id, "lines": lines, "order": id, "status": "LOST", "z": {"a": [id]}});
        let place = |pointer: &str| -> Vec<String> { pointer.split('/').skip(1).map(untoken).collect() };
        let shown = |pointer: &str| brief(&document, &place(pointer));
        assert_eq!(shown("/status"), r#"{"status":"LOST",… 4 more}"#);
        assert_eq!(
            shown("/lines/3/number"),
            format!(r#"{{"lines":[{},… 4 more],… 4 more}}"#, document["lines"][3])
        );
        assert_eq!(shown(""), r#"{"customer":…,"lines":[…],"order":…,"status":"LOST",… 1 more}"#);
        assert_eq!(shown("/missing"), shown(""));
        assert_eq!(brief(&document["lines"][0], &place("/number")), document["lines"][0].to_string());
    }
}
