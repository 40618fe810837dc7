//! Strict reading: what is doubtful is refused, with its place.

use std::borrow::Cow;
use std::cell::{Cell, RefCell};
use std::collections::HashSet;
use std::fmt;
use std::hash::{BuildHasher, RandomState};

use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};

use super::{Json, Number, Object};
use crate::pointer;

/// How much a document may ask of us.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Most arrays and objects inside each other; above 126 counts as 126. Default 64.
    pub depth: usize,
    /// Most values of all kinds in one document. Default 200 000.
    pub values: usize,
}

/// The reader beneath recurses once per level and stops there by itself.
const DEEPEST: usize = 126;

impl Default for Limits {
    fn default() -> Self {
        Limits { depth: 64, values: 200_000 }
    }
}

/// Why and where a text isn't JSON that we read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Malformed {
    /// What is wrong.
    pub reason: Reason,
    /// JSON pointer to the value that was being read.
    pub pointer: String,
    /// Line, from 1.
    pub line: usize,
    /// Column in bytes, from 1; 0 at the very start of a line.
    pub column: usize,
    /// For people, without the place.
    pub message: String,
}

/// What kind of fault it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reason {
    /// Not JSON: bad syntax, bad UTF-8, a lone surrogate, a number beyond a double, text after the value.
    Syntax,
    /// Two members of an object with one name.
    DuplicateKey,
    /// Deeper than [`Limits::depth`].
    TooDeep,
    /// More values than [`Limits::values`].
    TooMany,
}

impl fmt::Display for Malformed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} at line {}, column {}", self.message, self.line, self.column)?;
        if self.pointer.is_empty() { Ok(()) } else { write!(f, " ({})", self.pointer) }
    }
}

impl std::error::Error for Malformed {}

impl<'a> Json<'a> {
    /// Reads one JSON text.
    ///
    /// # Errors
    /// [`Malformed`] for anything but one strict JSON value within the limits: UTF-8 without byte order mark, no
    /// duplicate names, no lone surrogates, numbers in the range of a double, nothing but white space after it.
    pub fn parse(text: &'a [u8], limits: Limits) -> Result<Json<'a>, Malformed> {
        let guard = Guard::new(limits);
        let mut reader = serde_json::Deserializer::from_slice(text);
        guard
            .read(0)
            .deserialize(&mut reader)
            .and_then(|json| reader.end().map(|()| json))
            .map_err(|error| guard.malformed(&error))
    }
}

impl<'de> serde::Deserialize<'de> for Json<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Guard::new(Limits::default()).read(0).deserialize(deserializer)
    }
}

/// What one reading keeps in mind.
struct Guard {
    limits: Limits,
    values: Cell<usize>,
    reason: Cell<Reason>,
    /// Grows from the inside out while an error travels up; empty otherwise.
    pointer: RefCell<String>,
}

impl Guard {
    fn new(limits: Limits) -> Self {
        Guard { limits, values: Cell::new(0), reason: Cell::new(Reason::Syntax), pointer: RefCell::default() }
    }

    fn read(&self, depth: usize) -> Read<'_> {
        Read { guard: self, depth }
    }

    fn fault<E: Error>(&self, reason: Reason, message: impl fmt::Display) -> E {
        self.reason.set(reason);
        E::custom(message)
    }

    fn count<E: Error>(&self) -> Result<(), E> {
        self.values.set(self.values.get() + 1);
        if self.values.get() > self.limits.values {
            return Err(self.fault(Reason::TooMany, format_args!("more than {} values", self.limits.values)));
        }
        Ok(())
    }

    fn deeper<E: Error>(&self, depth: usize) -> Result<usize, E> {
        let most = self.limits.depth.min(DEEPEST);
        if depth >= most {
            return Err(self.fault(Reason::TooDeep, format_args!("nested deeper than {most} levels")));
        }
        Ok(depth + 1)
    }

    fn within<E>(&self, segment: impl fmt::Display) -> impl FnOnce(E) -> E {
        move |error| {
            pointer::prefix(&mut self.pointer.borrow_mut(), segment);
            error
        }
    }

    fn malformed(&self, error: &serde_json::Error) -> Malformed {
        let full = error.to_string();
        // The place stands in fields of its own.
        let message = full.rsplit_once(" at line ").map_or(full.as_str(), |(message, _)| message);
        let pointer = self.pointer.borrow().clone();
        let reason = self.reason.get();
        Malformed { reason, pointer, line: error.line(), column: error.column(), message: message.to_owned() }
    }
}

