//! What the table costs: each read and write, and what it holds.

use stipule_ir::table::Table;

use crate::DAYS;
use crate::item::{Group, Item, Part};
use crate::ledger::{Ledger, figure};
use crate::line::{Kind, Line, Report};

pub(crate) fn items(ledger: &Ledger<'_>, table: &Table, report: &Report) -> Vec<Item> {
    let mut items: Vec<Item> = report.lines.iter().map(|line| item(ledger, line)).collect();
    items.push(held(ledger, table, report));
    items
}

fn item(ledger: &Ledger<'_>, line: &Line) -> Item {
    let group = if line.kind == Kind::Read { Group::Read } else { Group::Write };
    let mut item = ledger.item(group, line.name.clone(), line.service.as_deref(), &line.span);
    item.per_day = line.calls_per_day;
    let Some(per_day) = line.calls_per_day else { return item };
    item.because = "`rate` in the table file".to_owned();
    let prices = &ledger.prices.dynamodb;
    let parts =
        [("read units", line.reads, prices.read_unit()), ("write units", line.writes, prices.write_unit())];
    for (what, units, price) in parts.into_iter().filter(|(_, units, _)| units.typical > 0.0) {
        let formula = format!("{} a day × {DAYS} days × {:.2} units", figure(per_day), units.typical);
        item.parts.push(ledger.part(what, formula, per_day * DAYS * units.typical, &price));
    }
    item
}

/// What has come together since the beginning, in the table and in its indexes.
fn held(ledger: &Ledger<'_>, table: &Table, report: &Report) -> Item {
    let mut item = ledger.item(Group::Table, format!("items of {}", table.name), None, &table.span);
    let months = ledger.assume("kept");
    let (stays, expires) = (report.growth.bytes_per_month / 1e9, report.growth.bytes_expiring / 1e9);
    let gigabytes = (stays * months + expires).max(0.0);
    let formula =
        format!("{stays:.2} GB a month × {months} months + {expires:.2} GB that expires, indexes included");
    item.because = "writes that put items, less those that delete some".to_owned();
    let prices = &ledger.prices.dynamodb;
    let part = |what: &str, price| Part {
        what: what.to_owned(),
        formula: formula.clone(),
        quantity: gigabytes,
        price,
        grows: true,
    };
    item.parts = vec![part("stored", prices.stored()), part("restored to any moment", prices.recoverable())];
    item
}
