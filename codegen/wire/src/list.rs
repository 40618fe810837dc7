//! Sequences with limits.

use std::collections::HashSet;
use std::ops::Deref;

use serde::{Serialize, Serializer};

use crate::decode::{Decode, Decoder, through_serde};
use crate::json::Json;
use crate::text::amount;
use crate::violation::{Code, Fault};

fn check_count(count: usize, min: usize, max: usize) -> Result<(), Fault> {
    if (min..=max).contains(&count) {
        return Ok(());
    }
    Err(Fault::new(Code::Items, amount(min, max, "item", "items")))
}

/// A list of `MIN` to `MAX` items; `usize::MAX` is no upper limit.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct BoundedVec<T, const MIN: usize, const MAX: usize>(Vec<T>);

impl<T, const MIN: usize, const MAX: usize> BoundedVec<T, MIN, MAX> {
    /// A list within the limits.
    ///
    /// # Errors
    /// [`Code::Items`].
    pub fn new(items: Vec<T>) -> Result<Self, Fault> {
        check_count(items.len(), MIN, MAX).map(|()| BoundedVec(items))
    }

    /// Adds an item at the end.
    ///
    /// # Errors
    /// [`Code::Items`] when the list is full.
    pub fn push(&mut self, item: T) -> Result<(), Fault> {
        check_count(self.0.len() + 1, MIN, MAX)?;
        self.0.push(item);
        Ok(())
    }

    /// As many items as there are, each turned into another: the limits hold as they are.
    pub fn map<U>(self, turn: impl FnMut(T) -> U) -> BoundedVec<U, MIN, MAX> {
        BoundedVec(self.0.into_iter().map(turn).collect())
    }

    /// As [`map`](Self::map), of references to the items.
    pub fn each<U>(&self, turn: impl FnMut(&T) -> U) -> BoundedVec<U, MIN, MAX> {
        BoundedVec(self.0.iter().map(turn).collect())
    }

    /// As [`each`](Self::each), until one fails.
    ///
    /// # Errors
    /// The first that `turn` gives.
    pub fn try_each<U, E>(&self, turn: impl FnMut(&T) -> Result<U, E>) -> Result<BoundedVec<U, MIN, MAX>, E> {
        self.0.iter().map(turn).collect::<Result<_, _>>().map(BoundedVec)
    }

    /// As [`each`](Self::each), without those that give nothing: there are no more.
    pub fn filter_map<U>(&self, turn: impl FnMut(&T) -> Option<U>) -> BoundedVec<U, 0, MAX> {
        BoundedVec(self.0.iter().filter_map(turn).collect())
    }

    /// The same items within wider limits, which is decided while compiling.
    pub fn widen<const LESS: usize, const MORE: usize>(self) -> BoundedVec<T, LESS, MORE> {
        const { assert!(LESS <= MIN && MAX <= MORE, "the limits are not wider") };
        BoundedVec(self.0)
    }
}

/// So many items fit or the program doesn't compile:
///
/// ```
/// use stipule_wire::BoundedVec;
/// let pair: BoundedVec<i64, 0, 3> = [1, 2].into();
/// assert_eq!(pair.len(), 2);
/// ```
///
/// ```compile_fail
/// # use stipule_wire::BoundedVec;
/// let four: BoundedVec<i64, 0, 3> = [1, 2, 3, 4].into();
/// ```
impl<T, const N: usize, const MIN: usize, const MAX: usize> From<[T; N]> for BoundedVec<T, MIN, MAX> {
    fn from(items: [T; N]) -> Self {
        const { assert!(MIN <= N && N <= MAX, "the list has more or fewer items than its limits allow") };
        BoundedVec(items.into())
    }
}

impl<T: Decode, const MIN: usize, const MAX: usize> Decode for BoundedVec<T, MIN, MAX> {
    fn decode(json: &Json<'_>, d: &mut Decoder) -> Option<Self> {
        let count = d.array(json)?.len();
        let fits = d.check(check_count(count, MIN, MAX));
        let items = Vec::decode(json, d);
        fits.and(items).map(BoundedVec)
    }
}

/// A list of `MIN` to `MAX` items, no two of them equal.
///
/// Read from JSON, items are compared as JSON, as the contract says (`1` equals `1.0`); built in code, as values.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct UniqueVec<T, const MIN: usize, const MAX: usize>(Vec<T>);

