//! Closed and open sets of values.

use std::fmt::Display;

use super::{Decoder, Posture};
use crate::json::{Any, Json};
use crate::violation::{Code, Fault};

/// A value that an enum or a `const` lists.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Literal {
    /// Text.
    Text(&'static str),
    /// An integer; `1.0` in a document is `1`.
    Integer(i64),
    /// A boolean.
    Boolean(bool),
}

impl Literal {
    /// Whether a document's value is this one.
    pub fn matches(self, json: &Json<'_>) -> bool {
        match self {
            Literal::Text(text) => json.as_str() == Some(text),
            Literal::Integer(integer) => json.as_i64() == Some(integer),
            Literal::Boolean(boolean) => json.as_bool() == Some(boolean),
        }
    }
}

impl From<&'static str> for Literal {
    fn from(text: &'static str) -> Self {
        Literal::Text(text)
    }
}

impl From<i64> for Literal {
    fn from(integer: i64) -> Self {
        Literal::Integer(integer)
    }
}

impl From<bool> for Literal {
    fn from(boolean: bool) -> Self {
        Literal::Boolean(boolean)
    }
}

impl Display for Literal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Literal::Text(text) => write!(f, "`{text}`"),
            Literal::Integer(integer) => integer.fmt(f),
            Literal::Boolean(boolean) => boolean.fmt(f),
        }
    }
}

impl serde::Serialize for Literal {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Literal::Text(text) => serializer.serialize_str(text),
            Literal::Integer(integer) => serializer.serialize_i64(*integer),
            Literal::Boolean(boolean) => serializer.serialize_bool(*boolean),
        }
    }
}

impl Decoder {
    /// One of a closed set of values. A set of one is a `const`.
    pub fn closed_enum<L: Copy + Into<Literal>, T: Copy>(
        &mut self,
        json: &Json<'_>,
        values: &[(L, T)],
    ) -> Option<T> {
        let found = values.iter().find(|(literal, _)| self.is_literal((*literal).into(), json));
        match found {
            Some((_, value)) => Some(*value),
            None => self.fault(not_listed(&mut values.iter().map(|(literal, _)| (*literal).into()))),
        }
    }
}

/// What a text is to a set of texts.
#[derive(Debug)]
pub enum Member {
    /// The one at this place.
    Listed(usize),
    /// None of them, and kept.
    Other(String),
}

impl Decoder {
    /// One of a set of texts; another one is kept by a reader in open posture.
    pub fn member(&mut self, json: &Json<'_>, texts: &[&'static str]) -> Option<Member> {
        let text = self.text(json)?;
        match place_in(texts, text) {
            Some(place) => Some(Member::Listed(place)),
            None if self.posture() == Posture::Open => Some(Member::Other(text.to_owned())),
            None => self.fault(Fault::not_listed(texts)),
        }
    }

    /// One of a set of values; another one is kept by a reader in open posture.
    pub fn shared_literals<T: Clone>(
        &mut self,
        json: &Json<'_>,
        values: &[(Literal, T)],
        keep: impl FnOnce(Any) -> T,
    ) -> Option<T> {
        let found = values.iter().find(|(literal, _)| self.is_literal(*literal, json));
        match found {
            Some((_, value)) => Some(value.clone()),
            None if self.posture() == Posture::Open => Some(keep(json.to_any())),
            None => self.fault(not_listed(&mut values.iter().map(|(literal, _)| *literal))),
        }
    }

    /// Whether a document's value is this one; in a tree of text, whether it is written like it.
    fn is_literal(&self, literal: Literal, json: &Json<'_>) -> bool {
        let shown = |text: &str| match literal {
            Literal::Integer(integer) => text == integer.to_string(),
            Literal::Boolean(boolean) => text == boolean.to_string(),
            Literal::Text(_) => false,
        };
        literal.matches(json) || self.textual && json.as_str().is_some_and(shown)
    }
}

/// The place of a text among those listed.
pub fn place_in(texts: &[&'static str], text: &str) -> Option<usize> {
    texts.iter().position(|known| *known == text)
}

/// The fault of a value that isn't among those listed.
pub(crate) fn not_listed(values: &mut dyn ExactSizeIterator<Item = Literal>) -> Fault {
    let count = values.len();
    let listed = listing(values);
    if count == 1 {
        Fault::new(Code::Const, format!("must be {listed}"))
    } else {
        Fault::new(Code::Enum, format!("must be one of {listed}"))
    }
}

/// At most so many values are listed in a message.
const LISTED: usize = 20;

/// `a, b, c`, cut after the first twenty.
pub(crate) fn listing(values: impl ExactSizeIterator<Item = impl Display>) -> String {
    let count = values.len();
    let mut list = values.take(LISTED).map(|value| value.to_string()).collect::<Vec<_>>().join(", ");
    if count > LISTED {
        list.push_str(&format!(" and {} others", count - LISTED));
    }
    list
}
