//! Reads: one item by its key, or a page of one partition.

use std::fmt;

use super::schema::TableSchema;
use super::sort::Sort;
use crate::item::{Attr, Item};

/// The primary key of an item.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PrimaryKey {
    /// Partition key, made by [`KeyBuf`](crate::key::KeyBuf).
    pub pk: String,
    /// Sort key, made by [`KeyBuf`](crate::key::KeyBuf).
    pub sk: String,
}

impl PrimaryKey {
    /// A key from its two parts.
    pub fn new(pk: impl Into<String>, sk: impl Into<String>) -> Self {
        Self { pk: pk.into(), sk: sk.into() }
    }

    /// The key of a stored item; `None` when one of the attributes is missing or not text.
    pub fn of(item: &Item, table: &TableSchema) -> Option<Self> {
        Some(Self::new(item.text(table.pk)?, item.text(table.sk)?))
    }

    /// The two key attributes as an item, as an exclusive start key has them.
    pub fn to_item(&self, table: &TableSchema) -> Item {
        Item::new().with(table.pk, Attr::text(self.pk.as_str())).with(table.sk, Attr::text(self.sk.as_str()))
    }
}

/// A fingerprint, not the key: keys carry values of fields, which may be personal data.
impl fmt::Debug for PrimaryKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "key:{}", crate::key::fingerprint(&[&self.pk, &self.sk]))
    }
}

/// A read of one item.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Get {
    /// Its key.
    pub key: PrimaryKey,
    /// Whether the read must see every write acknowledged before it.
    pub consistent: bool,
}

/// Which partition is read.
#[derive(Clone, PartialEq, Eq)]
pub enum Partition {
    /// The one under this key, made by [`KeyBuf`](crate::key::KeyBuf).
    Key(String),
    /// Of an index over fields, the one with these values, in the order of its partition key.
    Values(Vec<Attr>),
}

impl Partition {
    /// What the attributes of the partition key hold, in their order.
    pub fn values(&self) -> Vec<Attr> {
        match self {
            Self::Key(key) => vec![Attr::text(key.as_str())],
            Self::Values(values) => values.clone(),
        }
    }

    /// Whether part of the key is an empty text, which no key attribute holds.
    pub fn is_empty(&self) -> bool {
        match self {
            Self::Key(key) => key.is_empty(),
            Self::Values(values) => values.iter().any(|value| value.as_text() == Some("")),
        }
    }
}

/// A fingerprint, not the key: keys carry values of fields.
impl fmt::Debug for Partition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let values = self.values();
        let texts: Vec<&str> = values.iter().filter_map(Attr::as_key_text).collect();
        write!(f, "partition:{}", crate::key::fingerprint(&texts))
    }
}

/// A read of one partition.
#[derive(Clone, PartialEq, Eq)]
pub struct Query {
    /// Name of the index; `None` for the table itself.
    pub index: Option<&'static str>,
    /// Which partition of the index or table.
    pub partition: Partition,
    /// Which sort keys.
    pub sort: Sort,
    /// From the greatest sort key down.
    pub descending: bool,
    /// Most items; `None` for as many as fit into the store's own page (1 MB).
    pub limit: Option<u32>,
    /// Exclusive start key: the `next` of the page before.
    pub start: Option<Item>,
    /// Whether the read must see every write acknowledged before it. Indexes can't.
    pub consistent: bool,
    /// Attributes that are wanted; `None` for all. Keys and the type attribute come in any case: see
    /// [`TableSchema::projection`].
    pub select: Option<&'static [&'static str]>,
}

/// The shape of the query without its values.
impl fmt::Debug for Query {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Query")
            .field("index", &self.index)
            .field("partition", &self.partition)
            .field("descending", &self.descending)
            .field("limit", &self.limit)
            .field("start", &self.start.is_some())
            .field("select", &self.select)
            .finish()
    }
}

impl Query {
    /// Everything of a partition of the table, ascending, strongly consistent.
    pub fn partition(pk: String) -> Self {
        Self {
            index: None,
            partition: Partition::Key(pk),
            sort: Sort::All,
            descending: false,
            limit: None,
            start: None,
            consistent: true,
            select: None,
        }
    }

    /// Everything of a partition of an index, ascending.
    pub fn index(name: &'static str, pk: String) -> Self {
        Self { index: Some(name), consistent: false, ..Self::partition(pk) }
    }

    /// Everything with these values in the partition key of an index over fields, ascending.
    pub fn native(name: &'static str, values: Vec<Attr>) -> Self {
        Self { partition: Partition::Values(values), ..Self::index(name, String::new()) }
    }

    /// Only these sort keys.
    #[must_use]
    pub fn sorted(mut self, sort: Sort) -> Self {
        self.sort = sort;
        self
    }

    /// From the greatest sort key down.
    #[must_use]
    pub fn descending(mut self) -> Self {
        self.descending = true;
        self
    }

    /// Leaves out of what a store found under [`condition`](Self::condition) what isn't wanted.
    pub fn keep_wanted(&self, table: &TableSchema, items: &mut Vec<Item>) {
        if let (Sort::Values { .. }, Some(shape)) = (&self.sort, table.key_shape(self.index)) {
            let names: Vec<&str> = shape.sk.iter().map(|attribute| attribute.name).collect();
            items.retain(|item| self.sort.admits(item, &names));
        }
    }

    /// Only these attributes.
    #[must_use]
    pub fn selecting(mut self, attributes: &'static [&'static str]) -> Self {
        self.select = Some(attributes);
        self
    }

    /// May miss the latest writes.
    #[must_use]
    pub fn eventual(mut self) -> Self {
        self.consistent = false;
        self
    }
}

/// What a query found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct QueryPage {
    /// The items, in order.
    pub items: Vec<Item>,
    /// Where the next page starts; `None` after the last.
    pub next: Option<Item>,
}
