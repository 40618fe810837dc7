//! What a month costs at the declared rates, and which budget that exceeds.

use std::collections::{BTreeMap, BTreeSet};

use stipule_cost::{Prices, money};
use stipule_ir::platform::Budget;
use stipule_ir::{Contract, Span};

use crate::finding::Severity;
use crate::repository::diff::{About, Diff};
use crate::rule::{Rule, rule};

const MUCH_MORE: Rule = rule("REV904", "cost-raised", Severity::Risky);
const OTHERWISE: Rule = rule("REV905", "cost-changed", Severity::Safe);
const EXCEEDED: Rule = rule("REV906", "budget-exceeded", Severity::Risky);
const RAISED: Rule = rule("REV907", "budget-raised", Severity::Safe);

pub(super) const RULES: &[Rule] = &[MUCH_MORE, OTHERWISE, EXCEEDED, RAISED];

/// Patterns that are named where many cost something else.
const MOST_NAMED: usize = 5;

/// Amounts that differ by less are the same.
const NOTHING: f64 = 0.005;

/// What a month costs before and after.
#[derive(Clone, Debug, PartialEq)]
pub struct Cost {
    /// ISO 4217 code of all amounts.
    pub currency: String,
    /// Before.
    pub before: f64,
    /// After.
    pub after: f64,
    /// Reads and writes that cost something else now, those that differ most first.
    pub patterns: Vec<Pattern>,
    /// What may be spent, if the platform says.
    pub budget: Option<u64>,
}

/// A read or write of a table.
#[derive(Clone, Debug, PartialEq)]
pub struct Pattern {
    /// `commerce.orders_of_customer`
    pub name: String,
    /// What a month of it costs; `None` where it isn't there or has no rate.
    pub before: Option<f64>,
    /// The same after.
    pub after: Option<f64>,
}

/// A version's reads and writes.
#[derive(Debug)]
struct Month<'c> {
    /// By table and pattern: what it costs, whose it is, where it stands.
    patterns: BTreeMap<(&'c str, String), (f64, Option<String>, Span)>,
    tables: BTreeMap<&'c str, &'c Span>,
}

impl<'c> Month<'c> {
    fn of(contract: &'c Contract, prices: &Prices) -> Self {
        let mut month = Month { patterns: BTreeMap::new(), tables: BTreeMap::new() };
        for table in &contract.tables {
            let name = table.name.wire.as_str();
            month.tables.insert(name, &table.span);
            for line in stipule_cost::table::report(contract, table, prices.clone()).lines {
                if let Some(cost) = line.per_month() {
                    month.patterns.insert((name, line.name), (cost, line.service, line.span));
                }
            }
        }
        month
    }

    fn sum(&self, counts: impl Fn(&str, Option<&str>) -> bool) -> f64 {
        let counted =
            self.patterns.iter().filter(|((table, _), (_, service, _))| counts(table, service.as_deref()));
        counted.map(|(_, (cost, ..))| cost).sum()
    }
}

/// What both versions cost, each reckoned on a thread of its own.
pub(in crate::repository) struct Months<'c> {
    prices: Prices,
    before: Month<'c>,
    after: Month<'c>,
}

impl<'c> Months<'c> {
    /// Nothing if reckoning fails, which is an error of ours.
    pub(in crate::repository) fn of(base: &'c Contract, revision: &'c Contract) -> Option<Self> {
        let prices = Prices::built_in();
        let (before, after) = std::thread::scope(|scope| {
            let before = scope.spawn(|| Month::of(base, &prices));
            let after = scope.spawn(|| Month::of(revision, &prices));
            (before.join().ok(), after.join().ok())
        });
        Some(Months { before: before?, after: after?, prices })
    }
}

/// Compares what a month costs; nothing where no version has a rate.
pub(super) fn check(diff: &mut Diff<'_>, months: &Months<'_>) -> Option<Cost> {
    let revision = diff.revision.contract;
    let Months { prices, before: old, after: new } = months;
    if old.patterns.is_empty() && new.patterns.is_empty() {
        return None;
    }
    let (before, after) = (old.sum(|_, _| true), new.sum(|_, _| true));
    let patterns = differing(old, new, |_| true);
    for (name, place) in &new.tables {
        if let Some(there) = old.tables.get(name) {
            table(diff, prices, (old, new), (name, there, place));
        }
    }
    budgets(diff, prices, (old, new));
    let budget = revision.platform.budget.as_ref().and_then(|budget| budget.month.as_ref());
    let budget = budget.map(|month| month.value);
    Some(Cost { currency: prices.currency.clone(), before, after, patterns, budget })
}

