//! One table: entities, keys, access patterns.

use std::time::Duration;

use crate::event::EventId;
use crate::name::Name;
use crate::span::{Span, Spanned};
use crate::types::{EnumLiteral, TypeId};

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

/// An index among those of its table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct IndexId(pub u32);

/// An entity among those of its table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EntityId(pub u32);

/// A global secondary index.
#[derive(Clone, Debug)]
pub struct Index {
    /// `gsi1`. Its key attributes are `gsi1pk` and `gsi1sk`.
    pub name: Name,
    /// Which attributes it carries.
    pub projection: Projection,
    /// Where it was written.
    pub span: Span,
}

/// The attributes an index carries beside its keys.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Projection {
    /// All.
    All,
    /// Keys only.
    Keys,
    /// Keys and these (wire names of fields).
    Include(Vec<Spanned<String>>),
}

/// What is stored under one key template.
#[derive(Clone, Debug)]
pub struct Entity {
    /// `Order`.
    pub name: Name,
    /// A struct.
    pub ty: TypeId,
    /// Primary key.
    pub key: Key,
    /// Keys in secondary indexes.
    pub index_keys: Vec<IndexKey>,
    /// Fields whose value no other item of the entity and tenant may have.
    pub unique: Vec<Unique>,
    /// Whether items carry a version that every write checks and raises.
    pub version: bool,
    /// Fields that never change after the first put (key fields never do).
    pub immutable: Vec<Spanned<FieldRef>>,
    /// Integer fields that are added to rather than set.
    pub counters: Vec<Spanned<FieldRef>>,
    /// Most items of the entity in one partition.
    pub max_per_pk: Option<Spanned<u64>>,
    /// Where it was written.
    pub span: Span,
}

/// A field of an entity's struct, by position.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FieldRef(pub u32);

/// A key template. The tenant is not among the segments: it leads every partition key by itself.
#[derive(Clone, Debug)]
pub struct Key {
    /// Partition key.
    pub pk: Vec<Segment>,
    /// Sort key.
    pub sk: Vec<Segment>,
    /// Where it was written.
    pub span: Span,
}

/// A key in an index.
#[derive(Clone, Debug)]
pub struct IndexKey {
    /// The index.
    pub index: IndexId,
    /// The templates.
    pub key: Key,
    /// The item is in the index only while these fields have one of these values.
    pub when: Vec<When>,
}

/// A condition of a sparse index.
#[derive(Clone, Debug)]
pub struct When {
    /// The field.
    pub field: FieldRef,
    /// Its values.
    pub values: Vec<EnumLiteral>,
    /// Where it was written.
    pub span: Span,
}

/// A part of a key. Each is followed by `#` when written.
#[derive(Clone, Debug)]
pub struct Segment {
    /// What it is.
    pub kind: SegmentKind,
    /// Where it was written.
    pub span: Span,
}

/// Kinds of key segments.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SegmentKind {
    /// Upper-case text.
    Literal(String),
    /// The value of a field in a form that sorts.
    Field {
        /// The field.
        field: FieldRef,
        /// How its value is written.
        codec: Codec,
    },
    /// A number from 0 to n − 1 drawn from the hash of a field.
    Shard {
        /// The field.
        field: FieldRef,
        /// Number of shards.
        shards: u32,
    },
}

/// How a field is written in a key. Every codec but `EnumText` keeps order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Codec {
    /// Escaped text.
    Text,
    /// Text in which lowering proved that no character needs the escape.
    PlainText,
    /// Signed 64-bit integer, sign-aware and padded to 20 characters.
    Integer,
    /// `2026-01-02`.
    Date,
    /// Fixed-width UTC instant.
    DateTime,
    /// Lower-case UUID.
    Uuid,
    /// Enum value as text, escaped: does not keep the declared order.
    EnumText,
}

/// A unique field, kept by a lock item in the same transaction.
#[derive(Clone, Debug)]
pub struct Unique {
    /// The field.
    pub field: FieldRef,
    /// What is done to the value before it is compared.
    pub normalize: Normalize,
    /// Where it was written.
    pub span: Span,
}

/// Normalisation of a unique value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Normalize {
    /// As it is.
    Exact,
    /// Lower case (Unicode).
    Lowercase,
}

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

/// A condition on a stored item: comparisons joined by `and`, `or`, `not`.
#[derive(Clone, Debug, PartialEq)]
pub enum Condition {
    /// All hold.
    All(Vec<Condition>),
    /// At least one holds.
    Any(Vec<Condition>),
    /// Does not hold.
    Not(Box<Condition>),
    /// A comparison.
    Compare {
        /// Left side: a field.
        left: FieldRef,
        /// Operator.
        operator: Comparison,
        /// Right side.
        right: Operand,
    },
}

/// Comparison operators.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Comparison {
    /// `=`
    Equal,
    /// `<>`
    NotEqual,
    /// `<`
    Less,
    /// `<=`
    LessOrEqual,
    /// `>`
    Greater,
    /// `>=`
    GreaterOrEqual,
}

/// The right side of a comparison.
#[derive(Clone, Debug, PartialEq)]
pub enum Operand {
    /// Another field of the item.
    Field(FieldRef),
    /// `$name`: an argument with the type of the left field.
    Argument(Name),
    /// A literal.
    Literal(EnumLiteral),
}

/// The outbox of a table.
#[derive(Clone, Debug)]
pub struct Outbox {
    /// Number of partitions.
    pub shards: u32,
    /// How long published rows are kept.
    pub ttl: Duration,
}
