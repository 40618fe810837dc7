//! The report for programs.

use serde::Serialize;
use stipule_cost::{DAYS, Kind, Line, Report};
use stipule_ir::Sources;
use stipule_table::unit::{Amount, Place, Step, Unit};

use super::budget::Spent;

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Document<'r> {
    version: u32,
    currency: &'r str,
    prices: PricesJson<'r>,
    days_of_month: f64,
    per_month: f64,
    growth: GrowthJson,
    budgets: Vec<BudgetJson<'r>>,
    lines: Vec<LineJson<'r>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct PricesJson<'r> {
    name: &'r str,
    since: &'r str,
    source: &'r str,
    per_million_read_units: f64,
    per_million_write_units: f64,
    per_gigabyte_month: f64,
    recovery_per_gigabyte_month: f64,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct GrowthJson {
    bytes_per_month: f64,
    per_month: f64,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct BudgetJson<'r> {
    /// Absent for the whole platform.
    #[serde(skip_serializing_if = "Option::is_none")]
    service: Option<&'r str>,
    budget: u64,
    per_month: f64,
    exceeded: bool,
    file: &'r str,
    line: u32,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct LineJson<'r> {
    kind: &'static str,
    name: &'r str,
    service: Option<&'r str>,
    file: &'r str,
    line: u32,
    calls_per_day: Option<f64>,
    read_units: AmountJson,
    write_units: AmountJson,
    per_million_calls: AmountJson,
    per_month: Option<f64>,
    steps: Vec<StepJson<'r>>,
}

#[derive(Serialize)]
struct AmountJson {
    typical: f64,
    most: Option<f64>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct StepJson<'r> {
    what: &'r str,
    place: &'static str,
    unit: &'static str,
    items: AmountJson,
    bytes: AmountJson,
    units: AmountJson,
}

impl From<Amount> for AmountJson {
    fn from(amount: Amount) -> Self {
        Self { typical: amount.typical, most: amount.most }
    }
}

pub(super) fn document<'r>(
    report: &'r Report,
    budgets: &'r [Spent<'r>],
    sources: &'r Sources,
) -> Document<'r> {
    let prices = &report.prices.dynamodb;
    Document {
        version: 1,
        currency: &report.prices.currency,
        prices: PricesJson {
            name: &report.prices.name,
            since: &prices.since,
            source: &prices.source,
            per_million_read_units: prices.per_million_read_units,
            per_million_write_units: prices.per_million_write_units,
            per_gigabyte_month: prices.per_gigabyte_month,
            recovery_per_gigabyte_month: prices.recovery_per_gigabyte_month,
        },
        days_of_month: DAYS,
        per_month: report.total(),
        growth: GrowthJson {
            bytes_per_month: report.growth.bytes_per_month,
            per_month: report.growth.per_month(&report.prices),
        },
        budgets: budgets.iter().map(|spent| budget(spent, sources)).collect(),
        lines: report.lines.iter().map(|line| self::line(line, sources)).collect(),
    }
}

fn budget<'r>(spent: &'r Spent<'r>, sources: &'r Sources) -> BudgetJson<'r> {
    BudgetJson {
        service: spent.of,
        budget: spent.budget,
        per_month: spent.per_month,
        exceeded: spent.is_exceeded(),
        file: &sources.get(spent.span.file).path,
        line: sources.line_column(spent.span).line,
    }
}

fn line<'r>(line: &'r Line, sources: &'r Sources) -> LineJson<'r> {
    let source = sources.get(line.span.file);
    LineJson {
        kind: match line.kind {
            Kind::Read => "read",
            Kind::Write => "write",
        },
        name: &line.name,
        service: line.service.as_deref(),
        file: &source.path,
        line: sources.line_column(&line.span).line,
        calls_per_day: line.calls_per_day,
        read_units: line.reads.into(),
        write_units: line.writes.into(),
        per_million_calls: line.per_million.into(),
        per_month: line.per_month(),
        steps: line.usage.steps.iter().map(step).collect(),
    }
}

fn step(step: &Step) -> StepJson<'_> {
    StepJson {
        what: &step.what,
        place: match step.place {
            Place::Table => "table",
            Place::Index(_) => "index",
            Place::Platform => "platform",
        },
        unit: match step.unit {
            Unit::Read => "read",
            Unit::Write => "write",
        },
        items: step.items.into(),
        bytes: step.bytes.into(),
        units: step.units.into(),
    }
}
