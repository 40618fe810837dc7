//! The report on a whole platform.

use stipule_ir::Contract;

use crate::assumed::Assumptions;
use crate::facts::Facts;
use crate::item::{Group, Item, Part};
use crate::ledger::Ledger;
use crate::line::Report;
use crate::prices::Prices;
use crate::warning::{self, Warning};
use crate::{endpoint, event, fixed, holding, saga, socket, table};

/// What a platform costs a month, item by item.
#[derive(Clone, Debug)]
pub struct Bill {
    /// The prices that it was made with.
    pub prices: Prices,
    /// Everything that costs, in the order of [`Group::ALL`] and of the contracts.
    pub items: Vec<Item>,
    /// What is assumed beside the rates.
    pub assumptions: Assumptions,
    /// The table's reads and writes, step by step.
    pub table: Option<Report>,
    /// What somebody should look at.
    pub warnings: Vec<Warning>,
}

/// Reckons what a platform costs.
pub fn bill(contract: &Contract, prices: Prices) -> Bill {
    let assumptions = Assumptions::of(&contract.platform);
    let facts = Facts::of(contract);
    let report = contract.tables.first().map(|table| table::report(contract, table, prices.clone()));
    let ledger = Ledger { contract, prices: &prices, assumed: &assumptions, facts: &facts };
    let mut items = endpoint::items(&ledger);
    if let Some(report) = &report {
        items.extend(event::items(&ledger, report));
    }
    items.extend(saga::items(&ledger));
    if let (Some(table), Some(report)) = (contract.tables.first(), &report) {
        items.extend(holding::items(&ledger, table, report));
    }
    items.extend(socket::items(&ledger));
    items.extend(fixed::items(&ledger));
    items.sort_by_key(|item| item.group);
    let warnings = warning::all(&ledger, &items, report.as_ref());
    Bill { items, assumptions, table: report, warnings, prices }
}

impl Bill {
    /// What a month costs.
    pub fn total(&self) -> f64 {
        self.sum(|_| true)
    }

    /// What the items for which `counts` cost a month.
    pub fn sum(&self, counts: impl Fn(&Item) -> bool) -> f64 {
        // An empty sum of numbers with a sign would be less than nothing.
        self.items.iter().filter(|item| counts(item)).map(Item::per_month).fold(0.0, |sum, cost| sum + cost)
    }

    /// What stays where nobody calls: what another stage costs that stands idle.
    pub fn idle(&self) -> f64 {
        let parts = self.items.iter().flat_map(|item| &item.parts);
        parts.filter(|part| !part.grows).map(Part::per_month).fold(0.0, |sum, cost| sum + cost)
    }

    /// Requests a day.
    pub fn requests_per_day(&self) -> f64 {
        let endpoints = self.items.iter().filter(|item| item.group == Group::Endpoint);
        endpoints.filter_map(|item| item.per_day).fold(0.0, |sum, rate| sum + rate)
    }

    /// By whom AWS is paid for what: `Lambda`, the dearest first.
    pub fn by_provider(&self) -> Vec<(String, f64)> {
        let mut sums: Vec<(String, f64)> = Vec::new();
        for part in self.items.iter().flat_map(|item| &item.parts) {
            match sums.iter_mut().find(|(name, _)| *name == part.price.service) {
                Some((_, sum)) => *sum += part.per_month(),
                None => sums.push((part.price.service.clone(), part.per_month())),
            }
        }
        sums.sort_by(|(_, one), (_, two)| two.total_cmp(one));
        sums
    }
}
