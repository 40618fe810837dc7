//! Every file as a tree, and the references between them.

mod anchors;
mod index;
mod pages;

pub(crate) use pages::PAGES;

use std::collections::BTreeMap;

use stipule_ir::{Diagnostic, Diagnostics, FileId, Name, Sources, Span, Spanned};

use self::anchors::Anchors;
use self::index::Index;
use crate::json_schema;
use crate::posture::Posture;
use crate::reader::{self, Node, Value, pointer};
use crate::suggest;

/// The module of shared types.
const TYPES: &str = "types";

/// The module of events.
const EVENTS: &str = "events";

/// All files that could be read.
#[derive(Debug)]
pub struct Documents<'s> {
    sources: &'s Sources,
    posture: Posture,
    trees: BTreeMap<FileId, Node>,
    /// The places of the keys of large mappings.
    index: Index,
    /// Files by the `$id` at their root.
    ids: BTreeMap<String, (FileId, Span)>,
    anchors: Anchors,
}

/// Where a reference leads.
#[derive(Clone, Debug)]
pub struct Target<'d> {
    /// The file.
    pub file: FileId,
    /// The value; the pointer of its span is the pointer of the reference, without percent-encoding.
    pub node: &'d Node,
}

impl<'s> Documents<'s> {
    /// Reads every YAML and JSON file among the sources.
    pub fn read(sources: &'s Sources, posture: Posture, diagnostics: &mut Diagnostics) -> Self {
        let mut trees = BTreeMap::new();
        let mut ids = BTreeMap::new();
        for (file, source) in sources.iter().filter(|(_, source)| is_document(&source.path)) {
            let Some(tree) = reader::read_as(posture, file, source, diagnostics) else { continue };
            if let Some(node) = tree.get("$id")
                && let Some(id) = node.as_str()
            {
                let id = id.trim_end_matches('#').to_owned();
                if let Some((_, first)) = ids.get(&id) {
                    let message = format!("two files have the `$id` `{id}`");
                    let fault = Diagnostic::error("REF004", &node.span, message);
                    diagnostics.push(fault.related(first, "the other"));
                } else {
                    ids.insert(id, (file, node.span.clone()));
                }
            }
            trees.insert(file, tree);
        }
        let index = Index::of(trees.values());
        Self { sources, posture, trees, index, ids, anchors: Anchors::default() }
    }

    /// Whose documents they are.
    pub fn posture(&self) -> Posture {
        self.posture
    }

    /// The module of the model that the declarations of a file go to.
    pub(crate) fn module(&self, file: FileId) -> Name {
        let path = self.path(file);
        let below = path.strip_prefix("contracts/").unwrap_or(path);
        let word = match below.split_once('/') {
            // How others lay out their files means nothing to us.
            _ if self.posture.is_import() => TYPES,
            Some(("http", document)) => json_schema::stem(document),
            Some(("events", _)) => EVENTS,
            _ => TYPES,
        };
        Name::new(word, Span::start_of(file))
    }

    /// The tree of a file, unless it couldn't be read.
    pub fn root(&self, file: FileId) -> Option<&Node> {
        self.trees.get(&file)
    }

