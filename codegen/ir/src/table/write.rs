//! How a table is written.

use std::time::Duration;

use super::condition::{Condition, Demand};
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
    /// Name of the error when its demand fails (`else: OutOfStock`); a default otherwise: `<Entity>Exists`,
    /// `<Entity>Missing`, `Conflict`.
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
    /// Elements on average; one without it.
    pub typical: Option<f64>,
}

/// Kinds of write operations.
#[derive(Clone, Debug)]
pub enum WriteKind {
    /// Stores a whole item.
    Put {
        /// The entity.
        entity: EntityId,
        /// What must be there: nothing (`if: absent`), an item that is replaced, or whatever there is (`if: any`).
        demand: Demand,
    },
    /// Changes fields of an item that must exist.
    Update {
        /// The entity.
        entity: EntityId,
        /// What changes.
        changes: Changes,
        /// Condition on the stored item.
        condition: Option<Box<Condition>>,
    },
    /// Changes fields of an item, or makes it of them when there is none.
    Upsert {
        /// The entity.
        entity: EntityId,
        /// What changes; together with the key every field that must be there.
        changes: Changes,
    },
    /// Removes an item.
    Delete {
        /// The entity.
        entity: EntityId,
        /// What must be there: an item, or whatever there is (`if: any`).
        demand: Demand,
    },
    /// Requires something of an item without changing it.
    Check {
        /// The entity.
        entity: EntityId,
        /// What must be there.
        demand: Demand,
        /// Whether it must be as it was read (`expect: version`).
        current: bool,
    },
    /// Puts an event into the outbox.
    Emit {
        /// The event.
        event: EventId,
    },
}

impl WriteKind {
    /// The entity that it is about.
    pub fn entity(&self) -> Option<EntityId> {
        match self {
            Self::Put { entity, .. }
            | Self::Update { entity, .. }
            | Self::Upsert { entity, .. }
            | Self::Delete { entity, .. }
            | Self::Check { entity, .. } => Some(*entity),
            Self::Emit { .. } => None,
        }
    }

    /// The condition on the stored item.
    pub fn condition(&self) -> Option<&Condition> {
        match self {
            Self::Put { demand, .. } | Self::Delete { demand, .. } | Self::Check { demand, .. } => {
                demand.condition()
            }
            Self::Update { condition, .. } => condition.as_deref(),
            Self::Upsert { .. } | Self::Emit { .. } => None,
        }
    }

    /// The fields that it changes one by one.
    pub fn changes(&self) -> Option<&Changes> {
        match self {
            Self::Update { changes, .. } | Self::Upsert { changes, .. } => Some(changes),
            _ => None,
        }
    }
}

/// Fields that change. No field is in two of the lists.
#[derive(Clone, Debug, Default)]
pub struct Changes {
    /// Set to a new value; without one, removed.
    pub set: Vec<FieldRef>,
    /// Set to a new value where there is none.
    pub set_if_absent: Vec<FieldRef>,
    /// Counters that are added to.
    pub add: Vec<Add>,
    /// Removed.
    pub remove: Vec<FieldRef>,
}

impl Changes {
    /// Every field whose value may be another one afterwards, counters aside.
    pub fn fields(&self) -> impl Iterator<Item = FieldRef> + '_ {
        self.set.iter().chain(&self.set_if_absent).chain(&self.remove).copied()
    }

    /// Whether a field may have another value afterwards.
    pub fn touches(&self, field: FieldRef) -> bool {
        self.fields().any(|touched| touched == field) || self.add.iter().any(|add| add.field == field)
    }

    /// Whether nothing changes.
    pub fn is_empty(&self) -> bool {
        self.fields().next().is_none() && self.add.is_empty()
    }
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

/// Many items of one entity, written without a transaction: each item for itself, in any order.
#[derive(Clone, Debug)]
pub struct Batch {
    /// `import_products`: the generated function.
    pub name: Name,
    /// The entity.
    pub entity: EntityId,
    /// What is done with each.
    pub kind: BatchKind,
    /// Most items of one call.
    pub max: Spanned<u32>,
    /// Items on average; as many as there may be without it.
    pub typical: Option<f64>,
    /// Expected calls per second at the daily average.
    pub rate: Option<f64>,
    /// Where it was written.
    pub span: Span,
}

/// What a batch does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BatchKind {
    /// Stores items in place of those with the same keys.
    Put,
    /// Removes items, whether they are there or not.
    Delete,
}

/// The outbox of a table.
#[derive(Clone, Debug)]
pub struct Outbox {
    /// Number of partitions.
    pub shards: u32,
    /// How long published rows are kept.
    pub ttl: Duration,
}
