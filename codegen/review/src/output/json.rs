//! For programs: one versioned document.

use serde_json::{Value, json};

use crate::finding::Severity;
use crate::report::{Bump, Entry, Place, Report, Versioned};
use crate::repository::Cost;

/// Version of the document.
const VERSION: u32 = 1;

/// The report as JSON, ending in a line end.
pub fn json(report: &Report) -> String {
    let text = serde_json::to_string_pretty(&document(report)).unwrap_or_default();
    text + "\n"
}

/// The report as a JSON value.
pub fn document(report: &Report) -> Value {
    let number = |severity| report.open(severity).count();
    json!({
        "version": VERSION,
        "decision": report.decision.as_str(),
        "base": report.names.0,
        "revision": report.names.1,
        "summary": {
            "break": number(Severity::Break),
            "risky": number(Severity::Risky),
            "safe": number(Severity::Safe),
            "docs": number(Severity::Docs),
            "acknowledged": report.acknowledged().count(),
        },
        "contracts": report.contracts.iter().map(contract).collect::<Vec<_>>(),
        "cost": report.cost.as_ref().map(cost),
        "findings": report.entries.iter().map(entry).collect::<Vec<_>>(),
    })
}

/// Amounts to the cent.
fn cost(cost: &Cost) -> Value {
    let cents = |amount: f64| (amount * 100.0).round() / 100.0;
    let patterns = cost.patterns.iter().map(|pattern| {
        json!({
            "name": pattern.name,
            "before": pattern.before.map(cents),
            "after": pattern.after.map(cents),
        })
    });
    json!({
        "currency": cost.currency,
        "before": cents(cost.before),
        "after": cents(cost.after),
        "budget": cost.budget,
        "patterns": patterns.collect::<Vec<_>>(),
    })
}

fn contract(versioned: &Versioned) -> Value {
    json!({
        "name": versioned.name,
        "before": versioned.declared.0,
        "after": versioned.declared.1,
        "required": versioned.required.as_str(),
        "needed": versioned.needed(),
        "enough": versioned.is_enough(),
    })
}

fn entry(entry: &Entry) -> Value {
    let mut finding = entry.finding.to_json();
    let affected: Vec<Value> = entry
        .affected
        .iter()
        .map(|user| json!({"consumer": user.consumer, "uses": user.uses, "fields": user.fields}))
        .collect();
    let acknowledged = entry.acknowledged.as_ref().map(|acknowledgement| {
        json!({
            "reason": acknowledgement.reason,
            "owner": acknowledgement.owner,
            "ticket": acknowledgement.ticket,
            "expires": acknowledgement.expires.to_string(),
        })
    });
    let bump = (!entry.is_about_review()).then(|| Bump::of(entry.finding.severity).as_str());
    for (name, value) in [
        ("subject", json!(entry.subject)),
        ("message", json!(entry.sentence())),
        ("fingerprint", json!(entry.fingerprint)),
        ("impacts", json!(entry.impacts.iter().map(|impact| impact.as_str()).collect::<Vec<_>>())),
        ("affected", json!(affected)),
        ("owners", json!(entry.owners)),
        ("bump", json!(bump)),
        ("instead", json!(entry.instead())),
        ("loses_data", json!(entry.finding.loses_data())),
        ("acknowledged", json!(acknowledged)),
        (
            "places",
            json!({"base": entry.base.as_ref().map(place), "revision": entry.revision.as_ref().map(place)}),
        ),
    ] {
        finding[name] = value;
    }
    finding
}

fn place(place: &Place) -> Value {
    json!({
        "file": place.file,
        "line": place.line,
        "column": place.column,
        "end_line": place.end_line,
        "end_column": place.end_column,
    })
}
