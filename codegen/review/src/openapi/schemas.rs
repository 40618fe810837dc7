//! Schemas within operations: collected first, then compared together, so that what operations share is decided once.

use std::collections::{BTreeMap, BTreeSet};

use super::changes::Changes;
use super::document::Part;
use crate::contain::{Memory, OpenContent, Search, Settings, deep};
use crate::documents::Documents;
use crate::finding::{Finding, Flow, Side};
use crate::members;
use crate::schema::{Origin, Reading, Schema, declared};

/// How values travel.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Travel {
    /// Callers of the base send them to the revision.
    Sent,
    /// The same, written as text in a path, a query, a header or a cookie.
    AsText,
    /// The revision sends them to callers of the base.
    Received,
}

impl Travel {
    fn reading(self) -> Reading {
        match self {
            Travel::Sent | Travel::AsText => Reading::Sent,
            Travel::Received => Reading::Received,
        }
    }

    pub(super) fn flow(self) -> Flow {
        match self {
            Travel::Sent | Travel::AsText => Flow::Sent,
            Travel::Received => Flow::Received,
        }
    }
}

/// Pointers of a schema before and after, where there is one, with the operations that they belong to.
pub(super) type Jobs = BTreeMap<(Travel, Option<String>, Option<String>), BTreeSet<String>>;

/// A schema before and after, with the operations that it belongs to.
struct Compared<'s> {
    base: &'s Schema,
    revision: &'s Schema,
    declared: Option<(&'s Schema, &'s Schema)>,
    operations: &'s BTreeSet<String>,
}

