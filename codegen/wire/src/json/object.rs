//! The members of a JSON object, in order.

use std::borrow::Cow;
use std::hash::{BuildHasher, Hash, Hasher};

use super::Json;

/// The members of a JSON object, in the order of the input, each name once.
#[derive(Clone, Debug, Default)]
pub struct Object<'a> {
    entries: Vec<(Cow<'a, str>, Json<'a>)>,
}

impl<'a> Object<'a> {
    /// Adds a member, or replaces the value of the one with this name.
    pub fn insert(&mut self, name: impl Into<Cow<'a, str>>, value: Json<'a>) -> Option<Json<'a>> {
        let name = name.into();
        match self.entries.iter_mut().find(|(existing, _)| *existing == name) {
            Some((_, existing)) => Some(std::mem::replace(existing, value)),
            None => {
                self.entries.push((name, value));
                None
            }
        }
    }

    /// Adds a member that is known to be new.
    pub(super) fn push_new(&mut self, name: Cow<'a, str>, value: Json<'a>) {
        self.entries.push((name, value));
    }

    /// The value of the member with this name.
    pub fn get(&self, name: &str) -> Option<&Json<'a>> {
        self.position(name, 0).map(|at| &self.entries[at].1)
    }

    /// Where the member with this name stands. The search begins at `hint`: members mostly come in the
    /// order in which they are asked for.
    pub(crate) fn position(&self, name: &str, hint: usize) -> Option<usize> {
        let hint = hint.min(self.entries.len());
        let (before, after) = self.entries.split_at(hint);
        let found = after.iter().position(|(existing, _)| existing == name).map(|at| at + hint);
        found.or_else(|| before.iter().position(|(existing, _)| existing == name))
    }

    /// The member at a place.
    pub(crate) fn at(&self, place: usize) -> &Json<'a> {
        &self.entries[place].1
    }

    /// Number of members.
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// Names and values in order.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = (&str, &Json<'a>)> {
        self.entries.iter().map(|(name, value)| (&**name, value))
    }

    /// The same members without borrows from the input.
    pub fn into_owned(self) -> Object<'static> {
        let own =
            |(name, value): (Cow<'a, str>, Json<'a>)| (Cow::Owned(name.into_owned()), value.into_owned());
        Object { entries: self.entries.into_iter().map(own).collect() }
    }
}

impl<'a, N: Into<Cow<'a, str>>> FromIterator<(N, Json<'a>)> for Object<'a> {
    /// Of members with the same name, the last counts.
    fn from_iter<I: IntoIterator<Item = (N, Json<'a>)>>(members: I) -> Self {
        let mut object = Object::default();
        let mut places = std::collections::HashMap::new();
        for (name, value) in members {
            let name = name.into();
            match places.get(&name) {
                Some(&place) => {
                    let entry: &mut (Cow<'a, str>, Json<'a>) = &mut object.entries[place];
                    entry.1 = value;
                }
                None => {
                    places.insert(name.clone(), object.entries.len());
                    object.entries.push((name, value));
                }
            }
        }
        object
    }
}

impl<'a> IntoIterator for Object<'a> {
    type Item = (Cow<'a, str>, Json<'a>);
    type IntoIter = std::vec::IntoIter<(Cow<'a, str>, Json<'a>)>;

    fn into_iter(self) -> Self::IntoIter {
        self.entries.into_iter()
    }
}

impl PartialEq for Object<'_> {
    fn eq(&self, other: &Self) -> bool {
        let mut hint = 0;
        self.len() == other.len()
            && self.iter().all(|(name, value)| match other.position(name, hint) {
                Some(at) => {
                    hint = at + 1;
                    value == other.at(at)
                }
                None => false,
            })
    }
}

impl Eq for Object<'_> {}

impl Hash for Object<'_> {
    /// Order of members doesn't count, so their hashes are added up.
    fn hash<H: Hasher>(&self, state: &mut H) {
        let fixed = std::hash::BuildHasherDefault::<std::hash::DefaultHasher>::default();
        let sum = self.iter().fold(0u64, |sum, member| sum.wrapping_add(fixed.hash_one(member)));
        state.write_usize(self.len());
        state.write_u64(sum);
    }
}