    /// The path of a file.
    pub fn path(&self, file: FileId) -> &'s str {
        &self.sources.get(file).path
    }

    /// All files that could be read, in the order of their paths.
    pub fn iter(&self) -> impl Iterator<Item = (FileId, &'s str, &Node)> {
        self.trees.iter().map(|(file, tree)| (*file, self.path(*file), tree))
    }

    /// The files below `contracts/<folder>/`, or below another folder of that name at the root.
    pub fn within(&self, folder: &str) -> impl Iterator<Item = (FileId, &'s str, &Node)> {
        self.iter().filter(move |(_, path, _)| folder_of(path) == folder)
    }

    /// Where a reference leads: `#/pointer`, `file.yaml`, `../other.yaml#/pointer`, relative to the file that its
    /// span names.
    ///
    /// `None`, with a `REF` diagnostic at the reference, when it leads nowhere. A file that exists but couldn't be
    /// read gives `None` silently, since its own fault is already known.
    pub fn follow(&self, reference: &Spanned<String>, diagnostics: &mut Diagnostics) -> Option<Target<'_>> {
        let (place, fragment) = reference.value.split_once('#').unwrap_or((&reference.value, ""));
        let file = self.file(place, reference, diagnostics)?;
        let Some(pointer) = pointer::percent_decode(fragment) else {
            let message = format!("`{fragment}` has a broken percent escape");
            diagnostics.push(Diagnostic::error("REF001", &reference.span, message));
            return None;
        };
        let pointer = match pointer.starts_with('/') || pointer.is_empty() {
            true => pointer,
            false => self.anchored(file, &pointer, reference, diagnostics)?.into(),
        };
        let node = self.descend(self.root(file)?, &pointer, reference, diagnostics)?;
        Some(Target { file, node })
    }

    /// The pointer of the schema with an anchor.
    fn anchored(
        &self,
        file: FileId,
        name: &str,
        reference: &Spanned<String>,
        diagnostics: &mut Diagnostics,
    ) -> Option<String> {
        self.root(file)?;
        let anchors = self.anchors.of(file, &self.trees);
        if let Some(pointer) = anchors.and_then(|anchors| anchors.get(name)) {
            return Some(pointer.clone());
        }
        let message = format!("no schema of `{}` has the `$anchor` `{name}`", self.path(file));
        let fault = Diagnostic::error("REF001", &reference.span, message);
        let near = anchors.and_then(|anchors| suggest::nearest(name, anchors.keys().map(String::as_str)));
        diagnostics.push(match near {
            Some(near) => fault.help(format!("did you mean `#{near}`?")),
            None => fault.help("write a JSON pointer: `#/$defs/Name`, `#/components/schemas/Name`"),
        });
        None
    }

    fn file(
        &self,
        place: &str,
        reference: &Spanned<String>,
        diagnostics: &mut Diagnostics,
    ) -> Option<FileId> {
        let span = &reference.span;
        if place.is_empty() {
            return Some(span.file);
        }
        if let Some((file, _)) = self.ids.get(place) {
            return Some(*file);
        }
        if place.contains("://") || place.starts_with("urn:") {
            let message = format!("`{place}` is not the `$id` of a file of this repository");
            let fault = Diagnostic::error("REF004", span, message);
            diagnostics
                .push(fault.help("nothing is fetched: copy the file into contracts/ and refer to its path"));
            return None;
        }
        let Some(path) = pointer::percent_decode(place).and_then(|place| self.join(span.file, &place)) else {
            let message = format!("`{place}` leads out of the repository");
            let fault = Diagnostic::error("REF001", span, message);
            diagnostics.push(fault.help("write the path relative to this file: `../types/name.yaml`"));
            return None;
        };
        let found = self.sources.find(&path);
        if found.is_none() {
            let message = format!("there is no file `{path}`");
            let fault = Diagnostic::error("REF002", span, message);
            diagnostics.push(match self.near(&path) {
                Some(near) => fault.help(format!("did you mean `{near}`?")),
                None => fault,
            });
        }
        found
    }

    /// A file whose name is nearest: the folder may be wrong, the name misspelt.
    fn near(&self, path: &str) -> Option<&'s str> {
        let name = |path: &'s str| path.rsplit('/').next().unwrap_or(path);
        let paths = || self.sources.iter().map(|(_, source)| source.path.as_str());
        let wanted = path.rsplit('/').next()?;
        let nearest = suggest::nearest(wanted, paths().map(name))?;
        paths().find(|path| name(path) == nearest)
    }

    /// `place` relative to the folder of `from`; `None` when it leaves the root.
    fn join(&self, from: FileId, place: &str) -> Option<String> {
        if place.starts_with('/') {
            return None;
        }
        let mut parts: Vec<&str> = self.path(from).split('/').collect();
        parts.pop();
        for part in place.split('/') {
            match part {
                "." | "" => {}
                ".." => {
                    parts.pop()?;
                }
                name => parts.push(name),
            }
        }
        Some(parts.join("/"))
    }

    /// What stands at a key of a mapping or at a place of a list. Large mappings are not searched from the front.
    pub(crate) fn child<'d>(&self, node: &'d Node, token: &str) -> Option<&'d Node> {
        match &node.value {
            Value::Mapping(entries) => self.index.find(entries, token),
            Value::Sequence(items) => items.get(token.parse::<usize>().ok()?),
            _ => None,
        }
    }

    fn descend<'d>(
        &self,
        root: &'d Node,
        pointer: &str,
        reference: &Spanned<String>,
        diagnostics: &mut Diagnostics,
    ) -> Option<&'d Node> {
        let mut node = root;
        for token in pointer.split('/').skip(1) {
            let key = pointer::unescape(token);
            let Some(next) = self.child(node, &key) else {
                diagnostics.push(dangling(node, &key, self.path(root.span.file), reference));
                return None;
            };
            node = next;
        }
        Some(node)
    }
}

/// `REF003`: there is no `key` in `node`.
fn dangling(node: &Node, key: &str, path: &str, reference: &Spanned<String>) -> Diagnostic {
    let place = match &*node.span.pointer {
        "" => format!("`{path}`"),
        pointer => format!("`{pointer}` of `{path}`"),
    };
    let message = format!("there is no `{key}` in {place}");
    let fault = Diagnostic::error("REF003", &reference.span, message);
    let beginning = Span { end: node.span.start, ..node.span.clone() };
    let fault = fault.related(&beginning, "looked for here");
    match node.entries() {
        Some(entries) => {
            let keys: Vec<&str> = entries.iter().map(|entry| entry.key.value.as_str()).collect();
            fault.help(suggest::help(key, &keys))
        }
        None => fault.help(format!("the value there is {}", node.kind())),
    }
}

/// Whether a file is read at all.
fn is_document(path: &str) -> bool {
    [".yaml", ".yml", ".json"].iter().any(|ending| path.to_ascii_lowercase().ends_with(ending))
}

/// The folder that decides what a file is: `http` of `contracts/http/orders.yaml`, `events/subscriptions` of
/// `contracts/events/subscriptions/orders.yaml`, empty for `contracts/platform.yaml`.
pub(crate) fn folder_of(path: &str) -> &str {
    let path = path.strip_prefix("contracts/").unwrap_or(path);
    path.rsplit_once('/').map_or("", |(folder, _)| folder)
}
