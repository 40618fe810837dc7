//! Sentences that several outputs share.

use serde_json::Value;

use crate::finding::{Finding, Flow, Severity, Side};
use crate::report::{Decision, Entry, Impact, Place, Report, Shown};

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

/// What the numbers say: `2 changes break somebody, 1 may break somebody, 1 thing to settle`.
pub(super) fn verdict(report: &Report) -> String {
    let about_changes = |entry: &&Entry| !entry.is_about_review();
    let number = |severity| report.open(severity).filter(about_changes).count();
    let (breaks, risky, safe) = (number(Severity::Break), number(Severity::Risky), number(Severity::Safe));
    let lost = report.open(Severity::Break).filter(|entry| entry.finding.loses_data()).count();
    let all = [Severity::Break, Severity::Risky].into_iter().flat_map(|severity| report.open(severity));
    let settle = all.filter(|entry| entry.is_about_review()).count();
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
    if settle > 0 {
        parts.push(format!("{} to settle", count(settle, "thing")));
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

/// What was said and is said now, where that is short and isn't what the lines show: `ORDER#{id}` → `ORD#{id}`.
pub(super) fn written(finding: &Finding) -> Option<String> {
    let said = |value: &Option<Value>| match value.as_ref()? {
        Value::String(text) => Some(text.clone()),
        other => Some(other.to_string()),
    };
    finding.subject.as_ref()?;
    Some(format!("`{}` → `{}`", said(&finding.before)?, said(&finding.after)?))
}

/// Versions that are declared too low, a sentence for all contracts that say and need the same: `orders and carts need
/// 2.0.0, declare 1.8.0`.
pub(super) fn versions(report: &Report) -> Vec<String> {
    let mut alike: Vec<((String, String), Vec<&str>)> = Vec::new();
    for versioned in report.contracts.iter().filter(|versioned| !versioned.is_enough()) {
        let Some(declared) = versioned.declared.1.as_deref() else { continue };
        let v = if versioned.whole { "v" } else { "" };
        let needed = match versioned.needed() {
            Some(needed) => format!("{v}{needed}"),
            None => format!("a {} version", versioned.required.as_str()),
        };
        let key = (needed, format!("{v}{declared}"));
        match alike.iter_mut().find(|(known, _)| *known == key) {
            Some((_, names)) => names.push(&versioned.name),
            None => alike.push((key, vec![&versioned.name])),
        }
    }
    let said = alike.into_iter().map(|((needed, declared), names)| match names.as_slice() {
        [name] => format!("{name} needs {needed}, declares {declared}"),
        names => format!("{} need {needed}, declare {declared}", some_of(names.iter().copied())),
    });
    said.collect()
}

/// Most items that are named where the cost differs.
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
