//! A schema as it is written, with its dialect's differences levelled and every reference resolved to a node.

pub(crate) mod declared;
mod dialect;
mod hidden;
mod keyword;
mod nodes;
mod origin;
mod read;
mod resolve;
mod scalar;
mod spelling;
mod twins;

use std::collections::{BTreeSet, HashSet};
use std::sync::Arc;

use serde_json::Value;

use crate::documents::Documents;
use crate::pattern::parts;

pub(crate) use origin::{Origin, Reading};
pub(crate) use resolve::Names;
pub(crate) use spelling::spelt_alike;

pub(crate) use declared::Declaring;
pub(crate) use dialect::Checks;
pub use dialect::{Dialect, Formats};
pub(crate) use hidden::has_flag;
pub(crate) use keyword::{Assertion, Body, Keyword, Node, NodeId, Undeclared};
pub(crate) use nodes::{Nodes, Said, said};
pub(crate) use twins::Twins;

/// A schema of a document, read.
///
/// Reading never fails: what isn't understood stays in the schema as such, and everything decided about it is
/// [`Unknown`](crate::Verdict::Unknown) unless it doesn't matter.
#[derive(Clone, Debug)]
pub struct Schema {
    /// Shared with other schemas of the same document.
    pub(crate) nodes: Arc<Nodes>,
    pub(crate) root: NodeId,
    pub(crate) dialect: Dialect,
}

impl Schema {
    /// Reads a whole document as one schema. `$schema` counts more than `dialect`.
    pub fn read(document: &Value, dialect: Dialect) -> Self {
        Self::at(document, "", dialect)
    }

    /// Reads the schema at a JSON Pointer of a document; references are resolved within the document.
    pub fn at(document: &Value, pointer: &str, dialect: Dialect) -> Self {
        Documents::one(document, dialect).schema(pointer, Reading::default())
    }

    /// What of the schema isn't understood: JSON Pointer and reason, in the order of the pointers.
    pub fn not_understood(&self) -> Vec<(String, String)> {
        let mut found = BTreeSet::new();
        for id in self.reached() {
            for keyword in self.node(id).keywords() {
                let patterns: Vec<&String> = match &keyword.assertion {
                    Assertion::Unsupported { reason, .. } => {
                        found.insert((keyword.pointer.clone(), reason.clone()));
                        continue;
                    }
                    Assertion::Pattern(pattern) => vec![pattern],
                    Assertion::PatternProperties(named) => named.iter().map(|(pattern, _)| pattern).collect(),
                    _ => continue,
                };
                let unreadable = patterns.into_iter().filter(|pattern| parts(pattern).is_none());
                found.extend(unreadable.map(|pattern| {
                    (keyword.pointer.clone(), format!("`{pattern}` isn't a pattern that can be decided"))
                }));
            }
        }
        found.into_iter().collect()
    }

    /// The formats that are assertions.
    pub(crate) fn checks(&self, formats: Formats) -> Checks {
        Checks::new(formats, self.dialect)
    }

    /// All nodes that the schema applies somewhere.
    pub(crate) fn reached(&self) -> HashSet<NodeId> {
        let mut reached = HashSet::from([self.root]);
        let mut open = vec![self.root];
        while let Some(id) = open.pop() {
            let parts = self.node(id).keywords().iter().flat_map(|keyword| keyword.assertion.schemas());
            open.extend(parts.filter(|part| reached.insert(*part)));
        }
        reached
    }

    pub(crate) fn node(&self, id: NodeId) -> &Node {
        &self.nodes[id.0]
    }
}
