//! `stipule generate`.

use std::fmt::Write as _;
use std::path::Path;

use anstyle::{AnsiColor, Style};
use stipule_emit::{emit, owned_roots};

use crate::arguments::Format;
use crate::check::{document, findings, summary};
use crate::failure::Failure;
use crate::fresh;
use crate::gather::gather;
use crate::judge::{Verdict, judge_sources};
use crate::output::Output;
use crate::report::json::Generated;
use crate::report::prose::count;
use crate::tree::{self, Difference};

/// The command that makes generated files what they should be.
const REPAIR: &str = "stipule generate";

const ATTENTION: Style = AnsiColor::Yellow.on_default().bold();

/// Judges the repository and writes what follows from it, or with `check_only` says what would change.
/// `true` when there is no finding.
pub(crate) fn run(root: &Path, check_only: bool, output: &Output) -> Result<bool, Failure> {
    let owned: Vec<&str> = owned_roots().collect();
    let (sources, diagnostics) = gather(root)?;
    if !check_only
        && diagnostics.is_empty()
        && let Some(unchanged) = fresh::recall(root, &sources, &owned)
    {
        let verdict = Verdict { sources, contract: None, diagnostics: Vec::new() };
        let difference = Difference::none(unchanged);
        return tell(&verdict, &difference, check_only, output);
    }
    let verdict = judge_sources(sources, diagnostics);
    let Some(contract) = &verdict.contract else { return refuse(&verdict, output) };
    let files = emit(contract);
    let difference = tree::compare(root, &files, owned.iter().copied())?;
    if !check_only {
        tree::repair(root, &files, &difference)?;
        if verdict.diagnostics.is_empty() && difference.foreign.is_empty() {
            fresh::remember(root, &verdict.sources, &files, &owned);
        }
    }
    tell(&verdict, &difference, check_only, output)
}

/// Contracts with errors generate nothing.
fn refuse(verdict: &Verdict, output: &Output) -> Result<bool, Failure> {
    match output.format {
        Format::Json => output.print_json(&document(verdict, false, None))?,
        _ => {
            let mut text = findings(verdict, output.width) + &summary(verdict);
            text.push_str("nothing was generated\n");
            output.print(&text)?;
        }
    }
    Ok(false)
}

fn tell(
    verdict: &Verdict,
    difference: &Difference,
    check_only: bool,
    output: &Output,
) -> Result<bool, Failure> {
    let ok = if check_only { difference.is_empty() } else { difference.foreign.is_empty() };
    match output.format {
        Format::Json => output.print_json(&document(verdict, ok, Some(entry(difference, check_only))))?,
        _ => output.print(&report(verdict, difference, check_only, output))?,
    }
    let files = difference.unchanged + difference.stale.len() + difference.missing.len();
    let verb = if check_only { "compared" } else { "generated" };
    output.progress(&format!("{verb} {}", count(files, "file")));
    Ok(ok)
}

fn entry(difference: &Difference, check_only: bool) -> Generated<'_> {
    Generated {
        stale: difference.stale.iter().map(|stale| stale.path.as_str()).collect(),
        missing: difference.missing.iter().map(String::as_str).collect(),
        orphaned: difference.orphaned.iter().map(String::as_str).collect(),
        foreign: difference.foreign.iter().map(String::as_str).collect(),
        unchanged: difference.unchanged,
        repair: (check_only && !difference.is_empty()).then_some(REPAIR),
    }
}

fn report(verdict: &Verdict, difference: &Difference, check_only: bool, output: &Output) -> String {
    let mut out = findings(verdict, output.width);
    let mut line = |word: &str, path: &str, remark: &str| {
        let _ = writeln!(out, "{ATTENTION}{word:<9}{ATTENTION:#} {path}{remark}");
    };
    if check_only {
        for stale in &difference.stale {
            line("stale", &stale.path, &format!(" (differs from line {})", stale.line));
        }
        difference.missing.iter().for_each(|path| line("missing", path, ""));
        difference
            .orphaned
            .iter()
            .for_each(|path| line("orphaned", path, " (nothing generates it any more)"));
    }
    for path in &difference.foreign {
        line("foreign", path, " (not generated; a generated folder holds nothing else: move it)");
    }
    let (stale, missing, orphaned) =
        (difference.stale.len(), difference.missing.len(), difference.orphaned.len());
    if check_only && stale + missing + orphaned > 0 {
        let wrong = count(stale + missing + orphaned, "generated file");
        let verb = if stale + missing + orphaned == 1 { "is" } else { "are" };
        let _ = writeln!(out, "{wrong} {verb} not what the contracts say; run `{REPAIR}`");
    } else if check_only {
        let _ = writeln!(out, "{} up to date", count(difference.unchanged, "file"));
    } else {
        let _ = writeln!(
            out,
            "{}: {} written, {} unchanged, {} removed",
            count(stale + missing + difference.unchanged, "file"),
            stale + missing,
            difference.unchanged,
            orphaned
        );
    }
    out
}