impl Changes<'_> {
    /// Compares the `schema` of two parts when all are known; a missing schema accepts everything.
    pub(super) fn schemas(&mut self, operation: &str, base: &Part<'_>, revision: &Part<'_>, travel: Travel) {
        // As it is written, so that a reference keeps what stands beside it.
        let pointer = |part: &Part<'_>| part.raw("schema").map(|schema| schema.pointer);
        let job = (travel, pointer(base), pointer(revision));
        if job.1.is_some() || job.2.is_some() {
            self.jobs.entry(job).or_default().insert(operation.to_owned());
        }
    }

    /// Compares all schemas that were asked for.
    pub(super) fn settle(&mut self, base: &Documents<'_>, revision: &Documents<'_>) {
        let jobs = std::mem::take(&mut self.jobs);
        for travel in [Travel::Sent, Travel::AsText, Travel::Received] {
            let jobs: Vec<_> = jobs.iter().filter(|((of, ..), _)| *of == travel).collect();
            if jobs.is_empty() {
                continue;
            }
            let before: Vec<Option<String>> = jobs.iter().map(|((_, before, _), _)| before.clone()).collect();
            let after: Vec<Option<String>> = jobs.iter().map(|((_, _, after), _)| after.clone()).collect();
            let before = Origin::new(base, travel.reading()).schemas(&before);
            let after = Origin::new(revision, travel.reading()).schemas(&after);
            let declared = match self.settings.open_content {
                OpenContent::Counted => None,
                OpenContent::Ignored => Some((
                    declared::declaring(&before, &declared::names(&after)),
                    declared::declaring(&after, &declared::names(&before)),
                )),
            };
            let pairs: Vec<Compared<'_>> = (0..jobs.len())
                .map(|index| Compared {
                    base: &before[index],
                    revision: &after[index],
                    declared: declared.as_ref().map(|(before, after)| (&before[index], &after[index])),
                    operations: jobs[index].1,
                })
                .collect();
            self.compare(travel, &pairs);
            self.walk(travel, &pairs, base, revision);
        }
    }

    /// What documents are accepted, both ways: what breaks, and what doesn't.
    fn compare(&mut self, travel: Travel, pairs: &[Compared<'_>]) {
        let settings = self.settings;
        for side in [Side::Revision, Side::Base] {
            let found = deep(|| roots(travel, side, pairs, settings));
            for root in found.unwrap_or_else(|| interrupted(travel, side, pairs, settings)) {
                let mut finding = root.finding;
                let place = |operation: &String| (operation.clone(), finding.instance.clone());
                let members = root.own.iter().map(place).filter(|_| finding.witness.is_some());
                finding.members = members.collect();
                self.add_all(&finding, &root.reached);
            }
        }
    }

    /// What is said about members beside what is accepted.
    fn walk(
        &mut self,
        travel: Travel,
        pairs: &[Compared<'_>],
        base: &Documents<'_>,
        revision: &Documents<'_>,
    ) {
        let mut walk = members::Walk::new(base, revision, travel.flow());
        for pair in pairs {
            let root = |schema: &Schema| schema.node(schema.root).pointer.clone();
            let own = [root(pair.base), root(pair.revision)].map(|root| format!("{root}/default"));
            for finding in walk.compare(pair.base, pair.revision) {
                // What leaving a parameter out means is looked at with the parameter.
                let is_own = |place: &Option<String>| place.as_ref().is_some_and(|place| own.contains(place));
                if travel != Travel::AsText || !is_own(&finding.base) && !is_own(&finding.revision) {
                    self.add_all(&finding, pair.operations);
                }
            }
        }
    }

    fn add_all(&mut self, finding: &Finding, operations: &BTreeSet<String>) {
        for operation in operations {
            let mut of_this = finding.clone();
            of_this.members.retain(|reached, _| reached == operation);
            self.add(operation, of_this);
        }
    }
}

/// A finding and the operations that it reaches.
struct Root {
    finding: Finding,
    /// Those whose own documents the witness is one of.
    own: BTreeSet<String>,
    reached: BTreeSet<String>,
}

impl Root {
    fn of(finding: Finding, operations: &BTreeSet<String>) -> Self {
        Root { finding, own: operations.clone(), reached: operations.clone() }
    }
}

/// Whether the values that `side` accepts too little of are those that travel.
fn search<'s>(travel: Travel, side: Side, pair: &Compared<'s>, settings: &'s Settings) -> Search<'s> {
    let declared = pair.declared;
    let (left, right, declared) = match side {
        Side::Revision => (pair.base, pair.revision, declared.map(|(before, _)| before)),
        Side::Base => (pair.revision, pair.base, declared.map(|(_, after)| after)),
    };
    let bad = match travel {
        Travel::Sent | Travel::AsText => side == Side::Revision,
        Travel::Received => side == Side::Base,
    };
    let as_text = travel == Travel::AsText;
    Search { left, declared, right, side, flow: travel.flow(), bad, as_text, settings }
}

fn roots(travel: Travel, side: Side, pairs: &[Compared<'_>], settings: &Settings) -> Vec<Root> {
    let mut memory = Memory::new(settings);
    let mut found: Vec<Root> = Vec::new();
    for pair in pairs {
        let findings = search(travel, side, pair, settings).run(&mut memory).list;
        found.extend(findings.into_iter().map(|finding| Root::of(finding, pair.operations)));
    }
    // Each root is found once: it reaches every operation whose schema applies its keyword.
    for pair in pairs {
        let refusing = search(travel, side, pair, settings).right;
        let mut reached = BTreeSet::new();
        for id in if found.is_empty() { Default::default() } else { refusing.reached() } {
            let node = refusing.node(id);
            reached.insert(node.pointer.as_str());
            reached.extend(node.keywords().iter().map(|keyword| keyword.pointer.as_str()));
        }
        for root in &mut found {
            if root.finding.witness.is_some() && reached.contains(root.finding.pointer()) {
                root.reached.extend(pair.operations.iter().cloned());
            }
        }
    }
    found
}

/// Nothing is known about any of them.
fn interrupted(travel: Travel, side: Side, pairs: &[Compared<'_>], settings: &Settings) -> Vec<Root> {
    let unknown = |pair: &Compared<'_>| {
        let list = search(travel, side, pair, settings).interrupted().list;
        list.into_iter().map(|finding| Root::of(finding, pair.operations)).collect::<Vec<_>>()
    };
    pairs.iter().flat_map(unknown).collect()
}
