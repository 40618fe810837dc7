//! How a table is read.

use super::entity::{EntityId, FieldRef};
use super::index::IndexId;
use crate::name::Name;
use crate::span::{Span, Spanned};

/// Something that is read.
#[derive(Clone, Debug)]
pub struct Read {
    /// `orders_of_customer`: the generated function.
    pub name: Name,
    /// How.
    pub kind: ReadKind,
    /// Entities of which only some fields are read (`read: […]`); of all others the whole item is.
    pub select: Vec<Select>,
    /// Expected calls per second at the daily average.
    pub rate: Option<f64>,
    /// Items that a call finds on average; a full page or partition without it.
    pub typical: Option<f64>,
    /// Services that use it beside the one that owns the entity.
    pub used_by: Vec<Spanned<String>>,
    /// Where it was written.
    pub span: Span,
}

impl Read {
    /// The fields that are read of an entity; `None` for all.
    pub fn selected(&self, entity: EntityId) -> Option<&[Spanned<FieldRef>]> {
        self.select.iter().find(|select| select.entity == entity).map(|select| select.fields.as_slice())
    }

    /// The index it reads; `None` for the table itself.
    pub fn index(&self) -> Option<IndexId> {
        match &self.kind {
            ReadKind::Query(query) => query.index,
            ReadKind::Scan(scan) => scan.index,
            ReadKind::Get { .. } | ReadKind::Partition(_) | ReadKind::Batch { .. } => None,
        }
    }

    /// The entities it can give.
    pub fn entities(&self) -> Vec<EntityId> {
        match &self.kind {
            ReadKind::Get { entity, .. } | ReadKind::Batch { entity, .. } => vec![*entity],
            ReadKind::Partition(partition) => partition.one.iter().chain(&partition.many).copied().collect(),
            ReadKind::Query(query) => query.of.clone(),
            ReadKind::Scan(scan) => vec![scan.entity],
        }
    }
}

/// The fields that are read of an entity.
#[derive(Clone, Debug)]
pub struct Select {
    /// The entity.
    pub entity: EntityId,
    /// The fields, in the order of the file, none twice.
    pub fields: Vec<Spanned<FieldRef>>,
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
    /// Many items by their whole keys.
    Batch {
        /// The entity.
        entity: EntityId,
        /// Most keys of one call.
        max: Spanned<u32>,
        /// Whether the read is strongly consistent; so by default.
        consistent: bool,
    },
    /// All items of one partition, or all whose sort key begins the same.
    Partition(Partition),
    /// A page of one partition, from the table or an index.
    Query(Query),
    /// A page of everything.
    Scan(Scan),
}

/// A whole partition of the table: a head and its collections.
#[derive(Clone, Debug)]
pub struct Partition {
    /// The entity whose key says which partition, and names what is bound.
    pub of: EntityId,
    /// Its fields bound to arguments: all of the partition key, then a prefix of the sort key.
    pub bind: Vec<FieldRef>,
    /// How many segments of its sort key every item that is read begins with; 0 for the whole partition.
    pub prefix: usize,
    /// Entity of which at most one item is there; without it the result is the collections alone.
    pub one: Option<EntityId>,
    /// Collections in the same partition.
    pub many: Vec<EntityId>,
    /// Whether the read is strongly consistent; so by default.
    pub consistent: bool,
}

/// A page of one partition, from the table or an index.
#[derive(Clone, Debug)]
pub struct Query {
    /// The index; `None` for the table itself.
    pub index: Option<IndexId>,
    /// The entities, at least one. Their partition keys are alike; the fields below are those of the first.
    pub of: Vec<EntityId>,
    /// Fields bound to arguments: all of the partition key, then a prefix of the sort key.
    pub bind: Vec<FieldRef>,
    /// How many segments of the sort key every item that is read begins with: literals and bound fields, in the keys
    /// of all entities alike.
    pub prefix: usize,
    /// Field by which a range may be given: the segment after the prefix.
    pub range: Option<FieldRef>,
    /// Descending rather than ascending.
    pub descending: bool,
    /// Items per page unless the caller asks otherwise.
    pub page: u32,
    /// Most items per page, whatever the caller asks for.
    pub max_page: u32,
    /// Whether the partition is sharded and all shards are read and merged in order.
    pub fan_out: bool,
    /// Whether the read is strongly consistent: so by default on the table, and never on an index.
    pub consistent: Spanned<bool>,
}

/// A page of everything that is stored of an entity.
#[derive(Clone, Debug)]
pub struct Scan {
    /// The index; `None` for the table itself.
    pub index: Option<IndexId>,
    /// The entity.
    pub entity: EntityId,
    /// Why everything has to be read.
    pub reason: Spanned<String>,
    /// Items per page unless the caller asks otherwise.
    pub page: u32,
    /// Most items per page, whatever the caller asks for.
    pub max_page: u32,
    /// Parts that can be read at the same time, if there are several.
    pub segments: Option<u32>,
    /// Whether the read is strongly consistent: so by default on the table, and never on an index.
    pub consistent: Spanned<bool>,
}
