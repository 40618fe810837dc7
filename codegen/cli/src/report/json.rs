//! Diagnostics for programs: one document, the same for the same input.

use serde::Serialize;
use stipule_ir::{Diagnostic, Sources, Span};

use super::snippet::end_of;
use super::text::severity_word;

/// What every command prints with `--format json`.
#[derive(Serialize)]
pub(crate) struct Document<'d> {
    /// Version of this format.
    pub(crate) version: u32,
    /// Whether the exit code is 0.
    pub(crate) ok: bool,
    /// In the order of files and places.
    pub(crate) diagnostics: Vec<Entry<'d>>,
    /// How much was read and found.
    pub(crate) summary: Summary,
    /// What became of the generated files; absent when nothing was generated.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) generated: Option<Generated<'d>>,
}

/// Numbers of a run.
#[derive(Serialize)]
pub(crate) struct Summary {
    /// Contract files read.
    pub(crate) files: usize,
    /// Errors found.
    pub(crate) errors: usize,
    /// Warnings found.
    pub(crate) warnings: usize,
}

/// Paths by what was done with them, or with `--check` what would have to be done.
#[derive(Serialize)]
pub(crate) struct Generated<'d> {
    /// Written because it said something else.
    pub(crate) stale: Vec<&'d str>,
    /// Written because it wasn't there.
    pub(crate) missing: Vec<&'d str>,
    /// Removed because nothing generates it any more.
    pub(crate) orphaned: Vec<&'d str>,
    /// Left alone: not ours, and no place for it.
    pub(crate) foreign: Vec<&'d str>,
    /// Number of files that were right already.
    pub(crate) unchanged: usize,
    /// The command that repairs; absent when nothing is to be repaired.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) repair: Option<&'static str>,
}

/// One diagnostic. Lines and columns count from 1, columns in characters; the end is one past the last.
#[derive(Serialize)]
pub(crate) struct Entry<'d> {
    code: &'d str,
    severity: &'static str,
    message: &'d str,
    #[serde(flatten)]
    place: Place<'d>,
    label: &'d str,
    related: Vec<Related<'d>>,
    proof: Option<&'d str>,
    /// The proof for programs: concrete items.
    #[serde(skip_serializing_if = "Option::is_none")]
    witness: Option<serde_json::Value>,
    help: Option<&'d str>,
}

#[derive(Serialize)]
struct Related<'d> {
    message: &'d str,
    #[serde(flatten)]
    place: Place<'d>,
}

#[derive(Serialize)]
struct Place<'d> {
    file: &'d str,
    line: u32,
    column: u32,
    end_line: u32,
    end_column: u32,
    pointer: &'d str,
}

/// The entry of a diagnostic.
pub(crate) fn entry<'d>(diagnostic: &'d Diagnostic, sources: &'d Sources) -> Entry<'d> {
    Entry {
        code: diagnostic.code,
        severity: severity_word(diagnostic.severity),
        message: &diagnostic.message,
        place: place(&diagnostic.primary.span, sources),
        label: &diagnostic.primary.message,
        related: diagnostic
            .related
            .iter()
            .map(|label| Related { message: &label.message, place: place(&label.span, sources) })
            .collect(),
        proof: diagnostic.proof.as_deref(),
        witness: diagnostic.witness.as_deref().map(super::witness::to_json),
        help: diagnostic.help.as_deref(),
    }
}

fn place<'d>(span: &'d Span, sources: &'d Sources) -> Place<'d> {
    let start = sources.line_column(span);
    let end = end_of(sources, span);
    Place {
        file: &sources.get(span.file).path,
        line: start.line,
        column: start.column,
        end_line: end.line,
        end_column: end.column,
        pointer: &span.pointer,
    }
}
