//! SARIF 2.1.0: for code scanning.

use serde_json::{Value, json};

use super::proofs::proof_sentence;
use super::words::reached;
use crate::finding::{Finding, Severity};
use crate::report::{Entry, Place, Report};
use crate::rule::{self, Rule};

const SCHEMA: &str =
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";

/// The report as a SARIF log, ending in a line end.
pub fn sarif(report: &Report) -> String {
    let mut rules: Vec<Rule> = report.entries.iter().map(|entry| entry.finding.rule).collect();
    rules.sort_by_key(|rule| rule.code);
    rules.dedup_by_key(|rule| rule.code);
    let results: Vec<Value> = report.entries.iter().map(|entry| result(entry, &rules)).collect();
    let log = json!({
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [{
            "tool": {"driver": {
                "name": "stipule review",
                "version": env!("CARGO_PKG_VERSION"),
                "rules": rules.iter().map(descriptor).collect::<Vec<_>>(),
            }},
            "columnKind": "unicodeCodePoints",
            "originalUriBaseIds": {"ROOT": {"description": {"text": "The root of the repository."}}},
            "properties": {"decision": report.decision.as_str()},
            "results": results,
        }],
    });
    serde_json::to_string_pretty(&log).unwrap_or_default() + "\n"
}

fn descriptor(rule: &Rule) -> Value {
    let section = rule::sections().iter().find(|section| section.code == rule.code);
    let text = section.map_or(rule.name, |section| section.text);
    // What is good news must not fail a scan by default.
    json!({
        "id": rule.code,
        "name": rule.name,
        "shortDescription": {"text": format!("{}.", rule::title(rule.code))},
        "fullDescription": {"text": text.split("\n\n").next().unwrap_or(text)},
        "help": {"text": text, "markdown": text},
        "defaultConfiguration": {"level": level(rule.severity)},
    })
}

fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Break => "error",
        Severity::Risky => "warning",
        Severity::Safe | Severity::Docs => "note",
    }
}

fn result(entry: &Entry, rules: &[Rule]) -> Value {
    let finding = &entry.finding;
    let index = rules.iter().position(|rule| rule.code == finding.rule.code).unwrap_or_default();
    let mut result = json!({
        "ruleId": finding.rule.code,
        "ruleIndex": index,
        "level": level(finding.severity),
        "kind": "fail",
        "message": {"text": message(entry, finding)},
        "partialFingerprints": {"stipule/v1": entry.fingerprint},
        "properties": {
            "confidence": finding.confidence.as_str(),
            "impacts": entry.impacts.iter().map(|impact| impact.as_str()).collect::<Vec<_>>(),
            "reaches": finding.reaches,
            "witness": finding.witness,
        },
    });
    if let Some(place) = entry.revision.as_ref().or(entry.base.as_ref()) {
        result["locations"] = json!([location(place, finding.pointer(), None)]);
    }
    if let Some(place) = entry.base.as_ref().filter(|_| entry.revision.is_some()) {
        let pointer = finding.base.as_deref().unwrap_or_default();
        result["relatedLocations"] = json!([location(place, pointer, Some("before"))]);
    }
    if let Some(acknowledgement) = &entry.acknowledged {
        result["suppressions"] = json!([{
            "kind": "external",
            "status": "accepted",
            "justification": format!(
                "{} ({}, {}, until {})",
                acknowledgement.reason, acknowledgement.owner, acknowledgement.ticket, acknowledgement.expires
            ),
        }]);
    }
    result
}

fn message(entry: &Entry, finding: &Finding) -> String {
    let mut parts = vec![entry.sentence()];
    parts.extend(proof_sentence(finding));
    parts.extend(finding.note.clone());
    let reached = reached(entry);
    if !reached.is_empty() {
        parts.push(format!("reaches {reached}"));
    }
    parts.join(". ") + "."
}

fn location(place: &Place, pointer: &str, said: Option<&str>) -> Value {
    let mut location = json!({
        "physicalLocation": {
            "artifactLocation": {"uri": uri(&place.file), "uriBaseId": "ROOT"},
            "region": {
                "startLine": place.line,
                "startColumn": place.column,
                "endLine": place.end_line,
                "endColumn": place.end_column,
            },
        },
        "logicalLocations": [{"fullyQualifiedName": pointer}],
    });
    if let Some(said) = said {
        location["message"] = json!({"text": said});
    }
    location
}

/// A path as a relative reference.
fn uri(path: &str) -> String {
    let mut out = String::new();
    for byte in path.trim_start_matches("./").bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'/' | b'-' | b'_' | b'.' | b'~' => {
                out.push(char::from(byte));
            }
            other => out.push_str(&format!("%{other:02X}")),
        }
    }
    out
}
