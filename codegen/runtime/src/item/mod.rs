//! Items of a table: attributes by name, in the value model of DynamoDB.

mod attr;
mod decode;
mod encode;

pub use attr::Attr;
pub use encode::Unstorable;

use std::borrow::Cow;
use std::fmt;

/// The name of an attribute: fixed text of the contract, or text that was read.
type Name = Cow<'static, str>;

/// An item: attributes by name, each name once. They stand in the order in which they were put, which means nothing:
/// items with the same attributes are equal.
///
/// Items have few attributes and are made and read attribute by attribute, so a list is searched faster than a tree or
/// a table, and names of the contract are not copied.
#[derive(Clone, Default)]
pub struct Item(Vec<(Name, Attr)>);

impl Item {
    /// No attribute yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// No attribute yet, and room for so many.
    pub fn with_capacity(attributes: usize) -> Self {
        Self(Vec::with_capacity(attributes))
    }

    /// The attribute with this name.
    pub fn get(&self, name: &str) -> Option<&Attr> {
        self.place(name).map(|at| &self.0[at].1)
    }

    /// The attribute with this name and its place, looked for at the place `likely` first.
    pub(crate) fn find(&self, name: &str, likely: usize) -> Option<(usize, &Attr)> {
        match self.0.get(likely) {
            Some((found, value)) if found == name => Some((likely, value)),
            _ => self.place(name).map(|at| (at, &self.0[at].1)),
        }
    }

    fn place(&self, name: &str) -> Option<usize> {
        self.0.iter().position(|(found, _)| found == name)
    }

    /// Sets an attribute and gives the one that was there.
    pub fn insert(&mut self, name: impl Into<Cow<'static, str>>, value: Attr) -> Option<Attr> {
        let name = name.into();
        match self.place(&name) {
            Some(at) => Some(std::mem::replace(&mut self.0[at].1, value)),
            None => {
                self.0.push((name, value));
                None
            }
        }
    }

    /// Sets an attribute if there is a value for it; absent values have no attribute.
    pub fn insert_some(&mut self, name: impl Into<Cow<'static, str>>, value: Option<Attr>) {
        if let Some(value) = value {
            self.insert(name, value);
        }
    }

    /// Adds an attribute whose name isn't there yet, as generated code knows of the names of a contract.
    pub fn put(&mut self, name: &'static str, value: Attr) {
        debug_assert!(self.place(name).is_none(), "`{name}` is there already");
        self.0.push((Cow::Borrowed(name), value));
    }

    /// As [`put`](Self::put), if there is a value.
    pub fn put_some(&mut self, name: &'static str, value: Option<Attr>) {
        if let Some(value) = value {
            self.put(name, value);
        }
    }

    /// As [`insert`](Self::insert), in a chain.
    #[must_use]
    pub fn with(mut self, name: impl Into<Cow<'static, str>>, value: Attr) -> Self {
        self.insert(name, value);
        self
    }

    /// Takes an attribute out.
    pub fn remove(&mut self, name: &str) -> Option<Attr> {
        self.place(name).map(|at| self.0.remove(at).1)
    }

    /// The text of a string attribute; `None` if it is absent or something else.
    pub fn text(&self, name: &str) -> Option<&str> {
        self.get(name)?.as_text()
    }

    /// The value of an integer attribute; `None` if it is absent or something else.
    pub fn integer(&self, name: &str) -> Option<i64> {
        self.get(name)?.as_integer()
    }

    /// The attributes.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Attr)> {
        self.0.iter().map(|(name, value)| (name.as_ref(), value))
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

    fn sorted(&self) -> Vec<(&str, &Attr)> {
        let mut sorted: Vec<_> = self.iter().collect();
        sorted.sort_unstable_by_key(|(name, _)| *name);
        sorted
    }
}

impl PartialEq for Item {
    fn eq(&self, other: &Self) -> bool {
        self.0 == other.0 || self.len() == other.len() && self.sorted() == other.sorted()
    }
}

impl Eq for Item {}

/// Names only: values may be personal data.
impl fmt::Debug for Item {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.sorted().iter().map(|(name, _)| name)).finish()
    }
}

/// Of two attributes with one name the later counts.
impl<N: Into<Cow<'static, str>>> FromIterator<(N, Attr)> for Item {
    fn from_iter<I: IntoIterator<Item = (N, Attr)>>(attributes: I) -> Self {
        let item = Self(attributes.into_iter().map(|(name, value)| (name.into(), value)).collect());
        let sorted = item.sorted();
        if sorted.windows(2).all(|pair| pair[0].0 != pair[1].0) {
            return item;
        }
        let mut unique = Self::with_capacity(item.len());
        for (name, value) in item.0 {
            unique.insert(name, value);
        }
        unique
    }
}

impl IntoIterator for Item {
    type Item = (String, Attr);
    type IntoIter = Attributes;

    fn into_iter(self) -> Self::IntoIter {
        Attributes(self.0.into_iter())
    }
}

/// The attributes of an item, with their names as texts of their own.
pub struct Attributes(std::vec::IntoIter<(Name, Attr)>);

impl Iterator for Attributes {
    type Item = (String, Attr);

    fn next(&mut self) -> Option<Self::Item> {
        self.0.next().map(|(name, value)| (name.into_owned(), value))
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        self.0.size_hint()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn items_with_the_same_attributes_are_equal_in_any_order() {
        let one = Item::new().with("a", Attr::integer(1)).with("b", Attr::integer(2));
        let two = Item::new().with("b", Attr::integer(2)).with("a", Attr::integer(1));
        assert!(one == two);
        assert!(one != two.clone().with("a", Attr::integer(2)));
        assert!(one != two.with("c", Attr::Null));
    }

    #[test]
    fn a_name_stands_once_and_the_later_value_counts() {
        let item: Item =
            [("a", 1), ("b", 2), ("a", 3)].map(|(name, it)| (name, Attr::integer(it))).into_iter().collect();
        assert_eq!((item.len(), item.integer("a"), item.integer("b")), (2, Some(3), Some(2)));
        let item = item.with("b", Attr::integer(5));
        assert_eq!((item.len(), item.integer("b")), (2, Some(5)));
    }
}
