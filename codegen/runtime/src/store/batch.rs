//! Batches: many items by their keys, each for itself. Nothing about a batch happens together.

use super::query::PrimaryKey;
use super::schema::TableSchema;
use crate::item::Item;

/// A read of many items.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BatchGet {
    /// Their keys: at most [`MOST`](Self::MOST), none twice.
    pub keys: Vec<PrimaryKey>,
    /// Whether the read must see every write acknowledged before it.
    pub consistent: bool,
    /// As in [`Query`](super::Query).
    pub select: Option<&'static [&'static str]>,
}

impl BatchGet {
    /// Most keys of one call. Source: `BatchGetItem` of the DynamoDB API reference.
    pub const MOST: usize = 100;

    /// Whole items, strongly consistent.
    pub fn of(keys: Vec<PrimaryKey>) -> Self {
        Self { keys, consistent: true, select: None }
    }
}

/// What a batch of reads found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct BatchGot {
    /// The items that there are, in any order.
    pub items: Vec<Item>,
    /// Keys that were not looked at: too much at once (16 MB), or the store throttles.
    pub left: Vec<PrimaryKey>,
}

/// One action of a batch of writes: without a condition, so whoever asks for it must be right in any case.
#[derive(Clone, Debug, PartialEq)]
pub enum BatchAction {
    /// Stores a whole item in place of one with the same key.
    Put(Item),
    /// Removes the item, if there is one.
    Delete(PrimaryKey),
}

impl BatchAction {
    /// Most actions of one call. Source: `BatchWriteItem` of the DynamoDB API reference.
    pub const MOST: usize = 25;

    /// The key of the item it acts on; `None` for a put without key attributes.
    pub fn key(&self, table: &TableSchema) -> Option<PrimaryKey> {
        match self {
            Self::Put(item) => PrimaryKey::of(item, table),
            Self::Delete(key) => Some(key.clone()),
        }
    }
}
