//! Secondary indexes, and the keys of entities in them.

use super::entity::FieldRef;
use super::key::Key;
use crate::name::Name;
use crate::span::{Span, Spanned};
use crate::types::EnumLiteral;

/// An index among those of its table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct IndexId(pub u32);

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
