//! Objects with free names and a limit on how many.

use std::collections::BTreeMap;
use std::ops::Deref;

use serde::{Serialize, Serializer};

use crate::decode::{Decode, Decoder, through_serde};
use crate::json::Json;
use crate::text::amount;
use crate::violation::{Code, Fault};

pub(crate) fn check_count(count: usize, min: usize, max: usize) -> Result<(), Fault> {
    if (min..=max).contains(&count) {
        return Ok(());
    }
    Err(Fault::new(Code::Properties, amount(min, max, "property", "properties")))
}

/// A map of `MIN` to `MAX` entries; `usize::MAX` is no upper limit.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct BoundedMap<K, V, const MIN: usize, const MAX: usize>(BTreeMap<K, V>);

impl<K: Ord, V, const MIN: usize, const MAX: usize> BoundedMap<K, V, MIN, MAX> {
    /// A map within the limits.
    ///
    /// # Errors
    /// [`Code::Properties`].
    pub fn new(entries: BTreeMap<K, V>) -> Result<Self, Fault> {
        check_count(entries.len(), MIN, MAX).map(|()| BoundedMap(entries))
    }

    /// Adds an entry, or replaces the one with this key, which is given back.
    ///
    /// # Errors
    /// [`Code::Properties`] when the map is full.
    pub fn insert(&mut self, key: K, value: V) -> Result<Option<V>, Fault> {
        if !self.0.contains_key(&key) {
            check_count(self.0.len() + 1, MIN, MAX)?;
        }
        Ok(self.0.insert(key, value))
    }

    /// The entries, without their limits.
    pub fn into_inner(self) -> BTreeMap<K, V> {
        self.0
    }
}

impl<K: Decode + Ord, V: Decode, const MIN: usize, const MAX: usize> Decode for BoundedMap<K, V, MIN, MAX> {
    fn decode(json: &Json<'_>, d: &mut Decoder) -> Option<Self> {
        let mut fields = d.object(json)?;
        let fits = fields.count(MIN, MAX);
        let entries = fields.rest();
        fits.and(entries).map(BoundedMap)
    }
}

impl<K, V, const MIN: usize, const MAX: usize> Deref for BoundedMap<K, V, MIN, MAX> {
    type Target = BTreeMap<K, V>;

    fn deref(&self) -> &BTreeMap<K, V> {
        &self.0
    }
}

impl<K: Ord, V, const MIN: usize, const MAX: usize> TryFrom<BTreeMap<K, V>> for BoundedMap<K, V, MIN, MAX> {
    type Error = Fault;

    fn try_from(entries: BTreeMap<K, V>) -> Result<Self, Fault> {
        Self::new(entries)
    }
}

impl<K, V, const MIN: usize, const MAX: usize> IntoIterator for BoundedMap<K, V, MIN, MAX> {
    type Item = (K, V);
    type IntoIter = std::collections::btree_map::IntoIter<K, V>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

impl<'m, K, V, const MIN: usize, const MAX: usize> IntoIterator for &'m BoundedMap<K, V, MIN, MAX> {
    type Item = (&'m K, &'m V);
    type IntoIter = std::collections::btree_map::Iter<'m, K, V>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.iter()
    }
}

impl<K, V, const MAX: usize> Default for BoundedMap<K, V, 0, MAX> {
    fn default() -> Self {
        BoundedMap(BTreeMap::new())
    }
}

impl<K: Serialize, V: Serialize, const MIN: usize, const MAX: usize> Serialize
    for BoundedMap<K, V, MIN, MAX>
{
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.serialize(serializer)
    }
}

impl<'de, K, V, const MIN: usize, const MAX: usize> serde::Deserialize<'de> for BoundedMap<K, V, MIN, MAX>
where
    K: Decode + Ord,
    V: Decode,
{
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        through_serde(deserializer)
    }
}
