//! One page that needs nothing else: the verdict, then every finding with both versions side by side.

use std::fmt::Write as _;

use super::proofs::proof_sentence;
use super::words::{cost, count, deployment, reached, sign, verdict, verdict_sign, versions, written};
use crate::finding::{Finding, Severity, Side};
use crate::report::{Entry, Place, Report};

const STYLE: &str = include_str!("page.css");

/// The report as a page.
pub fn html(report: &Report) -> String {
    let mut out = String::new();
    let decision = report.decision;
    let (base, revision) = &report.names;
    let _ = write!(
        out,
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <title>{}: {} → {}</title>\n<style>\n{STYLE}</style>\n</head>\n<body>\n<main>\n",
        decision.as_str(),
        escaped(base),
        escaped(revision),
    );
    let _ = write!(
        out,
        "<header class=\"{}\">\n<h1>{} {}</h1>\n<p>{}</p>\n<p class=\"names\"><code>{}</code> → <code>{}</code></p>\n",
        decision.as_str().to_ascii_lowercase(),
        plain(verdict_sign(decision)),
        decision.as_str(),
        escaped(&verdict(report)),
        escaped(base),
        escaped(revision),
    );
    for said in versions(report) {
        let _ = writeln!(out, "<p>{}</p>", escaped(&said));
    }
    for said in cost(report).into_iter().chain(deployment(report)) {
        let _ = writeln!(out, "<p>{}</p>", marked(&said));
    }
    out.push_str("</header>\n");
    for entry in report.entries.iter().filter(|entry| entry.finding.matters()) {
        finding(&mut out, entry);
    }
    folded(&mut out, report);
    out.push_str("</main>\n</body>\n</html>\n");
    out
}

/// A sign that every font has.
fn plain(sign: &str) -> &str {
    match sign {
        "⛔" => "✗",
        "✅" | "☑" => "✓",
        sign => sign,
    }
}

fn class(entry: &Entry) -> &'static str {
    match (&entry.acknowledged, entry.finding.severity) {
        (Some(_), _) => "acknowledged",
        (None, Severity::Break) => "break",
        (None, Severity::Risky) => "risky",
        (None, Severity::Safe | Severity::Docs) => "safe",
    }
}

fn finding(out: &mut String, entry: &Entry) {
    let found = &entry.finding;
    let _ = writeln!(
        out,
        "<article class=\"{}\" id=\"f{}\">\n<h2><span class=\"sign\">{}</span> {}</h2>",
        class(entry),
        entry.fingerprint,
        plain(sign(entry)),
        sentence(entry),
    );
    let said = |place: &Option<Place>| -> Option<Vec<String>> {
        Some(place.as_ref()?.shown.iter().map(|line| line.text.clone()).collect())
    };
    // What is to be looked at may not have changed.
    let same = found.absent.is_none() && said(&entry.base) == said(&entry.revision);
    let _ = writeln!(out, "<div class=\"sides{}\">", if same { " same" } else { "" });
    let changed = common(entry.base.as_ref(), entry.revision.as_ref());
    for (side, place, title) in
        [(Side::Base, &entry.base, "before"), (Side::Revision, &entry.revision, "after")]
    {
        lines(out, found, side, (place.as_ref(), changed), title);
    }
    out.push_str("</div>\n<dl>\n");
    let mut row = |name: &str, text: String| {
        let _ = writeln!(out, "<dt>{name}</dt><dd>{text}</dd>");
    };
    if let Some(proof) = proof_sentence(found) {
        row("proof", format!("<span class=\"proof\">{}</span>", escaped(&proof)));
    }
    if let Some(said) = written(found) {
        row("change", marked(&said));
    }
    if let Some(note) = &found.note {
        row("note", marked(note));
    }
    let reached = reached(entry);
    if !reached.is_empty() {
        row("reaches", escaped(&reached));
    }
    let affected = entry.affected.iter().map(|user| {
        let fields =
            if user.fields.is_empty() { String::new() } else { format!(" ({})", user.fields.join(", ")) };
        escaped(&format!("{}: {}{fields}", user.consumer, user.uses))
    });
    let affected: Vec<String> = affected.collect();
    if !affected.is_empty() {
        row("affects", affected.join("<br>"));
    }
    if !entry.impacts.is_empty() {
        row("impact", entry.impacts.iter().map(|impact| impact.as_str()).collect::<Vec<_>>().join(", "));
    }
    if let Some(instead) = entry.instead().filter(|_| entry.acknowledged.is_none()) {
        row("instead", marked(instead));
    }
    if let Some(acknowledgement) = &entry.acknowledged {
        let said = format!(
            "{} ({}, {}, until {})",
            acknowledgement.reason, acknowledgement.owner, acknowledgement.ticket, acknowledgement.expires
        );
        row("acknowledged", escaped(&said));
    }
    row(
        "rule",
        format!("{} {}, fingerprint <code>{}</code>", found.rule.code, found.rule.name, entry.fingerprint),
    );
    out.push_str("</dl>\n</article>\n");
}

/// The part of a line that the other version says otherwise, in characters from its ends.
type Changed = (usize, usize);

