//! What is stored.

use super::expiry::Expiry;
use super::index::IndexKey;
use super::key::Key;
use super::unique::Unique;
use crate::name::Name;
use crate::span::{Span, Spanned};
use crate::types::TypeId;

/// An entity among those of its table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EntityId(pub u32);

/// What is stored under one key template.
#[derive(Clone, Debug)]
pub struct Entity {
    /// `Order`.
    pub name: Name,
    /// A struct.
    pub ty: TypeId,
    /// The service that alone writes it, if the file says.
    pub service: Option<Spanned<String>>,
    /// Primary key.
    pub key: Key,
    /// Keys in secondary indexes.
    pub index_keys: Vec<IndexKey>,
    /// Values that no two items of the entity and tenant share.
    pub unique: Vec<Unique>,
    /// When its items expire, if they do.
    pub expiry: Option<Expiry>,
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

impl Entity {
    /// Its keys in indexes that stand in attributes of their own.
    pub fn composed(&self) -> impl Iterator<Item = &IndexKey> {
        self.index_keys.iter().filter(|key| !key.native)
    }

    /// Whether its items have the tenant in an attribute of its own: so they do when an index over fields has them.
    pub fn names_tenant(&self) -> bool {
        self.index_keys.iter().any(|key| key.native)
    }
}

/// A field of an entity's struct, by position.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FieldRef(pub u32);
