//! What is told of an import.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;

use anstyle::{AnsiColor, Style};
use serde_json::json;
use stipule_ir::{Diagnostic, Severity};

use super::{Imported, Made, count};
use crate::arguments::{Format, ImportOpenapi};
use crate::failure::Failure;
use crate::output::Output;
use crate::report::json::entry;
use crate::report::prose;
use crate::report::text::diagnostic;

const ATTENTION: Style = AnsiColor::Yellow.on_default().bold();

/// Shown of each kind of warning, unless all are asked for.
const OF_EACH_KIND: usize = 1;

/// What a contract refused and what became of it.
pub(super) struct Widened {
    pub(super) code: &'static str,
    /// Where in the contract.
    pub(super) pointer: String,
    pub(super) message: String,
}

/// Tells it; `place` is where what was made is.
pub(super) fn print(
    imported: &Imported,
    widened: &[Widened],
    arguments: &ImportOpenapi,
    place: &Path,
    output: &Output,
) -> Result<(), Failure> {
    match output.format {
        Format::Json => json(imported, widened, place, output),
        _ => text(imported, widened, arguments, place, output),
    }
}

/// For people: the warnings, each kind once with the number of its like, then what was made.
fn text(
    imported: &Imported,
    widened: &[Widened],
    arguments: &ImportOpenapi,
    place: &Path,
    output: &Output,
) -> Result<(), Failure> {
    let mut kinds: BTreeMap<&str, Vec<&Diagnostic>> = BTreeMap::new();
    let mut text = String::new();
    for found in &imported.diagnostics {
        let of_kind = kinds.entry(found.code).or_default();
        of_kind.push(found);
        if arguments.all || of_kind.len() <= OF_EACH_KIND || found.severity == Severity::Error {
            text.push_str(&diagnostic(found, &imported.sources, output.width));
            text.push('\n');
        }
    }
    if !arguments.all {
        for (code, found) in kinds.iter().filter(|(_, found)| found.len() > OF_EACH_KIND) {
            let more = prose::count(found.len() - OF_EACH_KIND, "more");
            let more = more.trim_end_matches('s');
            let _ = writeln!(text, "{ATTENTION}{code}{ATTENTION:#}  {more} (`--all` shows them)");
        }
    }
    for Widened { code, pointer, message } in widened {
        let _ = writeln!(text, "{ATTENTION}{code}{ATTENTION:#}  {pointer}: {message}");
    }
    let place = place.display();
    match &imported.made {
        Some(Made { operations, types, files }) => {
            let warnings = match count(imported, Severity::Warning) + widened.len() {
                0 => "nothing had to be widened".to_owned(),
                many => prose::count(many, "warning"),
            };
            let _ = writeln!(
                text,
                "{place}: {}, {}, {}; {warnings}",
                prose::count(*operations, "operation"),
                prose::count(*types, "type"),
                prose::count(*files, "file"),
            );
        }
        None => {
            let _ = writeln!(text, "nothing was generated");
        }
    }
    output.print(&text)
}

/// For programs: everything.
fn json(imported: &Imported, widened: &[Widened], place: &Path, output: &Output) -> Result<(), Failure> {
    let diagnostics: Vec<_> =
        imported.diagnostics.iter().map(|found| entry(found, &imported.sources)).collect();
    let made = imported.made.as_ref().map(|made| {
        json!({
            "out": place.display().to_string(),
            "operations": made.operations,
            "types": made.types,
            "files": made.files,
        })
    });
    output.print_json(&json!({
        "version": 1,
        "ok": imported.made.is_some(),
        "diagnostics": diagnostics,
        "summary": {
            "files": imported.sources.len(),
            "errors": count(imported, Severity::Error),
            "warnings": count(imported, Severity::Warning),
        },
        "widened": widened.iter().map(|it| json!({"code": it.code, "pointer": it.pointer, "message": it.message})).collect::<Vec<_>>(),
        "made": made,
    }))
}
