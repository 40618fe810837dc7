//! Schemas with an address of their own, and the names that references find inside them.

use std::collections::{BTreeMap, HashMap};

use stipule_ir::FileId;

use super::super::dialect::Dialect;
use super::uri;
use crate::documents::Documents;
use crate::reader::{Node, pointer};

/// A schema with an address: a file, or a schema with `$id`.
#[derive(Debug)]
pub(super) struct Resource<'d> {
    pub(super) root: &'d Node,
    pub(super) uri: String,
    pub(super) dialect: Dialect,
    /// `$anchor`, `$dynamicAnchor`, and `$id: "#name"` of draft-07.
    pub(super) anchors: BTreeMap<String, &'d Node>,
    /// `$dynamicAnchor` alone.
    pub(super) dynamic: BTreeMap<String, &'d Node>,
}

/// All resources of all files. The first number is 1: nothing belongs to 0.
#[derive(Debug, Default)]
pub(super) struct Resources<'d> {
    pub(super) list: Vec<Resource<'d>>,
    by_uri: BTreeMap<String, usize>,
    /// By file: pointers of the roots of resources.
    roots: BTreeMap<FileId, Vec<(String, usize)>>,
    /// By the node that is its root.
    by_root: HashMap<*const Node, usize>,
}

/// Keywords whose value is a schema.
pub(super) const SINGLE: [&str; 11] = [
    "additionalItems",
    "additionalProperties",
    "contains",
    "else",
    "if",
    "items",
    "not",
    "propertyNames",
    "then",
    "unevaluatedItems",
    "unevaluatedProperties",
];

/// Keywords whose value is a list of schemas.
pub(super) const LISTS: [&str; 4] = ["allOf", "anyOf", "oneOf", "prefixItems"];

/// Keywords whose value has schemas by name.
pub(super) const NAMED: [&str; 3] = ["dependentSchemas", "patternProperties", "properties"];

/// Where definitions stand.
const DEFINITIONS: [&str; 2] = ["$defs", "definitions"];

impl<'d> Resources<'d> {
    pub(super) fn of(documents: &'d Documents<'_>, address: &dyn Fn(&str) -> String) -> Self {
        let mut all = Resources::default();
        for (_, path, root) in documents.iter() {
            let (dialect, _) = Dialect::of(root);
            let at = all.add(root, address(path), dialect);
            if root.get("openapi").is_some() {
                let schemas = root.at("/components/schemas").and_then(Node::entries).unwrap_or_default();
                schemas.iter().for_each(|entry| all.walk(&entry.value, at));
            } else {
                all.walk(root, at);
            }
        }
        all
    }

    fn add(&mut self, root: &'d Node, uri: String, dialect: Dialect) -> usize {
        let at = self.list.len();
        self.by_uri.insert(uri.clone(), at);
        self.by_root.insert(std::ptr::from_ref(root), at);
        self.roots.entry(root.span.file).or_default().push((root.span.pointer.to_string(), at));
        let (anchors, dynamic) = Default::default();
        self.list.push(Resource { root, uri, dialect, anchors, dynamic });
        at
    }

    fn walk(&mut self, node: &'d Node, at: usize) {
        let dialect = self.list[at].dialect;
        let is_reference = node.get("$ref").is_some() && !dialect.reads_beside_ref();
        let mut at = at;
        if let Some(id) = node.get("$id").and_then(Node::as_str).filter(|_| !is_reference) {
            match id.strip_prefix('#') {
                Some(name) if !name.is_empty() => {
                    self.list[at].anchors.insert(name.to_owned(), node);
                }
                _ => at = self.identify(node, at, id),
            }
        }
        for key in ["$anchor", "$dynamicAnchor"] {
            let Some(name) = node.get(key).and_then(Node::as_str) else { continue };
            self.list[at].anchors.insert(name.to_owned(), node);
            if key == "$dynamicAnchor" {
                self.list[at].dynamic.insert(name.to_owned(), node);
            }
        }
        for entry in node.entries().unwrap_or_default() {
            let key = entry.key.value.as_str();
            let value = &entry.value;
            if SINGLE.contains(&key) {
                // `items` may be a list.
                let items = value.items().unwrap_or(std::slice::from_ref(value));
                items.iter().for_each(|schema| self.walk(schema, at));
            } else if LISTS.contains(&key) {
                value.items().unwrap_or_default().iter().for_each(|schema| self.walk(schema, at));
            } else if NAMED.contains(&key) || DEFINITIONS.contains(&key) || key == "dependencies" {
                let schemas = value.entries().unwrap_or_default();
                schemas.iter().for_each(|entry| self.walk(&entry.value, at));
            }
        }
    }

    /// A schema with `$id`: the file's own root keeps the address of the file as well.
    fn identify(&mut self, node: &'d Node, at: usize, id: &str) -> usize {
        let uri = uri::resolve(&self.list[at].uri, id);
        if std::ptr::eq(self.list[at].root, node) {
            self.by_uri.insert(uri.clone(), at);
            self.list[at].uri = uri;
            return at;
        }
        self.add(node, uri, self.list[at].dialect)
    }

    /// Whether it matters which resource a schema belongs to.
    pub(super) fn has_dynamic(&self) -> bool {
        self.list.iter().any(|resource| !resource.dynamic.is_empty())
    }

    /// The resource that a schema belongs to.
    pub(super) fn around(&self, node: &Node) -> Option<usize> {
        let pointer = &*node.span.pointer;
        let within = |root: &str| {
            pointer.strip_prefix(root).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        };
        let roots = self.roots.get(&node.span.file)?;
        roots.iter().filter(|(root, _)| within(root)).max_by_key(|(root, _)| root.len()).map(|(_, at)| *at)
    }

    /// The resource that begins with this schema.
    pub(super) fn beginning_with(&self, node: &Node) -> Option<usize> {
        self.by_root.get(&std::ptr::from_ref(node)).copied()
    }

    /// Where a reference leads, with the resource that its address names.
    pub(super) fn follow(&self, from: &Node, reference: &str) -> Option<(usize, &'d Node)> {
        let base = &self.list[self.around(from)?].uri;
        let at = *self.by_uri.get(&uri::resolve(base, reference))?;
        let fragment = reference.split_once('#').map_or("", |(_, fragment)| fragment);
        let fragment = pointer::percent_decode(fragment)?;
        let resource = &self.list[at];
        let found = match &*fragment {
            "" => resource.root,
            pointer if pointer.starts_with('/') => resource.root.at(pointer)?,
            name => resource.anchors.get(name)?,
        };
        Some((at, found))
    }
}
