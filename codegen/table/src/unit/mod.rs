//! What a call of each pattern uses, in the units that DynamoDB bills on demand.
//!
//! Facts, from "Read and write request units" and "Transactions" in its developer guide:
//!
//! - A read of up to 4 KB that sees every write takes 1 unit, any other half of one. A query is billed for the sum of what
//!   it reads, each item of a batch for itself. Finding nothing costs as much as the smallest find.
//! - A write of up to 1 KB takes 1 unit, in a transaction 2, and so does a check. An update is billed for the larger of the
//!   item before and after.
//! - What changes in an index is written there again, outside the transaction: 1 unit per KB, twice where the key changes.

mod read;
mod write;

use stipule_ir::Contract;
use stipule_ir::table::{EntityId, IndexId, Table};

use crate::example::Examples;
use crate::size::Largest;

/// Bytes of one read unit.
pub const READ_BYTES: f64 = 4096.0;

/// Bytes of one write unit.
pub const WRITE_BYTES: f64 = 1024.0;

/// Reckons what calls use.
pub struct Meter<'c> {
    contract: &'c Contract,
    table: &'c Table,
    examples: &'c Examples,
    largest: Largest<'c>,
}

impl<'c> Meter<'c> {
    /// Of the reads and writes of a table.
    pub fn new(contract: &'c Contract, table: &'c Table, examples: &'c Examples) -> Self {
        Self { contract, table, examples, largest: Largest::new(contract, table) }
    }
}

/// How much there typically is, and how much at most.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Amount {
    /// As in the examples, and as often as the table file says.
    pub typical: f64,
    /// What the schemas and the table file allow; `None` when nothing bounds it.
    pub most: Option<f64>,
}

impl Amount {
    /// Nothing.
    pub const NONE: Amount = Amount::fixed(0.0);

    /// Always so much.
    pub const fn fixed(amount: f64) -> Self {
        Self { typical: amount, most: Some(amount) }
    }

    /// Both together.
    #[must_use]
    pub fn plus(self, other: Amount) -> Self {
        Self {
            typical: self.typical + other.typical,
            most: self.most.zip(other.most).map(|(one, two)| one + two),
        }
    }

    /// So many of it.
    #[must_use]
    pub fn times(self, count: Amount) -> Self {
        Self {
            typical: self.typical * count.typical,
            most: self.most.zip(count.most).map(|(one, two)| one * two),
        }
    }

    /// Each side by itself.
    #[must_use]
    pub fn map(self, change: impl Fn(f64) -> f64) -> Self {
        Self { typical: change(self.typical), most: self.most.map(change) }
    }
}

/// What is billed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Unit {
    /// Read request units.
    Read,
    /// Write request units.
    Write,
}

/// Where something is read or written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Place {
    /// Items of the contract, in the table.
    Table,
    /// In an index.
    Index(IndexId),
    /// Rows of the platform: marks of causes, locks, numbers of events, the outbox.
    Platform,
}

/// A part of what a call uses, so that a sum can be followed.
#[derive(Clone, Debug, PartialEq)]
pub struct Step {
    /// `put OrderLine`, `event Order.Placed`.
    pub what: String,
    /// Whose keys say where it is; none for rows of the platform, and for what lies everywhere.
    pub entity: Option<EntityId>,
    /// Where.
    pub place: Place,
    /// What is billed.
    pub unit: Unit,
    /// How many items.
    pub items: Amount,
    /// Bytes of each.
    pub bytes: Amount,
    /// Units for all of them.
    pub units: Amount,
}

/// What one call uses.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Usage {
    /// Part by part, in the order of the file.
    pub steps: Vec<Step>,
}

impl Usage {
    /// Units of a kind.
    pub fn total(&self, unit: Unit) -> Amount {
        self.sum(|step| step.unit == unit)
    }

    /// Units of the steps for which `counts`.
    pub fn sum(&self, counts: impl Fn(&Step) -> bool) -> Amount {
        let steps = self.steps.iter().filter(|step| counts(step));
        steps.fold(Amount::NONE, |total, step| total.plus(step.units))
    }

    /// Items written in the transaction.
    pub fn items_written(&self) -> Amount {
        let written = |step: &&Step| step.unit == Unit::Write && !matches!(step.place, Place::Index(_));
        self.steps.iter().filter(written).fold(Amount::NONE, |total, step| total.plus(step.items))
    }
}

/// Units of one item: at least one, each begun one counts.
pub(crate) fn units_of(bytes: Amount, unit_bytes: f64) -> Amount {
    bytes.map(|bytes| (bytes / unit_bytes).ceil().max(1.0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_begun_unit_counts_and_there_is_at_least_one() {
        for (bytes, units) in [(0.0, 1.0), (1.0, 1.0), (1024.0, 1.0), (1025.0, 2.0)] {
            assert_eq!(units_of(Amount::fixed(bytes), WRITE_BYTES), Amount::fixed(units), "{bytes}");
        }
    }

    #[test]
    fn what_nothing_bounds_stays_unbounded() {
        let endless = Amount { typical: 2.0, most: None };
        assert_eq!(endless.plus(Amount::fixed(1.0)), Amount { typical: 3.0, most: None });
        assert_eq!(Amount::fixed(3.0).times(endless), Amount { typical: 6.0, most: None });
    }
}
