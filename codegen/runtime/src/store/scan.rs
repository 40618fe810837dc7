//! Scans: the whole table or index, for jobs that have a reason to read everything.

use std::fmt;

use super::transaction::Expression;
use crate::item::Item;

/// A read of everything, page after page, in no order that means anything. It costs the same whatever the filter
/// keeps.
#[derive(Clone, PartialEq, Eq)]
pub struct Scan {
    /// Name of the index; `None` for the table itself.
    pub index: Option<&'static str>,
    /// Which part of how many, from 0: parts have no item in common and together have all.
    pub segment: Option<(u32, u32)>,
    /// Most items that are looked at, those that the filter drops included; `None` for as many as fit into the
    /// store's own page (1 MB).
    pub limit: Option<u32>,
    /// Exclusive start key: the `next` of the page before.
    pub start: Option<Item>,
    /// Whether the read must see every write acknowledged before it. Indexes can't.
    pub consistent: bool,
    /// What an item must be like to be given; it was read all the same.
    pub filter: Option<Expression>,
    /// As in [`Query`](super::Query).
    pub select: Option<&'static [&'static str]>,
}

impl Scan {
    /// Most parts. Source: `TotalSegments` of `Scan` in the DynamoDB API reference.
    pub const MOST_SEGMENTS: u32 = 1_000_000;

    /// All of the table, strongly consistent.
    pub fn table() -> Self {
        Self {
            index: None,
            segment: None,
            limit: None,
            start: None,
            consistent: true,
            filter: None,
            select: None,
        }
    }

    /// All of an index.
    pub fn index(name: &'static str) -> Self {
        Self { index: Some(name), consistent: false, ..Self::table() }
    }

    /// The part of this number, from 0, of so many.
    #[must_use]
    pub fn segment(mut self, segment: u32, of: u32) -> Self {
        self.segment = Some((segment, of));
        self
    }

    /// May miss the latest writes.
    #[must_use]
    pub fn eventual(mut self) -> Self {
        self.consistent = false;
        self
    }

    /// Only these attributes.
    #[must_use]
    pub fn selecting(mut self, attributes: &'static [&'static str]) -> Self {
        self.select = Some(attributes);
        self
    }

    /// Only items like this.
    #[must_use]
    pub fn filtered(mut self, filter: Expression) -> Self {
        self.filter = Some(filter);
        self
    }
}

/// The shape of the scan without its values.
impl fmt::Debug for Scan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Scan")
            .field("index", &self.index)
            .field("segment", &self.segment)
            .field("limit", &self.limit)
            .field("start", &self.start.is_some())
            .field("filter", &self.filter)
            .finish()
    }
}
