//! For a terminal: the verdict, then each finding with the author's lines before and after.

use std::fmt::Write as _;

use anstyle::{AnsiColor, Style};
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

use super::proofs::proof_sentence;
use super::words::{at, cost, count, deployment, lines, reached, some_of, verdict, versions, written};
use crate::finding::Severity;
use crate::report::{Decision, Entry, Report};

/// Columns that text gets however narrow the terminal is.
const NARROWEST: usize = 20;

const BREAK: Style = AnsiColor::Red.on_default().bold();
const RISKY: Style = AnsiColor::Yellow.on_default().bold();
const SAFE: Style = AnsiColor::Green.on_default();
const FRAME: Style = AnsiColor::Blue.on_default().bold();
const STRONG: Style = Style::new().bold();
const GONE: Style = AnsiColor::Red.on_default();
const CAME: Style = AnsiColor::Green.on_default();

/// The report as styled text in so many columns, if they are limited; the stream takes the styles away where nobody
/// would see them.
pub fn text(report: &Report, width: Option<usize>) -> String {
    let mut out = String::new();
    let style = match report.decision {
        Decision::Block => BREAK,
        Decision::Review => RISKY,
        Decision::Pass | Decision::PassAcknowledged => SAFE.bold(),
    };
    let (base, revision) = &report.names;
    let decision = report.decision.as_str();
    let head = Styled { head: decision.to_owned(), style, rest: Style::new() };
    head.write(&mut out, &format!("  {}", verdict(report)), 2, width);
    let said = std::iter::once(format!("{base} → {revision}"))
        .chain(versions(report))
        .chain(cost(report))
        .chain(deployment(report));
    for said in said {
        for (index, line) in wrapped(&said, 4, width).into_iter().enumerate() {
            let _ = writeln!(out, "{}{line}", if index == 0 { "  " } else { "    " });
        }
    }
    for entry in report.entries.iter().filter(|entry| entry.finding.matters()) {
        out.push('\n');
        finding(&mut out, entry, width);
    }
    folded(&mut out, report, width);
    out
}

/// A line that begins in a style of its own and goes on in another.
struct Styled {
    head: String,
    style: Style,
    rest: Style,
}

impl Styled {
    /// Lines after the first are indented.
    fn write(&self, out: &mut String, text: &str, indent: usize, width: Option<usize>) {
        let Styled { head, style, rest } = self;
        let whole = format!("{head}{text}");
        for (index, line) in wrapped(&whole, indent, width).iter().enumerate() {
            match line.strip_prefix(head.as_str()).filter(|_| index == 0) {
                Some(text) => {
                    let _ = writeln!(out, "{style}{head}{style:#}{rest}{text}{rest:#}");
                }
                None => {
                    let _ = writeln!(out, "{:indent$}{rest}{line}{rest:#}", "");
                }
            }
        }
    }
}

/// Text that is safe to print, in lines that leave room for what stands before them.
fn wrapped(text: &str, before: usize, width: Option<usize>) -> Vec<String> {
    let mut lines = Vec::new();
    let room = width.map_or(usize::MAX, |width| width.saturating_sub(before).max(NARROWEST));
    for paragraph in text.split('\n') {
        let mut line = String::new();
        for word in printable(paragraph).split(' ') {
            if !line.is_empty() && line.width() + 1 + word.width() > room {
                lines.push(std::mem::take(&mut line));
            } else if !line.is_empty() {
                line.push(' ');
            }
            let mut word = word.to_owned();
            // A document without blanks has to end somewhere.
            while word.width() > room {
                let (start, rest) = split(&word, room);
                lines.push(start);
                word = rest;
            }
            line.push_str(&word);
        }
        lines.push(line);
    }
    lines
}

/// As much as fits, and the rest.
fn split(text: &str, room: usize) -> (String, String) {
    let mut width = 0;
    let fits = |c: &char| {
        width += c.width().unwrap_or(0);
        width <= room
    };
    let start: String = text.chars().take_while(fits).collect();
    let rest = text[start.len()..].to_owned();
    (start, rest)
}

/// Of a line that doesn't fit the part around a character, a third of the room before it.
fn around(text: &str, at: usize, room: usize) -> String {
    if text.width() <= room {
        return text.to_owned();
    }
    let chars: Vec<char> = text.chars().collect();
    let width =
        |from: usize, to: usize| chars[from..to].iter().map(|c| c.width().unwrap_or(0)).sum::<usize>();
    let mut from = at.min(chars.len());
    while from > 0 && width(from - 1, at.min(chars.len())) <= room / 3 {
        from -= 1;
    }
    // A line that ends within the room is shown to its end.
    while from > 0 && width(from - 1, chars.len()) < room {
        from -= 1;
    }
    let before = usize::from(from > 0);
    let mut to = from;
    while to < chars.len() && before + width(from, to + 1) + usize::from(to + 1 < chars.len()) <= room {
        to += 1;
    }
    let shown: String = chars[from..to].iter().collect();
    let (before, after) = (if from > 0 { "…" } else { "" }, if to < chars.len() { "…" } else { "" });
    format!("{before}{shown}{after}")
}