/// Reads one value at a depth.
#[derive(Clone, Copy)]
struct Read<'g> {
    guard: &'g Guard,
    depth: usize,
}

impl<'de> DeserializeSeed<'de> for Read<'_> {
    type Value = Json<'de>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Json<'de>, D::Error> {
        self.guard.count()?;
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Read<'_> {
    type Value = Json<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_unit<E>(self) -> Result<Json<'de>, E> {
        Ok(Json::Null)
    }

    fn visit_none<E>(self) -> Result<Json<'de>, E> {
        Ok(Json::Null)
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Json<'de>, D::Error> {
        deserializer.deserialize_any(self)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Json<'de>, E> {
        Ok(Json::Bool(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Json<'de>, E> {
        Ok(Json::Number(value.into()))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Json<'de>, E> {
        Ok(Json::Number(value.into()))
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<Json<'de>, E> {
        Number::from_f64(value).map(Json::Number).ok_or_else(|| E::custom("number out of range"))
    }

    fn visit_str<E>(self, text: &str) -> Result<Json<'de>, E> {
        Ok(Json::String(Cow::Owned(text.to_owned())))
    }

    fn visit_string<E>(self, text: String) -> Result<Json<'de>, E> {
        Ok(Json::String(Cow::Owned(text)))
    }

    fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Json<'de>, E> {
        Ok(Json::String(Cow::Borrowed(text)))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut sequence: A) -> Result<Json<'de>, A::Error> {
        let item = self.guard.read(self.guard.deeper(self.depth)?);
        let mut items = Vec::new();
        while let Some(value) = sequence.next_element_seed(item).map_err(self.guard.within(items.len()))? {
            items.push(value);
        }
        Ok(Json::Array(items))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Json<'de>, A::Error> {
        let member = self.guard.read(self.guard.deeper(self.depth)?);
        let mut object = Object::default();
        let mut names = Names::default();
        while let Some(name) = map.next_key_seed(Key)? {
            if names.is_taken(&object, &name) {
                let fault = self.guard.fault(Reason::DuplicateKey, "duplicate name in an object");
                return Err(self.guard.within(&name)(fault));
            }
            let value = map.next_value_seed(member).map_err(self.guard.within(&name))?;
            object.push_new(name, value);
        }
        Ok(Json::Object(object))
    }
}

/// Finds names that come twice without making a small object pay for it.
#[derive(Default)]
struct Names {
    /// Hashes of all names of the object, once it is no longer small. Seeded at random.
    hashes: Option<(RandomState, HashSet<u64>)>,
}

/// Up to here a look at every name is the fastest.
const SMALL: usize = 16;

impl Names {
    fn is_taken(&mut self, object: &Object<'_>, name: &str) -> bool {
        if object.len() < SMALL {
            return object.get(name).is_some();
        }
        let (state, hashes) = self.hashes.get_or_insert_with(|| {
            let state = RandomState::new();
            let hashes = object.iter().map(|(name, _)| state.hash_one(name)).collect();
            (state, hashes)
        });
        // Names with one hash are rarely the same name: look.
        !hashes.insert(state.hash_one(name)) && object.get(name).is_some()
    }
}

/// Reads the name of a member.
struct Key;

impl<'de> DeserializeSeed<'de> for Key {
    type Value = Cow<'de, str>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Cow<'de, str>, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl<'de> Visitor<'de> for Key {
    type Value = Cow<'de, str>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a name")
    }

    fn visit_borrowed_str<E>(self, name: &'de str) -> Result<Cow<'de, str>, E> {
        Ok(Cow::Borrowed(name))
    }

    fn visit_str<E>(self, name: &str) -> Result<Cow<'de, str>, E> {
        Ok(Cow::Owned(name.to_owned()))
    }

    fn visit_string<E>(self, name: String) -> Result<Cow<'de, str>, E> {
        Ok(Cow::Owned(name))
    }
}
