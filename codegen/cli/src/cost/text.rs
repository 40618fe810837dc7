//! The report for people, at any width.

use std::fmt::Write as _;

use anstyle::{AnsiColor, Style};
use stipule_cost::Item;
use unicode_width::UnicodeWidthStr;

use super::View;
use super::budget::Spent;
use crate::arguments::{Cost, Sort};
use crate::report::prose::{count, wrap};
use crate::report::quantity::{bytes, money, rate};

pub(super) const STRONG: Style = Style::new().bold();
pub(super) const FAINT: Style = Style::new().dimmed();
pub(super) const NAME: Style = AnsiColor::Cyan.on_default();
const OVER: Style = AnsiColor::Red.on_default().bold();
const WARNING: Style = AnsiColor::Yellow.on_default().bold();

/// Columns of kinds, rates, money.
const KIND: usize = 11;
const CALLS: usize = 8;
const MONEY: usize = 11;

/// Share of the total below which items are folded.
const FOLDED: f64 = 0.005;

/// The sums, what somebody should look at, and nothing else.
pub(super) fn summary(view: &View<'_>, width: Option<usize>) -> String {
    let mut out = String::new();
    head(view, width, &mut out);
    providers(view, width, &mut out);
    warnings(view, width, &mut out);
    out
}

/// The sums, and the items that matter: by service, or in the order asked for.
pub(super) fn listed(view: &View<'_>, arguments: &Cost, width: Option<usize>) -> String {
    let mut out = String::new();
    head(view, width, &mut out);
    if view.is_whole() {
        providers(view, width, &mut out);
    }
    let columns = Columns::of(view, width);
    out.push('\n');
    columns.head(&mut out);
    let currency = &view.bill.prices.currency;
    if arguments.sort == Sort::Cost && arguments.top.is_none() {
        for (service, items) in by_service(view) {
            let sum: f64 = items.iter().map(|item| item.per_month()).sum();
            let service = service.unwrap_or("of no service");
            let sum = right(&money(sum, currency), MONEY);
            let room = columns.width().saturating_sub(service.width() + MONEY);
            let _ = writeln!(out, "{STRONG}{service}{STRONG:#}{}{STRONG}{sum}{STRONG:#}", " ".repeat(room));
            columns.items(view, items, arguments.all, &mut out);
        }
    } else {
        view.items.iter().for_each(|item| columns.item(item, currency, &mut out));
    }
    warnings(view, width, &mut out);
    footer(view, width, &mut out);
    out
}

fn head(view: &View<'_>, width: Option<usize>, out: &mut String) {
    let bill = view.bill;
    let currency = &bill.prices.currency;
    let name = &view.contract.platform.name;
    let _ = writeln!(out, "{STRONG}{name}: {} a month{STRONG:#}", money(bill.total(), currency));
    let mut said = vec![format!(
        "{} requests a day · prices of {}, each with its date",
        rate(bill.requests_per_day()),
        bill.prices.name
    )];
    if !view.is_whole() {
        said.push(format!(
            "Shown: {} of it, {}",
            money(view.shown(), currency),
            count(view.items.len(), "item")
        ));
    }
    for line in said.iter().flat_map(|text| wrap(text, width)) {
        let _ = writeln!(out, "{FAINT}{line}{FAINT:#}");
    }
    for spent in &view.budgets {
        budget(spent, currency, width, out);
    }
}

/// `Budget of orders: $312.00 of $300.00 a month, exceeded by $12.00`
fn budget(spent: &Spent<'_>, currency: &str, width: Option<usize>, out: &mut String) {
    let limit = spent.budget as f64;
    let of = spent.of.map(|service| format!(" of {service}")).unwrap_or_default();
    let amounts = format!("{} of {} a month", money(spent.per_month, currency), money(limit, currency));
    let (style, rest) = match spent.percent() {
        _ if spent.is_exceeded() => {
            (OVER, format!(", exceeded by {}", money(spent.per_month - limit, currency)))
        }
        Some(percent) => (FAINT, format!(", {percent:.0} %")),
        None => (FAINT, String::new()),
    };
    for line in wrap(&format!("Budget{of}: {amounts}{rest}"), width) {
        let _ = writeln!(out, "{style}{line}{style:#}");
    }
}

/// What goes to which service of the provider.
fn providers(view: &View<'_>, width: Option<usize>, out: &mut String) {
    let (total, currency) = (view.bill.total(), &view.bill.prices.currency);
    let room = width.unwrap_or(60).clamp(30, 60);
    out.push('\n');
    for (name, sum) in view.bill.by_provider().into_iter().filter(|(_, sum)| *sum > 0.0) {
        let share = if total > 0.0 { sum * 100.0 / total } else { 0.0 };
        let pad = " ".repeat(room.saturating_sub(name.width() + MONEY + 6));
        let (sum, share) = (right(&money(sum, currency), MONEY), right(&format!("{share:.0} %"), 6));
        let _ = writeln!(out, "{name}{pad}{sum}{FAINT}{share}{FAINT:#}");
    }
}

/// Services by cost; within each the items as they are sorted.
fn by_service<'v>(view: &'v View<'_>) -> Vec<(Option<&'v str>, Vec<&'v Item>)> {
    let mut services: Vec<(Option<&str>, Vec<&Item>)> = Vec::new();
    for item in &view.items {
        let service = item.service.as_deref();
        match services.iter_mut().find(|(known, _)| *known == service) {
            Some((_, items)) => items.push(item),
            None => services.push((service, vec![item])),
        }
    }
    let sum = |items: &[&Item]| items.iter().map(|item| item.per_month()).sum::<f64>();
    services.sort_by(|(_, one), (_, two)| sum(two).total_cmp(&sum(one)));
    services
}

