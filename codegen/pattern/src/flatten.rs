//! From a document to the leaves of an event: dotted paths, and the array elements around each leaf.

use std::collections::{HashMap, HashSet};

use serde_json::Value;

use crate::event::{Event, EventError, LAST, Leaf, MAX_EVENT_BYTES, Place, PlaceId};
use crate::json::{MAX_DEPTH, Token};
use crate::number;

enum Frame {
    /// The length of the path before the current key.
    Object(usize),
    Array {
        array: u32,
        element: u32,
    },
}

#[derive(Default)]
pub(crate) struct Flattening {
    event: Event,
    frames: Vec<Frame>,
    path: String,
    keys: usize,
    place: PlaceId,
    /// The classes of the arrays at each path, by their depth among arrays.
    known: HashMap<Box<str>, Vec<u32>>,
    class_count: u32,
    met: HashSet<(u32, PlaceId)>,
}

impl Flattening {
    /// A start for a document of about so many bytes.
    pub(crate) fn expecting(bytes: usize) -> Self {
        let mut flattening = Self::default();
        flattening.event.text.reserve(bytes);
        flattening
    }

    pub(crate) fn into_event(self) -> Event {
        self.event
    }

    /// Takes the next token of a document.
    pub(crate) fn take(&mut self, token: Token<'_>) -> Result<(), EventError> {
        if self.frames.is_empty() && token != Token::BeginObject {
            return Err(EventError::NotAnObject);
        }
        match token {
            Token::BeginObject => self.begin_object(),
            Token::BeginArray => self.begin_array(),
            Token::EndObject | Token::EndArray => self.end(),
            Token::Key(key) => self.key(&key),
            Token::Text(text) => self.string(&text),
            Token::Number(spelling) => self.leaf(spelling, number::comparable(spelling)),
            Token::Word(word) => self.leaf(word, None),
            Token::End => {}
        }
        self.check_size()
    }

    fn check_size(&self) -> Result<(), EventError> {
        if self.event.text.len() > MAX_EVENT_BYTES { Err(EventError::TooLarge) } else { Ok(()) }
    }

    /// Takes a whole value.
    pub(crate) fn take_value(&mut self, value: &Value) -> Result<(), EventError> {
        if self.frames.len() > MAX_DEPTH {
            return Err(EventError::TooDeep);
        }
        match value {
            Value::Object(members) => {
                self.begin_object();
                for (key, member) in members {
                    self.key(key);
                    self.take_value(member)?;
                }
                self.end();
            }
            Value::Array(elements) => {
                self.begin_array();
                for element in elements {
                    self.take_value(element)?;
                }
                self.end();
            }
            Value::String(text) => self.string(text),
            Value::Number(found) => {
                let spelling = found.to_string();
                self.leaf(&spelling, number::comparable(&spelling));
            }
            Value::Bool(found) => self.leaf(if *found { "true" } else { "false" }, None),
            Value::Null => self.leaf("null", None),
        }
        self.check_size()
    }

    fn begin_object(&mut self) {
        self.enter_element();
        self.frames.push(Frame::Object(self.path.len()));
    }

    fn begin_array(&mut self) {
        self.enter_element();
        let nested =
            self.frames.iter().rev().take_while(|frame| matches!(frame, Frame::Array { .. })).count();
        let class = self.class(nested);
        self.event.ambiguous |= !self.met.insert((class, self.place));
        let array = count(self.event.classes.len());
        self.event.classes.push(class);
        self.frames.push(Frame::Array { array, element: 0 });
    }

    fn class(&mut self, nested: usize) -> u32 {
        if !self.known.contains_key(&*self.path) {
            self.known.insert(self.path.as_str().into(), Vec::new());
        }
        let Some(classes) = self.known.get_mut(&*self.path) else { return 0 };
        while classes.len() <= nested {
            classes.push(self.class_count);
            self.class_count += 1;
        }
        classes[nested]
    }

    /// Objects and arrays inside an array are places of their own; plain values aren't.
    fn enter_element(&mut self) {
        if let Some(Frame::Array { array, element }) = self.frames.last() {
            self.event.places.push(Place { outer: self.place, array: *array, element: *element });
            self.place = count(self.event.places.len());
        }
    }

    fn end(&mut self) {
        self.frames.pop();
        if let (Some(Frame::Array { .. }), Some(left)) = (
            self.frames.last(),
            (self.place as usize).checked_sub(1).and_then(|at| self.event.places.get(at)),
        ) {
            self.place = left.outer;
        }
        self.after_value();
    }

    fn key(&mut self, key: &str) {
        if let Some(Frame::Object(length)) = self.frames.last_mut() {
            *length = self.path.len();
        }
        if self.keys > 0 {
            self.path.push('.');
        }
        self.path.push_str(key);
        self.keys += 1;
        self.event.ambiguous |= key.contains('.');
    }

    fn after_value(&mut self) {
        match self.frames.last_mut() {
            Some(Frame::Object(length)) => {
                self.path.truncate(*length);
                self.keys -= 1;
            }
            Some(Frame::Array { element, .. }) => *element += 1,
            None => {}
        }
    }

    fn string(&mut self, text: &str) {
        let start = self.event.text.len();
        self.event.text.reserve(text.len() + 2);
        self.event.text.push('"');
        self.event.text.push_str(text);
        self.event.text.push('"');
        self.push_leaf(start, None);
    }

    fn leaf(&mut self, spelling: &str, number: Option<f64>) {
        let start = self.event.text.len();
        self.event.text.push_str(spelling);
        self.push_leaf(start, number);
    }

    fn push_leaf(&mut self, start: usize, number: Option<f64>) {
        let id = count(self.event.leaves.len());
        let (start, end) = (count(start), count(self.event.text.len()));
        self.event.leaves.push(Leaf { start, end, place: self.place, next: LAST, number });
        match self.event.paths.get_mut(&*self.path) {
            Some((_, last)) => {
                if let Some(leaf) = self.event.leaves.get_mut(*last as usize) {
                    leaf.next = id;
                }
                *last = id;
            }
            None => {
                self.event.paths.insert(self.path.as_str().into(), (id, id));
            }
        }
        self.after_value();
    }
}

/// Counts and offsets stay below [`MAX_EVENT_BYTES`] times a small factor, so 32 bits hold them.
fn count(length: usize) -> u32 {
    u32::try_from(length).unwrap_or(u32::MAX)
}
