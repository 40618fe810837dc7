//! JUnit: a case for each finding that matters. What breaks fails, what may break is skipped with the reason, what
//! was acknowledged passes.

use std::fmt::Write as _;

use super::proofs::proof_sentence;
use super::words::{at, reached};
use crate::finding::Severity;
use crate::report::{Entry, Report};

/// The report as JUnit's XML.
pub fn junit(report: &Report) -> String {
    let matter: Vec<&Entry> = report.entries.iter().filter(|entry| entry.finding.matters()).collect();
    let number = |severity| report.open(severity).count();
    let (failures, skipped) = (number(Severity::Break), number(Severity::Risky));
    let tests = matter.len().max(1);
    let mut out = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    let counts = format!("tests=\"{tests}\" failures=\"{failures}\" errors=\"0\" skipped=\"{skipped}\"");
    let _ = writeln!(out, "<testsuites name=\"stipule review\" {counts}>");
    let _ = writeln!(out, "  <testsuite name=\"{}\" {counts}>", attribute(report.decision.as_str()));
    if matter.is_empty() {
        out.push_str("    <testcase classname=\"contracts\" name=\"nobody breaks\"/>\n");
    }
    for entry in matter {
        case(&mut out, entry);
    }
    out.push_str("  </testsuite>\n</testsuites>\n");
    out
}

fn case(out: &mut String, entry: &Entry) {
    let class = if entry.file.is_empty() { "contracts" } else { entry.file.as_str() };
    let sentence = entry.sentence();
    let name = format!("{} {sentence} [{}]", entry.finding.rule.code, entry.fingerprint);
    let _ = write!(out, "    <testcase classname=\"{}\" name=\"{}\"", attribute(class), attribute(&name));
    let mut said = Vec::new();
    said.extend(entry.place().map(at));
    said.extend(proof_sentence(&entry.finding));
    said.extend(entry.finding.note.clone());
    let reached = reached(entry);
    if !reached.is_empty() {
        said.push(format!("reaches {reached}"));
    }
    let said = said.join("\n");
    let _ = match (&entry.acknowledged, entry.finding.severity) {
        (Some(acknowledgement), _) => writeln!(
            out,
            ">\n      <system-out>{}</system-out>\n    </testcase>",
            content(&format!("acknowledged by {}: {}", acknowledgement.owner, acknowledgement.reason))
        ),
        (None, Severity::Break) => writeln!(
            out,
            ">\n      <failure type=\"{}\" message=\"{}\">{}</failure>\n    </testcase>",
            entry.finding.rule.name,
            attribute(&sentence),
            content(&said)
        ),
        (None, _) => {
            let message = attribute(&format!("look at it: {said}"));
            writeln!(out, ">\n      <skipped message=\"{message}\"/>\n    </testcase>")
        }
    };
}

fn content(text: &str) -> String {
    let mut out = String::new();
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '\n' | '\t' => out.push(c),
            // XML has no way to write the others.
            c if c.is_control() || matches!(c, '\u{fffe}' | '\u{ffff}') => out.push('\u{fffd}'),
            c => out.push(c),
        }
    }
    out
}

fn attribute(text: &str) -> String {
    content(text).replace('"', "&quot;").replace('\n', "&#10;").replace('\t', "&#9;")
}