fn finding(out: &mut String, entry: &Entry, width: Option<usize>) {
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
    let head = Styled { head: format!("{word}[{code}]"), style, rest: STRONG };
    head.write(out, &format!(": {}", entry.sentence()), 4, width);
    let shown = lines(entry);
    let gutter = shown.iter().map(|(_, line)| line.number.to_string().len()).max().unwrap_or(1).max(2);
    if let Some(place) = entry.place() {
        let _ = writeln!(out, "{FRAME}{:gutter$} ┌─{FRAME:#} {}:{}", "", at(place), place.column);
    }
    for (mark, line) in shown {
        let style = match mark {
            '-' => GONE,
            '+' => CAME,
            _ => Style::new(),
        };
        let room = width.map_or(usize::MAX, |width| width.saturating_sub(gutter + 5).max(NARROWEST));
        let (number, text) = (line.number, around(&printable(&line.text), line.at, room));
        let _ = writeln!(out, "{FRAME}{number:>gutter$} │{FRAME:#} {style}{mark} {text}{style:#}");
    }
    for note in notes(entry) {
        for (index, line) in wrapped(&note, gutter + 5, width).into_iter().enumerate() {
            let mark = if index == 0 { "=" } else { " " };
            let indent = if index == 0 { "" } else { "  " };
            let _ = writeln!(out, "{FRAME}{:gutter$} {mark}{FRAME:#} {indent}{line}", "");
        }
    }
}

/// What there is to say below the lines, a line each.
fn notes(entry: &Entry) -> Vec<String> {
    let mut notes = Vec::new();
    notes.extend(proof_sentence(&entry.finding).map(|proof| format!("proof: {proof}")));
    notes.extend(written(&entry.finding));
    notes.extend(entry.finding.note.clone());
    let reached = reached(entry);
    if !reached.is_empty() {
        notes.push(format!("reaches: {reached}"));
    }
    for user in &entry.affected {
        let fields =
            if user.fields.is_empty() { String::new() } else { format!(" ({})", user.fields.join(", ")) };
        notes.push(format!("affects: {}, which uses {}{fields}", user.consumer, user.uses));
    }
    notes.extend(
        entry.instead().filter(|_| entry.acknowledged.is_none()).map(|instead| format!("instead: {instead}")),
    );
    notes.extend(entry.acknowledged.as_ref().map(|acknowledgement| {
        format!(
            "acknowledged: {} ({}, {}, until {})",
            acknowledgement.reason, acknowledgement.owner, acknowledgement.ticket, acknowledgement.expires
        )
    }));
    let code = entry.finding.rule.code;
    notes.push(format!("fingerprint {}; `stipule explain {code}` has the whole story", entry.fingerprint));
    notes
}

/// What breaks nobody, a line each.
fn folded(out: &mut String, report: &Report, width: Option<usize>) {
    let safe: Vec<&Entry> = report.entries.iter().filter(|entry| !entry.finding.matters()).collect();
    if safe.is_empty() {
        return;
    }
    let _ = writeln!(out, "\n{SAFE}{}{SAFE:#}", count(safe.len(), "safe change"));
    for entry in safe {
        let reaches = some_of(entry.finding.reaches.iter().map(String::as_str));
        let reaches = if reaches.is_empty() { String::new() } else { format!("  ({reaches})") };
        let said = format!("{} {}{reaches}", entry.finding.rule.code, entry.sentence());
        for (index, line) in wrapped(&said, 9, width).into_iter().enumerate() {
            let _ = writeln!(out, "  {}{line}", if index == 0 { "" } else { "       " });
        }
    }
}

/// No control character reaches the terminal.
fn printable(text: &str) -> String {
    text.chars().map(|c| if c.is_control() && c != '\t' { '\u{fffd}' } else { c }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_wrapped_at_blanks_and_a_document_without_any_where_the_room_ends() {
        assert_eq!(wrapped("a note of some words", 2, Some(22)), ["a note of some words"]);
        assert_eq!(wrapped("a note of some more words", 2, Some(22)), ["a note of some more", "words"]);
        let lines = wrapped(&format!("proof: {}", "x".repeat(50)), 0, Some(24));
        assert!(lines.iter().all(|line| line.width() <= 24), "{lines:?}");
        assert_eq!(lines.concat().matches('x').count(), 50);
        assert_eq!(wrapped(&"word ".repeat(99), 2, None).len(), 1);
    }

    #[test]
    fn of_a_line_that_does_not_fit_the_part_around_the_place_is_shown() {
        let line = format!("{}here{}", "a".repeat(100), "b".repeat(100));
        for room in [20, 48, 75] {
            for at in [0, 30, 100, 190, 203] {
                let shown = around(&line, at, room);
                assert!(shown.width() <= room, "{room}: {shown}");
                let place = line.chars().skip(at).take(4).collect::<String>();
                assert!(shown.contains(&place), "{at} in {room}: {shown}");
            }
        }
        assert_eq!(around("short", 2, 20), "short");
        assert!(around(&"宽".repeat(90), 40, 33).width() <= 33);
    }
}