impl<T: PartialEq, const MIN: usize, const MAX: usize> UniqueVec<T, MIN, MAX> {
    /// A list within the limits and without equal items. Compares each item with all before it.
    ///
    /// # Errors
    /// [`Code::Items`], [`Code::Unique`].
    pub fn new(items: Vec<T>) -> Result<Self, Fault> {
        check_count(items.len(), MIN, MAX)?;
        for (at, item) in items.iter().enumerate() {
            if let Some(first) = items[..at].iter().position(|earlier| earlier == item) {
                return Err(twice(first));
            }
        }
        Ok(UniqueVec(items))
    }

    /// Adds an item at the end.
    ///
    /// # Errors
    /// [`Code::Items`] when the list is full, [`Code::Unique`] when it has such an item.
    pub fn push(&mut self, item: T) -> Result<(), Fault> {
        check_count(self.0.len() + 1, MIN, MAX)?;
        if let Some(first) = self.0.iter().position(|earlier| *earlier == item) {
            return Err(twice(first));
        }
        self.0.push(item);
        Ok(())
    }
}

fn twice(first: usize) -> Fault {
    Fault::new(Code::Unique, format!("must not be equal to item {first}"))
}

impl<T: Decode, const MIN: usize, const MAX: usize> Decode for UniqueVec<T, MIN, MAX> {
    fn decode(json: &Json<'_>, d: &mut Decoder) -> Option<Self> {
        let items = d.array(json)?;
        let fits = d.check(check_count(items.len(), MIN, MAX));
        let mut seen = HashSet::with_capacity(items.len());
        let mut unique = Some(());
        for (at, item) in items.iter().enumerate() {
            if !seen.insert(item) {
                let first = items.iter().position(|earlier| earlier == item).unwrap_or(at);
                unique = d.within(at, |d| d.fault(twice(first)));
                // One is enough: a list of a million equal items is one mistake.
                break;
            }
        }
        let items = Vec::decode(json, d);
        fits.and(unique).and(items).map(UniqueVec)
    }
}

macro_rules! list {
    ($list:ident $(, $bound:ident)?) => {
        impl<T, const MIN: usize, const MAX: usize> $list<T, MIN, MAX> {
            /// The items, without their limits.
            pub fn into_inner(self) -> Vec<T> {
                self.0
            }
        }

        impl<T, const MIN: usize, const MAX: usize> Deref for $list<T, MIN, MAX> {
            type Target = [T];

            fn deref(&self) -> &[T] {
                &self.0
            }
        }

        impl<T $(: $bound)?, const MIN: usize, const MAX: usize> TryFrom<Vec<T>> for $list<T, MIN, MAX> {
            type Error = Fault;

            fn try_from(items: Vec<T>) -> Result<Self, Fault> {
                Self::new(items)
            }
        }

        impl<T, const MIN: usize, const MAX: usize> From<$list<T, MIN, MAX>> for Vec<T> {
            fn from(list: $list<T, MIN, MAX>) -> Self {
                list.0
            }
        }

        impl<T, const MIN: usize, const MAX: usize> IntoIterator for $list<T, MIN, MAX> {
            type Item = T;
            type IntoIter = std::vec::IntoIter<T>;

            fn into_iter(self) -> Self::IntoIter {
                self.0.into_iter()
            }
        }

        impl<'l, T, const MIN: usize, const MAX: usize> IntoIterator for &'l $list<T, MIN, MAX> {
            type Item = &'l T;
            type IntoIter = std::slice::Iter<'l, T>;

            fn into_iter(self) -> Self::IntoIter {
                self.0.iter()
            }
        }

        impl<T, const MAX: usize> Default for $list<T, 0, MAX> {
            fn default() -> Self {
                $list(Vec::new())
            }
        }

        impl<T: Serialize, const MIN: usize, const MAX: usize> Serialize for $list<T, MIN, MAX> {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                self.0.serialize(serializer)
            }
        }

        impl<'de, T: Decode, const MIN: usize, const MAX: usize> serde::Deserialize<'de> for $list<T, MIN, MAX> {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                through_serde(deserializer)
            }
        }
    };
}

list!(BoundedVec);
list!(UniqueVec, PartialEq);
