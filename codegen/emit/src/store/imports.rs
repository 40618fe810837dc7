//! The `use` lines of a generated file: what its text mentions, and no more.

use std::collections::BTreeSet;

use proc_macro2::{Spacing, TokenStream, TokenTree};
use quote::quote;

use super::scene::Scene;
use crate::rust::{ident, tokens};
use crate::types::{Form, Paths};

/// Names of the runtime that generated stores write bare, by module.
/// A small letter marks a module, which counts only where a path begins with it.
const RUNTIME: &[(&str, &[&str])] = &[
    ("", &["Attr", "Context", "Item", "KeyBuf", "PageRequest", "Paged", "PrimaryKey", "Query", "Segment"]),
    ("", &["IndexSchema", "Projection", "Sort", "Stored", "StoreFailure", "TableSchema", "Write"]),
    ("", &["Expression", "page"]),
    ("change", &["Change"]),
    ("entity", &["Entity"]),
    ("field", &["Fields", "Misfit", "from", "to"]),
    ("key", &["shard_of"]),
    ("lock", &["unique_lock"]),
];

/// Names of the store's own root.
const OWN: &[&str] = &["TABLE", "attributes", "entity"];

/// Functions among the names.
const FUNCTIONS: &[&str] = &["shard_of", "unique_lock"];

/// The lines.
pub(super) struct Imports;

impl Imports {
    /// For a file with these items, whose model types were written by `paths`.
    pub(super) fn of(scene: &Scene<'_>, paths: &Paths<'_, '_>, items: &TokenStream) -> TokenStream {
        let mut mentioned = BTreeSet::new();
        collect(items.clone(), &mut mentioned);
        let indexes: Vec<String> = scene.table.indexes.iter().map(|index| index.name.constant()).collect();
        let client = scene.client().to_string();
        let own: Vec<&str> = OWN
            .iter()
            .copied()
            .chain(indexes.iter().map(String::as_str))
            .chain([client.as_str()])
            .filter(|name| is_mentioned(&mentioned, name))
            .collect();
        let std = paths.std_imports();
        let display = is_mentioned(&mentioned, "fmt").then(|| {
            quote!(
                use std::fmt;
            )
        });
        let range = is_mentioned(&mentioned, "RangeBounds").then(|| {
            quote!(
                use std::ops::RangeBounds;
            )
        });
        let runtime = runtime(&mentioned);
        let redacted = is_mentioned(&mentioned, "Redacted").then_some("Redacted");
        let wire: Vec<&str> = paths.wire_names().into_iter().chain(redacted).collect();
        let wire = (!wire.is_empty())
            .then(|| tokens(&format!("use stipule_runtime::wire::{{{}}};", wire.join(", "))));
        let modules: Vec<_> = paths.modules(Form::Closed).iter().map(|module| ident(module)).collect();
        let model = ident(&crate::model::package(scene.contract).replace('-', "_"));
        let model = (!modules.is_empty()).then(|| quote!(use #model::{#(#modules),*};));
        let own = (!own.is_empty()).then(|| tokens(&format!("use crate::{{{}}};", own.join(", "))));
        quote!(#std #display #range #model #runtime #wire #own)
    }
}

fn runtime(mentioned: &BTreeSet<String>) -> TokenStream {
    let mut lines = Vec::new();
    let mut root = Vec::new();
    for (module, names) in RUNTIME {
        let names: Vec<_> = names.iter().copied().filter(|name| is_mentioned(mentioned, name)).collect();
        if module.is_empty() {
            root.extend(names);
        } else if !names.is_empty() {
            lines.push(format!("use stipule_runtime::{module}::{{{}}};", names.join(", ")));
        }
    }
    if !root.is_empty() {
        root.sort_unstable();
        lines.push(format!("use stipule_runtime::{{{}}};", root.join(", ")));
    }
    tokens(&lines.join("\n"))
}

fn is_mentioned(mentioned: &BTreeSet<String>, name: &str) -> bool {
    let is_module =
        !FUNCTIONS.contains(&name) && name.starts_with(|letter: char| letter.is_ascii_lowercase());
    mentioned.contains(&format!("{name}::")) || (!is_module && mentioned.contains(name))
}

/// Every identifier of the text, and with `::` after it those that a path begins with: a field may be called `to`,
/// and is not what `to::text` begins with.
fn collect(tokens: TokenStream, into: &mut BTreeSet<String>) {
    let mut inside_path = false;
    let mut tokens = tokens.into_iter().peekable();
    while let Some(token) = tokens.next() {
        let mut separates = false;
        match token {
            TokenTree::Ident(name) => {
                let leads = matches!(tokens.peek(), Some(TokenTree::Punct(sign)) if sign.as_char() == ':' && sign.spacing() == Spacing::Joint);
                if !inside_path {
                    into.insert(if leads { format!("{name}::") } else { name.to_string() });
                }
            }
            TokenTree::Group(group) => collect(group.stream(), into),
            TokenTree::Punct(sign) => {
                separates = (sign.as_char() == ':' && sign.spacing() == Spacing::Alone && inside_path)
                    || (sign.as_char() == ':' && sign.spacing() == Spacing::Joint);
            }
            TokenTree::Literal(_) => {}
        }
        inside_path = separates;
    }
}
