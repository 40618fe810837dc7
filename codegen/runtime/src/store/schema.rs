//! The shape of a table.

use super::failure::StoreError;
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
    /// Secondary indexes under keys of their own.
    pub indexes: &'static [IndexSchema],
    /// Secondary indexes over fields of the items.
    pub native: &'static [NativeIndex],
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

    /// The index with this name, if it has keys of its own.
    pub fn index(&self, name: &str) -> Option<&'static IndexSchema> {
        self.indexes.iter().find(|index| index.name == name)
    }

    /// Every index, whatever its key is made of.
    pub fn shapes(&self) -> impl Iterator<Item = IndexShape> + '_ {
        self.indexes.iter().map(IndexShape::from).chain(self.native.iter().map(IndexShape::from))
    }

    /// The key of the table, or of the index with this name; `None` when there is no such index.
    pub fn key_shape(&self, index: Option<&str>) -> Option<KeyShape> {
        match index {
            None => Some(KeyShape::composed(self.pk, self.sk)),
            Some(name) => self.shapes().find(|shape| shape.name == name).map(|shape| shape.key),
        }
    }

    /// As [`key_shape`](Self::key_shape).
    ///
    /// # Errors
    /// [`StoreError::Invalid`] for an index that there isn't.
    pub(crate) fn key_of(&self, index: Option<&str>) -> Result<KeyShape, StoreError> {
        let missing = || StoreError::Invalid(format!("there is no index `{}`", index.unwrap_or_default()));
        self.key_shape(index).ok_or_else(missing)
    }

    /// The failure of a read that came upon an item of none of the entities it is for.
    pub fn foreign(&self, item: &Item) -> StoreFailure {
        let key = PrimaryKey::of(item, self).unwrap_or_else(|| PrimaryKey::new("", ""));
        StoreFailure::corrupt(&key.pk, &key.sk, "it is of an entity that isn't read here")
    }

    /// The attributes that tell where an item stands, in the table and in an index: each once.
    pub fn key_attributes(&self, key: &KeyShape) -> Vec<&'static str> {
        let mut names = vec![self.pk, self.sk];
        for attribute in key.attributes() {
            if !names.contains(&attribute.name) {
                names.push(attribute.name);
            }
        }
        names
    }

    /// The projection expression of a read that wants some attributes only: those, and with them the keys in the
    /// table and in the index and the type attribute, for no item can be told without.
    ///
    /// # Errors
    /// [`StoreError::Invalid`] for an index that there isn't.
    pub fn projection(&self, index: Option<&str>, select: &[&'static str]) -> Result<Expression, StoreError> {
        let mut names = self.key_attributes(&self.key_of(index)?);
        for name in std::iter::once(&self.type_attribute).chain(select) {
            if !names.contains(name) {
                names.push(name);
            }
        }
        let placeholders: Vec<String> = (0..names.len()).map(|place| format!("#p{place}")).collect();
        let mut expression = Expression::new(placeholders.join(", "));
        expression.names =
            placeholders.into_iter().zip(names).map(|(it, name)| (it.into(), name.into())).collect();
        Ok(expression)
    }
}

/// A secondary index under a key of its own: two attributes that the generated store makes of fields.
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

/// A secondary index over fields: its key is made of attributes that the items have anyway, so it follows every write by
/// itself. Source: "Multi-attribute keys pattern" of the DynamoDB developer guide.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NativeIndex {
    /// Its name.
    pub name: &'static str,
    /// Attributes of its partition key, the tenant's first; at most [`MOST`](Self::MOST).
    pub pk: &'static [KeyAttribute],
    /// Attributes of its sort key; at most [`MOST`](Self::MOST).
    pub sk: &'static [KeyAttribute],
    /// What it carries.
    pub projection: Projection,
}

impl NativeIndex {
    /// Most attributes of a partition key, and of a sort key.
    pub const MOST: usize = 4;
}

/// An attribute that is part of a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KeyAttribute {
    /// Its name.
    pub name: &'static str,
    /// What it holds.
    pub kind: KeyKind,
}

impl KeyAttribute {
    /// An attribute with text.
    pub const fn text(name: &'static str) -> Self {
        Self { name, kind: KeyKind::Text }
    }

    /// An attribute with a number.
    pub const fn number(name: &'static str) -> Self {
        Self { name, kind: KeyKind::Number }
    }
}

/// What an attribute of a key holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyKind {
    /// Text, sorted by the bytes of UTF-8: `S`.
    Text,
    /// A number, sorted by its value: `N`.
    Number,
}

/// The attributes of a key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyShape {
    /// Of the partition key.
    pub pk: Vec<KeyAttribute>,
    /// Of the sort key.
    pub sk: Vec<KeyAttribute>,
}

impl KeyShape {
    fn composed(pk: &'static str, sk: &'static str) -> Self {
        Self { pk: vec![KeyAttribute::text(pk)], sk: vec![KeyAttribute::text(sk)] }
    }

    /// All of them, those of the partition key first.
    pub fn attributes(&self) -> impl Iterator<Item = KeyAttribute> + '_ {
        self.pk.iter().chain(&self.sk).copied()
    }
}

/// An index, whatever its key is made of: enough to make it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IndexShape {
    /// Its name.
    pub name: &'static str,
    /// Its key.
    pub key: KeyShape,
    /// What it carries.
    pub projection: Projection,
}

impl From<&IndexSchema> for IndexShape {
    fn from(index: &IndexSchema) -> Self {
        let key = KeyShape::composed(index.pk, index.sk);
        Self { name: index.name, key, projection: index.projection }
    }
}

impl From<&NativeIndex> for IndexShape {
    fn from(index: &NativeIndex) -> Self {
        let key = KeyShape { pk: index.pk.to_vec(), sk: index.sk.to_vec() };
        Self { name: index.name, key, projection: index.projection }
    }
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
