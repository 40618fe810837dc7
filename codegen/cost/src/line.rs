//! Lines of a report.

use stipule_ir::Span;
use stipule_table::unit::{Amount, Usage};

use crate::prices::Prices;

/// What is reported.
#[derive(Clone, Debug)]
pub struct Report {
    /// The prices that it was made with.
    pub prices: Prices,
    /// One per read and write of the table, in the order of the file.
    pub lines: Vec<Line>,
    /// What is stored more every month.
    pub growth: Growth,
}

/// What a line is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// A read of the table.
    Read,
    /// A write of the table.
    Write,
}

/// What one pattern costs.
#[derive(Clone, Debug)]
pub struct Line {
    /// What it is.
    pub kind: Kind,
    /// Its name in the contract.
    pub name: String,
    /// The service that it belongs to, if the contract says.
    pub service: Option<String>,
    /// Where it was written.
    pub span: Span,
    /// Calls per day, if the contract has a rate.
    pub calls_per_day: Option<f64>,
    /// What one call uses, part by part.
    pub usage: Usage,
    /// Read units of one call.
    pub reads: Amount,
    /// Write units of one call.
    pub writes: Amount,
    /// What a million calls cost.
    pub per_million: Amount,
}

impl Line {
    /// What a month of calls typically costs; `None` without a rate.
    pub fn per_month(&self) -> Option<f64> {
        Some(self.calls_per_day? * crate::DAYS * self.per_million.typical / 1e6)
    }
}

/// What is stored more every month: what writes put less what they delete, indexes included.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Growth {
    /// Bytes of the table, of items that stay.
    pub bytes_per_month: f64,
    /// Bytes of items that expire within a year: as many as there are of them from then on.
    pub bytes_expiring: f64,
}

impl Growth {
    /// By how much a month costs more than the month before, storage and recovery.
    pub fn per_month(self, prices: &Prices) -> f64 {
        let gigabytes = self.bytes_per_month / 1e9;
        gigabytes * (prices.dynamodb.per_gigabyte_month + prices.dynamodb.recovery_per_gigabyte_month)
    }
}

impl Report {
    /// What a month costs by the rates there are.
    pub fn total(&self) -> f64 {
        self.sum(|_| true)
    }

    /// What the lines for which `counts` cost a month.
    pub fn sum(&self, counts: impl Fn(&Line) -> bool) -> f64 {
        self.lines.iter().filter(|line| counts(line)).filter_map(Line::per_month).sum()
    }

    /// Lines that no rate is known of; they are not in the sum.
    pub fn without_rate(&self) -> impl Iterator<Item = &Line> {
        self.lines.iter().filter(|line| line.calls_per_day.is_none())
    }

    /// Calls per day of everything that has a rate.
    pub fn calls_per_day(&self) -> f64 {
        self.lines.iter().filter_map(|line| line.calls_per_day).sum()
    }
}
