//! The report for programs.

use std::collections::BTreeMap;

use serde::Serialize;
use stipule_cost::{DAYS, Group, Item, Kind, Line, Part, Place as Written, Price, Report, Warning};
use stipule_table::unit::{Amount, Place, Step, Unit};

use super::View;
use super::budget::Spent;

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Document<'r> {
    version: u32,
    platform: &'r str,
    currency: &'r str,
    days_of_month: f64,
    /// Of everything, whatever is shown.
    per_month: f64,
    /// Of what is there whether anybody calls or not.
    idle_per_month: f64,
    requests_per_day: f64,
    by_provider: Vec<Sum>,
    by_kind: Vec<Sum>,
    by_service: Vec<Sum>,
    budgets: Vec<BudgetJson<'r>>,
    warnings: Vec<WarningJson<'r>>,
    items: Vec<ItemJson<'r>>,
    assumptions: Vec<AssumptionJson<'r>>,
    prices: PricesJson<'r>,
    #[serde(skip_serializing_if = "Option::is_none")]
    table: Option<TableJson<'r>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Sum {
    name: String,
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
    file: String,
    line: Option<u32>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct WarningJson<'r> {
    id: &'r str,
    message: &'r str,
    help: &'r str,
    file: String,
    line: Option<u32>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ItemJson<'r> {
    kind: &'static str,
    name: &'r str,
    service: Option<&'r str>,
    file: String,
    line: Option<u32>,
    per_day: Option<f64>,
    because: &'r str,
    per_month: f64,
    parts: Vec<PartJson<'r>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct PartJson<'r> {
    what: &'r str,
    formula: &'r str,
    quantity: f64,
    unit: &'r str,
    /// For `per` units.
    price: f64,
    per: f64,
    provider: &'r str,
    as_of: &'r str,
    source: &'r str,
    per_month: f64,
    /// Whether there is more of it when more happens.
    grows: bool,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct AssumptionJson<'r> {
    key: &'r str,
    value: f64,
    unit: &'r str,
    about: &'r str,
    default: f64,
    /// Where the platform says so; absent for a default.
    #[serde(skip_serializing_if = "Option::is_none")]
    line: Option<u32>,
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
    platform: BTreeMap<&'r str, PriceJson<'r>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct PriceJson<'r> {
    service: &'r str,
    amount: f64,
    per: f64,
    unit: &'r str,
    as_of: &'r str,
    source: &'r str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct TableJson<'r> {
    /// Of reads and writes, without what is stored.
    per_month: f64,
    growth: GrowthJson,
    lines: Vec<LineJson<'r>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct GrowthJson {
    bytes_per_month: f64,
    per_month: f64,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct LineJson<'r> {
    kind: &'static str,
    name: &'r str,
    service: Option<&'r str>,
    file: String,
    line: Option<u32>,
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

pub(super) fn document<'r>(view: &'r View<'_>) -> Document<'r> {
    let bill = view.bill;
    let kinds = Group::ALL
        .into_iter()
        .map(|kind| Sum { name: kind.word().to_owned(), per_month: bill.sum(|item| item.group == kind) });
    let services = view.contract.platform.services.iter().map(|it| it.name.value.wire.as_str());
    let services = services.map(|service| Sum {
        name: service.to_owned(),
        per_month: bill.sum(|item| item.service.as_deref() == Some(service)),
    });
    let providers = bill.by_provider().into_iter().map(|(name, per_month)| Sum { name, per_month });
    Document {
        version: 2,
        platform: &view.contract.platform.name.wire,
        currency: &bill.prices.currency,
        days_of_month: DAYS,
        per_month: bill.total(),
        idle_per_month: bill.idle(),
        requests_per_day: bill.requests_per_day(),
        by_provider: providers.collect(),
        by_kind: kinds.collect(),
        by_service: services.collect(),
        budgets: view.budgets.iter().map(|spent| budget(view, spent)).collect(),
        warnings: bill.warnings.iter().map(|it| warning(view, it)).collect(),
        items: view.items.iter().map(|item| self::item(view, item)).collect(),
        assumptions: assumptions(view),
        prices: prices(view),
        table: bill.table.as_ref().map(|report| table(view, report)),
    }
}

fn budget<'r>(view: &View<'_>, spent: &'r Spent<'_>) -> BudgetJson<'r> {
    let (file, line) = view.place(&Written::Contract(spent.span.clone()));
    let (budget, per_month, exceeded) = (spent.budget, spent.per_month, spent.is_exceeded());
    BudgetJson { service: spent.of, budget, per_month, exceeded, file, line }
}

