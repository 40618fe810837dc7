//! Which part of a partition is read.

use std::cmp::Ordering;
use std::fmt;
use std::ops::Bound;

use crate::item::{Attr, Item};
use crate::key::{KeyBuf, Segment, UPPER_END};

/// Which sort keys a [`Query`](crate::store::Query) takes.
#[derive(Clone, PartialEq, Eq)]
pub enum Sort {
    /// All.
    All,
    /// Those that begin with this text, which is not empty.
    Prefix(String),
    /// Those from the first to the second text, both included.
    Between(String, String),
    /// Of an index over fields: those with these values in the attributes that its sort key begins with, and with the
    /// next attribute within the bounds.
    Values {
        /// What the sort key begins with.
        equal: Vec<Attr>,
        /// Least value of the next attribute.
        from: Bound<Attr>,
        /// Greatest value of it.
        to: Bound<Attr>,
    },
}

impl Sort {
    /// Those that begin with the segments of `prefix`; all of them if there is no segment.
    pub fn prefix(prefix: &KeyBuf<'_>) -> Self {
        let prefix = prefix.finish();
        if prefix.is_empty() { Self::All } else { Self::Prefix(prefix) }
    }

    /// Those that begin with `prefix` and whose next segment lies within `range`.
    ///
    /// Ends may be included or not: the terminator `#` and the escape `$` that follows it in ASCII give an
    /// exact bound for each case, whatever comes after the segment.
    pub fn range<'r, T: 'r>(
        prefix: &KeyBuf<'_>,
        range: &'r impl std::ops::RangeBounds<T>,
        segment: impl Fn(&'r T) -> Segment<'r>,
    ) -> Self {
        use std::ops::Bound::{Excluded, Included, Unbounded};
        let prefix = prefix.finish();
        let at = |value: &'r T, end: &str| {
            let mut bound = prefix.clone();
            segment(value).write_to(&mut bound);
            bound.push_str(end);
            bound
        };
        let low = match range.start_bound() {
            Included(value) => Some(at(value, "#")),
            Excluded(value) => Some(at(value, "$")),
            Unbounded => None,
        };
        let high = match range.end_bound() {
            Included(value) => Some(at(value, "$")),
            Excluded(value) => Some(at(value, "")),
            Unbounded => None,
        };
        match (low, high) {
            (None, None) if prefix.is_empty() => Self::All,
            (None, None) => Self::Prefix(prefix),
            (low, high) => Self::Between(
                low.unwrap_or_else(|| if prefix.is_empty() { "#".to_owned() } else { prefix.clone() }),
                high.unwrap_or_else(|| after_all(&prefix)),
            ),
        }
    }

    /// Of an index over fields: those with these values in the attributes that its sort key begins with.
    pub fn equal(values: Vec<Attr>) -> Self {
        Self::Values { equal: values, from: Bound::Unbounded, to: Bound::Unbounded }
    }

    /// Of an index over fields: those that begin with these values, and whose next attribute lies within `range`.
    pub fn within<'r, T: 'r>(
        equal: Vec<Attr>,
        range: &'r impl std::ops::RangeBounds<T>,
        value: impl Fn(&'r T) -> Attr,
    ) -> Self {
        Self::Values { equal, from: range.start_bound().map(&value), to: range.end_bound().map(&value) }
    }

    /// Whether no sort key can be within: the store is not asked, because it refuses such a range.
    pub fn is_empty(&self) -> bool {
        match self {
            Self::All | Self::Prefix(_) => false,
            Self::Between(low, high) => low > high,
            Self::Values { from: Bound::Unbounded, .. } | Self::Values { to: Bound::Unbounded, .. } => false,
            Self::Values {
                from: Bound::Included(low) | Bound::Excluded(low),
                to: Bound::Included(high) | Bound::Excluded(high),
                ..
            } => low.cmp_as_key(high) == Some(Ordering::Greater),
        }
    }

    /// Whether an item that the store found under [`Query::condition`](crate::store::Query::condition) is wanted: a
    /// key condition with two bounds includes both, whatever was asked for.
    pub fn admits(&self, item: &Item, sort_key: &[&str]) -> bool {
        let Self::Values { equal, from, to } = self else { return true };
        let Some(value) = sort_key.get(equal.len()).and_then(|name| item.get(name)) else { return true };
        let excluded = |bound: &Bound<Attr>| matches!(bound, Bound::Excluded(end) if value.cmp_as_key(end) == Some(Ordering::Equal));
        !excluded(from) && !excluded(to)
    }
}

/// The least text greater than all keys that begin with `prefix`, which is empty or ends with `#`.
fn after_all(prefix: &str) -> String {
    prefix.strip_suffix('#').map_or_else(|| UPPER_END.to_string().repeat(256), |rest| format!("{rest}$"))
}

/// The kind only: sort keys carry values of fields.
impl fmt::Debug for Sort {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::All => "All",
            Self::Prefix(_) => "Prefix",
            Self::Between(..) => "Between",
            Self::Values { .. } => "Values",
        })
    }
}
