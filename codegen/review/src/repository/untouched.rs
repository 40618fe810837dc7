//! Files that say the same in both versions, and refer to none that doesn't: there is nothing to compare in them.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use crate::documents::Documents;

/// The paths of those files.
pub(super) fn files(base: &Documents<'_>, revision: &Documents<'_>) -> BTreeSet<String> {
    let mut same: BTreeSet<String> = BTreeSet::new();
    let mut uses: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for path in base.paths() {
        let at = base.pointer_of(path);
        let (Some(before), Some(after)) = (base.at(&at), revision.at(&at)) else { continue };
        let mut used = BTreeSet::new();
        // What leads nowhere may lead somewhere else in the other version.
        if before == after && references(base, before, &at, &mut used) {
            same.insert(path.to_owned());
            uses.insert(path.to_owned(), used);
        }
    }
    loop {
        let is_same =
            |path: &String| uses.get(path).is_some_and(|used| used.iter().all(|file| same.contains(file)));
        let left: BTreeSet<String> = same.iter().filter(|path| is_same(path)).cloned().collect();
        if left.len() == same.len() {
            return left;
        }
        same = left;
    }
}

/// Collects the files that a value refers to; whether all references lead somewhere.
fn references(documents: &Documents<'_>, value: &Value, at: &str, used: &mut BTreeSet<String>) -> bool {
    match value {
        Value::Object(members) => members.iter().all(|(name, member)| {
            if let ("$ref" | "$dynamicRef" | "$recursiveRef", Value::String(reference)) =
                (name.as_str(), member)
            {
                let target = documents.follow(reference, at);
                let file = target.and_then(|target| documents.split(&target).0);
                return file.is_some_and(|file| {
                    used.insert(file);
                    true
                });
            }
            references(documents, member, at, used)
        }),
        Value::Array(items) => items.iter().all(|item| references(documents, item, at, used)),
        _ => true,
    }
}
