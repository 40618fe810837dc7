//! One pattern against one event: every fault with its place, or the first condition that failed.

use std::path::Path;

use serde::Serialize;
use stipule_ir::{Diagnostic, Diagnostics, FileId, Severity, Sources, Span};
use stipule_pattern::{CompileError, Event, EventError, Failure as Condition, Outcome, Pattern};

use super::place;
use crate::arguments::Format;
use crate::failure::Failure;
use crate::input::{self, is_standard_input};
use crate::output::Output;
use crate::report::json::{Entry, entry};
use crate::report::prose::{count, wrap};
use crate::report::snippet::printable;
use crate::report::text;

/// What `--format json` prints.
#[derive(Serialize)]
struct Document<'d> {
    /// Version of this format.
    version: u32,
    /// Whether the exit code is 0.
    ok: bool,
    /// Absent when the pattern is refused or the event can't be read.
    #[serde(skip_serializing_if = "Option::is_none")]
    matches: Option<bool>,
    /// The first condition that failed; absent when none did.
    #[serde(skip_serializing_if = "Option::is_none")]
    failed: Option<Failed<'d>>,
    /// What is wrong with the pattern or the event.
    diagnostics: Vec<Entry<'d>>,
}

#[derive(Serialize)]
struct Failed<'d> {
    file: &'d str,
    line: usize,
    column: usize,
    pointer: &'d str,
    path: &'d str,
    reason: &'d str,
    combinations: usize,
}

/// Says whether the event in one file matches the pattern in another. `true` when it does.
pub(crate) fn run(pattern_path: &Path, event_path: &Path, output: &Output) -> Result<bool, Failure> {
    if is_standard_input(pattern_path) && is_standard_input(event_path) {
        return Err(Failure::new("standard input can hold the pattern or the event, not both"));
    }
    let (pattern, event) = (input::read(pattern_path)?, input::read(event_path)?);
    let (pattern_name, event_name) = (pattern.path.clone(), event.path.clone());
    let sources = Sources::new([pattern, event]);
    let find = |name| sources.find(name).ok_or_else(|| Failure::new(format!("lost the text of {name}")));
    let (pattern_file, event_file) = (find(&pattern_name)?, find(&event_name)?);

    let mut diagnostics = Diagnostics::new();
    let pattern = compile(&sources, pattern_file, &mut diagnostics);
    let event = parse(&sources, event_file, &mut diagnostics);
    let outcome = pattern.zip(event).map(|(pattern, event)| pattern.explain(&event));
    let diagnostics = diagnostics.sorted();
    match output.format {
        Format::Json => {
            output.print_json(&document(outcome.as_ref(), &diagnostics, &sources, &pattern_name))?;
        }
        _ => {
            output.print(&prose(outcome.as_ref(), &diagnostics, &sources, &pattern_name, output))?;
        }
    }
    Ok(outcome == Some(Outcome::Match))
}

fn compile(sources: &Sources, file: FileId, diagnostics: &mut Diagnostics) -> Option<Pattern> {
    let place = |error: &CompileError| place::span(sources, file, error.line, error.column, &error.pointer);
    match Pattern::compile(&sources.get(file).text) {
        Ok(pattern) => {
            for caution in pattern.cautions() {
                let fault = Diagnostic::warning("PAT002", &place(caution), caution.reason());
                diagnostics.push(fault.help(caution.way_out()));
            }
            Some(pattern)
        }
        Err(errors) => {
            for error in &errors {
                let fault = Diagnostic::error("PAT001", &place(error), error.reason());
                diagnostics.push(fault.help(error.way_out()));
            }
            None
        }
    }
}

fn parse(sources: &Sources, file: FileId, diagnostics: &mut Diagnostics) -> Option<Event> {
    let error = match Event::parse(&sources.get(file).text) {
        Ok(event) => return Some(event),
        Err(error) => error,
    };
    let fault = match error {
        EventError::Syntax { fault, line, column } => {
            let span = place::span(sources, file, line, column, "");
            Diagnostic::error("PAT003", &span, format!("the event isn't JSON: {fault}"))
                .help("write one JSON object, as it stands on the bus")
        }
        EventError::NotAnObject => {
            let span = place::span(sources, file, 1, 1, "");
            Diagnostic::error("PAT003", &span, error.to_string())
                .help("write the whole event, envelope included")
        }
        EventError::TooDeep | EventError::TooLarge => {
            Diagnostic::error("PAT003", &Span::start_of(file), error.to_string())
                .help("an event on a bus has at most 256 KiB")
        }
    };
    diagnostics.push(fault);
    None
}

fn document<'d>(
    outcome: Option<&'d Outcome>,
    diagnostics: &'d [Diagnostic],
    sources: &'d Sources,
    file: &'d str,
) -> Document<'d> {
    let matches = outcome.map(|outcome| *outcome == Outcome::Match);
    let failed = match outcome {
        Some(Outcome::NoMatch(Condition { pointer, line, column, path, reason, combinations })) => {
            Some(Failed {
                file,
                line: *line,
                column: *column,
                pointer,
                path,
                reason,
                combinations: *combinations,
            })
        }
        _ => None,
    };
    Document {
        version: 1,
        ok: matches == Some(true),
        matches,
        failed,
        diagnostics: diagnostics.iter().map(|found| entry(found, sources)).collect(),
    }
}

fn prose(
    outcome: Option<&Outcome>,
    diagnostics: &[Diagnostic],
    sources: &Sources,
    file: &str,
    output: &Output,
) -> String {
    let mut out: String =
        diagnostics.iter().map(|found| text::diagnostic(found, sources, output.width) + "\n").collect();
    let last = match outcome {
        Some(Outcome::Match) => "match".to_owned(),
        Some(Outcome::NoMatch(condition)) => format!("no match: {file}:{condition}"),
        None => {
            let is_error = |found: &&Diagnostic| found.severity == Severity::Error;
            format!("not tested: {}", count(diagnostics.iter().filter(is_error).count(), "error"))
        }
    };
    for line in wrap(&printable(&last), output.width) {
        out += &line;
        out.push('\n');
    }
    out
}
