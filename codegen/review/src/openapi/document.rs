//! The parts of an OpenAPI document that are compared, references followed.

use serde_json::{Map, Value};

use crate::documents::Documents;
use crate::value::token;

/// Methods of OpenAPI, `query` of 3.2 included.
pub(super) const METHODS: &[&str] =
    &["get", "put", "post", "delete", "options", "head", "patch", "trace", "query"];

/// Longest chain of references.
const LONGEST_CHAIN: usize = 20;

/// A part of a document.
#[derive(Clone, Debug)]
pub(super) struct Part<'d> {
    pub(super) documents: &'d Documents<'d>,
    /// JSON Pointer.
    pub(super) pointer: String,
    pub(super) value: &'d Value,
}

/// An operation of a document.
#[derive(Clone, Debug)]
pub(super) struct Operation<'d> {
    /// `get`.
    pub(super) method: String,
    /// As it is written.
    pub(super) path: String,
    /// `GET /books/{isbn}`.
    pub(super) title: String,
    pub(super) part: Part<'d>,
    pub(super) path_item: Part<'d>,
    /// The document.
    pub(super) root: Part<'d>,
}

impl<'d> Part<'d> {
    /// What a pointer leads to.
    pub(super) fn of(documents: &'d Documents<'d>, pointer: &str) -> Option<Self> {
        let value = documents.at(pointer)?;
        Some(Part { documents, pointer: pointer.to_owned(), value }.followed())
    }

    /// A member, references followed.
    pub(super) fn get(&self, name: &str) -> Option<Part<'d>> {
        Some(self.raw(name)?.followed())
    }

    /// A member as it is written.
    pub(super) fn raw(&self, name: &str) -> Option<Part<'d>> {
        let value = self.value.get(name)?;
        let pointer = format!("{}/{}", self.pointer, token(name));
        Some(Part { documents: self.documents, pointer, value })
    }

    /// The pointer of a member, whether it is there or not.
    pub(super) fn place(&self, name: &str) -> String {
        if self.value.get(name).is_some() {
            format!("{}/{}", self.pointer, token(name))
        } else {
            self.pointer.clone()
        }
    }

    /// All members by name, references followed.
    pub(super) fn members(&self) -> Vec<(&'d str, Part<'d>)> {
        let members: Option<&'d Map<String, Value>> = self.value.as_object();
        let mut names: Vec<&'d String> = members.map(|members| members.keys().collect()).unwrap_or_default();
        names.sort_unstable();
        names.into_iter().filter_map(|name| Some((name.as_str(), self.get(name)?))).collect()
    }

    /// The members of a member.
    pub(super) fn below(&self, name: &str) -> Vec<(&'d str, Part<'d>)> {
        self.get(name).map(|part| part.members()).unwrap_or_default()
    }

    /// The responses of an operation by status; extensions are none.
    pub(super) fn responses(&self) -> Vec<(&'d str, Part<'d>)> {
        let mut responses = self.below("responses");
        responses.retain(|(status, _)| !status.starts_with("x-"));
        responses
    }

    /// All items, references followed.
    pub(super) fn items(&self) -> Vec<Part<'d>> {
        let items = self.value.as_array().map_or(&[][..], Vec::as_slice);
        let part = |(index, value): (usize, &'d Value)| {
            let pointer = format!("{}/{index}", self.pointer);
            Part { documents: self.documents, pointer, value }.followed()
        };
        items.iter().enumerate().map(part).collect()
    }

    /// The items of a member.
    pub(super) fn list(&self, name: &str) -> Vec<Part<'d>> {
        self.get(name).map(|part| part.items()).unwrap_or_default()
    }

    /// The text of a member.
    pub(super) fn text(&self, name: &str) -> Option<&'d str> {
        self.value.get(name).and_then(Value::as_str)
    }

    /// The texts of a list.
    pub(super) fn texts(&self, name: &str) -> Vec<&'d str> {
        let listed = self.value.get(name).and_then(Value::as_array);
        listed.into_iter().flatten().filter_map(Value::as_str).collect()
    }

    /// Whether a member is `true`.
    pub(super) fn flag(&self, name: &str) -> bool {
        self.value.get(name) == Some(&Value::Bool(true))
    }

    /// What a reference leads to; itself if it is none or leads nowhere.
    fn followed(mut self) -> Self {
        for _ in 0..LONGEST_CHAIN {
            let Some(reference) = self.text("$ref") else { break };
            let Some(pointer) = self.documents.follow(reference, &self.pointer) else { break };
            let Some(value) = self.documents.at(&pointer) else { break };
            (self.pointer, self.value) = (pointer, value);
        }
        self
    }
}

/// The operations of some path items, in the order of names and methods.
pub(super) fn operations<'d>(root: &Part<'d>, items: Vec<(&'d str, Part<'d>)>) -> Vec<Operation<'d>> {
    let mut found = Vec::new();
    for (path, item) in items.into_iter().filter(|(path, _)| !path.starts_with("x-")) {
        for method in METHODS {
            if let Some(part) = item.get(method).filter(|part| part.value.is_object()) {
                found.push(Operation {
                    method: (*method).to_owned(),
                    path: path.to_owned(),
                    title: format!("{} {path}", method.to_ascii_uppercase()),
                    part,
                    path_item: item.clone(),
                    root: root.clone(),
                });
            }
        }
    }
    found
}

/// Headers that OpenAPI says are no parameters: they are described elsewhere.
const NO_PARAMETERS: [&str; 3] = ["accept", "content-type", "authorization"];

impl<'d> Operation<'d> {
    /// Method and path with its variables numbered: what makes it the same operation whatever they are called.
    pub(super) fn key(&self) -> String {
        format!("{} {}", numbered(&self.path), self.method)
    }

    /// Its parameters, those of its path included, by place and name.
    pub(super) fn parameters(&self) -> Vec<((String, String), Part<'d>)> {
        let mut found: Vec<((String, String), Part<'d>)> = Vec::new();
        let mut position = 0;
        for part in [&self.path_item, &self.part] {
            for parameter in part.list("parameters") {
                let text = |key: &str| parameter.text(key).unwrap_or_default().to_owned();
                let mut key = (text("in"), text("name"));
                if key.0 == "path" {
                    // By its position: what callers send doesn't have the name.
                    key.1 = self.variable(&key.1).unwrap_or_else(|| format!("?{position}"));
                    position += 1;
                } else if key.0 == "header" {
                    key.1 = key.1.to_ascii_lowercase();
                    if NO_PARAMETERS.contains(&key.1.as_str()) {
                        continue;
                    }
                }
                found.retain(|(known, _)| *known != key);
                found.push((key, parameter));
            }
        }
        found
    }

    /// The number of a variable of the path.
    fn variable(&self, name: &str) -> Option<String> {
        let marked = format!("{{{name}}}");
        let at = self.path.find(&marked)?;
        Some(self.path[..at].matches('{').count().to_string())
    }
}

/// A path with its variables numbered.
pub(super) fn numbered(path: &str) -> String {
    let mut out = String::new();
    let mut count = 0;
    let mut inside = false;
    for c in path.chars() {
        match c {
            '{' => {
                inside = true;
                out.push_str(&format!("{{{count}}}"));
                count += 1;
            }
            '}' => inside = false,
            c if !inside => out.push(c),
            _ => {}
        }
    }
    out
}