/// What fits beside a name.
struct Columns {
    name: usize,
}

impl Columns {
    fn of(view: &View<'_>, width: Option<usize>) -> Self {
        let longest = view.items.iter().map(|item| item.name.width() + 3).max().unwrap_or(0).clamp(20, 60);
        let room = width.unwrap_or(usize::MAX);
        Self { name: longest.min(room.saturating_sub(KIND + CALLS + MONEY)).max(10) }
    }

    fn width(&self) -> usize {
        KIND + self.name + CALLS + MONEY
    }

    fn head(&self, out: &mut String) {
        let (calls, money) = (right("a day", CALLS), right("a month", MONEY));
        let line = format!("{}{calls}{money}", " ".repeat(KIND + self.name));
        let _ = writeln!(out, "{FAINT}{line}{FAINT:#}");
    }

    fn items(&self, view: &View<'_>, items: Vec<&Item>, all: bool, out: &mut String) {
        let currency = &view.bill.prices.currency;
        let least = view.bill.total() * FOLDED;
        let shown = |item: &&Item| all || item.per_month() >= least;
        let (shown, folded): (Vec<&Item>, Vec<&Item>) = items.into_iter().partition(shown);
        shown.into_iter().for_each(|item| self.item(item, currency, out));
        let sum: f64 = folded.iter().map(|item| item.per_month()).sum();
        if !folded.is_empty() {
            let what = format!("  {}", count(folded.len(), "other"));
            let room = self.width().saturating_sub(what.width() + MONEY);
            let sum = right(&money(sum, currency), MONEY);
            let _ = writeln!(out, "{FAINT}{what}{}{sum}{FAINT:#}", " ".repeat(room));
        }
    }

    fn item(&self, item: &Item, currency: &str, out: &mut String) {
        let calls = item.per_day.map_or("–".to_owned(), rate);
        let cost = if item.parts.is_empty() { "–".to_owned() } else { money(item.per_month(), currency) };
        let name = shortened(&item.name, self.name - 1);
        let pad = " ".repeat(self.name.saturating_sub(name.width()));
        let kind = format!("  {:<width$}", item.group.word(), width = KIND - 2);
        let (calls, cost) = (right(&calls, CALLS), right(&cost, MONEY));
        let _ = writeln!(out, "{FAINT}{kind}{FAINT:#}{NAME}{name}{NAME:#}{pad}{calls}{cost}");
    }
}

pub(super) fn right(text: &str, width: usize) -> String {
    format!("{}{text}", " ".repeat(width.saturating_sub(text.width())))
}

pub(super) fn shortened(name: &str, room: usize) -> String {
    if name.width() <= room {
        return name.to_owned();
    }
    name.chars().take(room.saturating_sub(1)).chain(['…']).collect()
}

fn warnings(view: &View<'_>, width: Option<usize>, out: &mut String) {
    for warning in &view.bill.warnings {
        let place = view.said_place(&stipule_cost::Place::Contract(warning.span.clone()));
        out.push('\n');
        for (at, line) in wrap(&format!("warning: {}", warning.message), width).iter().enumerate() {
            let line = if at == 0 {
                line.replacen("warning:", &format!("{WARNING}warning{WARNING:#}:"), 1)
            } else {
                line.clone()
            };
            let _ = writeln!(out, "{line}");
        }
        for line in wrap(&format!("= help: {}", warning.help), width) {
            let _ = writeln!(out, "{FAINT}{line}{FAINT:#}");
        }
        let _ = writeln!(out, "{FAINT}{place}{FAINT:#}");
    }
}

fn footer(view: &View<'_>, width: Option<usize>, out: &mut String) {
    let bill = view.bill;
    let currency = &bill.prices.currency;
    let mut notes = vec![format!(
        "One stage is reckoned. Another that stands idle costs {} a month.",
        money(bill.idle(), currency)
    )];
    if let Some(table) = &bill.table {
        let growth = table.growth;
        notes.push(format!(
            "What stays grows by {} a month, indexes included: each month costs {} more than the one before, for storage \
             and recovery.",
            bytes(growth.bytes_per_month),
            money(growth.per_month(&bill.prices), currency)
        ));
    }
    match stipule_cost::unlisted(view.contract).len() {
        0 => {}
        count => notes.push(format!(
            "{count} of the reads come with their entities, and the table file doesn't list them: nobody has said to call \
             them, and they need no rate until somebody does."
        )),
    }
    let said = bill.assumptions.0.iter().filter(|it| it.span.is_some()).count();
    notes.push(format!(
        "{} assumed beside the rates, {said} of them said in contracts/platform.yaml (`assumptions:`); the free tier and \
         failures beyond that are not reckoned.",
        match bill.assumptions.0.len() {
            1 => "One figure is".to_owned(),
            many => format!("{many} figures are"),
        }
    ));
    notes.push(
        "`stipule cost --pattern NAME` shows what an item is made of, `--all` every item, `--html FILE` all of it."
            .to_owned(),
    );
    out.push('\n');
    for line in notes.iter().flat_map(|note| wrap(note, width)) {
        let _ = writeln!(out, "{line}");
    }
}
