//! Sentences that several outputs share.

use serde_json::Value;

use crate::finding::{Finding, Flow, Severity, Side};
use crate::report::{Decision, Entry, Impact, Place, Report, Shown, Versioned};

/// `1 finding`, `3 findings`.
pub(super) fn count(number: usize, noun: &str) -> String {
    if number == 1 { format!("1 {noun}") } else { format!("{number} {noun}s") }
}

/// Most things that are named before the rest is counted.
const MOST_NAMED: usize = 3;

/// `a, b and 4 more`.
pub(super) fn some_of<'t>(all: impl IntoIterator<Item = &'t str>) -> String {
    let all: Vec<&str> = all.into_iter().collect();
    if all.len() <= MOST_NAMED + 1 {
        return all.join(", ");
    }
    format!("{} and {} more", all[..MOST_NAMED].join(", "), all.len() - MOST_NAMED)
}

/// What the numbers say: `2 changes break, 1 may break somebody`.
pub(super) fn verdict(report: &Report) -> String {
    let number = |severity| report.open(severity).count();
    let (breaks, risky, safe) = (number(Severity::Break), number(Severity::Risky), number(Severity::Safe));
    let lost = report.open(Severity::Break).filter(|entry| entry.finding.loses_data()).count();
    let acknowledged = report.acknowledged().count();
    let mut parts = Vec::new();
    let verb =
        |number: usize, one: &str, more: &str| if number == 1 { one.to_owned() } else { more.to_owned() };
    if breaks > lost {
        let number = breaks - lost;
        parts.push(format!(
            "{} {}",
            count(number, "change"),
            verb(number, "breaks somebody", "break somebody")
        ));
    }
    if lost > 0 {
        parts.push(format!("{} {}", count(lost, "change"), verb(lost, "loses data", "lose data")));
    }
    if risky > 0 {
        parts.push(format!("{risky} may break somebody"));
    }
    if acknowledged > 0 {
        parts.push(format!("{acknowledged} acknowledged"));
    }
    if safe > 0 {
        parts.push(format!("{safe} safe"));
    }
    if parts.is_empty() {
        let nothing = if report.entries.is_empty() {
            "nothing changed that anybody relies on"
        } else {
            "only words changed"
        };
        parts.push(nothing.to_owned());
    }
    parts.join(", ")
}

/// `orders needs 2.0.0 and declares 1.8.0`.
fn version(versioned: &Versioned) -> Option<String> {
    let declared = versioned.declared.1.as_deref()?;
    if versioned.is_enough() {
        return None;
    }
    let v = if versioned.whole { "v" } else { "" };
    Some(match versioned.needed() {
        Some(needed) => format!("{} needs {v}{needed}, declares {v}{declared}", versioned.name),
        None => {
            format!("{} needs a {} version, declares {declared}", versioned.name, versioned.required.as_str())
        }
    })
}

/// Longest text of a document that is written out, in characters.
const LONGEST_TEXT: usize = 40;

/// A document as people read it: of a long text its start, and how long it is.
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

