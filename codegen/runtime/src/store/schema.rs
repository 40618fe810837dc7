//! The shape of a table.

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
