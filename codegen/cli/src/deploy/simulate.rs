//! `stipule deploy simulate`.

use std::fmt::Write as _;

use serde_json::json;
use stipule_graph::Stacks;
use stipule_graph::simulate::{Outcome, Release, Trial, releases, simulate};

use super::plot;
use crate::arguments::{Format, Simulate};
use crate::failure::Failure;
use crate::output::Output;
use crate::report::prose::count;

/// Share of calls that fail in a healthy version.
const HEALTHY: f64 = 0.001;

/// Share of calls that fail in the version that has to be noticed.
const ILL: f64 = 0.4;

/// Share of healthy releases that may be sent back.
const MISTAKEN: f64 = 0.01;

/// Shares of failing calls that are shown.
pub(super) const SHARES: [f64; 9] = [HEALTHY, 0.01, 0.02, 0.05, 0.1, 0.15, 0.2, 0.3, ILL];

/// Calls a minute that are shown.
pub(super) const CALLS: [f64; 5] = [15.0, 60.0, 240.0, 700.0, 3_000.0];

/// A row of outcomes per number of calls, one per share.
pub(super) type Grid = Vec<Vec<Outcome>>;

pub(super) fn run(stacks: &Stacks, arguments: &Simulate, output: &Output) -> Result<bool, Failure> {
    let releases = releases(stacks);
    if releases.is_empty() {
        return Err(Failure::new("there is nothing to release: no template has an alias"));
    }
    let mut kinds: Vec<(&Release, usize)> = Vec::new();
    for release in &releases {
        match kinds.iter_mut().find(|(known, _)| same(known, release)) {
            Some((_, many)) => *many += 1,
            None => kinds.push((release, 1)),
        }
    }
    let (mut out, mut ok) = (String::new(), true);
    let mut entries = Vec::new();
    let mut grids = Vec::new();
    for (release, many) in &kinds {
        let calls = f64::from(arguments.calls);
        let of = |new| simulate(release, Trial { calls, old: HEALTHY, new }, arguments.seeds);
        let (ill, healthy) = (of(ILL), of(HEALTHY));
        let good = ill.back >= 1.0 && healthy.back < MISTAKEN;
        ok &= good;
        let grid = grid(release, arguments.seeds);
        entries.push(json!({
            "alias": release.alias, "releases": many, "ok": good, "canary": release.share,
            "bakeMinutes": release.bake, "sentBack": ill.back, "minutes": ill.minutes,
            "failedCalls": ill.failed, "mistaken": healthy.back,
        }));
        describe(release, *many, (ill, healthy), &grid, arguments, &mut out);
        grids.push(grid);
    }
    if let (Some(file), Some(grid)) = (&arguments.plot, grids.first()) {
        std::fs::write(file, plot::svg(grid))
            .map_err(|error| Failure::io(&format!("write {}", file.display()), &error))?;
    }
    match output.format {
        Format::Json => output.print_json(&json!({ "version": 1, "ok": ok, "releases": entries }))?,
        _ => output.print(&out)?,
    }
    Ok(ok)
}

/// Whether releases go alike, whatever they are called.
fn same(one: &Release, other: &Release) -> bool {
    one.share == other.share && one.bake == other.bake && one.alarms == other.alarms
}

fn grid(release: &Release, seeds: u64) -> Grid {
    let row = |calls: f64| {
        SHARES.iter().map(|new| simulate(release, Trial { calls, old: HEALTHY, new: *new }, seeds)).collect()
    };
    CALLS.iter().map(|calls| row(*calls)).collect()
}

fn describe(
    release: &Release,
    many: usize,
    (ill, healthy): (Outcome, Outcome),
    grid: &Grid,
    arguments: &Simulate,
    out: &mut String,
) {
    let percent = |share: f64| share * 100.0;
    let _ = writeln!(
        out,
        "{} like {}: {:.0} % of the calls for {} min, {}",
        count(many, "release"),
        release.alias,
        percent(release.share),
        release.bake,
        count(release.alarms.len(), "alarm")
    );
    let seeds = arguments.seeds;
    let calls = arguments.calls;
    let _ = writeln!(
        out,
        "  {calls} calls a minute, {seeds} seeds: 40 % failing is sent back in {:.1} % after {:.1} min and {:.0} failed calls; \
         a healthy one in {:.1} %",
        percent(ill.back),
        ill.minutes,
        ill.failed,
        percent(healthy.back)
    );
    let _ = write!(out, "  sent back, in percent\n  calls/min");
    for share in SHARES {
        let _ = write!(out, "{:>7}", format!("{}%", percent(share)));
    }
    out.push('\n');
    for (calls, row) in CALLS.iter().zip(grid) {
        let _ = write!(out, "  {calls:>9}");
        for outcome in row {
            let _ = write!(out, "{:>7.1}", percent(outcome.back));
        }
        out.push('\n');
    }
}