/// What lines of both versions have in common at their ends, if each version shows one.
fn common(base: Option<&Place>, revision: Option<&Place>) -> Option<Changed> {
    let one = |place: Option<&Place>| match place?.shown.as_slice() {
        [line] => Some(line.text.chars().collect::<Vec<char>>()),
        _ => None,
    };
    let (before, after) = (one(base)?, one(revision)?);
    let same = |(one, two): &(&char, &char)| one == two;
    let mut start = before.iter().zip(&after).take_while(same).count();
    let left = before.len().min(after.len()) - start;
    let mut end = before.iter().rev().zip(after.iter().rev()).take(left).take_while(same).count();
    // Whole words are marked, where the difference is within one.
    let within = |side: &[char], at: usize| side.get(at).is_some_and(|c| c.is_alphanumeric());
    if within(&before, start) || within(&after, start) {
        while start > 0 && before[start - 1].is_alphanumeric() {
            start -= 1;
        }
    }
    let ends_within = |side: &[char]| side.len() > end && within(side, side.len() - end - 1);
    if ends_within(&before) || ends_within(&after) {
        while end > 0 && before[before.len() - end].is_alphanumeric() {
            end -= 1;
        }
    }
    (before != after).then_some((start, end))
}

fn lines(
    out: &mut String,
    finding: &Finding,
    side: Side,
    (place, changed): (Option<&Place>, Option<Changed>),
    title: &str,
) {
    let absent = finding.absent == Some(side);
    let _ = writeln!(out, "<figure class=\"{title}{}\">", if absent { " absent" } else { "" });
    match place {
        Some(place) => {
            let _ = writeln!(
                out,
                "<figcaption>{title} <code>{}:{}</code></figcaption>",
                escaped(&place.file),
                place.line
            );
            out.push_str("<pre>");
            let indent = |line: &crate::report::Shown| line.text.chars().take_while(|c| *c == ' ').count();
            let indent =
                place.shown.iter().filter(|line| !line.text.is_empty()).map(indent).min().unwrap_or(0);
            for line in &place.shown {
                let text = match changed.filter(|_| !absent) {
                    Some(changed) => differing(&line.text, changed, indent),
                    None => escaped(line.text.get(indent..).unwrap_or_default()),
                };
                let _ = writeln!(out, "<span class=\"n\">{}</span><span>{text}</span>", line.number);
            }
            out.push_str("</pre>\n");
        }
        None => {
            let _ = writeln!(out, "<figcaption>{title}</figcaption>");
        }
    }
    out.push_str("</figure>\n");
}

/// A line with what is said otherwise marked.
fn differing(line: &str, (start, end): Changed, indent: usize) -> String {
    let chars: Vec<char> = line.chars().collect();
    let end = chars.len().saturating_sub(end).max(start);
    let part = |from: usize, to: usize| escaped(&chars[from.min(to)..to].iter().collect::<String>());
    let start = start.max(indent);
    let end = end.max(start).min(chars.len());
    format!("{}<mark>{}</mark>{}", part(indent, start), part(start, end), part(end, chars.len()))
}

fn folded(out: &mut String, report: &Report) {
    let safe: Vec<&Entry> = report.entries.iter().filter(|entry| !entry.finding.matters()).collect();
    if safe.is_empty() {
        return;
    }
    let _ = writeln!(out, "<details>\n<summary>{}</summary>\n<ul>", count(safe.len(), "safe change"));
    for entry in safe {
        let reached = reached(entry);
        let reached =
            if reached.is_empty() { String::new() } else { format!(" <small>{}</small>", escaped(&reached)) };
        let code = entry.finding.rule.code;
        let _ = writeln!(out, "<li><small>{code}</small> {}{reached}</li>", sentence(entry));
    }
    out.push_str("</ul>\n</details>\n");
}

/// What happened, its subject as code.
fn sentence(entry: &Entry) -> String {
    marked(&entry.sentence())
}

/// What stands between backticks is code.
fn marked(text: &str) -> String {
    let parts: Vec<&str> = text.split('`').collect();
    if parts.len().is_multiple_of(2) {
        return escaped(text);
    }
    let part = |(index, part): (usize, &&str)| {
        if index % 2 == 1 { format!("<code>{}</code>", escaped(part)) } else { escaped(part) }
    };
    parts.iter().enumerate().map(part).collect()
}

fn escaped(text: &str) -> String {
    let mut out = String::new();
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            c if c.is_control() && c != '\t' => out.push('\u{fffd}'),
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::common;
    use crate::report::{Place, Shown};

    fn marked(before: &str, after: &str) -> (String, String) {
        let place = |text: &str| Place {
            file: String::new(),
            line: 1,
            column: 1,
            end_line: 1,
            end_column: 1,
            shown: vec![Shown { number: 1, text: text.to_owned(), at: 0 }],
        };
        let (start, end) = common(Some(&place(before)), Some(&place(after))).unwrap();
        let part = |text: &str| text[start..text.len() - end].to_owned();
        (part(before), part(after))
    }

    #[test]
    fn what_differs_is_marked_as_whole_words() {
        let both = |before: &str, after: &str| (before.to_owned(), after.to_owned());
        assert_eq!(marked("[there, lent]", "[there, lent, lost]"), both("", ", lost"));
        assert_eq!(marked("maxLength: 200}", "maxLength: 120}"), both("200", "120"));
        assert_eq!(marked("{type: string}", "{type: strings}"), both("string", "strings"));
    }
}
