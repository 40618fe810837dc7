//! Documents that schemas are read from, and for whom.

use std::sync::Arc;

use super::read::Reader;
use super::{NodeId, Nodes, Schema};
use crate::documents::Documents;

/// Which part of its members a schema is read for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Reading {
    /// All of them.
    #[default]
    Whole,
    /// Those that callers send: `readOnly` ones are neither required nor looked at.
    Sent,
    /// Those that callers get: `writeOnly` ones are neither required nor looked at.
    Received,
}

/// Documents that schemas are read from.
#[derive(Debug)]
pub(crate) struct Origin<'d> {
    documents: &'d Documents<'d>,
    reading: Reading,
    as_text: bool,
}

impl<'d> Origin<'d> {
    pub(crate) fn new(documents: &'d Documents<'d>, reading: Reading) -> Self {
        Origin { documents, reading, as_text: false }
    }

    /// The same for whoever gets values as text and can't tell `1` from `"1"`: what accepts every text accepts whatever
    /// is written as one.
    pub(crate) fn written_as_text(self) -> Self {
        Origin { as_text: true, ..self }
    }

    /// Reads the schemas at some pointers and everything that they refer to. No pointer: what accepts everything.
    pub(crate) fn schemas(&self, pointers: &[Option<String>]) -> Vec<Schema> {
        let mut reader = Reader::new(self.documents, self.reading, self.as_text);
        let root = |pointer: &Option<String>| {
            pointer.clone().map_or(NodeId(0), |pointer| reader.at(self.documents.at(&pointer), pointer))
        };
        let roots: Vec<NodeId> = pointers.iter().map(root).collect();
        let nodes = Arc::new(Nodes::from(reader.nodes()));
        let dialect = |root: NodeId| self.documents.dialect_at(&nodes[root.0].pointer);
        roots.into_iter().map(|root| Schema { nodes: nodes.clone(), root, dialect: dialect(root) }).collect()
    }
}
