//! What stands behind an item: each part with its quantity and its price; of reads and writes every step.

use std::fmt::Write as _;

use stipule_cost::{DAYS, Group, Item, Line, Part, Report};
use stipule_ir::table::Table;
use stipule_table::unit::{Amount, Place, Step, Unit};
use unicode_width::UnicodeWidthStr;

use super::View;
use super::text::{FAINT, NAME, STRONG, right, shortened};
use crate::report::prose::wrap;
use crate::report::quantity::{grouped, money};

/// What stands behind the items that are left.
pub(super) fn explained(view: &View<'_>, width: Option<usize>) -> String {
    let mut out = String::new();
    for item in &view.items {
        let _ = writeln!(out, "{STRONG}{}{STRONG:#}", item.name);
        let _ = writeln!(out, "{FAINT}{}{FAINT:#}", view.said_place(&item.place));
        match line_of(view, item) {
            Some((table, report, line)) => {
                out.push('\n');
                steps(line, table, width, &mut out);
                out.push('\n');
                for text in sentence(report, line).iter().flat_map(|text| wrap(text, width)) {
                    let _ = writeln!(out, "{text}");
                }
            }
            None => parts(view, item, width, &mut out),
        }
    }
    out
}

/// The read or write that an item is.
fn line_of<'v>(view: &'v View<'_>, item: &Item) -> Option<(&'v Table, &'v Report, &'v Line)> {
    if !matches!(item.group, Group::Read | Group::Write) {
        return None;
    }
    let (table, report) = (view.contract.tables.first()?, view.bill.table.as_ref()?);
    Some((table, report, report.lines.iter().find(|line| line.name == item.name)?))
}

fn parts(view: &View<'_>, item: &Item, width: Option<usize>, out: &mut String) {
    let currency = &view.bill.prices.currency;
    let _ = writeln!(out, "{FAINT}{}{FAINT:#}\n", item.because);
    let mut parts: Vec<&Part> = item.parts.iter().collect();
    parts.sort_by(|one, two| two.per_month().total_cmp(&one.per_month()));
    let room = width.unwrap_or(72).clamp(40, 90);
    for part in &parts {
        let what = shortened(&part.what, room - 12);
        let pad = " ".repeat((room - 11).saturating_sub(what.width()));
        let cost = right(&money(part.per_month(), currency), 11);
        let _ = writeln!(out, "{NAME}{what}{NAME:#}{pad}{cost}");
        let price = exact(part.price.amount, currency);
        let per = if part.price.per == 1.0 { String::new() } else { format!("{} ", grouped(part.price.per)) };
        let formula = format!(
            "{} = {} {} at {price} for {per}{}",
            part.formula,
            quantity(part.quantity),
            part.price.unit,
            part.price.unit
        );
        for line in wrap(&formula, width.map(|width| width.saturating_sub(2))) {
            let _ = writeln!(out, "{FAINT}  {line}{FAINT:#}");
        }
    }
    let _ = writeln!(out, "\n{STRONG}{} a month{STRONG:#}", money(item.per_month(), currency));
    let mut sources: Vec<String> =
        parts.iter().map(|part| format!("{}, {}", part.price.source, part.price.as_of)).collect();
    sources.sort();
    sources.dedup();
    for source in sources {
        let _ = writeln!(out, "{FAINT}{source}{FAINT:#}");
    }
    if parts.is_empty() {
        let _ = writeln!(out, "The contract gives no rate, so there is no cost per month.");
    }
}

/// `15,000,000`, `12.3`, `0.00042`.
pub(super) fn quantity(number: f64) -> String {
    match number {
        _ if number == 0.0 || number >= 10.0 => grouped(number),
        _ if number >= 0.01 => format!("{number:.2}"),
        _ => format!("{number:.2e}"),
    }
}

fn steps(line: &Line, table: &Table, width: Option<usize>, out: &mut String) {
    let place = |step: &Step| match step.place {
        Place::Table => "in the table".to_owned(),
        Place::Index(index) => format!("in {}", table.indexes[index.0 as usize].name),
        Place::Platform => "of the platform".to_owned(),
    };
    let room = width.unwrap_or(72).clamp(40, 90);
    let name = room - 3 * 10;
    let _ = writeln!(
        out,
        "{FAINT}{}{}{}{}{FAINT:#}",
        " ".repeat(name),
        right("items", 10),
        right("bytes", 10),
        right("units", 10)
    );
    let mut before = String::new();
    let mut ordered: Vec<&Step> = line.usage.steps.iter().collect();
    ordered.sort_by_key(|step| step.place);
    for step in ordered {
        let place = place(step);
        if place != before {
            let _ = writeln!(out, "{place}");
            before = place;
        }
        let what = shortened(&step.what, name - 3);
        let pad = " ".repeat(name.saturating_sub(2 + what.width()));
        let letter = if step.unit == Unit::Read { "R" } else { "W" };
        let _ = writeln!(
            out,
            "  {NAME}{what}{NAME:#}{pad}{}{}{}",
            right(&grouped(step.items.typical), 10),
            right(&grouped(step.bytes.typical.round()), 10),
            right(&format!("{} {letter}", grouped(step.units.typical)), 10)
        );
    }
}

fn sentence(report: &Report, line: &Line) -> Vec<String> {
    let prices = &report.prices.dynamodb;
    let currency = &report.prices.currency;
    let part = |amount: Amount, noun: &str, price: f64| {
        let most = amount.most.map_or("unbounded".to_owned(), |most| format!("at most {}", grouped(most)));
        let s = if amount.typical == 1.0 { "" } else { "s" };
        let text = format!(
            "{} {noun} unit{s} ({most}) at {} a million",
            grouped(amount.typical),
            exact(price, currency)
        );
        (amount.typical > 0.0).then_some(text)
    };
    let parts = [
        part(line.reads, "read", prices.per_million_read_units),
        part(line.writes, "write", prices.per_million_write_units),
    ];
    let parts: Vec<String> = parts.into_iter().flatten().collect();
    let mut said = vec![format!("A call takes {}.", parts.join(" and "))];
    said.push(match (line.calls_per_day, line.per_month()) {
        (Some(calls), Some(cost)) => format!(
            "{} calls a day × {DAYS} days × {} a million calls = {} a month.",
            grouped(calls),
            exact(line.per_million.typical, currency),
            money(cost, currency)
        ),
        _ => "The contract gives no rate, so there is no cost per month.".to_owned(),
    });
    said.push(format!("Prices: {}, since {}.", prices.source, prices.since));
    said
}

/// A price with all its digits.
pub(super) fn exact(price: f64, currency: &str) -> String {
    let sign = if currency == "USD" { "$".to_owned() } else { format!("{currency} ") };
    let text = format!("{price:.10}");
    format!("{sign}{}", text.trim_end_matches('0').trim_end_matches('.'))
}
