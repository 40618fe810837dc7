//! What is wrong with a value, said once for machines and once for people.
//!
//! Messages name the rule, never the offending value: it may be personal data.

use std::borrow::Cow;
use std::fmt;

use serde::Serialize;
use serde::ser::SerializeStruct;

use crate::decode::{Literal, not_listed};
use crate::json::Malformed;
use crate::pointer;

/// Which rule a value breaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Code {
    /// Not of the type that was asked for.
    Type,
    /// A required property isn't there.
    Missing,
    /// A property that isn't declared, where no others are allowed.
    UnknownField,
    /// Text too short or too long, in Unicode code points.
    Length,
    /// Text that doesn't match the pattern.
    Pattern,
    /// Text that isn't of the format: a uuid, a date, an address.
    Format,
    /// A number too small or too large.
    Range,
    /// A number that isn't a multiple of what it should be.
    MultipleOf,
    /// Too few or too many items.
    Items,
    /// Two equal items.
    Unique,
    /// Too few or too many properties.
    Properties,
    /// A property name that isn't allowed.
    PropertyName,
    /// Not one of the listed values.
    Enum,
    /// Not the one value that is allowed.
    Const,
    /// None of several types, or more than one where exactly one may match.
    Union,
    /// Too few or too many items that match a schema.
    Contains,
    /// What is ruled out.
    Not,
    /// More alternatives to try than is reasonable.
    Complexity,
}

impl Code {
    /// Its name in problem documents: `unknown-field`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Code::Type => "type",
            Code::Missing => "missing",
            Code::UnknownField => "unknown-field",
            Code::Length => "length",
            Code::Pattern => "pattern",
            Code::Format => "format",
            Code::Range => "range",
            Code::MultipleOf => "multiple-of",
            Code::Items => "items",
            Code::Unique => "unique",
            Code::Properties => "properties",
            Code::PropertyName => "property-name",
            Code::Enum => "enum",
            Code::Const => "const",
            Code::Union => "union",
            Code::Contains => "contains",
            Code::Not => "not",
            Code::Complexity => "complexity",
        }
    }
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl Serialize for Code {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

/// A broken rule without a place: what constructors and `parse` give back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// Which rule.
    pub code: Code,
    /// For people: the rule in words, without the value.
    pub message: Cow<'static, str>,
}

impl Fault {
    /// A fault with its words.
    pub fn new(code: Code, message: impl Into<Cow<'static, str>>) -> Self {
        Fault { code, message: message.into() }
    }

    /// The fault of a text that isn't among those listed.
    pub fn not_listed(values: &[&'static str]) -> Self {
        not_listed(&mut values.iter().map(|text| Literal::Text(text)))
    }

    /// The fault at the root of a document.
    pub fn at_root(self) -> Violation {
        Violation { pointer: String::new(), code: self.code, message: self.message.into_owned() }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Fault {}

/// A broken rule and the place in the document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Violation {
    /// JSON pointer (RFC 6901) to the value; for a missing property, to where it should be. A segment of more than
    /// 200 characters is cut, with `…`.
    pub pointer: String,
    /// Which rule.
    pub code: Code,
    /// For people: the rule in words, without the value.
    pub message: String,
}

impl Violation {
    /// The same violation one level further in: `segment` is put before its pointer.
    pub fn within(mut self, segment: impl fmt::Display) -> Self {
        pointer::prefix(&mut self.pointer, segment);
        self
    }
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.pointer.is_empty() {
            write!(f, "{} [{}]", self.message, self.code)
        } else {
            write!(f, "{}: {} [{}]", self.pointer, self.message, self.code)
        }
    }
}

impl Serialize for Violation {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut object = serializer.serialize_struct("Violation", 3)?;
        object.serialize_field("pointer", &self.pointer)?;
        object.serialize_field("code", &self.code)?;
        object.serialize_field("message", &self.message)?;
        object.end()
    }
}

/// Everything that is wrong with a document, in the order in which it was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Violations {
    /// At least one, at most [`Violations::MOST`].
    pub list: Vec<Violation>,
    /// Whether there were more than are listed.
    pub truncated: bool,
}

impl Violations {
    /// So many are listed; a document may be wrong in any number of places.
    pub const MOST: usize = 100;
}

impl fmt::Display for Violations {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, violation) in self.list.iter().enumerate() {
            write!(f, "{}{violation}", if at == 0 { "" } else { "; " })?;
        }
        if self.truncated { write!(f, "; and more than these {}", self.list.len()) } else { Ok(()) }
    }
}

impl std::error::Error for Violations {}

impl<'a> IntoIterator for &'a Violations {
    type Item = &'a Violation;
    type IntoIter = std::slice::Iter<'a, Violation>;

    fn into_iter(self) -> Self::IntoIter {
        self.list.iter()
    }
}

/// Why bytes don't make a value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Invalid {
    /// They aren't JSON.
    Malformed(Malformed),
    /// They are JSON, but not what the contract says.
    Violations(Violations),
}

impl fmt::Display for Invalid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Invalid::Malformed(malformed) => malformed.fmt(f),
            Invalid::Violations(violations) => violations.fmt(f),
        }
    }
}

impl std::error::Error for Invalid {}

impl From<Malformed> for Invalid {
    fn from(malformed: Malformed) -> Self {
        Invalid::Malformed(malformed)
    }
}

impl From<Violations> for Invalid {
    fn from(violations: Violations) -> Self {
        Invalid::Violations(violations)
    }
}