/// Why it is so: the document that proves it, and what became of it.
pub(super) fn proof(finding: &Finding) -> Option<(String, &'static str)> {
    let witness = readable(finding.witness.as_ref()?).to_string();
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

/// What was said and is said now, where that is short and isn't what the lines show: `ORDER#{id}` → `ORD#{id}`.
pub(super) fn written(finding: &Finding) -> Option<String> {
    let said = |value: &Option<Value>| match value.as_ref()? {
        Value::String(text) => Some(text.clone()),
        other => Some(other.to_string()),
    };
    finding.subject.as_ref()?;
    Some(format!("`{}` → `{}`", said(&finding.before)?, said(&finding.after)?))
}

/// Most contracts whose versions are named.
const MOST_VERSIONS: usize = 6;

/// Contracts whose declared versions are too low, a sentence each; of many the first.
pub(super) fn versions(report: &Report) -> Vec<String> {
    let mut said: Vec<String> = report.contracts.iter().filter_map(version).collect();
    if said.len() > MOST_VERSIONS + 1 {
        let more = said.split_off(MOST_VERSIONS).len();
        said.push(format!("{more} more contracts need other versions than they declare"));
    }
    said
}

/// Most reads and writes that are named where the cost differs.
const MOST_PATTERNS: usize = 2;

/// `Cost $846.00 → $912.00 a month (+$66.00: by_mail $60.00, new, and 3 more), budget $2,400.00`; nothing where it is
/// the same.
pub(super) fn cost(report: &Report) -> Option<String> {
    let cost = report.cost.as_ref().filter(|cost| !cost.patterns.is_empty())?;
    let money = |amount: f64| stipule_cost::money(amount, &cost.currency);
    let more = cost.after - cost.before;
    let sign = if more > 0.0 { "+" } else { "" };
    let named = cost.patterns.iter().take(MOST_PATTERNS);
    let mut named: Vec<String> =
        named.map(|pattern| format!("`{}` {}", pattern.name, pattern.said(&cost.currency))).collect();
    if cost.patterns.len() > MOST_PATTERNS {
        named.push(format!("{} more", cost.patterns.len() - MOST_PATTERNS));
    }
    let (before, after) = (money(cost.before), money(cost.after));
    let budget = cost.budget.map(|budget| format!(", of a budget of {}", money(budget as f64)));
    let budget = budget.unwrap_or_default();
    Some(format!("Cost {before} → {after} a month ({sign}{}: {}){budget}", money(more), named.join(", ")))
}

/// What becomes of what is deployed, if anything of it changed.
pub(super) fn deployment(report: &Report) -> Option<String> {
    let of_place = |entry: &&Entry| ("REV870".."REV890").contains(&entry.finding.rule.code);
    let mut changed = report.entries.iter().filter(of_place).peekable();
    changed.peek()?;
    let replaced: Vec<&str> = changed
        .filter(|entry| entry.impacts.contains(&Impact::Replacement))
        .map(|entry| entry.subject.as_str())
        .collect();
    Some(match replaced.as_slice() {
        [] => "Deployment: nothing that holds data is replaced".to_owned(),
        replaced => format!("Deployment: replaces or removes {}", some_of(replaced.iter().copied())),
    })
}

/// Which way the values go: `in requests and responses`.
pub(super) fn flows(finding: &Finding) -> Option<String> {
    let words: Vec<&str> = finding
        .flows
        .iter()
        .filter_map(|flow| match flow {
            Flow::Sent => Some("requests"),
            Flow::Received => Some("responses"),
            Flow::Notified => Some("what subscribers get"),
            Flow::Answered => Some("what subscribers answer"),
            Flow::Kept => Some("stored items"),
            Flow::Live => Some("events"),
            Flow::Replayed => Some("replays"),
            Flow::Running => Some("executions in flight"),
            Flow::Free => None,
        })
        .collect();
    if words.is_empty() { None } else { Some(format!("in {}", words.join(" and "))) }
}

/// Whom it concerns: consumers to the field, or what it reaches.
pub(super) fn concerned(entry: &Entry) -> String {
    if !entry.affected.is_empty() {
        let named = entry.affected.iter().map(|user| user.consumer.as_str());
        let mut named: Vec<&str> = named.collect();
        named.dedup();
        return some_of(named);
    }
    reached(entry)
}

/// What it reaches.
pub(super) fn reached(entry: &Entry) -> String {
    let reaches = some_of(entry.finding.reaches.iter().map(String::as_str));
    match flows(&entry.finding) {
        Some(flows) if !reaches.is_empty() => format!("{reaches}, {flows}"),
        Some(flows) => flows,
        None => reaches,
    }
}

/// `contracts/http/orders.yaml:14`.
pub(super) fn at(place: &Place) -> String {
    format!("{}:{}", place.file, place.line)
}

/// The author's own lines: those that went, then those that came.
pub(super) fn lines(entry: &Entry) -> Vec<(char, &Shown)> {
    let mut lines = Vec::new();
    let shown = |place: &Option<Place>| -> Vec<String> {
        place.iter().flat_map(|place| &place.shown).map(|line| line.text.clone()).collect()
    };
    let same = shown(&entry.base) == shown(&entry.revision);
    let absent = entry.finding.absent;
    for (side, place, mark) in [(Side::Base, &entry.base, '-'), (Side::Revision, &entry.revision, '+')] {
        let Some(place) = place else { continue };
        if absent == Some(side) || same && side == Side::Base && absent.is_none() {
            continue;
        }
        let mark = if same && absent.is_none() { ' ' } else { mark };
        lines.extend(place.shown.iter().map(|line| (mark, line)));
    }
    lines
}

/// A sign for a severity.
pub(super) fn sign(entry: &Entry) -> &'static str {
    match (entry.finding.severity, &entry.acknowledged) {
        (_, Some(_)) => "☑",
        (Severity::Break, _) => "⛔",
        (Severity::Risky, _) => "⚠",
        (Severity::Safe | Severity::Docs, _) => "✓",
    }
}

/// A sign for a verdict.
pub(super) fn verdict_sign(decision: Decision) -> &'static str {
    match decision {
        Decision::Block => "⛔",
        Decision::Review => "⚠",
        Decision::PassAcknowledged => "☑",
        Decision::Pass => "✅",
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::readable;

    #[test]
    fn a_long_text_is_told_by_its_start_and_its_length() {
        let document = json!({"title": "a".repeat(121), "tags": ["short", "é".repeat(41)]});
        let shown = json!({
            "title": "aaaaaaaaaa… (121 characters)",
            "tags": ["short", "éééééééééé… (41 characters)"],
        });
        assert_eq!(readable(&document), shown);
    }
}
