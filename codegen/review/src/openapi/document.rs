//! The parts of an OpenAPI document that are compared, references followed.

use serde_json::{Map, Value};

use crate::schema::Dialect;
use crate::value::token;

const METHODS: &[&str] = &["get", "put", "post", "delete", "options", "head", "patch", "trace"];

/// Longest chain of references.
const LONGEST_CHAIN: usize = 20;

/// An OpenAPI document.
#[derive(Clone, Copy, Debug)]
pub(super) struct Document<'d> {
    root: &'d Value,
}

/// A part of a document.
#[derive(Clone, Debug)]
pub(super) struct Part<'d> {
    pub(super) document: Document<'d>,
    /// JSON Pointer.
    pub(super) pointer: String,
    pub(super) value: &'d Value,
}

/// An operation of a document.
#[derive(Clone, Debug)]
pub(super) struct Operation<'d> {
    /// Method and path with its variables numbered: what makes it the same operation whatever they are called.
    pub(super) key: String,
    /// Method and path as they are written.
    pub(super) title: String,
    pub(super) part: Part<'d>,
    path_item: Part<'d>,
}

impl<'d> Document<'d> {
    pub(super) fn of(root: &'d Value) -> Self {
        Document { root }
    }

    /// The whole document, for reading schemas.
    pub(super) fn root(self) -> &'d Value {
        self.root
    }

    /// The language of its schemas.
    pub(super) fn dialect(self) -> Dialect {
        let version = self.root.get("openapi").and_then(Value::as_str).unwrap_or_default();
        if version.starts_with("3.0") { Dialect::OpenApi30 } else { Dialect::Draft2020 }
    }

    fn part(self) -> Part<'d> {
        Part { document: self, pointer: String::new(), value: self.root }
    }

    /// All operations, in the order of paths and methods.
    pub(super) fn operations(self) -> Vec<Operation<'d>> {
        let mut found = Vec::new();
        for (path, item) in self.part().get("paths").map(|paths| paths.members()).unwrap_or_default() {
            for method in METHODS {
                if let Some(part) = item.get(method) {
                    found.push(Operation {
                        key: format!("{} {method}", numbered(path)),
                        title: format!("{method} {path}"),
                        part,
                        path_item: item.clone(),
                    });
                }
            }
        }
        found
    }
}

impl<'d> Part<'d> {
    /// A member, references followed.
    pub(super) fn get(&self, name: &str) -> Option<Part<'d>> {
        let value = self.value.get(name)?;
        let pointer = format!("{}/{}", self.pointer, token(name));
        Some(Part { document: self.document, pointer, value }.followed())
    }

    /// All members by name, references followed.
    pub(super) fn members(&self) -> Vec<(&'d str, Part<'d>)> {
        let members: Option<&'d Map<String, Value>> = self.value.as_object();
        let mut names: Vec<&'d String> = members.map(|members| members.keys().collect()).unwrap_or_default();
        names.sort_unstable();
        names.into_iter().filter_map(|name| Some((name.as_str(), self.get(name)?))).collect()
    }

    /// All items, references followed.
    pub(super) fn items(&self) -> Vec<Part<'d>> {
        let items = self.value.as_array().map_or(&[][..], Vec::as_slice);
        let part = |(index, value): (usize, &'d Value)| {
            Part { document: self.document, pointer: format!("{}/{index}", self.pointer), value }.followed()
        };
        items.iter().enumerate().map(part).collect()
    }

    /// The text of a member.
    pub(super) fn text(&self, name: &str) -> Option<&'d str> {
        self.value.get(name).and_then(Value::as_str)
    }

    /// Whether a member is `true`.
    pub(super) fn flag(&self, name: &str) -> bool {
        self.value.get(name) == Some(&Value::Bool(true))
    }

    /// What a reference leads to, within the document; itself if it is none or leads nowhere.
    fn followed(mut self) -> Self {
        for _ in 0..LONGEST_CHAIN {
            let target =
                self.text("$ref").and_then(|reference| reference.strip_prefix('#')).map(str::to_owned);
            let Some((pointer, value)) =
                target.and_then(|pointer| self.document.root.pointer(&pointer).map(|value| (pointer, value)))
            else {
                break;
            };
            (self.pointer, self.value) = (pointer, value);
        }
        self
    }
}

impl<'d> Operation<'d> {
    /// Its parameters, those of its path included, by place and name.
    pub(super) fn parameters(&self) -> Vec<((String, String), Part<'d>)> {
        let mut found: Vec<((String, String), Part<'d>)> = Vec::new();
        let mut position = 0;
        for part in [&self.path_item, &self.part] {
            for parameter in part.get("parameters").map(|list| list.items()).unwrap_or_default() {
                let text = |key: &str| parameter.text(key).unwrap_or_default().to_owned();
                let mut key = (text("in"), text("name"));
                if key.0 == "path" {
                    // By its position: what callers send doesn't have the name.
                    key.1 = self.variable(&key.1).unwrap_or_else(|| format!("?{position}"));
                    position += 1;
                } else if key.0 == "header" {
                    key.1 = key.1.to_ascii_lowercase();
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
        let at = self.title.find(&marked)?;
        Some(self.title[..at].matches('{').count().to_string())
    }
}

/// A path with its variables numbered.
fn numbered(path: &str) -> String {
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
