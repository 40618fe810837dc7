//! The report as one page that needs nothing else: no network, no fonts, no other file.

use askama::Template;
use stipule_cost::{Group, Item, Part};

use super::View;
use super::explain::{exact, quantity};
use crate::failure::Failure;
use crate::report::quantity::{grouped, money, rate};

#[derive(Template)]
#[template(path = "cost.html")]
struct Page<'v> {
    name: String,
    total: String,
    said: Vec<String>,
    budgets: Vec<(String, bool)>,
    providers: Vec<Bar>,
    warnings: Vec<(&'v str, &'v str, String)>,
    groups: Vec<Items>,
    assumptions: Vec<Vec<String>>,
    sources: Vec<String>,
}

/// A sum with its share of all, in hundredths.
struct Bar {
    name: String,
    cost: String,
    share: String,
}

struct Items {
    heading: &'static str,
    cost: String,
    rows: Vec<Row>,
}

struct Row {
    name: String,
    service: String,
    place: String,
    because: String,
    per_day: String,
    cost: String,
    parts: Vec<Cells>,
}

/// A part: what, how it comes about, how much, at what, for what.
struct Cells {
    what: String,
    formula: String,
    quantity: String,
    price: String,
    cost: String,
}

/// The page.
pub(super) fn render(view: &View<'_>) -> Result<String, Failure> {
    let bill = view.bill;
    let currency = &bill.prices.currency;
    let mut sources: Vec<String> = bill
        .items
        .iter()
        .flat_map(|item| &item.parts)
        .map(|part| {
            format!("{}: {}, known to hold on {}", part.price.service, part.price.source, part.price.as_of)
        })
        .collect();
    sources.sort();
    sources.dedup();
    let page = Page {
        name: view.contract.platform.name.to_string(),
        total: money(bill.total(), currency),
        said: said(view),
        budgets: view.budgets.iter().map(|spent| (budget(view, spent), spent.is_exceeded())).collect(),
        providers: providers(view),
        warnings: warnings(view),
        groups: Group::ALL.into_iter().filter_map(|group| items(view, group)).collect(),
        assumptions: assumptions(view),
        sources,
    };
    page.render().map_err(|error| Failure::new(format!("can't make the page: {error}")))
}

fn said(view: &View<'_>) -> Vec<String> {
    let currency = &view.bill.prices.currency;
    let mut said = vec![
        format!(
            "{} requests a day, at prices of {}.",
            rate(view.bill.requests_per_day()),
            view.bill.prices.name
        ),
        format!(
            "One stage is reckoned; another that stands idle costs {} a month.",
            money(view.bill.idle(), currency)
        ),
    ];
    if !view.is_whole() {
        said.push(format!("Shown below: {} of it.", money(view.shown(), currency)));
    }
    said
}

fn budget(view: &View<'_>, spent: &super::budget::Spent<'_>) -> String {
    let currency = &view.bill.prices.currency;
    let of = spent.of.map(|service| format!(" of {service}")).unwrap_or_default();
    let limit = spent.budget as f64;
    let more = if spent.is_exceeded() {
        format!(", exceeded by {}", money(spent.per_month - limit, currency))
    } else {
        spent.percent().map(|percent| format!(", {percent:.0} %")).unwrap_or_default()
    };
    format!("Budget{of}: {} of {} a month{more}", money(spent.per_month, currency), money(limit, currency))
}

fn providers(view: &View<'_>) -> Vec<Bar> {
    let total = view.bill.total();
    let all = view.bill.by_provider().into_iter().filter(|(_, cost)| *cost > 0.0);
    let bar = |(name, cost): (String, f64)| Bar {
        name,
        cost: money(cost, &view.bill.prices.currency),
        share: format!("{:.1}", cost * 100.0 / total),
    };
    all.map(bar).collect()
}

fn warnings<'v>(view: &View<'v>) -> Vec<(&'v str, &'v str, String)> {
    let bill = view.bill;
    let place = |span: &stipule_ir::Span| view.said_place(&stipule_cost::Place::Contract(span.clone()));
    bill.warnings.iter().map(|it| (it.message.as_str(), it.help.as_str(), place(&it.span))).collect()
}

fn items(view: &View<'_>, group: Group) -> Option<Items> {
    let currency = &view.bill.prices.currency;
    let shown: Vec<&&Item> = view.items.iter().filter(|item| item.group == group).collect();
    let cost: f64 = shown.iter().map(|item| item.per_month()).sum();
    let rows: Vec<Row> = shown.into_iter().map(|item| row(view, item)).collect();
    (!rows.is_empty()).then(|| Items { heading: group.heading(), cost: money(cost, currency), rows })
}

fn row(view: &View<'_>, item: &Item) -> Row {
    let currency = &view.bill.prices.currency;
    let mut parts: Vec<&Part> = item.parts.iter().collect();
    parts.sort_by(|one, two| two.per_month().total_cmp(&one.per_month()));
    let cells = |part: &&Part| {
        let per = if part.price.per == 1.0 { String::new() } else { format!("{} ", grouped(part.price.per)) };
        Cells {
            what: part.what.clone(),
            formula: part.formula.clone(),
            quantity: format!("{} {}", quantity(part.quantity), part.price.unit),
            price: format!("{} for {per}{}", exact(part.price.amount, currency), part.price.unit),
            cost: money(part.per_month(), currency),
        }
    };
    Row {
        name: item.name.clone(),
        service: item.service.clone().unwrap_or_default(),
        place: view.said_place(&item.place),
        because: item.because.clone(),
        per_day: item.per_day.map_or("–".to_owned(), rate),
        cost: if item.parts.is_empty() { "–".to_owned() } else { money(item.per_month(), currency) },
        parts: parts.iter().map(cells).collect(),
    }
}

fn assumptions(view: &View<'_>) -> Vec<Vec<String>> {
    let rows = view.bill.assumptions.0.iter().map(|assumed| {
        let line = |span: &stipule_ir::Span| view.said_place(&stipule_cost::Place::Contract(span.clone()));
        let place = assumed.span.as_ref().map_or("default".to_owned(), line);
        let value = format!("{} {}", assumed.value, assumed.of.unit);
        vec![assumed.of.key.to_owned(), value.trim().to_owned(), assumed.of.about.to_owned(), place]
    });
    rows.collect()
}
