//! Schemas within operations: collected first, then compared together, so that what operations share is decided once.

use std::collections::{BTreeMap, BTreeSet};

use super::changes::Changes;
use super::document::Part;
use crate::contain::Settings;
use crate::documents::Documents;
use crate::finding::{Finding, Flow, Side};
use crate::schema::Reading;
use crate::together::{Pointers, Together, Way};

/// How values travel.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Travel {
    /// Callers of the base send them to the revision.
    Sent,
    /// The same, written as text in a path, a query, a header or a cookie.
    AsText,
    /// The revision sends them to callers of the base.
    Received,
    /// The same, written as text in a header.
    ReceivedAsText,
    /// The revision sends them to subscribers that know the base.
    Notified,
    /// The same, written as text in a path, a query, a header or a cookie.
    NotifiedAsText,
    /// Subscribers that know the base answer with them.
    Answered,
}

impl Travel {
    const ALL: [Travel; 7] = [
        Travel::Sent,
        Travel::AsText,
        Travel::Received,
        Travel::ReceivedAsText,
        Travel::Notified,
        Travel::NotifiedAsText,
        Travel::Answered,
    ];

    fn reading(self) -> Reading {
        match self {
            Travel::Sent | Travel::AsText | Travel::Answered => Reading::Sent,
            Travel::Received | Travel::ReceivedAsText | Travel::Notified | Travel::NotifiedAsText => {
                Reading::Received
            }
        }
    }

    pub(super) fn flow(self) -> Flow {
        match self {
            Travel::Sent | Travel::AsText => Flow::Sent,
            Travel::Received | Travel::ReceivedAsText => Flow::Received,
            Travel::Notified | Travel::NotifiedAsText => Flow::Notified,
            Travel::Answered => Flow::Answered,
        }
    }

    fn is_text(self) -> bool {
        matches!(self, Travel::AsText | Travel::ReceivedAsText | Travel::NotifiedAsText)
    }

    /// Both versions may refuse what the other accepts; what travels decides who minds.
    fn ways(self) -> [Way; 2] {
        let minded = match self.reading() {
            Reading::Received => Side::Base,
            _ => Side::Revision,
        };
        let as_text = self.is_text();
        [Side::Revision, Side::Base].map(|side| Way { flow: self.flow(), side, bad: side == minded, as_text })
    }
}

/// Schemas before and after, with the operations that they belong to.
pub(super) type Jobs = BTreeMap<(Travel, Pointers), BTreeSet<String>>;

/// An API of several, and an operation of it.
type Operation = (usize, String);

impl Changes<'_> {
    /// Compares the `schema` of two parts when all are known; a missing schema accepts everything.
    pub(super) fn schemas(&mut self, operation: &str, base: &Part<'_>, revision: &Part<'_>, travel: Travel) {
        // As it is written, so that a reference keeps what stands beside it.
        let pointer = |part: &Part<'_>| part.raw("schema").map(|schema| schema.pointer);
        let pointers = (pointer(base), pointer(revision));
        if pointers.0.is_some() || pointers.1.is_some() {
            self.jobs.entry((travel, pointers)).or_default().insert(operation.to_owned());
        }
    }
}

/// Compares all schemas that some APIs asked for.
pub(super) fn settle(
    all: &mut [Changes<'_>],
    (base, revision): (&Documents<'_>, &Documents<'_>),
    settings: &Settings,
) {
    let mut jobs: BTreeMap<(Travel, Pointers), BTreeSet<Operation>> = BTreeMap::new();
    for (api, changes) in all.iter_mut().enumerate() {
        for (job, operations) in std::mem::take(&mut changes.jobs) {
            jobs.entry(job).or_default().extend(operations.into_iter().map(|operation| (api, operation)));
        }
    }
    let (sent, received): (Vec<_>, Vec<_>) =
        jobs.iter().partition(|((travel, _), _)| travel.reading() == Reading::Sent);
    let run = |jobs: &[Job<'_>]| compared(jobs, (base, revision), settings);
    let found = std::thread::scope(|scope| {
        let other = scope.spawn(|| run(&received));
        let mut found = run(&sent);
        // Searches have threads of their own, and an answer when those fail.
        found.extend(other.join().unwrap_or_default());
        found
    });
    for (finding, reached) in found {
        for ((api, operation), instances) in reached {
            let mut of_this = finding.clone();
            if !instances.is_empty() {
                of_this.members.insert(operation.clone(), instances);
            }
            all[api].add(&operation, of_this);
        }
    }
}

/// A pair of schemas, and whose it is.
type Job<'j> = (&'j (Travel, Pointers), &'j BTreeSet<Operation>);

/// What was found, with the operations that it reaches and the places in their documents.
type Found = Vec<(Finding, BTreeMap<Operation, BTreeSet<String>>)>;

fn compared(jobs: &[Job<'_>], documents: (&Documents<'_>, &Documents<'_>), settings: &Settings) -> Found {
    let Some(((first, _), _)) = jobs.first() else { return Vec::new() };
    let pointers: Vec<&Pointers> = jobs.iter().map(|((_, pointers), _)| pointers).collect();
    let as_text = jobs.iter().any(|((travel, _), _)| travel.is_text());
    let together = Together::new(documents, first.reading(), &pointers, as_text, settings);
    let of = |travel: Travel| -> Vec<usize> {
        (0..jobs.len()).filter(|index| jobs[*index].0.0 == travel).collect()
    };
    let asked = Travel::ALL.map(|travel| (travel, of(travel)));
    let asked: Vec<&(Travel, Vec<usize>)> = asked.iter().filter(|(_, jobs)| !jobs.is_empty()).collect();
    let ways = asked.iter().flat_map(|(travel, jobs)| travel.ways().map(|way| (way, jobs.clone())));
    let mut found = Found::new();
    for root in together.roots(&ways.collect::<Vec<_>>()) {
        let mut reached: BTreeMap<Operation, BTreeSet<String>> = BTreeMap::new();
        for (job, instances) in root.reached {
            for operation in jobs[job].1 {
                reached.entry(operation.clone()).or_default().extend(instances.iter().cloned());
            }
        }
        found.push((root.finding, reached));
    }
    let flows: BTreeSet<Flow> = jobs.iter().map(|((travel, _), _)| travel.flow()).collect();
    let said = flows.into_iter().flat_map(|flow| {
        let of_flow: Vec<usize> = (0..jobs.len()).filter(|job| jobs[*job].0.0.flow() == flow).collect();
        together.said(flow, &of_flow)
    });
    for (job, findings) in said {
        let ((travel, pointers), operations) = jobs[job];
        let of_root = |place: &Option<String>, root: &Option<String>| {
            let default = root.as_ref().map(|root| format!("{root}/default"));
            place.is_some() && *place == default
        };
        for finding in findings {
            // What leaving a parameter out means is looked at with the parameter.
            let own = of_root(&finding.base, &pointers.0) || of_root(&finding.revision, &pointers.1);
            if *travel != Travel::AsText || !own {
                let reached = operations.iter().map(|operation| (operation.clone(), BTreeSet::new()));
                found.push((finding, reached.collect()));
            }
        }
    }
    found
}
