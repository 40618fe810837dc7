//! `stipule coverage`: which promises of the contracts no test exercises, and which answers of a test run break one.
//!
//! Tests run with `STIPULE_SEEN=DIR`; the local platform then writes down what it goes through, a file per process.

mod answers;
mod demand;
mod sightings;

use std::fmt::Write as _;
use std::path::Path;

use serde::Serialize;
use stipule_ir::{Contract, Severity};

use crate::arguments::Format;
use crate::check::{findings, summary};
use crate::failure::Failure;
use crate::judge::judge;
use crate::output::Output;
use demand::{Demand, KINDS, Kind};
use sightings::Sightings;

/// What is said of all demands of a kind.
#[derive(Serialize)]
struct Row {
    kind: &'static str,
    declared: usize,
    exercised: usize,
    gaps: Vec<String>,
}

/// The report.
#[derive(Serialize)]
struct Report {
    ok: bool,
    processes: usize,
    rows: Vec<Row>,
}

/// Reports. `false` when something isn't exercised, or the contracts have errors, which are shown.
pub(crate) fn run(root: &Path, from: &Path, output: &Output) -> Result<bool, Failure> {
    let verdict = judge(root)?;
    let Some(contract) = &verdict.contract else {
        debug_assert!(verdict.count(Severity::Error) > 0);
        output.print(&(findings(&verdict, output.width) + &summary(&verdict)))?;
        return Ok(false);
    };
    let sightings = Sightings::read(from, &contract.platform.token.issuer)?;
    let demands = demand::demands(contract);
    let mut rows: Vec<Row> = KINDS.iter().map(|kind| row(*kind, &demands, &sightings)).collect();
    rows.push(conforming(contract, &sightings));
    let ok = rows.iter().all(|row| row.gaps.is_empty());
    let report = Report { ok, processes: sightings.processes, rows };
    match output.format {
        Format::Json => output.print_json(&report)?,
        _ => output.print(&text(&report))?,
    }
    Ok(ok)
}

fn row(kind: Kind, demands: &[Demand], sightings: &Sightings) -> Row {
    let of_kind: Vec<&Demand> = demands.iter().filter(|demand| demand.kind == kind).collect();
    let gaps: Vec<String> = of_kind
        .iter()
        .filter(|demand| !demand.is_met(&sightings.lines))
        .map(|demand| demand.says.clone())
        .collect();
    Row { kind: kind.title(), declared: of_kind.len(), exercised: of_kind.len() - gaps.len(), gaps }
}

/// Answers by what they said. `gaps` are the faults.
fn conforming(contract: &Contract, sightings: &Sightings) -> Row {
    let judged = answers::judge(contract, &sightings.answers);
    Row { kind: "answers as declared", declared: judged.all, exercised: judged.sound, gaps: judged.faults }
}

fn text(report: &Report) -> String {
    let mut text = String::new();
    for row in &report.rows {
        let Row { kind, declared, exercised, .. } = row;
        let _ = writeln!(text, "  {kind:<22} {exercised:>5} of {declared:>5}");
    }
    let gaps: Vec<&String> = report.rows.iter().flat_map(|row| &row.gaps).collect();
    if gaps.is_empty() {
        let _ = writeln!(text, "\nno gaps ({} processes)", report.processes);
        return text;
    }
    let _ = writeln!(text, "\n{} gaps ({} processes):", gaps.len(), report.processes);
    for gap in gaps {
        let _ = writeln!(text, "  {gap}");
    }
    text
}
