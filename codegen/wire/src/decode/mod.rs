//! From JSON to types, with every violation at once.

mod choice;
mod enumeration;
mod fields;
mod standard;

use std::fmt::Display;

use crate::json::{Json, Limits};
use crate::plain::Plain;
use crate::pointer;
use crate::schema::Schema;
use crate::violation::{Code, Fault, Invalid, Violation, Violations};

pub use choice::Choice;
pub(crate) use enumeration::not_listed;
pub use enumeration::{Literal, Member, place_in};
pub use fields::Fields;
pub(crate) use standard::key;

/// A type that reads itself from JSON.
///
/// `None` means that the decoder was told why; `Some` alone doesn't mean that nothing was wrong (an unknown
/// property doesn't hinder the value). Only [`decode`] gives the verdict.
pub trait Decode: Sized {
    /// Reads the value, telling the decoder everything that is wrong with it.
    fn decode(json: &Json<'_>, d: &mut Decoder) -> Option<Self>;
}

/// How to treat what the contract doesn't know.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Posture {
    /// For what we accept: an unknown property of a closed object is a violation.
    Closed,
    /// For what we read from others: unknown properties are ignored, so that others may add some.
    Open,
}

/// Reads a value from a JSON tree.
///
/// # Errors
/// All [`Violations`], up to [`Violations::MOST`].
pub fn decode<T: Decode>(json: &Json<'_>, posture: Posture) -> Result<T, Violations> {
    let mut decoder = Decoder::new(posture);
    let value = T::decode(json, &mut decoder);
    decoder.finish(value)
}

/// Reads a value from JSON text within the default [`Limits`].
///
/// # Errors
/// [`Invalid`]: not JSON at all, or JSON with violations.
pub fn from_slice<T: Decode>(text: &[u8], posture: Posture) -> Result<T, Invalid> {
    let json = match Json::parse(text, Limits::default()) {
        Ok(json) => json,
        Err(malformed) => return Err(Invalid::Malformed(malformed)),
    };
    match decode(&json, posture) {
        Ok(value) => Ok(value),
        Err(violations) => Err(Invalid::Violations(violations)),
    }
}

/// Reads a value for serde: open posture, the violations as one message. Called by
/// [`serde_through_decode!`](crate::serde_through_decode).
///
/// # Errors
/// Those of the deserializer, and all violations as one message.
pub fn through_serde<'de, T: Decode, D: serde::Deserializer<'de>>(deserializer: D) -> Result<T, D::Error> {
    let json = <Json<'de> as serde::Deserialize>::deserialize(deserializer)?;
    decode(&json, Posture::Open).map_err(serde::de::Error::custom)
}

/// Implements `serde::Deserialize` for a type by its [`Decode`].
#[macro_export]
macro_rules! serde_through_decode {
    ($($type:ty),+ $(,)?) => {$(
        impl<'de> $crate::serde::Deserialize<'de> for $type {
            fn deserialize<D: $crate::serde::Deserializer<'de>>(
                deserializer: D,
            ) -> ::core::result::Result<Self, D::Error> {
                $crate::through_serde(deserializer)
            }
        }
    )+};
}

/// Collects violations while values are read.
///
/// Places aren't tracked on the way in: when something inside a property or an item was wrong, its pointers get
/// the segment in front on the way out. A document without faults pays nothing for them.
#[derive(Debug)]
pub struct Decoder {
    posture: Posture,
    /// Whether the document was text without types: `"12"` may be a number.
    textual: bool,
    violations: Vec<Violation>,
    truncated: bool,
    /// How many alternatives may still be tried. Nested unions multiply; a hostile document must not.
    attempts: u32,
}

/// More than any sensible document needs, and still a matter of milliseconds.
const ATTEMPTS: u32 = 20_000;

impl Decoder {
    /// A decoder that has seen nothing yet.
    pub fn new(posture: Posture) -> Self {
        Decoder { posture, textual: false, violations: Vec::new(), truncated: false, attempts: ATTEMPTS }
    }

    /// Reads a value from a tree whose values are all text: a parameter, a form, a part. What the text stands for is
    /// for the type to say; one value may stand for a list of one.
    ///
    /// # Errors
    /// All [`Violations`], up to [`Violations::MOST`].
    pub fn of_text<T: Decode>(json: &Json<'_>, posture: Posture) -> Result<T, Violations> {
        let mut decoder = Decoder { textual: true, ..Decoder::new(posture) };
        let value = T::decode(json, &mut decoder);
        decoder.finish(value)
    }

    /// What text stands for, if it may stand for something else than itself and does.
    fn meant<T: Plain>(&self, json: &Json<'_>) -> Option<T> {
        match json {
            Json::String(text) if self.textual => T::from_text(text).ok(),
            _ => None,
        }
    }

