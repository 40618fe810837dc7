//! Members that don't travel one way: `readOnly` ones in requests, `writeOnly` ones in responses.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::{Assertion, Body, Node, NodeId, Reading};
use crate::documents::Documents;

/// Longest chain of references.
const LONGEST_CHAIN: usize = 20;

/// Members that are left out, by the schema object that lists them.
#[derive(Debug)]
pub(super) struct Hidden {
    flag: Option<&'static str>,
    found: BTreeMap<NodeId, BTreeSet<String>>,
}

impl Hidden {
    pub(super) fn new(reading: Reading) -> Self {
        let flag = match reading {
            Reading::Whole => None,
            Reading::Sent => Some("readOnly"),
            Reading::Received => Some("writeOnly"),
        };
        Hidden { flag, found: BTreeMap::new() }
    }

    /// Whether a member that an object lists is left out; remembered if it is.
    pub(super) fn hides(
        &mut self,
        documents: &Documents<'_>,
        of: NodeId,
        name: &str,
        (schema, pointer): (&Value, &str),
    ) -> bool {
        let hidden = self.flag.is_some_and(|flag| is_flagged(documents, schema, pointer, flag));
        if hidden {
            self.found.entry(of).or_default().insert(name.to_owned());
        }
        hidden
    }

    /// What is left out isn't required either, wherever it is required of the same object.
    pub(super) fn settle(&self, nodes: &mut [Node]) {
        if self.found.is_empty() {
            return;
        }
        let mut dropped: BTreeMap<usize, BTreeSet<String>> = BTreeMap::new();
        for start in 0..nodes.len() {
            let together = in_place(nodes, NodeId(start));
            let names: BTreeSet<&String> =
                together.iter().filter_map(|id| self.found.get(id)).flatten().collect();
            for id in together.iter().filter(|_| !names.is_empty()) {
                dropped.entry(id.0).or_default().extend(names.iter().map(|name| (*name).clone()));
            }
        }
        for (index, names) in dropped {
            if let Body::Keywords(keywords) = &mut nodes[index].body {
                keywords.retain(|keyword| {
                    !matches!(&keyword.assertion, Assertion::Required(name) if names.contains(name))
                });
            }
        }
    }
}

/// A schema object and those that must hold of the same value.
fn in_place(nodes: &[Node], start: NodeId) -> BTreeSet<NodeId> {
    let mut found = BTreeSet::from([start]);
    let mut open = vec![start];
    while let Some(id) = open.pop() {
        for keyword in nodes[id.0].keywords() {
            let applied: &[NodeId] = match &keyword.assertion {
                Assertion::Ref(id) => std::slice::from_ref(id),
                Assertion::AllOf(ids) | Assertion::AnyOf(ids) | Assertion::OneOf(ids) => ids,
                _ => &[],
            };
            open.extend(applied.iter().copied().filter(|id| found.insert(*id)));
        }
    }
    found
}

/// Whether what stands at a pointer has a mark, references followed.
pub(crate) fn has_flag(documents: &Documents<'_>, pointer: &str, flag: &str) -> bool {
    documents.at(pointer).is_some_and(|schema| is_flagged(documents, schema, pointer, flag))
}

fn is_flagged(documents: &Documents<'_>, schema: &Value, pointer: &str, flag: &str) -> bool {
    let set = |schema: &Value| schema.get(flag) == Some(&Value::Bool(true));
    let (mut schema, mut pointer) = (schema, Cow::Borrowed(pointer));
    for _ in 0..LONGEST_CHAIN {
        if set(schema) || schema.get("allOf").and_then(Value::as_array).into_iter().flatten().any(set) {
            return true;
        }
        let Some(reference) = schema.get("$ref").and_then(Value::as_str) else { return false };
        let Some(next) = documents.follow(reference, &pointer) else { return false };
        let Some(target) = documents.at(&next) else { return false };
        (schema, pointer) = (target, Cow::Owned(next));
    }
    false
}
