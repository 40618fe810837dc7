//! An event, flattened once for any number of patterns: each leaf with its dotted path and the array elements that
//! it lies in.

use std::collections::HashMap;
use std::fmt;

use serde_json::Value;

use crate::flatten::Flattening;
use crate::json::{self, MAX_DEPTH, SyntaxFault, Token, Tokens};
use crate::position::line_and_column;

/// An event whose leaves hold more text than this is refused: far beyond what a bus accepts, and far below what the
/// 32-bit offsets of a leaf can hold.
pub const MAX_EVENT_BYTES: usize = 64 << 20;

/// A JSON document that patterns are matched against.
#[derive(Debug, Clone, Default)]
pub struct Event {
    /// The text of every leaf, one after the other: strings in quotes and unescaped, anything else as spelt.
    pub(crate) text: String,
    pub(crate) leaves: Vec<Leaf>,
    /// The first and the last leaf of each path; each leaf leads to the next of its path.
    pub(crate) paths: HashMap<Box<str>, (u32, u32)>,
    pub(crate) places: Vec<Place>,
    /// What kind of array each array is: see [`Event::class_of`].
    pub(crate) classes: Vec<u32>,
    pub(crate) ambiguous: bool,
}

#[derive(Debug, Clone, Copy)]
pub(crate) struct Leaf {
    pub(crate) start: u32,
    pub(crate) end: u32,
    pub(crate) place: PlaceId,
    /// The next leaf of the same path, or [`LAST`].
    pub(crate) next: u32,
    pub(crate) number: Option<f64>,
}

/// What the last leaf of a path leads to.
pub(crate) const LAST: u32 = u32::MAX;

/// Where a leaf lies among the arrays: an element of an array, inside an outer place.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Place {
    pub(crate) outer: PlaceId,
    pub(crate) array: u32,
    pub(crate) element: u32,
}

/// A place; 0 is the document outside any array.
pub(crate) type PlaceId = u32;

/// One leaf as a condition sees it.
#[derive(Debug, Clone, Copy)]
pub struct LeafView<'a> {
    /// A string in quotes and unescaped; a number, `true`, `false` or `null` as spelt.
    pub text: &'a str,
    /// The number to compare by, where the leaf is one.
    pub number: Option<f64>,
    pub(crate) place: PlaceId,
}

/// Why a text is no event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum EventError {
    /// The text isn't JSON; line and column from 1.
    Syntax {
        /// What is wrong.
        fault: SyntaxFault,
        /// The line, from 1.
        line: usize,
        /// The column in characters, from 1.
        column: usize,
    },
    /// The document isn't an object.
    NotAnObject,
    /// More than 1,000 objects and arrays inside one another.
    TooDeep,
    /// More text than [`MAX_EVENT_BYTES`].
    TooLarge,
}

impl fmt::Display for EventError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Syntax { fault, line, column } => {
                write!(out, "the event isn't JSON: {line}:{column}: {fault}")
            }
            Self::NotAnObject => write!(out, "an event must be a JSON object"),
            Self::TooDeep => write!(out, "the event nests deeper than {MAX_DEPTH}"),
            Self::TooLarge => write!(out, "the event holds more than {MAX_EVENT_BYTES} bytes"),
        }
    }
}

impl std::error::Error for EventError {}

impl Event {
    /// Reads an event from JSON text. A repeated key keeps all its values, as the service does.
    pub fn parse(text: &str) -> Result<Self, EventError> {
        let located = |error: json::SyntaxError| {
            let (line, column) = line_and_column(text, error.at);
            EventError::Syntax { fault: error.fault, line, column }
        };
        let mut tokens = Tokens::new(text);
        let mut flattening = Flattening::expecting(text.len());
        loop {
            match tokens.next_token().map_err(located)? {
                Token::End => return Ok(flattening.into_event()),
                token => flattening.take(token)?,
            }
        }
    }

