//! The shape of a table.

use super::query::PrimaryKey;
use super::transaction::Expression;
use crate::failure::StoreFailure;
use crate::item::Item;

/// The shape of a table: enough to make it, and to read and write the platform's own rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TableSchema {
    /// Its name.
    pub name: &'static str,
    /// Attribute of the partition key.
    pub pk: &'static str,
    /// Attribute of the sort key.
    pub sk: &'static str,
    /// Attribute with the expiry in seconds since 1970, if rows expire. The platform's own rows use
    /// [`ttl_attribute`](Self::ttl_attribute) in any case.
    pub ttl: Option<&'static str>,
    /// Attribute with the name of the entity.
    pub type_attribute: &'static str,
    /// Secondary indexes.
    pub indexes: &'static [IndexSchema],
    /// Number of partitions of the outbox, at least 1.
    pub outbox_shards: u32,
}

impl TableSchema {
    /// The attribute with the expiry, also where the contract names none.
    pub const fn ttl_attribute(&self) -> &'static str {
        match self.ttl {
            Some(name) => name,
            None => "_expires",
        }
    }

    /// The index with this name.
    pub fn index(&self, name: &str) -> Option<&'static IndexSchema> {
        self.indexes.iter().find(|index| index.name == name)
    }

    /// The failure of a read that came upon an item of none of the entities it is for.
    pub fn foreign(&self, item: &Item) -> StoreFailure {
        let key = PrimaryKey::of(item, self).unwrap_or_else(|| PrimaryKey::new("", ""));
        StoreFailure::corrupt(&key.pk, &key.sk, "it is of an entity that isn't read here")
    }

    /// The attributes that tell where an item stands, in the table and in the index: each once.
    pub fn key_attributes(&self, index: Option<&IndexSchema>) -> Vec<&'static str> {
        let mut names = vec![self.pk, self.sk];
        for name in index.into_iter().flat_map(|index| [index.pk, index.sk]) {
            if !names.contains(&name) {
                names.push(name);
            }
        }
        names
    }

    /// The projection expression of a read that wants some attributes only: those, and with them the keys in the
    /// table and in the index and the type attribute, for no item can be told without.
    pub fn projection(&self, index: Option<&IndexSchema>, select: &[&'static str]) -> Expression {
        let mut names = self.key_attributes(index);
        for name in std::iter::once(&self.type_attribute).chain(select) {
            if !names.contains(name) {
                names.push(name);
            }
        }
        let placeholders: Vec<String> = (0..names.len()).map(|place| format!("#p{place}")).collect();
        let mut expression = Expression::new(placeholders.join(", "));
        expression.names =
            placeholders.into_iter().zip(names).map(|(it, name)| (it.into(), name.into())).collect();
        expression
    }
}

/// A secondary index.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct IndexSchema {
    /// Its name.
    pub name: &'static str,
    /// Attribute of its partition key.
    pub pk: &'static str,
    /// Attribute of its sort key.
    pub sk: &'static str,
    /// What it carries.
    pub projection: Projection,
}

/// The attributes that an index carries beside its keys and those of the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Projection {
    /// All.
    All,
    /// None.
    Keys,
    /// These.
    Include(&'static [&'static str]),
}
