//! What the declared rates say, and limits of AWS that come near.

mod month;
mod rates;

use stipule_ir::Span;
use stipule_ir::table::{Table, Write};

pub(super) use month::Months;
pub use month::{Cost, Pattern};

use super::diff::{About, Diff};
use crate::finding::Severity;
use crate::rule::{Rule, rule};

const INDEXES: Rule = rule("REV902", "index-limit-near", Severity::Risky);
const TRANSACTION: Rule = rule("REV903", "transaction-limit-near", Severity::Risky);

pub(super) const RULES: &[Rule] = &[INDEXES, TRANSACTION];

/// The rules about what a month costs.
pub(super) fn parts() -> impl Iterator<Item = &'static [Rule]> {
    [rates::RULES, month::RULES].into_iter()
}

/// Secondary indexes of one table. Source: "Service, account, and table quotas" of the DynamoDB developer guide.
const MOST_INDEXES: usize = 20;

/// Items of one transaction. Source: the same.
const MOST_ITEMS: u64 = 100;

/// From this share of a limit on it is near, in hundredths.
const NEAR: u64 = 80;

/// Compares rates and limits of both sides; what a month costs before and after.
pub(super) fn check(diff: &mut Diff<'_>, months: Option<&Months>) -> Option<Cost> {
    let cost = months.and_then(|months| month::check(diff, months));
    rates::check(diff, months);
    let (base, revision) = (diff.base.contract, diff.revision.contract);
    for after in &revision.tables {
        let before = base.tables.iter().find(|before| before.name.wire == after.name.wire);
        indexes(diff, before, after);
        for write in &after.writes {
            let old =
                before.and_then(|table| table.writes.iter().find(|old| old.name.wire == write.name.wire));
            let place = before.map_or(&base.platform.span, |table| &table.span);
            transaction(diff, after, (old, write), place);
        }
    }
    cost
}

fn title(table: &Table) -> String {
    format!("table {}", table.name.wire)
}

fn indexes(diff: &mut Diff<'_>, before: Option<&Table>, after: &Table) {
    let near = |number: usize| number as u64 * 100 >= MOST_INDEXES as u64 * NEAR;
    let (was, is) = (before.map_or(0, |table| table.indexes.len()), after.indexes.len());
    if near(is) && is > was {
        let place = before.map_or(&diff.base.contract.platform.span, |table| &table.span);
        let about = About::new(title(after), format!("indexes of {}", after.name.wire));
        let note = Some(format!("a table has at most {MOST_INDEXES}"));
        diff.differs_saying(&about, INDEXES, (place, &after.span), (was, is), note);
    }
}

/// Most items that a write may touch.
fn most(write: &Write) -> u64 {
    write.operations.iter().map(|part| part.each.as_ref().map_or(1, |each| u64::from(each.max.value))).sum()
}

fn transaction(diff: &mut Diff<'_>, table: &Table, (old, new): (Option<&Write>, &Write), place: &Span) {
    let (was, is) = (old.map_or(0, most), most(new));
    if is * 100 >= MOST_ITEMS * NEAR && is > was {
        let about = About::new(title(table), new.name.wire.clone());
        let note = Some(format!("a transaction has at most {MOST_ITEMS} items"));
        let before = old.map_or(place, |old| &old.span);
        diff.differs_saying(&about, TRANSACTION, (before, &new.span), (was, is), note);
    }
}
