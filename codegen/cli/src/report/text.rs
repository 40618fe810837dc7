//! Diagnostics for people: the message, the place with its line, the other places, the proof, the way out.

use std::fmt::Write as _;

use anstyle::{AnsiColor, Style};
use stipule_ir::{Diagnostic, Label, Severity, Sources};
use unicode_width::UnicodeWidthStr;

use super::prose::wrap;
use super::snippet::{Excerpt, excerpt, printable};

const ERROR: Style = AnsiColor::Red.on_default().bold();
const WARNING: Style = AnsiColor::Yellow.on_default().bold();
const FRAME: Style = AnsiColor::Blue.on_default().bold();
const STRONG: Style = Style::new().bold();

/// One diagnostic in at most `width` columns, ending in a line end. Styled; the stream takes the styles away
/// where nobody would see them.
pub(crate) fn diagnostic(diagnostic: &Diagnostic, sources: &Sources, width: Option<usize>) -> String {
    let mut out = String::new();
    heading(&mut out, diagnostic, width);
    let labels: Vec<&Label> = std::iter::once(&diagnostic.primary).chain(&diagnostic.related).collect();
    let gutter = labels
        .iter()
        .map(|label| sources.line_column(&label.span).line.to_string().len())
        .max()
        .unwrap_or(1)
        .max(2);
    let frame = Frame { gutter, width, strong: severity_style(diagnostic.severity) };
    let (mut file, mut above) = (None, None);
    for (at, label) in labels.iter().enumerate() {
        if file != Some(label.span.file) {
            frame.path(&mut out, sources, label, at == 0);
            above = None;
        }
        let shown = excerpt(sources, &label.span, frame.room());
        let line = Some((shown.line, shown.text.clone()));
        frame.label(&mut out, label, &shown, at == 0, above == line);
        file = Some(label.span.file);
        above = line;
    }
    if let Some(proof) = &diagnostic.proof {
        frame.note(&mut out, "proof", proof);
    }
    if let Some(help) = &diagnostic.help {
        frame.note(&mut out, "help", help);
    }
    frame.note(&mut out, "", &format!("`stipule explain {}` has the whole story", diagnostic.code));
    out
}

fn severity_style(severity: Severity) -> Style {
    match severity {
        Severity::Error => ERROR,
        Severity::Warning => WARNING,
    }
}

/// `error` or `warning`, as it stands in every output.
pub(crate) fn severity_word(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
    }
}

fn heading(out: &mut String, diagnostic: &Diagnostic, width: Option<usize>) {
    let style = severity_style(diagnostic.severity);
    let word = format!("{}[{}]", severity_word(diagnostic.severity), diagnostic.code);
    let text = format!("{word}: {}", printable(&diagnostic.message));
    for (at, line) in wrap(&text, width).iter().enumerate() {
        match line.strip_prefix(word.as_str()) {
            Some(rest) if at == 0 => {
                let _ = writeln!(out, "{style}{word}{style:#}{STRONG}{rest}{STRONG:#}");
            }
            _ => {
                let _ = writeln!(out, "{STRONG}{line}{STRONG:#}");
            }
        }
    }
}

/// The frame at the left: line numbers, and the bar that separates them from the text.
struct Frame {
    gutter: usize,
    width: Option<usize>,
    strong: Style,
}

impl Frame {
    /// Columns left for source text.
    fn room(&self) -> Option<usize> {
        self.width.map(|width| width.saturating_sub(self.gutter + 3))
    }

    fn path(&self, out: &mut String, sources: &Sources, label: &Label, first: bool) {
        let place = sources.line_column(&label.span);
        let corner = if first { "┌─" } else { "├─" };
        let path = printable(&sources.get(label.span.file).path);
        let blank = " ".repeat(self.gutter);
        let _ = writeln!(out, "{blank} {FRAME}{corner}{FRAME:#} {path}:{}:{}", place.line, place.column);
    }

    /// The source line, unless it was just shown, and the carets with their words.
    fn label(&self, out: &mut String, label: &Label, shown: &Excerpt, primary: bool, again: bool) {
        if !again {
            let number = format!("{:>1$}", shown.line, self.gutter);
            let text = shown.text.trim_end();
            let space = if text.is_empty() { "" } else { " " };
            let _ = writeln!(out, "{FRAME}{number} │{FRAME:#}{space}{text}");
        }
        let (mark, style) = if primary { ("^", self.strong) } else { ("-", FRAME) };
        let carets = mark.repeat(shown.carets);
        let words = printable(&label.message);
        let used = shown.caret + shown.carets + 1;
        let room = self.room().unwrap_or(usize::MAX);
        let bar = format!("{FRAME}{} │{FRAME:#}", " ".repeat(self.gutter));
        let before = " ".repeat(shown.caret);
        if words.is_empty() || used.saturating_add(words.width()) <= room {
            let space = if words.is_empty() { "" } else { " " };
            let _ = writeln!(out, "{bar} {before}{style}{carets}{space}{words}{style:#}");
            return;
        }
        let _ = writeln!(out, "{bar} {before}{style}{carets}{style:#}");
        let indent = if room.saturating_sub(shown.caret) >= 24 { shown.caret } else { 2 };
        for line in wrap(&words, Some(room.saturating_sub(indent))) {
            let _ = writeln!(out, "{bar} {}{style}{line}{style:#}", " ".repeat(indent));
        }
    }

    fn note(&self, out: &mut String, name: &str, text: &str) {
        let blank = " ".repeat(self.gutter);
        let lead = if name.is_empty() { String::new() } else { format!("{name}: ") };
        let text: String = text.lines().map(printable).collect::<Vec<_>>().join("\n");
        let room = self.room();
        for (at, line) in wrap(&format!("{lead}{text}"), room).iter().enumerate() {
            if at > 0 {
                let _ = writeln!(out, "{blank}   {line}");
            } else if let Some(rest) = line.strip_prefix(&lead).filter(|_| !lead.is_empty()) {
                let _ = writeln!(out, "{blank} {FRAME}={FRAME:#} {STRONG}{lead}{STRONG:#}{rest}");
            } else {
                let _ = writeln!(out, "{blank} {FRAME}={FRAME:#} {line}");
            }
        }
    }
}
