//! Merge keys: `<<: *defaults` and `<<: [*a, *b]`, as YAML 1.1 had them and most readers still do.

use std::collections::BTreeSet;

use super::{Entry, Node, Value};

/// The mappings that the value of a merge key names, the strongest first. `None` if it names something else.
pub(super) fn sources(value: &Node) -> Option<Vec<&Node>> {
    match &value.value {
        Value::Mapping(_) => Some(vec![value]),
        Value::Sequence(items) => {
            items.iter().all(|item| item.entries().is_some()).then(|| items.iter().collect())
        }
        _ => None,
    }
}

/// Adds the entries whose keys aren't there yet: what stands in the mapping itself wins.
pub(super) fn add(entries: &mut Vec<Entry>, merged: Vec<Entry>) {
    if merged.is_empty() {
        return;
    }
    let present: BTreeSet<String> = entries.iter().map(|entry| entry.key.value.clone()).collect();
    entries.extend(merged.into_iter().filter(|entry| !present.contains(&entry.key.value)));
}
