//! Keys taken apart again, segment by segment.

use std::borrow::Cow;

use stipule_wire::Plain;

use super::codec::{parse_integer, parse_rank};
use super::escape::parse;
use super::number::{parse_decimal, parse_number};

/// The segments of a key that aren't read yet. Every method takes the next one, and gives `None` when there is none or it
/// isn't what is asked for.
///
/// A segment may have a form here that no codec writes (an id in capitals): who wants to know compares the key with the
/// one that the values make, as generated parsers do.
///
/// ```
/// use stipule_runtime::key::KeyParts;
/// let mut parts = KeyParts::of("north#LOAN#a$cb#10000000000000000007#").unwrap();
/// assert_eq!(parts.value::<String>(), Some("north".to_owned()));
/// assert_eq!(parts.literal("LOAN"), Some(()));
/// assert_eq!(parts.value::<String>(), Some("a#b".to_owned()));
/// assert_eq!(parts.integer::<i64>(), Some(7));
/// assert_eq!(parts.end(), Some(()));
/// ```
#[derive(Clone)]
pub struct KeyParts<'k> {
    left: std::vec::IntoIter<Cow<'k, str>>,
}

impl<'k> KeyParts<'k> {
    /// Those of a key; `None` for a text that is no key.
    pub fn of(key: &'k str) -> Option<Self> {
        Some(Self { left: parse(key).ok()?.into_iter() })
    }

    /// Fixed text of the contract.
    pub fn literal(&mut self, text: &str) -> Option<()> {
        (self.left.next()? == text).then_some(())
    }

    /// A value that stands in a key as in JSON: text, an id, a date, an instant, a boolean, an enum's value.
    pub fn value<T: Plain>(&mut self) -> Option<T> {
        T::from_text(&self.left.next()?).ok()
    }

    /// A whole number.
    pub fn integer<T: Plain>(&mut self) -> Option<T> {
        T::from_text(&parse_integer(&self.left.next()?)?.to_string()).ok()
    }

    /// A decimal number, in its shortest spelling.
    pub fn decimal<T: Plain>(&mut self) -> Option<T> {
        T::from_text(&parse_decimal(&self.left.next()?)?.to_string()).ok()
    }

    /// A double.
    pub fn number<T: Plain>(&mut self) -> Option<T> {
        T::from_text(&parse_number(&self.left.next()?)?.to_string()).ok()
    }

    /// A value of an enum by its place.
    pub fn rank<T: Copy>(&mut self, values: &[T]) -> Option<T> {
        values.get(parse_rank(&self.left.next()?)?).copied()
    }

    /// Whatever comes next: a shard, or a value that stands elsewhere too.
    pub fn skip(&mut self) -> Option<()> {
        self.left.next().map(|_| ())
    }

    /// Nothing is left.
    pub fn end(mut self) -> Option<()> {
        self.left.next().is_none().then_some(())
    }
}
