//! What callers of an API have to know between two versions: by what they have to do.

use std::fmt::Write as _;

use serde_json::Value;

use super::proofs::proof_sentence;
use super::words::reached;
use crate::finding::Severity;
use crate::report::{Entry, Report};

/// A group of changes.
struct Group {
    title: &'static str,
    holds: fn(&Entry) -> bool,
}

const GROUPS: &[Group] = &[
    Group { title: "Breaking", holds: |entry| entry.finding.severity == Severity::Break },
    Group { title: "Announced", holds: |entry| entry.finding.rule.name.contains("deprecated") },
    Group { title: "Look at", holds: |entry| entry.finding.severity == Severity::Risky },
    Group { title: "New", holds: |entry| entry.finding.rule.name.ends_with("-added") },
    Group { title: "Changed", holds: |entry| entry.finding.severity == Severity::Safe },
    Group { title: "Words", holds: |_| true },
];

/// The changes between two versions as Markdown.
pub fn changelog(report: &Report) -> String {
    let mut out = String::new();
    let (base, revision) = &report.names;
    let _ = writeln!(out, "# {base} → {revision}");
    let declared: Vec<String> = report
        .contracts
        .iter()
        .filter_map(|contract| {
            let (before, after) = (contract.declared.0.as_deref()?, contract.declared.1.as_deref()?);
            (before != after).then(|| format!("{} {before} → {after}", contract.name))
        })
        .collect();
    if !declared.is_empty() {
        let _ = write!(out, "\n{}\n", declared.join(", "));
    }
    // What is said of a change as such is for reviewers.
    let mut left: Vec<&Entry> =
        report.entries.iter().filter(|entry| !entry.finding.rule.code.starts_with("REV95")).collect();
    if left.is_empty() {
        out.push_str("\nNothing changed for callers.\n");
    }
    for group in GROUPS {
        let (of_group, rest): (Vec<&Entry>, Vec<&Entry>) =
            left.into_iter().partition(|entry| (group.holds)(entry));
        left = rest;
        if of_group.is_empty() {
            continue;
        }
        let _ = write!(out, "\n## {}\n\n", group.title);
        for entry in of_group {
            let _ = writeln!(out, "- {}", line(entry));
        }
    }
    out
}

fn line(entry: &Entry) -> String {
    let mut line = entry.sentence();
    match (&entry.finding.before, &entry.finding.after) {
        (Some(Value::Array(before)), Some(Value::Array(after))) => {
            let listed = |list: &[Value], other: &[Value]| -> String {
                let more: Vec<String> = list
                    .iter()
                    .filter(|value| !other.contains(value))
                    .map(|value| format!("`{value}`"))
                    .collect();
                more.join(", ")
            };
            for (word, values) in [("new", listed(after, before)), ("gone", listed(before, after))] {
                if !values.is_empty() {
                    line.push_str(&format!(", {word}: {values}"));
                }
            }
        }
        (Some(before), Some(after)) if before != after => {
            line.push_str(&format!(": `{before}` → `{after}`"));
        }
        _ => {}
    }
    if let Some(note) = &entry.finding.note {
        line.push_str(&format!(" ({note})"));
    }
    let reached = reached(entry);
    // The subject names the operation already.
    if !reached.is_empty()
        && !entry.finding.reaches.iter().any(|reach| entry.subject.starts_with(reach.as_str()))
    {
        line.push_str(&format!("; {reached}"));
    }
    if let Some(proof) = proof_sentence(&entry.finding).filter(|_| entry.finding.severity == Severity::Break)
    {
        line.push_str(&format!(". {proof}"));
    }
    line
}
