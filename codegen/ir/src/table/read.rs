//! How a table is read.

use super::entity::{EntityId, FieldRef};
use super::index::IndexId;
use crate::name::Name;
use crate::span::Span;

/// Something that is read.
#[derive(Clone, Debug)]
pub struct Read {
    /// `orders_of_customer`: the generated function.
    pub name: Name,
    /// How.
    pub kind: ReadKind,
    /// Expected calls per second at the daily average.
    pub rate: Option<f64>,
    /// Where it was written.
    pub span: Span,
}

/// Kinds of reads.
#[derive(Clone, Debug)]
pub enum ReadKind {
    /// One item by its whole key. Every entity has one by itself, named after it.
    Get {
        /// The entity.
        entity: EntityId,
        /// Whether the read is strongly consistent; so by default.
        consistent: bool,
    },
    /// All items of one partition: a head and its collections.
    Partition {
        /// Entity of which at most one item is there.
        one: EntityId,
        /// Collections in the same partition.
        many: Vec<EntityId>,
    },
    /// A page of one entity, from the table or an index.
    Query {
        /// The index; `None` for the table itself.
        index: Option<IndexId>,
        /// The entity.
        of: EntityId,
        /// Fields bound to arguments: all of the partition key, then a prefix of the sort key.
        bind: Vec<FieldRef>,
        /// Field by which a range may be given: the first unbound segment.
        range: Option<FieldRef>,
        /// Descending rather than ascending.
        descending: bool,
        /// Items per page unless the caller asks for fewer.
        page: u32,
        /// Whether the partition is sharded and all shards are read and merged in order.
        fan_out: bool,
    },
}
