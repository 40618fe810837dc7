//! Items of a table: attributes by name, in the value model of DynamoDB.

mod attr;
mod decode;
mod encode;

pub use attr::Attr;
pub use encode::Unstorable;

use std::collections::BTreeMap;
use std::fmt;

/// An item: attributes by name.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Item(BTreeMap<String, Attr>);

impl Item {
    /// No attribute yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// The attribute with this name.
    pub fn get(&self, name: &str) -> Option<&Attr> {
        self.0.get(name)
    }

    /// Sets an attribute and gives the one that was there.
    pub fn insert(&mut self, name: impl Into<String>, value: Attr) -> Option<Attr> {
        self.0.insert(name.into(), value)
    }

    /// Sets an attribute if there is a value for it; absent values have no attribute.
    pub fn insert_some(&mut self, name: impl Into<String>, value: Option<Attr>) {
        if let Some(value) = value {
            self.0.insert(name.into(), value);
        }
    }

    /// As [`insert`](Self::insert), in a chain.
    #[must_use]
    pub fn with(mut self, name: impl Into<String>, value: Attr) -> Self {
        self.0.insert(name.into(), value);
        self
    }

    /// Takes an attribute out.
    pub fn remove(&mut self, name: &str) -> Option<Attr> {
        self.0.remove(name)
    }

    /// The text of a string attribute; `None` if it is absent or something else.
    pub fn text(&self, name: &str) -> Option<&str> {
        self.get(name)?.as_text()
    }

    /// The value of an integer attribute; `None` if it is absent or something else.
    pub fn integer(&self, name: &str) -> Option<i64> {
        self.get(name)?.as_integer()
    }

    /// Attributes in the order of their names.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Attr)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value))
    }

    /// Number of attributes.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Size in bytes as DynamoDB counts it towards the limit of 400 KB (names in UTF-8 plus values).
    ///
    /// Source: "DynamoDB item sizes and formats" of the developer guide.
    pub fn size_bytes(&self) -> usize {
        self.0.iter().map(|(name, value)| name.len() + value.size_bytes()).sum()
    }

    /// The attributes.
    pub fn into_inner(self) -> BTreeMap<String, Attr> {
        self.0
    }

    /// The attributes.
    pub fn as_inner(&self) -> &BTreeMap<String, Attr> {
        &self.0
    }
}

/// Names only: values may be personal data.
impl fmt::Debug for Item {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.0.keys()).finish()
    }
}

impl From<BTreeMap<String, Attr>> for Item {
    fn from(attributes: BTreeMap<String, Attr>) -> Self {
        Self(attributes)
    }
}

impl From<Item> for BTreeMap<String, Attr> {
    fn from(item: Item) -> Self {
        item.0
    }
}

impl FromIterator<(String, Attr)> for Item {
    fn from_iter<I: IntoIterator<Item = (String, Attr)>>(attributes: I) -> Self {
        Self(attributes.into_iter().collect())
    }
}

impl IntoIterator for Item {
    type Item = (String, Attr);
    type IntoIter = std::collections::btree_map::IntoIter<String, Attr>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}
