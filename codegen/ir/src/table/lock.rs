//! Key templates as they were released: `contracts/tables/<name>.lock.yaml`.

use crate::span::{Span, Spanned};

/// The templates under which items are stored already. Everything in it is text, as the file has it: what it is about
/// may be gone from the contract.
#[derive(Clone, Debug)]
pub struct Lock {
    /// Entities, in the order of the file.
    pub entities: Vec<LockedEntity>,
    /// The file.
    pub span: Span,
}

/// What was released of one entity.
#[derive(Clone, Debug)]
pub struct LockedEntity {
    /// `Order`.
    pub name: Spanned<String>,
    /// Its primary key.
    pub key: LockedKey,
    /// Its keys in indexes, by the index's name.
    pub index_keys: Vec<(Spanned<String>, LockedKey)>,
    /// How each unique value is compared, by its name: `["email: lowercase"]`.
    pub unique: Vec<(Spanned<String>, Vec<String>)>,
}

/// One released template.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LockedKey {
    /// From 1; raised by each release that changes it.
    pub version: u32,
    /// Segments of the partition key: `["ORDER", "orderId: uuid"]`.
    pub pk: Vec<String>,
    /// Segments of the sort key.
    pub sk: Vec<String>,
    /// The conditions of a sparse index: `["status is OPEN or HELD"]`.
    pub when: Vec<String>,
}

impl Lock {
    /// What was released of the entity of this name.
    pub fn entity(&self, name: &str) -> Option<&LockedEntity> {
        self.entities.iter().find(|entity| entity.name.value == name)
    }
}

impl LockedEntity {
    /// The released key in the index of this name.
    pub fn index_key(&self, index: &str) -> Option<&(Spanned<String>, LockedKey)> {
        self.index_keys.iter().find(|(name, _)| name.value == index)
    }
}
