//! Schemas within operations: collected first, then compared together, so that what operations share is decided once.

use std::collections::{BTreeMap, BTreeSet};

use super::Changes;
use super::document::{Document, Part};
use crate::contain::{Finding, Memory, Search, Settings, Side, deep};
use crate::schema::{Origin, Schema};

/// Which way values go.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Flow {
    /// Callers of the base send them to the revision.
    Sent,
    /// The revision sends them to callers of the base.
    Received,
}

/// Pointers of a schema before and after, where there is one, with the operations that they belong to.
pub(super) type Jobs = BTreeMap<(Flow, Option<String>, Option<String>), BTreeSet<String>>;

impl Changes<'_> {
    /// Compares the `schema` of two parts when all are known; a missing schema accepts everything.
    pub(super) fn schemas(&mut self, operation: &str, base: &Part<'_>, revision: &Part<'_>, flow: Flow) {
        let pointer = |part: &Part<'_>| part.get("schema").map(|schema| schema.pointer);
        let job = (flow, pointer(base), pointer(revision));
        self.jobs.entry(job).or_default().insert(operation.to_owned());
    }

    /// Compares all schemas that were asked for.
    pub(super) fn settle(&mut self, base: Document<'_>, revision: Document<'_>) {
        let jobs = std::mem::take(&mut self.jobs);
        let before: Vec<Option<String>> = jobs.keys().map(|(_, before, _)| before.clone()).collect();
        let after: Vec<Option<String>> = jobs.keys().map(|(_, _, after)| after.clone()).collect();
        let before = Origin::new(base.root(), base.dialect()).schemas(&before);
        let after = Origin::new(revision.root(), revision.dialect()).schemas(&after);
        for flow in [Flow::Sent, Flow::Received] {
            let pairs: Vec<(&Schema, &Schema, &BTreeSet<String>)> = jobs
                .iter()
                .zip(before.iter().zip(&after))
                .filter(|(((of, _, _), _), _)| *of == flow)
                .map(|((_, operations), (before, after))| (before, after, operations))
                .collect();
            let settings = self.settings;
            let found = deep(|| roots(flow, &pairs, settings));
            for (finding, operations) in found.unwrap_or_else(|| interrupted(flow, &pairs, settings)) {
                for operation in operations {
                    self.add_finding(&operation, finding.clone());
                }
            }
        }
    }
}

/// A finding and the operations that it reaches.
type Root = (Finding, BTreeSet<String>);

/// Schemas before and after of some operations.
type Compared<'s> = (&'s Schema, &'s Schema, &'s BTreeSet<String>);

fn search<'s>(flow: Flow, (before, after, _): Compared<'s>, settings: &'s Settings) -> Search<'s> {
    match flow {
        Flow::Sent => Search { left: before, right: after, side: Side::Revision, settings },
        Flow::Received => Search { left: after, right: before, side: Side::Base, settings },
    }
}

fn roots(flow: Flow, pairs: &[Compared<'_>], settings: &Settings) -> Vec<Root> {
    let mut memory = Memory::new(settings);
    let mut found: Vec<Root> = Vec::new();
    for pair in pairs {
        let findings = search(flow, *pair, settings).run(&mut memory).list;
        found.extend(findings.into_iter().map(|finding| (finding, pair.2.clone())));
    }
    // Each root is found once: it reaches every operation whose schema applies its keyword.
    for pair in pairs {
        let refusing = search(flow, *pair, settings).right;
        let mut reached = BTreeSet::new();
        for id in if found.is_empty() { Default::default() } else { refusing.reached() } {
            let node = refusing.node(id);
            reached.insert(node.pointer.as_str());
            reached.extend(node.keywords().iter().map(|keyword| keyword.pointer.as_str()));
        }
        for (finding, operations) in &mut found {
            if finding.witness.is_some() && reached.contains(finding.pointer.as_str()) {
                operations.extend(pair.2.iter().cloned());
            }
        }
    }
    found
}

/// Nothing is known about any of them.
fn interrupted(flow: Flow, pairs: &[Compared<'_>], settings: &Settings) -> Vec<Root> {
    let unknown = |pair: &Compared<'_>| {
        let list = search(flow, *pair, settings).interrupted().list;
        list.into_iter().map(|finding| (finding, pair.2.clone())).collect::<Vec<_>>()
    };
    pairs.iter().flat_map(unknown).collect()
}