fn warning<'r>(view: &View<'_>, warning: &'r Warning) -> WarningJson<'r> {
    let (file, line) = view.place(&Written::Contract(warning.span.clone()));
    WarningJson { id: warning.id, message: &warning.message, help: &warning.help, file, line }
}

fn item<'r>(view: &View<'_>, item: &'r Item) -> ItemJson<'r> {
    let (file, line) = view.place(&item.place);
    ItemJson {
        kind: item.group.word(),
        name: &item.name,
        service: item.service.as_deref(),
        file,
        line,
        per_day: item.per_day,
        because: &item.because,
        per_month: item.per_month(),
        parts: item.parts.iter().map(part).collect(),
    }
}

fn part(part: &Part) -> PartJson<'_> {
    PartJson {
        what: &part.what,
        formula: &part.formula,
        quantity: part.quantity,
        unit: &part.price.unit,
        price: part.price.amount,
        per: part.price.per,
        provider: &part.price.service,
        as_of: &part.price.as_of,
        source: &part.price.source,
        per_month: part.per_month(),
        grows: part.grows,
    }
}

fn assumptions<'r>(view: &'r View<'_>) -> Vec<AssumptionJson<'r>> {
    let all = view.bill.assumptions.0.iter().map(|assumed| AssumptionJson {
        key: assumed.of.key,
        value: assumed.value,
        unit: assumed.of.unit,
        about: assumed.of.about,
        default: assumed.of.default,
        line: assumed.span.as_ref().map(|span| view.sources.line_column(span).line),
    });
    all.collect()
}

fn prices<'r>(view: &'r View<'_>) -> PricesJson<'r> {
    let prices = &view.bill.prices;
    let one = |price: &'r Price| PriceJson {
        service: &price.service,
        amount: price.amount,
        per: price.per,
        unit: &price.unit,
        as_of: &price.as_of,
        source: &price.source,
    };
    PricesJson {
        name: &prices.name,
        since: &prices.dynamodb.since,
        source: &prices.dynamodb.source,
        per_million_read_units: prices.dynamodb.per_million_read_units,
        per_million_write_units: prices.dynamodb.per_million_write_units,
        per_gigabyte_month: prices.dynamodb.per_gigabyte_month,
        recovery_per_gigabyte_month: prices.dynamodb.recovery_per_gigabyte_month,
        platform: prices.platform.all().into_iter().map(|(name, price)| (name, one(price))).collect(),
    }
}

fn table<'r>(view: &View<'_>, report: &'r Report) -> TableJson<'r> {
    TableJson {
        per_month: report.total(),
        growth: GrowthJson {
            bytes_per_month: report.growth.bytes_per_month,
            per_month: report.growth.per_month(&report.prices),
        },
        lines: report.lines.iter().map(|line| self::line(view, line)).collect(),
    }
}

fn line<'r>(view: &View<'_>, line: &'r Line) -> LineJson<'r> {
    let (file, at) = view.place(&Written::Contract(line.span.clone()));
    LineJson {
        kind: match line.kind {
            Kind::Read => "read",
            Kind::Write => "write",
        },
        name: &line.name,
        service: line.service.as_deref(),
        file,
        line: at,
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
