//! Schemas of events, entities and steps: collected first, then compared together.

use std::collections::{BTreeMap, BTreeSet};

use stipule_ir::{Contract, Span, TypeId};

use super::diff::Diff;
use crate::finding::{Finding, Flow, Severity, Side};
use crate::schema::Reading;
use crate::together::{Pointers, Together, Way};

/// A schema before and after, and what it belongs to.
pub(super) struct Typed<'t> {
    pub(super) reached: &'t str,
    pub(super) before: String,
    pub(super) after: String,
}

/// Ways that values go: which version may refuse them, and whether somebody minds.
pub(super) type Flows<'f> = &'f [(Flow, Side, bool)];

/// What a pair of schemas belongs to, and the ways its values go there.
type Owners = BTreeMap<String, Vec<(Flow, Side, bool)>>;

/// Schemas that are to be compared.
pub(super) type Jobs = BTreeMap<Pointers, Owners>;

/// Where a type is written.
pub(super) fn place(contract: &Contract, ty: TypeId) -> &Span {
    &contract.types.get(ty).span
}

/// Compares the schemas each way that values go when all are known. What is said beside what is accepted is reported
/// for the first way.
pub(super) fn check(diff: &mut Diff<'_>, typed: &Typed<'_>, flows: Flows<'_>) {
    if diff.is_untouched(&typed.before, &typed.after) {
        return;
    }
    let job = diff.jobs.entry((Some(typed.before.clone()), Some(typed.after.clone()))).or_default();
    let known = job.entry(typed.reached.to_owned()).or_default();
    known.extend(flows.iter().filter(|flow| !known.contains(flow)).copied().collect::<Vec<_>>());
}

/// Compares all that were asked for.
pub(super) fn settle(diff: &mut Diff<'_>) {
    let jobs = std::mem::take(&mut diff.jobs);
    let settings = diff.policy.events;
    let pointers: Vec<&Pointers> = jobs.keys().collect();
    let owners: Vec<&Owners> = jobs.values().collect();
    let documents = (diff.base.documents, diff.revision.documents);
    let together = Together::new(documents, Reading::Whole, &pointers, false, &settings);
    let mut ways: Vec<(Way, Vec<usize>)> = Vec::new();
    for (index, flows) in owners.iter().enumerate() {
        for (flow, side, bad) in flows.values().flatten() {
            let way = Way { flow: *flow, side: *side, bad: *bad, as_text: false };
            match ways.iter_mut().find(|(known, _)| *known == way) {
                Some((_, jobs)) if jobs.last() == Some(&index) => {}
                Some((_, jobs)) => jobs.push(index),
                None => ways.push((way, vec![index])),
            }
        }
    }
    for root in together.roots(&ways) {
        let flows = root.finding.flows.clone();
        for (job, instances) in root.reached {
            let of_flow =
                owners[job].iter().filter(|(_, owned)| owned.iter().any(|(flow, ..)| flows.contains(flow)));
            for (reached, _) in of_flow {
                add(diff, root.finding.clone(), reached, &instances);
            }
        }
    }
    for (flow, jobs) in first_ways(&owners) {
        for (job, findings) in together.said(flow, &jobs) {
            let of_flow = owners[job]
                .iter()
                .filter(|(_, owned)| owned.first().is_some_and(|(first, ..)| *first == flow));
            for (reached, _) in of_flow {
                for finding in
                    findings.iter().filter(|finding| settings.docs || finding.severity != Severity::Docs)
                {
                    add(diff, finding.clone(), reached, &BTreeSet::new());
                }
            }
        }
    }
}

fn add(diff: &mut Diff<'_>, mut finding: Finding, reached: &str, instances: &BTreeSet<String>) {
    if !instances.is_empty() {
        finding.members.insert(reached.to_owned(), instances.clone());
    }
    finding.reaches.insert(reached.to_owned());
    diff.add(finding);
}

/// By the first way that values go, the jobs.
fn first_ways(owners: &[&Owners]) -> BTreeMap<Flow, Vec<usize>> {
    let mut found: BTreeMap<Flow, Vec<usize>> = BTreeMap::new();
    for (index, flows) in owners.iter().enumerate() {
        let first: BTreeSet<Flow> = flows.values().filter_map(|owned| Some(owned.first()?.0)).collect();
        first.into_iter().for_each(|flow| found.entry(flow).or_default().push(index));
    }
    found
}
