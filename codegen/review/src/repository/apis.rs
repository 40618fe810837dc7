//! HTTP documents, paired by their paths.

use std::collections::{BTreeMap, BTreeSet};

use stipule_ir::Service;

use super::diff::{About, Diff};
use super::platform::{API_ADDED, API_REMOVED};
use crate::finding::Finding;
use crate::openapi::compare_all;

/// Compares the documents of both sides.
pub(super) fn check(diff: &mut Diff<'_>) {
    let by_name = |services: &'_ [Service]| -> BTreeMap<String, usize> {
        services.iter().enumerate().map(|(index, service)| (service.name.wire.clone(), index)).collect()
    };
    let (before, after) = (diff.base.contract, diff.revision.contract);
    let (old, new) = (by_name(&before.services), by_name(&after.services));
    let names: BTreeSet<&String> = old.keys().chain(new.keys()).collect();
    let mut pairs = Vec::new();
    for name in names {
        let old = old.get(name).map(|index| &before.services[*index]);
        let new = new.get(name).map(|index| &after.services[*index]);
        for service in [old, new].into_iter().flatten() {
            for operation in &service.operations {
                let title = format!("{} {}", operation.method.as_str(), operation.path.template);
                diff.owned(&reached(name, &title), name);
            }
        }
        diff.owned(name, name);
        match (old, new) {
            (Some(old), Some(new)) => {
                pairs.push((name, diff.base.pointer(&old.span), diff.revision.pointer(&new.span)));
            }
            (Some(old), None) => {
                let about = About::new(name, format!("API {name}"));
                diff.gone(&about, API_REMOVED, &old.span, &after.platform.span);
            }
            (None, Some(new)) => {
                let about = About::new(name, format!("API {name}"));
                diff.came(&about, API_ADDED, &before.platform.span, &new.span);
            }
            (None, None) => {}
        }
    }
    pairs.retain(|(_, base, revision)| !diff.is_untouched(base, revision));
    let roots: Vec<(&str, &str)> =
        pairs.iter().map(|(_, base, revision)| (base.as_str(), revision.as_str())).collect();
    let found = compare_all((diff.base.documents, diff.revision.documents), &roots, &diff.policy.apis);
    for ((name, ..), found) in pairs.iter().zip(found) {
        found.into_iter().for_each(|finding| diff.add(named(name, finding)));
    }
}

/// What an operation is called among those of all services.
pub(super) fn reached(service: &str, title: &str) -> String {
    format!("{service}: {title}")
}

/// A finding whose operations say which service they are of.
fn named(service: &str, mut finding: Finding) -> Finding {
    let reaches = std::mem::take(&mut finding.reaches);
    finding.reaches = reaches.iter().map(|title| reached(service, title)).collect();
    if finding.reaches.is_empty() {
        finding.reaches.insert(service.to_owned());
    }
    let members = std::mem::take(&mut finding.members);
    finding.members = members.into_iter().map(|(title, member)| (reached(service, &title), member)).collect();
    finding
}
