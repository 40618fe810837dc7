//! How a table is written.

use std::time::Duration;

use super::condition::Condition;
use super::entity::{EntityId, FieldRef};
use crate::event::EventId;
use crate::name::Name;
use crate::span::{Span, Spanned};

/// Something that is written, in one transaction.
#[derive(Clone, Debug)]
pub struct Write {
    /// `place_order`: the generated function.
    pub name: Name,
    /// In the order of the file; errors are named by position.
    pub operations: Vec<WriteOperation>,
    /// Expected calls per second at the daily average.
    pub rate: Option<f64>,
    /// Where it was written.
    pub span: Span,
}

/// One part of a write.
#[derive(Clone, Debug)]
pub struct WriteOperation {
    /// What it does.
    pub kind: WriteKind,
    /// Done once per element of an argument list.
    pub each: Option<Each>,
    /// Name of the error when its condition fails (`else: OutOfStock`); a default otherwise:
    /// `<Entity>Exists`, `<Entity>Missing`, `Conflict`.
    pub otherwise: Option<Name>,
    /// Where it was written.
    pub span: Span,
}

/// A list argument.
#[derive(Clone, Debug)]
pub struct Each {
    /// Name of the argument.
    pub argument: Name,
    /// Most elements.
    pub max: Spanned<u32>,
}

/// Kinds of write operations.
#[derive(Clone, Debug)]
pub enum WriteKind {
    /// Stores a whole item.
    Put {
        /// The entity.
        entity: EntityId,
        /// Only if there is none with its key (`if: absent`), rather than replacing an item whose version matches.
        absent: bool,
    },
    /// Changes fields of an item that must exist.
    Update {
        /// The entity.
        entity: EntityId,
        /// Fields that are set.
        set: Vec<FieldRef>,
        /// Counters that are added to, with the name of the argument (negative to subtract).
        add: Vec<Add>,
        /// Condition on the stored item.
        condition: Option<Condition>,
    },
    /// Removes an item that must exist.
    Delete {
        /// The entity.
        entity: EntityId,
    },
    /// Requires a condition of an item without changing it.
    Check {
        /// The entity.
        entity: EntityId,
        /// The condition; without one, that the item exists.
        condition: Option<Condition>,
    },
    /// Puts an event into the outbox.
    Emit {
        /// The event.
        event: EventId,
    },
}

/// A counter and the argument added to it.
#[derive(Clone, Debug)]
pub struct Add {
    /// The counter.
    pub field: FieldRef,
    /// Name of the argument.
    pub argument: Name,
    /// Subtracted rather than added (`add: {on_hand: -qty}`).
    pub negative: bool,
}

/// The outbox of a table.
#[derive(Clone, Debug)]
pub struct Outbox {
    /// Number of partitions.
    pub shards: u32,
    /// How long published rows are kept.
    pub ttl: Duration,
}
