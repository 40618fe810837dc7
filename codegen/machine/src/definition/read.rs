//! From JSON to definitions: machines, scopes, and the reader of one object.

use std::collections::BTreeMap;

use serde_json::Value;

use super::read_state;
use super::{Machine, Scope, State};
use crate::data::path::Path;
use crate::data::template::escaped;
use crate::fault::Fault;

pub(super) fn machine(definition: &Value, faults: &mut Vec<Fault>) -> Machine {
    let Some(mut object) = Object::of(definition, String::new(), faults) else {
        return Machine { scope: Scope::default(), timeout: None };
    };
    let timeout = object.whole("TimeoutSeconds", 1, MOST_SECONDS);
    if let Some(language) = object.text("QueryLanguage").filter(|language| language != "JSONPath") {
        object.fault("QueryLanguage", format!("`{language}` is not supported, only JSONPath"));
    }
    object.text("Version");
    let scope = scope(&mut object);
    object.finish();
    Machine { scope, timeout }
}

/// The longest time that a state may name, in seconds. Source: the States Language.
pub(super) const MOST_SECONDS: u64 = 99_999_999;

/// `StartAt` and `States` of an object.
pub(super) fn scope(object: &mut Object<'_, '_>) -> Scope {
    object.text("Comment");
    let start = object.required_text("StartAt").unwrap_or_default();
    let mut states = BTreeMap::new();
    let place = object.place("States");
    let found = object.required("States");
    match found.map(Value::as_object) {
        Some(Some(members)) if !members.is_empty() => {
            for (name, value) in members {
                let pointer = format!("{place}/{}", escaped(name));
                if name.is_empty() || name.chars().count() > 80 {
                    let message = "a state's name has 1 to 80 characters".to_owned();
                    object.faults.push(Fault { pointer: pointer.clone(), message });
                }
                if let Some(state) = state(value, pointer, object.faults) {
                    states.insert(name.clone(), state);
                }
            }
        }
        Some(_) => object.fault("States", "`States` is an object with at least one state"),
        None => {}
    }
    Scope { start, states }
}

fn state(value: &Value, pointer: String, faults: &mut Vec<Fault>) -> Option<State> {
    let mut object = Object::of(value, pointer, faults)?;
    let state = read_state::state(&mut object);
    object.finish();
    state
}

/// An object while it is read: what nobody asked for is a fault.
pub(super) struct Object<'v, 'f> {
    members: &'v serde_json::Map<String, Value>,
    pointer: String,
    asked: Vec<&'static str>,
    pub(super) faults: &'f mut Vec<Fault>,
}

impl<'v, 'f> Object<'v, 'f> {
    pub(super) fn of(value: &'v Value, pointer: String, faults: &'f mut Vec<Fault>) -> Option<Self> {
        match value.as_object() {
            Some(members) => Some(Self { members, pointer, asked: Vec::new(), faults }),
            None => {
                faults.push(Fault { pointer, message: "an object stands here".to_owned() });
                None
            }
        }
    }

    pub(super) fn place(&self, name: &str) -> String {
        format!("{}/{name}", self.pointer)
    }

    pub(super) fn fault(&mut self, name: &str, message: impl Into<String>) {
        let pointer = if name.is_empty() { self.pointer.clone() } else { self.place(name) };
        self.faults.push(Fault { pointer, message: message.into() });
    }

    pub(super) fn get(&mut self, name: &'static str) -> Option<&'v Value> {
        self.asked.push(name);
        self.members.get(name)
    }

    pub(super) fn has(&self, name: &str) -> bool {
        self.members.contains_key(name)
    }

    pub(super) fn required(&mut self, name: &'static str) -> Option<&'v Value> {
        let found = self.get(name);
        if found.is_none() {
            self.fault("", format!("`{name}` is missing"));
        }
        found
    }

    pub(super) fn text(&mut self, name: &'static str) -> Option<String> {
        let value = self.get(name)?;
        match value.as_str() {
            Some(text) => Some(text.to_owned()),
            None => {
                self.fault(name, format!("`{name}` is a text"));
                None
            }
        }
    }

    pub(super) fn required_text(&mut self, name: &'static str) -> Option<String> {
        match self.has(name) {
            true => self.text(name),
            false => {
                self.required(name);
                None
            }
        }
    }

    pub(super) fn flag(&mut self, name: &'static str) -> Option<bool> {
        let value = self.get(name)?;
        if !value.is_boolean() {
            self.fault(name, format!("`{name}` is `true` or `false`"));
        }
        value.as_bool()
    }

    pub(super) fn whole(&mut self, name: &'static str, least: u64, most: u64) -> Option<u64> {
        let value = self.get(name)?;
        let number = value.as_u64().filter(|number| (least..=most).contains(number));
        if number.is_none() {
            self.fault(name, format!("`{name}` is a whole number from {least} to {most}"));
        }
        number
    }

    pub(super) fn path(&mut self, name: &'static str) -> Option<Path> {
        let text = self.text(name)?;
        match Path::read(&text) {
            Ok(path) => Some(path),
            Err(reason) => {
                self.fault(name, reason);
                None
            }
        }
    }

    pub(super) fn list(&mut self, name: &'static str) -> Option<&'v [Value]> {
        let value = self.get(name)?;
        let items = value.as_array().filter(|items| !items.is_empty());
        if items.is_none() {
            self.fault(name, format!("`{name}` is a list with at least one entry"));
        }
        items.map(Vec::as_slice)
    }

    /// Every member that wasn't asked for.
    pub(super) fn finish(self) {
        for name in self.members.keys().filter(|name| !self.asked.contains(&name.as_str())) {
            let pointer = format!("{}/{}", self.pointer, escaped(name));
            self.faults.push(Fault { pointer, message: format!("`{name}` is not known here") });
        }
    }
}