    /// Flattens an event that is parsed already.
    pub fn from_value(value: &Value) -> Result<Self, EventError> {
        let mut flattening = Flattening::default();
        if !value.is_object() {
            return Err(EventError::NotAnObject);
        }
        flattening.take_value(value)?;
        Ok(flattening.into_event())
    }

    /// The leaves at a dotted path, in document order.
    pub fn leaves(&self, path: &str) -> impl Iterator<Item = LeafView<'_>> {
        self.chain(self.paths.get(path).map_or(LAST, |(first, _)| *first))
    }

    /// Every path that has a leaf, with its leaves.
    pub(crate) fn paths(&self) -> impl Iterator<Item = (&str, impl Iterator<Item = LeafView<'_>>)> {
        self.paths.iter().map(|(path, (first, _))| (&**path, self.chain(*first)))
    }

    fn chain(&self, first: u32) -> impl Iterator<Item = LeafView<'_>> {
        let mut at = first;
        std::iter::from_fn(move || {
            let leaf = self.leaves.get(at as usize)?;
            at = leaf.next;
            let text = &self.text[leaf.start as usize..leaf.end as usize];
            Some(LeafView { text, number: leaf.number, place: leaf.place })
        })
    }

    /// The elements that a place lies in, innermost first.
    pub(crate) fn elements(&self, place: PlaceId) -> impl Iterator<Item = Place> {
        let mut at = place;
        std::iter::from_fn(move || {
            let found = self.places.get((at as usize).checked_sub(1)?).copied()?;
            at = found.outer;
            Some(found)
        })
    }

    /// Arrays of one class stand at the same path and depth; unless the event is ambiguous, two of them lie in
    /// different elements of some outer array.
    pub(crate) fn class_of(&self, array: u32) -> u32 {
        self.classes[array as usize]
    }

    /// Whether the same path is spelt in several ways: dotted keys, or a key given twice.
    pub(crate) fn is_ambiguous(&self) -> bool {
        self.ambiguous
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(event: &Event, path: &str) -> Vec<String> {
        event.leaves(path).map(|leaf| leaf.text.to_owned()).collect()
    }

    #[test]
    fn leaves_are_found_by_dotted_path_through_arrays() {
        let event =
            Event::parse(r#"{"a":[{"b":[1,"x"]},[{"b":null}]],"a.b":true,"c":{},"d":[]}"#).expect("an event");
        assert_eq!(texts(&event, "a.b"), ["1", "\"x\"", "null", "true"]);
        assert!(
            texts(&event, "c").is_empty() && texts(&event, "d").is_empty() && texts(&event, "a").is_empty()
        );
    }

    #[test]
    fn places_name_the_elements_from_the_inside_out() {
        let event = Event::parse(r#"{"a":[{"b":[0,{"c":1}]},{"b":[{"c":2}]}]}"#).expect("an event");
        let places: Vec<Vec<u32>> = event
            .leaves("a.b.c")
            .map(|leaf| event.elements(leaf.place).map(|place| place.element).collect())
            .collect();
        assert_eq!(places, [vec![1, 0], vec![0, 1]]);
        assert_eq!(event.elements(event.leaves("a.b").next().expect("0").place).count(), 1);
    }

    #[test]
    fn text_and_value_flatten_alike() {
        let text = r#"{"a":[{"b":1.5},{"b":"\u00e9"}],"c":{"d":false}}"#;
        let parsed = Event::parse(text).expect("an event");
        let value = Event::from_value(&serde_json::from_str(text).expect("JSON")).expect("an event");
        for path in ["a.b", "c.d"] {
            assert_eq!(texts(&parsed, path), texts(&value, path));
        }
    }

    #[test]
    fn only_an_object_is_an_event() {
        for text in ["[]", "1", "null", "\"{}\""] {
            assert_eq!(Event::parse(text).err(), Some(EventError::NotAnObject), "{text}");
        }
        assert!(matches!(Event::parse("{\"a\":}"), Err(EventError::Syntax { line: 1, column: 6, .. })));
    }
}
