//! Changes of items, as the stream of a table tells them: what was there before and what is there now.
//!
//! Nothing here fails: a stream that stopped at an item nobody understands would never move again. Such an item is
//! given as it is, with the reason.

use std::fmt;

use crate::event::{Envelope, OUTBOX_TYPE};
use crate::item::Item;
use crate::store::{PrimaryKey, TableSchema};

/// What happened to an item.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// It came.
    Insert,
    /// It is another.
    Modify,
    /// It is gone.
    Remove,
}

/// One change as the store tells it. Source: `Record` of the DynamoDB Streams API reference, with both images.
#[derive(Clone, Debug, PartialEq)]
pub struct Record {
    /// What happened.
    pub kind: Kind,
    /// The key attributes of the table.
    pub keys: Item,
    /// The item before.
    pub old: Option<Item>,
    /// The item now.
    pub new: Option<Item>,
}

/// One change, with the items as what they are.
#[derive(Clone, Debug, PartialEq)]
pub struct Change<R> {
    /// What happened.
    pub kind: Kind,
    /// The key of the item; `None` when the record doesn't say.
    pub key: Option<PrimaryKey>,
    /// What it was before.
    pub old: Option<R>,
    /// What it is now.
    pub new: Option<R>,
}

impl Record {
    /// The change, each image read by `row`.
    pub fn decode<R>(self, table: &TableSchema, row: impl Fn(Item) -> R) -> Change<R> {
        let key = PrimaryKey::of(&self.keys, table);
        Change { kind: self.kind, key, old: self.old.map(&row), new: self.new.map(&row) }
    }
}

/// A row of the platform's own.
#[derive(Clone, Debug, PartialEq)]
pub enum Own {
    /// An event on its way out.
    Outbox(Box<Envelope>),
    /// The lock on a unique value.
    Lock,
    /// The last sequence number of an aggregate.
    Sequence,
    /// The mark of an event that was handled.
    Inbox,
    /// The recorded answer of a command.
    Idempotency,
    /// The mark of a write without a key.
    Once,
    /// How far a migration is.
    Migration,
}

impl Own {
    /// The row that an item is.
    ///
    /// # Errors
    /// Why it is none: another type attribute, or an event that can't be read.
    pub fn of(item: &Item, table: &TableSchema) -> Result<Self, String> {
        match item.text(table.type_attribute) {
            Some(OUTBOX_TYPE) => {
                let event = Envelope::from_item(item).map_err(|bad| bad.to_string())?;
                Ok(Self::Outbox(Box::new(event)))
            }
            Some("Lock") => Ok(Self::Lock),
            Some("Sequence") => Ok(Self::Sequence),
            Some("Inbox") => Ok(Self::Inbox),
            Some("Idempotency") => Ok(Self::Idempotency),
            Some("Once") => Ok(Self::Once),
            Some(crate::migrate::TYPE) => Ok(Self::Migration),
            Some(_) => Err("the type attribute names no entity of the table".to_owned()),
            None => Err("there is no type attribute, or it isn't text".to_owned()),
        }
    }
}

/// An item that nobody here understands: of another version of the contracts, or damaged.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unknown {
    /// Why, without values.
    pub reason: String,
    /// As it came.
    pub item: Item,
}

impl Unknown {
    /// An item and why it isn't understood.
    pub fn new(item: Item, reason: impl fmt::Display) -> Self {
        Self { reason: reason.to_string(), item }
    }
}
