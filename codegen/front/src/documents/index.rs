//! Keys of large mappings: a document may have thousands of schemas in one, each looked up many times.

use std::collections::HashMap;

use crate::reader::{Entry, Node};

/// Smaller ones are searched from the front.
const LARGE: usize = 64;

/// Where named parts of documents stand: deeper mappings are searched from the front.
const DEEPEST: usize = 3;

/// The places of keys by the address of the first entry: trees stay where they are.
#[derive(Debug, Default)]
pub(super) struct Index {
    mappings: HashMap<usize, HashMap<String, usize>>,
}

impl Index {
    pub(super) fn of<'n>(roots: impl Iterator<Item = &'n Node>) -> Self {
        let mut index = Index::default();
        roots.for_each(|root| index.add(root, DEEPEST));
        index
    }

    fn add(&mut self, node: &Node, depth: usize) {
        let Some(entries) = node.entries() else { return };
        if entries.len() > LARGE {
            let places = entries.iter().enumerate().map(|(place, entry)| (entry.key.value.clone(), place));
            self.mappings.insert(address(entries), places.collect());
        } else if depth > 0 {
            entries.iter().for_each(|entry| self.add(&entry.value, depth - 1));
        }
    }

    /// The value of a key.
    pub(super) fn find<'n>(&self, entries: &'n [Entry], key: &str) -> Option<&'n Node> {
        let found = match self.mappings.get(&address(entries)).filter(|_| entries.len() > LARGE) {
            Some(places) => entries.get(*places.get(key)?),
            None => entries.iter().find(|entry| entry.key.value == key),
        };
        found.map(|entry| &entry.value)
    }
}

fn address(entries: &[Entry]) -> usize {
    entries.as_ptr().addr()
}
