//! Annotations of GitHub: a line for each finding that matters, shown beside the lines it is about.

use std::fmt::Write as _;

use super::proofs::proof_sentence;
use super::words::reached;
use crate::finding::{Severity, Side};
use crate::report::Report;

/// The report as workflow commands.
pub fn github(report: &Report) -> String {
    let mut out = String::new();
    for entry in report.entries.iter().filter(|entry| entry.finding.matters()) {
        let command = match (entry.finding.severity, &entry.acknowledged) {
            (_, Some(_)) => "notice",
            (Severity::Break, None) => "error",
            _ => "warning",
        };
        let mut properties = Vec::new();
        // What is annotated is the file after the change.
        let place = entry.revision.as_ref().filter(|_| entry.finding.absent != Some(Side::Revision));
        if let Some(place) = place.or(entry.revision.as_ref()) {
            properties.push(format!("file={}", property(&place.file)));
            properties.push(format!("line={}", place.line));
            properties.push(format!("endLine={}", place.end_line));
            if place.line == place.end_line {
                properties.push(format!("col={}", place.column));
                properties.push(format!("endColumn={}", place.end_column));
            }
        }
        properties.push(format!(
            "title={}",
            property(&format!("{} {}", entry.finding.rule.code, entry.sentence()))
        ));
        let mut said = Vec::new();
        said.extend(proof_sentence(&entry.finding));
        said.extend(entry.finding.note.clone());
        let reached = reached(entry);
        if !reached.is_empty() {
            said.push(format!("reaches {reached}"));
        }
        said.push(format!("fingerprint {}", entry.fingerprint));
        let _ = writeln!(out, "::{command} {}::{}", properties.join(","), data(&said.join("\n")));
    }
    out
}

fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}
