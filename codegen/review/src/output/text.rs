//! For a terminal: the verdict, then each finding with the author's lines before and after.

use std::fmt::Write as _;

use anstyle::{AnsiColor, Style};

use super::words::{
    at, cost, count, deployment, lines, proof_sentence, reached, some_of, verdict, versions, written,
};
use crate::finding::Severity;
use crate::report::{Decision, Entry, Report};

const BREAK: Style = AnsiColor::Red.on_default().bold();
const RISKY: Style = AnsiColor::Yellow.on_default().bold();
const SAFE: Style = AnsiColor::Green.on_default();
const FRAME: Style = AnsiColor::Blue.on_default().bold();
const STRONG: Style = Style::new().bold();
const GONE: Style = AnsiColor::Red.on_default();
const CAME: Style = AnsiColor::Green.on_default();

/// The report as styled text; the stream takes the styles away where nobody would see them.
pub fn text(report: &Report) -> String {
    let mut out = String::new();
    let style = match report.decision {
        Decision::Block => BREAK,
        Decision::Review => RISKY,
        Decision::Pass | Decision::PassAcknowledged => SAFE.bold(),
    };
    let (base, revision) = &report.names;
    let _ = writeln!(out, "{style}{}{style:#}  {}", report.decision.as_str(), verdict(report));
    let _ = writeln!(out, "  {base} → {revision}");
    for said in versions(report).into_iter().chain(cost(report)).chain(deployment(report)) {
        let _ = writeln!(out, "  {}", printable(&said));
    }
    for entry in report.entries.iter().filter(|entry| entry.finding.matters()) {
        out.push('\n');
        finding(&mut out, entry);
    }
    folded(&mut out, report);
    out
}

fn finding(out: &mut String, entry: &Entry) {
    let style = match (entry.finding.severity, &entry.acknowledged) {
        (_, Some(_)) => SAFE,
        (Severity::Break, _) => BREAK,
        _ => RISKY,
    };
    let word = match &entry.acknowledged {
        Some(_) => "acknowledged",
        None => entry.finding.severity.as_str(),
    };
    let code = entry.finding.rule.code;
    let _ = writeln!(out, "{style}{word}[{code}]{style:#}{STRONG}: {}{STRONG:#}", entry.sentence());
    let shown = lines(entry);
    let gutter = shown.iter().map(|(_, number, _)| number.to_string().len()).max().unwrap_or(1).max(2);
    if let Some(place) = entry.place() {
        let _ = writeln!(out, "{FRAME}{:gutter$} ┌─{FRAME:#} {}:{}", "", at(place), place.column);
    }
    for (mark, number, line) in shown {
        let style = match mark {
            '-' => GONE,
            '+' => CAME,
            _ => Style::new(),
        };
        let line = printable(line);
        let _ = writeln!(out, "{FRAME}{number:>gutter$} │{FRAME:#} {style}{mark} {line}{style:#}");
    }
    let mut note = |name: &str, text: &str| {
        let _ = writeln!(out, "{FRAME}{:gutter$} ={FRAME:#} {name}{}", "", printable(text));
    };
    if let Some(proof) = proof_sentence(&entry.finding) {
        note("proof: ", &proof);
    }
    if let Some(said) = written(&entry.finding) {
        note("", &said);
    }
    if let Some(said) = &entry.finding.note {
        note("", said);
    }
    let reached = reached(entry);
    if !reached.is_empty() {
        note("reaches: ", &reached);
    }
    for user in &entry.affected {
        let fields =
            if user.fields.is_empty() { String::new() } else { format!(" ({})", user.fields.join(", ")) };
        note("affects: ", &format!("{}, which uses {}{fields}", user.consumer, user.uses));
    }
    if let Some(acknowledgement) = &entry.acknowledged {
        note(
            "acknowledged: ",
            &format!(
                "{} ({}, {}, until {})",
                acknowledgement.reason,
                acknowledgement.owner,
                acknowledgement.ticket,
                acknowledgement.expires
            ),
        );
    }
    note("", &format!("fingerprint {}; `stipule explain {code}` has the whole story", entry.fingerprint));
}

/// What breaks nobody, a line each.
fn folded(out: &mut String, report: &Report) {
    let safe: Vec<&Entry> = report.entries.iter().filter(|entry| !entry.finding.matters()).collect();
    if safe.is_empty() {
        return;
    }
    let _ = writeln!(out, "\n{SAFE}{}{SAFE:#}", count(safe.len(), "safe change"));
    for entry in safe {
        let reaches = some_of(entry.finding.reaches.iter().map(String::as_str));
        let reaches = if reaches.is_empty() { String::new() } else { format!("  ({reaches})") };
        let _ = writeln!(out, "  {} {}{reaches}", entry.finding.rule.code, printable(&entry.sentence()));
    }
}

/// No control character reaches the terminal.
fn printable(text: &str) -> String {
    text.chars().map(|c| if c.is_control() && c != '\t' { '\u{fffd}' } else { c }).collect()
}
