//! Which part of a partition is read.

use std::fmt;

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

    /// Whether no sort key can be within: the store is not asked, because it refuses such a range.
    pub fn is_empty(&self) -> bool {
        matches!(self, Self::Between(low, high) if low > high)
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
        })
    }
}
