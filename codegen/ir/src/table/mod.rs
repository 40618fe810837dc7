//! One table: entities, keys, access patterns.

mod condition;
mod entity;
mod expiry;
mod index;
mod key;
mod lock;
mod migration;
mod read;
mod unique;
mod write;

pub use condition::{
    Among, Argument, Comparison, Condition, Demand, FieldPath, Form, Literal, Operand, Subject,
};
pub use entity::{Entity, EntityId, FieldRef};
pub use expiry::Expiry;
pub use index::{Index, IndexId, IndexKey, KeyAttribute, NativeKey, Projection, When};
pub use key::{Codec, Key, Segment, SegmentKind};
pub use lock::{Lock, LockedEntity, LockedKey};
pub use migration::{Migration, Phase};
pub use read::{Partition, Query, Read, ReadKind, Scan, Select};
pub use unique::{Normalize, Unique, UniquePart};
pub use write::{Add, Batch, BatchKind, Changes, Each, Outbox, Write, WriteKind, WriteOperation};

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
    /// How many items at once are written.
    pub batches: Vec<Batch>,
    /// Settings of the outbox, when the file declares one.
    pub outbox: Option<Outbox>,
    /// Keys in indexes on their way in or out.
    pub migrations: Vec<Migration>,
    /// The templates that were released, when there is a file of them.
    pub lock: Option<Lock>,
    /// The file.
    pub span: Span,
}

impl Table {
    /// Attribute with the version of an item.
    pub const VERSION: &str = "_v";

    /// The attributes of an index's partition key and of its sort key.
    pub fn key_attributes(&self, id: IndexId) -> [Vec<KeyAttribute>; 2] {
        let index = &self.indexes[id.0 as usize];
        let Some(key) = &index.native else {
            return ["pk", "sk"].map(|part| vec![KeyAttribute::text(format!("{}{part}", index.name.wire))]);
        };
        let tenant = KeyAttribute::text(self.tenant.as_str());
        [std::iter::once(tenant).chain(key.pk.iter().cloned()).collect(), key.sk.clone()]
    }

    /// The attributes that an index carries beside the keys of the table and its own; `None` for all. Beside the fields
    /// that the file lists these are the type attribute, and the version where an entity in the index has one: no item
    /// can be read without.
    pub fn carried(&self, id: IndexId) -> Option<Vec<&str>> {
        let mut names: Vec<&str> = match &self.indexes[id.0 as usize].projection {
            Projection::All => return None,
            Projection::Keys => Vec::new(),
            Projection::Include(fields) => fields.iter().map(|field| field.value.as_str()).collect(),
        };
        if let Some(key) = &self.indexes[id.0 as usize].native {
            names.retain(|name| key.attributes().all(|attribute| attribute.name != *name));
        }
        names.push(&self.type_attribute);
        let within = |entity: &&Entity| entity.index_keys.iter().any(|key| key.index == id);
        let versioned = self.entities.iter().filter(within).any(|entity| entity.version);
        names.extend(versioned.then_some(Self::VERSION));
        Some(names)
    }
}
