//! Schemas that have a name of their own beside their place: `$anchor`, `$dynamicAnchor`, and `$id: "#name"` of draft-07.

use std::collections::{BTreeMap, HashMap};
use std::sync::OnceLock;

use stipule_ir::FileId;

use crate::reader::Node;

/// Under these stand values, not schemas.
const VALUES: [&str; 5] = ["const", "default", "enum", "example", "examples"];

/// Under these stand schemas by names that people chose.
const MAPPINGS: [&str; 6] =
    ["$defs", "definitions", "dependentSchemas", "patternProperties", "properties", "schemas"];

/// Pointers of the named schemas of each file; looked for when somebody first asks.
#[derive(Debug, Default)]
pub(super) struct Anchors(OnceLock<HashMap<FileId, BTreeMap<String, String>>>);

impl Anchors {
    /// The pointers of a file's anchors by their names; the first of several with one name.
    pub(super) fn of<'a>(
        &'a self,
        file: FileId,
        trees: &BTreeMap<FileId, Node>,
    ) -> Option<&'a BTreeMap<String, String>> {
        let all = self.0.get_or_init(|| {
            let found = trees.iter().map(|(file, tree)| {
                let mut anchors = BTreeMap::new();
                look(tree, false, &mut anchors);
                (*file, anchors)
            });
            found.collect()
        });
        all.get(&file)
    }
}

fn look(node: &Node, is_mapping: bool, found: &mut BTreeMap<String, String>) {
    if !is_mapping {
        let name = |key: &str| node.get(key).and_then(Node::as_str);
        let named = name("$id").and_then(|id| id.strip_prefix('#'));
        for name in [name("$anchor"), name("$dynamicAnchor"), named].into_iter().flatten() {
            found.entry(name.to_owned()).or_insert_with(|| node.span.pointer.to_string());
        }
    }
    for entry in node.entries().unwrap_or_default() {
        let key = entry.key.value.as_str();
        if is_mapping || !VALUES.contains(&key) {
            look(&entry.value, !is_mapping && MAPPINGS.contains(&key), found);
        }
    }
    for item in node.items().unwrap_or_default() {
        look(item, false, found);
    }
}
