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
    /// `gsi1`. Its key attributes are `gsi1pk` and `gsi1sk`, unless it is one over fields.
    pub name: Name,
    /// The fields that are its key, of an index over fields.
    pub native: Option<NativeKey>,
    /// Which attributes it carries.
    pub projection: Projection,
    /// Where it was written.
    pub span: Span,
}

/// The key of an index over fields: attributes that the items of its entities have anyway. The tenant's attribute leads
/// the partition key by itself.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NativeKey {
    /// Of the partition key, behind the tenant; at least one.
    pub pk: Vec<KeyAttribute>,
    /// Of the sort key; at least one.
    pub sk: Vec<KeyAttribute>,
}

impl NativeKey {
    /// Most attributes of a partition key, the tenant's among them, and of a sort key. Source: "Multi-attribute keys
    /// pattern" of the DynamoDB developer guide.
    pub const MOST: usize = 4;

    /// All of them.
    pub fn attributes(&self) -> impl Iterator<Item = &KeyAttribute> {
        self.pk.iter().chain(&self.sk)
    }
}

/// An attribute that is part of a key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyAttribute {
    /// Its name.
    pub name: String,
    /// Whether it holds a number rather than text.
    pub is_number: bool,
}

impl KeyAttribute {
    /// An attribute with text.
    pub fn text(name: impl Into<String>) -> Self {
        Self { name: name.into(), is_number: false }
    }
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
    /// The templates; of an index over fields, fields alone.
    pub key: Key,
    /// Whether the index is one over fields.
    pub native: bool,
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
