//! One document, or files that refer to each other, as one value with one space of JSON Pointers.
//!
//! The first part of a pointer into files is the path of the file, so that a place is a place whichever file it is in,
//! and a type that many files share is one place.

use std::borrow::Cow;
use std::collections::BTreeMap;

use serde_json::{Map, Value};

use crate::schema::{Dialect, Names, Origin, Reading, Schema};
use crate::value::{token, untoken};

/// What schemas and APIs are read from.
#[derive(Debug)]
pub struct Documents<'d> {
    root: Cow<'d, Value>,
    /// Dialects of the files that name one, by the first part of their pointers; `None` for a single document.
    dialects: Option<BTreeMap<String, Dialect>>,
    /// The dialect of everything else.
    dialect: Dialect,
    names: Names,
    /// The file that the others belong to, if there is one.
    main: Option<String>,
}

impl<'d> Documents<'d> {
    /// A document that stands alone. What it names as its language counts more than `dialect`.
    pub fn one(document: &'d Value, dialect: Dialect) -> Self {
        let dialect = dialect.declared(document);
        let names = Names::of(document, dialect);
        Documents { root: Cow::Borrowed(document), dialects: None, dialect, names, main: None }
    }

    /// Files by their paths, which are how they refer to each other. A file that names no language is in 2020-12.
    pub fn files(files: impl IntoIterator<Item = (String, Value)>) -> Documents<'static> {
        let mut root = Map::new();
        let mut dialects = BTreeMap::new();
        for (path, document) in files {
            let declared = Dialect::default().declared(&document);
            if document.get("$schema").is_some() || document.get("openapi").is_some() {
                dialects.insert(token(&path), declared);
            }
            root.insert(path, document);
        }
        let each = root.iter().map(|(path, document)| {
            let dialect = dialects.get(&token(path)).copied().unwrap_or_default();
            (path.as_str(), document, dialect)
        });
        let names = Names::of_files(each);
        let dialect = Dialect::default();
        let root = Cow::Owned(Value::Object(root));
        Documents { root, dialects: Some(dialects), dialect, names, main: None }
    }

    /// The same files, where those that name no language are in another dialect.
    #[must_use]
    pub fn otherwise_in(mut self, dialect: Dialect) -> Self {
        self.dialect = dialect;
        self
    }

    /// The same files, one of which the others belong to: what it is called says nothing.
    #[must_use]
    pub fn with_main(mut self, path: &str) -> Self {
        self.main = Some(path.to_owned());
        self
    }

    /// Whether the others belong to a file.
    pub(crate) fn is_main(&self, path: &str) -> bool {
        self.main.as_deref() == Some(path)
    }

    /// The paths of the files, if there are files.
    pub(crate) fn paths(&self) -> impl Iterator<Item = &str> {
        let files = self.root.as_object().filter(|_| self.dialects.is_some());
        files.into_iter().flatten().map(|(path, _)| path.as_str())
    }

    /// The pointer of a file.
    pub fn pointer_of(&self, path: &str) -> String {
        if self.dialects.is_some() { format!("/{}", token(path)) } else { String::new() }
    }

    /// The file that a pointer leads into, if there are files, and the pointer within it.
    pub fn split<'p>(&self, pointer: &'p str) -> (Option<String>, &'p str) {
        if self.dialects.is_none() {
            return (None, pointer);
        }
        let rest = pointer.strip_prefix('/').unwrap_or(pointer);
        let end = rest.find('/').unwrap_or(rest.len());
        (Some(untoken(&rest[..end])), &rest[end..])
    }

    /// What a pointer leads to.
    pub fn at(&self, pointer: &str) -> Option<&Value> {
        value_at(&self.root, pointer)
    }

    /// The pointer that a reference leads to which is written at `from`, if there is something.
    pub(crate) fn follow(&self, reference: &str, from: &str) -> Option<String> {
        self.names.resolve(reference, from).ok().filter(|target| self.at(target).is_some())
    }

    pub(crate) fn names(&self) -> &Names {
        &self.names
    }

    /// The language of the schemas at a pointer.
    pub(crate) fn dialect_at(&self, pointer: &str) -> Dialect {
        let Some(dialects) = self.dialects.as_ref().filter(|dialects| !dialects.is_empty()) else {
            return self.dialect;
        };
        let first = pointer.strip_prefix('/').and_then(|rest| rest.split('/').next()).unwrap_or_default();
        dialects.get(first).copied().unwrap_or(self.dialect)
    }

    /// Reads the schema at a pointer and everything that it refers to.
    pub(crate) fn schema(&self, pointer: &str, reading: Reading) -> Schema {
        Origin::new(self, reading).schemas(&[Some(pointer.to_owned())]).remove(0)
    }
}

/// What a pointer leads to. Most parts of pointers have nothing escaped: those aren't copied.
fn value_at<'v>(root: &'v Value, pointer: &str) -> Option<&'v Value> {
    if pointer.is_empty() {
        return Some(root);
    }
    let mut at = root;
    for part in pointer.strip_prefix('/')?.split('/') {
        at = match at {
            Value::Object(members) if part.contains('~') => members.get(&untoken(part))?,
            Value::Object(members) => members.get(part)?,
            Value::Array(items) => items.get(index(part)?)?,
            _ => return None,
        };
    }
    Some(at)
}

/// The index of an item: digits alone, none leading that says nothing.
fn index(part: &str) -> Option<usize> {
    let digits = part.bytes().all(|byte| byte.is_ascii_digit());
    (digits && (part == "0" || !part.starts_with('0'))).then(|| part.parse().ok())?
}
