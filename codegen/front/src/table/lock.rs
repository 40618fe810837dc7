//! `contracts/tables/<name>.lock.yaml`: key templates as they were released. `stipule table lock` writes it.

use stipule_ir::table::{Lock, LockedEntity, LockedKey};
use stipule_ir::{Diagnostics, Spanned};

use crate::reader::{Entry, Node};
use crate::shape::{Shape, expect_text};

/// Reads the released templates; what doesn't fit is reported and left out.
pub(crate) fn read(document: &Node, diagnostics: &mut Diagnostics) -> Option<Lock> {
    let mut shape = Shape::of(document, "a lock of key templates", diagnostics)?;
    shape.required("entities", diagnostics);
    let entries = shape.mapping("entities", diagnostics).unwrap_or_default();
    let entities = entries.iter().filter_map(|entry| entity(entry, diagnostics)).collect();
    let span = shape.place().clone();
    shape.finish(diagnostics);
    Some(Lock { entities, span })
}

fn entity(entry: &Entry, diagnostics: &mut Diagnostics) -> Option<LockedEntity> {
    let mut shape = Shape::under(entry, "a released entity", diagnostics)?;
    let primary = shape.required("key", diagnostics).and_then(|entry| key(entry, diagnostics));
    let indexes = shape.mapping("indexes", diagnostics).unwrap_or_default();
    let index_keys =
        indexes.iter().filter_map(|entry| Some((entry.key.clone(), key(entry, diagnostics)?))).collect();
    let unique = shape.mapping("unique", diagnostics).unwrap_or_default();
    let unique = unique.iter().map(|entry| (entry.key.clone(), texts(&entry.value, diagnostics))).collect();
    shape.finish(diagnostics);
    Some(LockedEntity { name: entry.key.clone(), key: primary?, index_keys, unique })
}

fn key(entry: &Entry, diagnostics: &mut Diagnostics) -> Option<LockedKey> {
    let mut shape = Shape::under(entry, "a released key", diagnostics)?;
    shape.required("version", diagnostics);
    let version = shape.whole_within("version", 1, u32::MAX, diagnostics);
    let mut parts = |key, shape: &mut Shape<'_>| -> Vec<String> {
        let texts = shape.texts(key, diagnostics).unwrap_or_default();
        texts.into_iter().map(|text: Spanned<String>| text.value).collect()
    };
    let (pk, sk, when) = (parts("pk", &mut shape), parts("sk", &mut shape), parts("when", &mut shape));
    shape.finish(diagnostics);
    Some(LockedKey { version: version?.value, pk, sk, when })
}

fn texts(node: &Node, diagnostics: &mut Diagnostics) -> Vec<String> {
    let nodes = node.items().unwrap_or(std::slice::from_ref(node));
    let texts = nodes.iter().filter_map(|node| expect_text(node, "a part of a unique value", diagnostics));
    texts.map(|text| text.value).collect()
}
