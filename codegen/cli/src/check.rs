//! `stipule check`.

use std::path::Path;

use stipule_ir::Severity;

use crate::arguments::Format;
use crate::failure::Failure;
use crate::judge::{Verdict, judge};
use crate::output::Output;
use crate::report::json::{Document, Generated, Summary, entry};
use crate::report::prose::count;
use crate::report::text;

/// Judges the repository. `true` when there is no finding.
pub(crate) fn run(root: &Path, deny_warnings: bool, output: &Output) -> Result<bool, Failure> {
    let mut verdict = judge(root)?;
    if let Some(contract) = &verdict.contract {
        let found = crate::deploy::judged(contract)?;
        verdict.diagnostics.extend(found);
    }
    let errors = verdict.count(Severity::Error);
    let ok = errors == 0 && !(deny_warnings && verdict.count(Severity::Warning) > 0);
    match output.format {
        Format::Json => output.print_json(&document(&verdict, ok, None))?,
        _ => output.print(&(findings(&verdict, output.width) + &summary(&verdict)))?,
    }
    output.progress(&format!("checked {}", count(verdict.sources.len(), "file")));
    Ok(ok)
}

/// All diagnostics as text, each followed by an empty line.
pub(crate) fn findings(verdict: &Verdict, width: Option<usize>) -> String {
    verdict
        .diagnostics
        .iter()
        .map(|diagnostic| text::diagnostic(diagnostic, &verdict.sources, width) + "\n")
        .collect()
}

/// The last line: `2 errors and 1 warning in 9 files`.
pub(crate) fn summary(verdict: &Verdict) -> String {
    let files = count(verdict.sources.len(), "file");
    let errors = verdict.count(Severity::Error);
    let warnings = verdict.count(Severity::Warning);
    match (errors, warnings) {
        (0, 0) => format!("no findings in {files}\n"),
        (0, _) => format!("{} in {files}\n", count(warnings, "warning")),
        (_, 0) => format!("{} in {files}\n", count(errors, "error")),
        _ => format!("{} and {} in {files}\n", count(errors, "error"), count(warnings, "warning")),
    }
}

/// The JSON document of a run.
pub(crate) fn document<'d>(verdict: &'d Verdict, ok: bool, generated: Option<Generated<'d>>) -> Document<'d> {
    Document {
        version: 1,
        ok,
        diagnostics: verdict.diagnostics.iter().map(|found| entry(found, &verdict.sources)).collect(),
        summary: Summary {
            files: verdict.sources.len(),
            errors: verdict.count(Severity::Error),
            warnings: verdict.count(Severity::Warning),
        },
        generated,
    }
}
