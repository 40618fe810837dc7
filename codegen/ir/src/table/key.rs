//! Key templates: lists of segments.

use super::entity::FieldRef;
use crate::span::Span;

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

/// How a field is written in a key. Each codec is injective: two segments are alike exactly when the values are equal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Codec {
    /// Escaped text.
    Text,
    /// Text in which lowering proved that no character needs the escape.
    PlainText,
    /// Signed 64-bit integer, sign-aware and padded to 20 characters.
    Integer,
    /// Decimal number of any size. Equal numbers are one key, however they are spelt.
    Decimal,
    /// Double, as the decimal number that is its shortest form.
    Number,
    /// `false` or `true`.
    Boolean,
    /// `2026-01-02`.
    Date,
    /// Fixed-width UTC instant.
    DateTime,
    /// Lower-case UUID.
    Uuid,
    /// Upper-case ULID.
    Ulid,
    /// Enum value as text, escaped: does not keep the declared order.
    EnumText,
    /// Place of an enum value in the declared order (`{rank: status}`), three digits.
    EnumRank,
}

impl Codec {
    /// Most values of an enum that is written by its rank.
    pub const MOST_RANKS: usize = 1000;

    /// Whether segments sort as the values do: texts by their bytes, instants in time, ranks as declared.
    pub const fn keeps_order(self) -> bool {
        !matches!(self, Codec::EnumText)
    }
}