/// Patterns of some tables that cost something else, those that differ most first.
fn differing(old: &Month<'_>, new: &Month<'_>, of: impl Fn(&str) -> bool) -> Vec<Pattern> {
    let keys: BTreeSet<&(&str, String)> = old.patterns.keys().chain(new.patterns.keys()).collect();
    let cost = |month: &Month<'_>, key: &(&str, String)| month.patterns.get(key).map(|(cost, ..)| *cost);
    let mut found: Vec<Pattern> = keys
        .into_iter()
        .filter(|(table, _)| of(table))
        .map(|key| Pattern {
            name: format!("{}.{}", key.0, key.1),
            before: cost(old, key),
            after: cost(new, key),
        })
        .filter(|pattern| pattern.difference().abs() >= NOTHING)
        .collect();
    found.sort_by(|one, two| two.difference().abs().total_cmp(&one.difference().abs()));
    found
}

impl Pattern {
    /// What it costs more than before.
    pub fn difference(&self) -> f64 {
        self.after.unwrap_or_default() - self.before.unwrap_or_default()
    }

    /// `$1.20 → $3.60`
    pub fn said(&self, currency: &str) -> String {
        match (self.before, self.after) {
            (Some(before), Some(after)) => {
                format!("{} → {}", money(before, currency), money(after, currency))
            }
            (None, Some(after)) => format!("{}, new", money(after, currency)),
            (Some(before), None) => format!("{}, gone", money(-before, currency)),
            (None, None) => String::new(),
        }
    }
}

fn table(
    diff: &mut Diff<'_>,
    prices: &Prices,
    (old, new): (&Month<'_>, &Month<'_>),
    (name, there, place): (&str, &Span, &Span),
) {
    let of_table = |table: &str, _: Option<&str>| table == name;
    let (before, after) = (old.sum(of_table), new.sum(of_table));
    let patterns = differing(old, new, |table| table == name);
    if patterns.is_empty() {
        return;
    }
    let currency = &prices.currency;
    // A tenth more, and not only cents.
    let rule = if after >= before * 1.1 && after - before >= 1.0 { MUCH_MORE } else { OTHERWISE };
    let about = About::new(format!("table {name}"), format!("{name} a month"));
    let said = |pattern: &Pattern| {
        let name = pattern.name.split_once('.').map_or(pattern.name.as_str(), |(_, name)| name);
        format!("`{name}` {}", pattern.said(currency))
    };
    let mut note: Vec<String> = patterns.iter().take(MOST_NAMED).map(said).collect();
    if patterns.len() > MOST_NAMED {
        note.push(format!("{} more", patterns.len() - MOST_NAMED));
    }
    let written = (money(before, currency), money(after, currency));
    // What differs most is what to look at.
    let (_, dearest) = patterns[0].name.split_once('.').unwrap_or_default();
    let of =
        |month: &Month<'_>| month.patterns.get(&(name, dearest.to_owned())).map(|(.., span)| span.clone());
    let (there, place) = match (of(old), of(new)) {
        (Some(before), Some(after)) => (before, after),
        _ => (there.clone(), place.clone()),
    };
    diff.differs_saying(&about, rule, (&there, &place), written, Some(note.join(", ")));
}

/// What may be spent, on what: `None` is all of it.
fn declared(budget: Option<&Budget>) -> BTreeMap<Option<&str>, (u64, &Span)> {
    let Some(budget) = budget else { return BTreeMap::new() };
    let whole = budget.month.iter().map(|month| (None, (month.value, &month.span)));
    let services = budget.services.iter();
    whole.chain(services.map(|(name, amount)| (Some(name.value.as_str()), (*amount, &name.span)))).collect()
}

fn budgets(diff: &mut Diff<'_>, prices: &Prices, (old, new): (&Month<'_>, &Month<'_>)) {
    let (base, revision) = (diff.base.contract, diff.revision.contract);
    let known = declared(base.platform.budget.as_ref());
    let currency = &prices.currency;
    for (of, (budget, place)) in declared(revision.platform.budget.as_ref()) {
        let counts = |_: &str, service: Option<&str>| of.is_none() || service == of;
        let (before, after) = (old.sum(counts), new.sum(counts));
        let there = known.get(&of);
        let subject = of.map_or_else(|| "budget".to_owned(), |service| format!("budget of {service}"));
        let about = About::new(of.unwrap_or("platform"), subject);
        let places = (there.map_or(&base.platform.span, |(_, place)| place), place);
        let limit = money(budget as f64, currency);
        if let Some((was, _)) = there.filter(|(was, _)| *was < budget) {
            diff.differs(&about, RAISED, places, (money(*was as f64, currency), limit.clone()));
        }
        let was_kept = there.is_none_or(|(was, _)| before <= *was as f64);
        if after > budget as f64 && (was_kept || after >= before + NOTHING) {
            let (was, is) = (money(before, currency), money(after, currency));
            let note = format!("of {limit} a month");
            match there {
                Some(_) => diff.differs_saying(&about, EXCEEDED, places, (was, is), Some(note)),
                // There was none: what is new is shown alone.
                None => diff.came_saying(&about, EXCEEDED, places, Some(format!("`{was}` → `{is}` {note}"))),
            }
        }
    }
}
