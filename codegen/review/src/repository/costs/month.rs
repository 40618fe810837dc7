//! What a month costs at the declared rates, and which budget that exceeds.

use std::collections::{BTreeMap, BTreeSet};

use stipule_cost::{Bill, Group, Item, Place, Prices, money};
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

/// Items that are named where many cost something else.
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
    /// Items that cost something else now, those that differ most first.
    pub patterns: Vec<Pattern>,
    /// What may be spent, if the platform says.
    pub budget: Option<u64>,
}

/// An item of what a month costs.
#[derive(Clone, Debug, PartialEq)]
pub struct Pattern {
    /// `read orders_of_customer`, `saga checkout`, `endpoint GET /orders`
    pub name: String,
    /// What a month of it costs; `None` where it isn't there or has no rate.
    pub before: Option<f64>,
    /// The same after.
    pub after: Option<f64>,
}

/// What names an item of a bill: a service may have several of one kind and name, one per version.
type Key = (Group, String);

/// A version's bill.
#[derive(Debug)]
pub(super) struct Month {
    bill: Bill,
    /// What each item costs, and where its figures stand.
    items: BTreeMap<Key, (f64, Option<Span>)>,
}

impl Month {
    fn of(contract: &Contract, prices: &Prices) -> Self {
        let bill = stipule_cost::bill(contract, prices.clone());
        let mut items: BTreeMap<Key, (f64, Option<Span>)> = BTreeMap::new();
        for item in &bill.items {
            let place = match &item.place {
                Place::Contract(span) => Some(span.clone()),
                Place::Template(_) => None,
            };
            items.entry((item.group, item.name.clone())).or_insert((0.0, place)).0 += item.per_month();
        }
        Month { bill, items }
    }

    /// What an item costs; `None` where it isn't there or has no rate.
    fn cost(&self, key: &Key) -> Option<f64> {
        self.items.get(key).map(|(cost, _)| *cost).filter(|cost| *cost > 0.0)
    }

    /// Whether anything in it has a rate.
    fn has_rates(&self) -> bool {
        self.bill.items.iter().any(|item| item.per_day.is_some())
    }

    fn sum(&self, counts: impl Fn(&Item) -> bool) -> f64 {
        self.bill.sum(counts)
    }
}

/// What both versions cost, each reckoned on a thread of its own.
pub(in crate::repository) struct Months {
    prices: Prices,
    before: Month,
    after: Month,
}

impl Months {
    /// Nothing if reckoning fails, which is an error of ours.
    pub(in crate::repository) fn of(base: &Contract, revision: &Contract) -> Option<Self> {
        let prices = Prices::built_in();
        let (before, after) = std::thread::scope(|scope| {
            let before = scope.spawn(|| Month::of(base, &prices));
            let after = scope.spawn(|| Month::of(revision, &prices));
            (before.join().ok(), after.join().ok())
        });
        Some(Months { before: before?, after: after?, prices })
    }

    /// Items that cost something else, those that differ most first.
    pub(super) fn differing(&self, of: impl Fn(&Key) -> bool) -> Vec<(Key, Pattern)> {
        let (old, new) = (&self.before, &self.after);
        let keys: BTreeSet<&Key> = old.items.keys().chain(new.items.keys()).collect();
        let pattern = |key: &Key| Pattern {
            name: format!("{} {}", key.0.word(), key.1),
            before: old.cost(key),
            after: new.cost(key),
        };
        let keys = keys.into_iter().filter(|key| of(key));
        let mut found: Vec<(Key, Pattern)> = keys
            .map(|key| (key.clone(), pattern(key)))
            .filter(|(_, pattern)| pattern.difference().abs() >= NOTHING)
            .collect();
        found.sort_by(|(_, one), (_, two)| two.difference().abs().total_cmp(&one.difference().abs()));
        found
    }

    /// `` `saga checkout` $1.20 → $3.60, 4 more ``: what some items cost before and after; nothing where none differs.
    pub(super) fn said(&self, of: impl Fn(&Key) -> bool) -> Option<String> {
        let differing = self.differing(of);
        let said = |(_, it): &(Key, Pattern)| format!("`{}` {}", it.name, it.said(&self.prices.currency));
        let mut named: Vec<String> = differing.iter().take(MOST_NAMED).map(said).collect();
        if differing.len() > MOST_NAMED {
            named.push(format!("{} more", differing.len() - MOST_NAMED));
        }
        (!named.is_empty()).then(|| named.join(", "))
    }
}

/// Compares what a month costs; nothing where no version has a rate.
pub(super) fn check(diff: &mut Diff<'_>, months: &Months) -> Option<Cost> {
    let Months { prices, before: old, after: new } = months;
    if !old.has_rates() && !new.has_rates() {
        return None;
    }
    whole(diff, months);
    budgets(diff, prices, (old, new));
    let budget = diff.revision.contract.platform.budget.as_ref().and_then(|budget| budget.month.as_ref());
    Some(Cost {
        currency: prices.currency.clone(),
        before: old.bill.total(),
        after: new.bill.total(),
        patterns: months.differing(|_| true).into_iter().map(|(_, pattern)| pattern).collect(),
        budget: budget.map(|month| month.value),
    })
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

/// The whole month, at the place of what differs most.
fn whole(diff: &mut Diff<'_>, months: &Months) {
    let differing = months.differing(|_| true);
    let Some((dearest, _)) = differing.first() else { return };
    let Months { prices, before: old, after: new } = months;
    let (before, after) = (old.bill.total(), new.bill.total());
    // A queue or an alarm more costs cents, and is a change of infrastructure that is told as such.
    if differing.iter().all(|((group, _), _)| *group == Group::Fixed) && (after - before).abs() < 1.0 {
        return;
    }
    // A tenth more, and not only cents.
    let rule = if after >= before * 1.1 && after - before >= 1.0 { MUCH_MORE } else { OTHERWISE };
    let (base, revision) = (diff.base.contract, diff.revision.contract);
    let reached = match (dearest.0, revision.tables.first()) {
        (Group::Read | Group::Write | Group::Table, Some(table)) => super::title(table),
        _ => "platform".to_owned(),
    };
    let about = About::new(reached, format!("{} a month", revision.platform.name.wire));
    let place = |month: &Month| month.items.get(dearest).and_then(|(_, place)| place.clone());
    let places = place(old).zip(place(new));
    let (there, here) =
        places.unwrap_or_else(|| (base.platform.span.clone(), revision.platform.span.clone()));
    let written = (money(before, &prices.currency), money(after, &prices.currency));
    diff.differs_saying(&about, rule, (&there, &here), written, months.said(|_| true));
}

/// What may be spent, on what: `None` is all of it.
fn declared(budget: Option<&Budget>) -> BTreeMap<Option<&str>, (u64, &Span)> {
    let Some(budget) = budget else { return BTreeMap::new() };
    let whole = budget.month.iter().map(|month| (None, (month.value, &month.span)));
    let services = budget.services.iter();
    whole.chain(services.map(|(name, amount)| (Some(name.value.as_str()), (*amount, &name.span)))).collect()
}

fn budgets(diff: &mut Diff<'_>, prices: &Prices, (old, new): (&Month, &Month)) {
    let (base, revision) = (diff.base.contract, diff.revision.contract);
    let known = declared(base.platform.budget.as_ref());
    let currency = &prices.currency;
    for (of, (budget, place)) in declared(revision.platform.budget.as_ref()) {
        let counts = |item: &Item| of.is_none() || item.service.as_deref() == of;
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
