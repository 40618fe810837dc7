//! The report for people, at any width.

use std::fmt::Write as _;

use anstyle::{AnsiColor, Style};
use stipule_cost::{DAYS, Kind, Line, Report};
use stipule_ir::Sources;
use stipule_ir::table::Table;
use stipule_table::unit::{Amount, Place, Step, Unit};
use unicode_width::UnicodeWidthStr;

use super::budget::Spent;
use crate::report::prose::{count, wrap};
use crate::report::quantity::{bytes, grouped, money, rate};

const STRONG: Style = Style::new().bold();
const FAINT: Style = Style::new().dimmed();
const OVER: Style = AnsiColor::Red.on_default().bold();
const NAME: Style = AnsiColor::Cyan.on_default();

/// Columns of calls, units, money.
const CALLS: usize = 8;
const UNITS: usize = 7;
const MONEY: usize = 10;

/// Share of the total below which lines are folded.
const FOLDED: f64 = 0.005;

/// Every line, the dearest first, by service.
pub(super) fn listed(report: &Report, budgets: &[Spent<'_>], all: bool, width: Option<usize>) -> String {
    let mut out = String::new();
    let currency = &report.prices.currency;
    let _ = writeln!(out, "{STRONG}The table: {} a month{STRONG:#}", money(report.total(), currency));
    let calls = format!("{} reads and writes a day", rate(report.calls_per_day()));
    let prices = format!("{}, on demand, prices since {}", report.prices.name, report.prices.dynamodb.since);
    for line in wrap(&format!("{calls} · {prices}"), width) {
        let _ = writeln!(out, "{FAINT}{line}{FAINT:#}");
    }
    for spent in budgets {
        budget(spent, currency, width, &mut out);
    }
    out.push('\n');
    let columns = Columns::of(report, width);
    columns.head(&mut out);
    for (service, lines) in by_service(report) {
        let sum: f64 = lines.iter().filter_map(|line| line.per_month()).sum();
        let service = service.unwrap_or("of no service");
        let dots = columns.width().saturating_sub(service.width() + MONEY);
        let sum = right(&money(sum, currency), MONEY);
        let _ = writeln!(out, "{STRONG}{service}{STRONG:#}{}{STRONG}{sum}{STRONG:#}", " ".repeat(dots));
        columns.lines(report, lines, all, &mut out);
    }
    footer(report, width, &mut out);
    out
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

type Lines<'r> = Vec<&'r Line>;

/// Services by cost, and within each the lines by cost.
fn by_service(report: &Report) -> Vec<(Option<&str>, Lines<'_>)> {
    let mut services: Vec<(Option<&str>, Lines<'_>)> = Vec::new();
    for line in &report.lines {
        let service = line.service.as_deref();
        match services.iter_mut().find(|(known, _)| *known == service) {
            Some((_, lines)) => lines.push(line),
            None => services.push((service, vec![line])),
        }
    }
    let cost = |line: &&Line| line.per_month().unwrap_or_default();
    for (_, lines) in &mut services {
        lines.sort_by(|one, two| cost(two).total_cmp(&cost(one)));
    }
    let sum = |lines: &Lines<'_>| lines.iter().map(cost).sum::<f64>();
    services.sort_by(|(_, one), (_, two)| sum(two).total_cmp(&sum(one)));
    services
}

/// What fits beside a name.
struct Columns {
    name: usize,
    units: bool,
}

impl Columns {
    fn of(report: &Report, width: Option<usize>) -> Self {
        let longest = report.lines.iter().map(|line| line.name.width() + 3).max().unwrap_or(0).max(20);
        let room = width.unwrap_or(usize::MAX);
        let units = longest.min(30) + CALLS + 2 * UNITS + MONEY <= room;
        let rest = CALLS + MONEY + if units { 2 * UNITS } else { 0 };
        Self { name: longest.min(room.saturating_sub(rest)).max(12), units }
    }

    fn width(&self) -> usize {
        self.name + CALLS + MONEY + if self.units { 2 * UNITS } else { 0 }
    }

    fn head(&self, out: &mut String) {
        let units = if self.units { right("RRU", UNITS) + &right("WRU", UNITS) } else { String::new() };
        let line =
            format!("{}{}{units}{}", " ".repeat(self.name), right("calls/d", CALLS), right("a month", MONEY));
        let _ = writeln!(out, "{FAINT}{line}{FAINT:#}");
    }

    fn lines(&self, report: &Report, lines: Lines<'_>, all: bool, out: &mut String) {
        let least = report.total() * FOLDED;
        let shown = |line: &&Line| all || line.per_month().unwrap_or_default() >= least;
        let (shown, folded): (Lines<'_>, Lines<'_>) = lines.into_iter().partition(shown);
        shown.into_iter().for_each(|line| self.line(report, line, out));
        let sum: f64 = folded.iter().filter_map(|line| line.per_month()).sum();
        let priced = folded.iter().filter(|line| line.per_month().is_some()).count();
        if priced > 0 {
            let what = format!("  {}", count(priced, "other"));
            let room = self.width().saturating_sub(what.width() + MONEY);
            let sum = right(&money(sum, &report.prices.currency), MONEY);
            let _ = writeln!(out, "{FAINT}{what}{}{sum}{FAINT:#}", " ".repeat(room));
        }
    }

    fn line(&self, report: &Report, line: &Line, out: &mut String) {
        let calls = line.calls_per_day.map_or("–".to_owned(), rate);
        let units =
            |amount: Amount| if amount.typical == 0.0 { String::new() } else { grouped(amount.typical) };
        let units = if self.units {
            right(&units(line.reads), UNITS) + &right(&units(line.writes), UNITS)
        } else {
            String::new()
        };
        let cost = line.per_month().map_or("–".to_owned(), |cost| money(cost, &report.prices.currency));
        let name = shortened(&line.name, self.name.saturating_sub(3));
        let pad = " ".repeat(self.name.saturating_sub(2 + name.width()));
        let _ = writeln!(
            out,
            "  {NAME}{name}{NAME:#}{pad}{}{units}{}",
            right(&calls, CALLS),
            right(&cost, MONEY)
        );
    }
}

fn right(text: &str, width: usize) -> String {
    format!("{}{text}", " ".repeat(width.saturating_sub(text.width())))
}

fn shortened(name: &str, room: usize) -> String {
    if name.width() <= room {
        return name.to_owned();
    }
    name.chars().take(room.saturating_sub(1)).chain(['…']).collect()
}

fn footer(report: &Report, width: Option<usize>, out: &mut String) {
    let currency = &report.prices.currency;
    let of = |kind: Kind| money(report.sum(|line| line.kind == kind), currency);
    let growth = report.growth;
    let mut notes = vec![
        format!("Reads {}, writes {}.", of(Kind::Read), of(Kind::Write)),
        format!(
            "What stays grows by {} a month, indexes included: each month costs {} more than the one before, for storage \
             and recovery.",
            bytes(growth.bytes_per_month),
            money(growth.per_month(&report.prices), currency)
        ),
    ];
    let silent = report.without_rate().count();
    if silent > 0 {
        let verb = if silent == 1 { "has" } else { "have" };
        notes.push(format!("{} {verb} no rate and no part in the sum.", count(silent, "pattern")));
    }
    notes.push("`stipule cost --pattern NAME` shows what a line is made of, `--all` every line.".to_owned());
    out.push('\n');
    for line in notes.iter().flat_map(|note| wrap(note, width)) {
        let _ = writeln!(out, "{line}");
    }
}

/// What stands behind the lines that are left.
pub(super) fn explained(report: &Report, table: &Table, sources: &Sources, width: Option<usize>) -> String {
    let mut out = String::new();
    for line in &report.lines {
        let source = sources.get(line.span.file);
        let place = format!("{}:{}", source.path, sources.line_column(&line.span).line);
        let _ = writeln!(out, "{STRONG}{}{STRONG:#}", line.name);
        let _ = writeln!(out, "{FAINT}{place}{FAINT:#}\n");
        steps(line, table, width, &mut out);
        let sentence = sentence(report, line);
        out.push('\n');
        for line in sentence.iter().flat_map(|text| wrap(text, width)) {
            let _ = writeln!(out, "{line}");
        }
    }
    out
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
fn exact(price: f64, currency: &str) -> String {
    let sign = if currency == "USD" { "$".to_owned() } else { format!("{currency} ") };
    let text = format!("{price:.4}");
    format!("{sign}{}", text.trim_end_matches('0').trim_end_matches('.'))
}
