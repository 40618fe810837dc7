//! One table: entities, keys, access patterns.

mod condition;
mod entity;
mod index;
mod key;
mod read;
mod write;

pub use condition::{Comparison, Condition, Operand};
pub use entity::{Entity, EntityId, FieldRef, Normalize, Unique};
pub use index::{Index, IndexId, IndexKey, Projection, When};
pub use key::{Codec, Key, Segment, SegmentKind};
pub use read::{Read, ReadKind};
pub use write::{Add, Each, Outbox, Write, WriteKind, WriteOperation};

use crate::name::Name;
use crate::span::Span;

/// A table and everything that is ever done with it: a file of `contracts/tables`.
#[derive(Clone, Debug)]
pub struct Table {
    /// From the file's name: `commerce` of `commerce.table.yaml`.
    pub name: Name,
    /// Attribute of the partition key.
    pub pk: String,
    /// Attribute of the sort key.
    pub sk: String,
    /// Attribute with the entity's name.
    pub type_attribute: String,
    /// Attribute with the expiry, in seconds since 1970, if the table has one.
    pub ttl_attribute: Option<String>,
    /// Attribute with the tenant, which leads every partition key.
    pub tenant: String,
    /// Secondary indexes.
    pub indexes: Vec<Index>,
    /// What is stored.
    pub entities: Vec<Entity>,
    /// How it is read.
    pub reads: Vec<Read>,
    /// How it is written.
    pub writes: Vec<Write>,
    /// Settings of the outbox, when the file declares one.
    pub outbox: Option<Outbox>,
    /// The file.
    pub span: Span,
}