    /// The verdict on a value that this decoder read.
    ///
    /// # Errors
    /// All that was wrong.
    pub fn finish<T>(self, value: Option<T>) -> Result<T, Violations> {
        match value {
            Some(value) if self.violations.is_empty() => Ok(value),
            _ => Err(self.refused()),
        }
    }

    fn refused(mut self) -> Violations {
        // A `Decode` that broke its promise; a hand-written one might. Its value is refused, not the process ended.
        if self.violations.is_empty() {
            self.record(Fault::new(Code::Type, "is not valid").at_root());
        }
        Violations { list: self.violations, truncated: self.truncated }
    }

    /// How this decoder treats what the contract doesn't know.
    pub fn posture(&self) -> Posture {
        self.posture
    }

    /// Records a broken rule at the current value. Always `None`, to be returned.
    pub fn fault<T>(&mut self, fault: Fault) -> Option<T> {
        self.record(fault.at_root());
        None
    }

    /// The value, or `None` after recording why there is none.
    pub fn check<T>(&mut self, result: Result<T, Fault>) -> Option<T> {
        match result {
            Ok(value) => Some(value),
            Err(fault) => self.fault(fault),
        }
    }

    /// Checks what the type can't say (`not`, `if`, `contains` and their like). A reader in open posture doesn't: others
    /// may come to send more than we know. Text without types has nothing to check.
    pub fn also(&mut self, schema: &Schema, json: &Json<'_>) {
        if self.posture == Posture::Closed && !self.textual {
            schema.check(json, self);
        }
    }

    pub(crate) fn record_all(&mut self, violations: Violations) {
        self.truncated |= violations.truncated;
        violations.list.into_iter().for_each(|violation| self.record(violation));
    }

    /// Records that the value isn't what was expected. Always `None`.
    pub fn mismatch<T>(&mut self, expected: &str, found: &Json<'_>) -> Option<T> {
        self.fault(Fault::new(Code::Type, format!("must be {expected}, not {}", found.kind())))
    }

    /// The text of a string.
    pub fn text<'j>(&mut self, json: &'j Json<'_>) -> Option<&'j str> {
        match json {
            Json::String(text) => Some(text),
            other => self.mismatch("a string", other),
        }
    }

    /// The items of an array.
    pub fn array<'j, 'a>(&mut self, json: &'j Json<'a>) -> Option<&'j [Json<'a>]> {
        match json {
            Json::Array(items) => Some(items),
            single if self.textual && !single.is_null() => Some(std::slice::from_ref(single)),
            other => self.mismatch("an array", other),
        }
    }

    /// The properties of an object, to be taken one by one.
    pub fn object<'d, 'j, 'a>(&'d mut self, json: &'j Json<'a>) -> Option<Fields<'d, 'j, 'a>> {
        match json {
            Json::Object(object) => Some(Fields::new(self, object)),
            other => self.mismatch("an object", other),
        }
    }

    /// Runs `read` one level further in: what it records gets `segment` before its pointer.
    pub fn within<T>(&mut self, segment: impl Display, read: impl FnOnce(&mut Self) -> T) -> T {
        let before = self.recorded();
        let value = read(self);
        self.belongs(before, &segment);
        value
    }

    /// How many violations there are so far.
    fn recorded(&self) -> usize {
        self.violations.len()
    }

    /// What was recorded after the first `before` violations was found one level further in, at `segment`.
    fn belongs(&mut self, before: usize, segment: &dyn Display) {
        for violation in &mut self.violations[before..] {
            pointer::prefix(&mut violation.pointer, segment);
        }
    }

    /// Tries to read a type; what is wrong is given back and not recorded.
    ///
    /// # Errors
    /// All violations, as if the value were a document of its own.
    pub fn attempt<T: Decode>(&mut self, json: &Json<'_>) -> Result<T, Violations> {
        self.attempt_as(self.posture, json)
    }

    fn attempt_as<T: Decode>(&mut self, posture: Posture, json: &Json<'_>) -> Result<T, Violations> {
        let Some(attempts) = self.attempts.checked_sub(1) else {
            let fault =
                Fault::new(Code::Complexity, "has too many alternatives inside alternatives to try them all");
            return Err(Violations { list: vec![fault.at_root()], truncated: false });
        };
        let textual = self.textual;
        let mut inner = Decoder { posture, textual, violations: Vec::new(), truncated: false, attempts };
        let value = T::decode(json, &mut inner);
        self.attempts = inner.attempts;
        inner.finish(value)
    }

    /// Whether a type takes this text as text, also when text stands for nothing else.
    fn is_mere_text<T: Decode>(&mut self, json: &Json<'_>) -> bool {
        let textual = std::mem::replace(&mut self.textual, false);
        let taken = matches!(json, Json::String(_)) && self.attempt_as::<T>(Posture::Closed, json).is_ok();
        self.textual = textual;
        taken
    }

    fn record(&mut self, violation: Violation) {
        if self.violations.len() < Violations::MOST {
            self.violations.push(violation);
        } else {
            self.truncated = true;
        }
    }
}
