//! The `use` lines of a generated file: what its text mentions, and no more.

use std::collections::BTreeSet;

use super::doc;
use super::scene::Scene;
use crate::rust::{Source, Text};
use crate::types::{Form, Paths};

/// Names of the runtime that generated stores write bare, by module.
/// A small letter marks a module, which counts only where a path begins with it.
const RUNTIME: &[(&str, &[&str])] = &[
    ("", &["Attr", "Context", "Item", "KeyBuf", "PageRequest", "Paged", "PrimaryKey", "Query", "Segment"]),
    ("", &["IndexSchema", "Projection", "Sort", "Stored", "StoreFailure", "TableSchema", "Write"]),
    ("", &["BatchAction", "Batched", "Expression", "Scan", "batch", "expiry", "page", "stream"]),
    ("batch", &["Leftovers", "Terms"]),
    ("change", &["Change"]),
    ("entity", &["Entity", "VERSION"]),
    ("field", &["Fields", "Misfit", "from", "to"]),
    ("key", &["KeyParts", "shard_of"]),
    ("", &["migrate"]),
    ("migrate", &["Migration"]),
    ("lock", &["Normalize", "normalized", "unique_lock"]),
    ("page", &["Pattern"]),
];

/// What no type of a store's own may be called.
pub(super) fn types() -> impl Iterator<Item = &'static str> {
    let runtime = RUNTIME.iter().flat_map(|(_, names)| names.iter().copied());
    let others =
        ["RangeBounds", "Redacted", "Option", "Result", "Some", "None", "Ok", "Err", "Vec", "String"];
    let is_type = |name: &&str| name.starts_with(|letter: char| letter.is_ascii_uppercase());
    runtime.filter(is_type).chain(others)
}

/// Names of the wire that generated stores write beside those of types.
const WIRE: &[&str] = &["BoundedVec", "Patch", "Redacted"];

/// Names of the store's own root.
const OWN: &[&str] = &["TABLE", "attributes", "entity"];

/// Functions among the names.
const FUNCTIONS: &[&str] = &["normalized", "shard_of", "unique_lock"];

/// The lines.
pub(super) struct Imports;

impl Imports {
    /// The file with these words about it and these items, whose model types were written by `paths`.
    pub(super) fn file(about: &str, scene: &Scene<'_>, paths: &Paths<'_, '_>, items: Text) -> Source {
        let mut head = Text::default();
        doc::inner(&mut head, about);
        Self::write(scene, paths, items.as_str(), &mut head);
        let mut file = Source::default();
        file.push_text(head.into_string());
        file.push_text(items.into_string());
        file
    }

    fn write(scene: &Scene<'_>, paths: &Paths<'_, '_>, items: &str, text: &mut Text) {
        let mentioned = mentioned(items);
        let mut std = paths.std_paths();
        std.extend(is_mentioned(&mentioned, "fmt").then_some("fmt"));
        std.extend(is_mentioned(&mentioned, "RangeBounds").then_some("ops::RangeBounds"));
        std.extend(is_mentioned(&mentioned, "Duration").then_some("time::Duration"));
        for path in &std {
            text.line(0, format_args!("use std::{path};"));
        }
        if !std.is_empty() {
            text.part();
        }
        let modules = paths.modules(Form::Closed);
        let model = crate::model::package(scene.contract).replace('-', "_");
        text.import(&model, &modules.iter().map(String::as_str).collect::<Vec<_>>());
        runtime(&mentioned, text);
        let mut wire = paths.wire_names();
        for name in WIRE {
            if is_mentioned(&mentioned, name) && !wire.contains(name) {
                wire.push(name);
            }
        }
        text.import("stipule_runtime::wire", &wire);
        let indexes: Vec<String> = scene.table.indexes.iter().map(|index| index.name.constant()).collect();
        let client = scene.client();
        let own = OWN.iter().copied().chain(indexes.iter().map(String::as_str)).chain([client.as_str()]);
        let own: Vec<&str> = own.filter(|name| is_mentioned(&mentioned, name)).collect();
        text.import("crate", &own);
    }
}

fn runtime(mentioned: &BTreeSet<&str>, text: &mut Text) {
    let mut root = Vec::new();
    for (module, names) in RUNTIME {
        let names: Vec<_> = names.iter().copied().filter(|name| is_mentioned(mentioned, name)).collect();
        if module.is_empty() {
            root.extend(names);
        } else {
            text.import(&format!("stipule_runtime::{module}"), &names);
        }
    }
    root.sort_unstable();
    text.import("stipule_runtime", &root);
}

fn is_mentioned(mentioned: &BTreeSet<&str>, name: &str) -> bool {
    let is_module =
        !FUNCTIONS.contains(&name) && name.starts_with(|letter: char| letter.is_ascii_lowercase());
    mentioned.contains(format!("{name}::").as_str()) || (!is_module && mentioned.contains(name))
}

/// Every identifier of the text, and with `::` after it those that a path begins with: a field may be called `to`,
/// and is not what `to::text` begins with. Comments and literals mention nothing.
fn mentioned(items: &str) -> BTreeSet<&str> {
    let mut found = BTreeSet::new();
    for line in items.lines().filter(|line| !line.trim_start().starts_with("//")) {
        let bytes = line.as_bytes();
        let is_word = |at: usize| bytes.get(at).is_some_and(|it| it.is_ascii_alphanumeric() || *it == b'_');
        let mut at = 0;
        while at < bytes.len() {
            let start = at;
            if bytes[at] == b'"' {
                at += 1;
                while at < bytes.len() && bytes[at] != b'"' {
                    at += if bytes[at] == b'\\' { 2 } else { 1 };
                }
            }
            if !is_word(at) {
                at += 1;
                continue;
            }
            while is_word(at) {
                at += 1;
            }
            // A variant where it is defined: no type of the runtime is a function.
            let variant = bytes[start].is_ascii_uppercase() && line[at..].starts_with('(');
            if !variant && !line[..start].ends_with("::") {
                found.insert(if line[at..].starts_with("::") {
                    &line[start..at + 2]
                } else {
                    &line[start..at]
                });
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_paths_begin_with_is_a_module() {
        let found = mentioned(
            "/// page::all\n    to::text(\"from::free\", entity::page::all(x.change));\n    Write(Stored<T>),",
        );
        assert_eq!(found.into_iter().collect::<Vec<_>>(), ["Stored", "T", "change", "entity::", "to::", "x"]);
    }
}
