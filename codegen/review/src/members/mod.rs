//! What two schemas say beside which documents they accept: members that come and go where nobody checks, defaults,
//! words and marks.
//!
//! Both schemas are walked together, member by member, through references and alternatives.

mod alternatives;
mod annotations;
mod content;
mod discriminator;
mod listed;
mod view;

use std::collections::{BTreeMap, BTreeSet};

use crate::documents::Documents;
use crate::finding::{Finding, Flow, Severity, Side};
use crate::rule::Rule;
use crate::schema::{Checks, Formats, NodeId, Schema, Twins};
use crate::shown::shown;
use view::View;

pub(crate) use alternatives::{ADDED as ALTERNATIVE_ADDED, REMOVED as ALTERNATIVE_REMOVED};

/// All rules about what is said of members.
pub(crate) fn rules() -> impl Iterator<Item = Rule> {
    let families =
        [listed::RULES, annotations::RULES, content::RULES, discriminator::RULES, alternatives::RULES];
    families.into_iter().flatten().copied()
}

/// Schema objects that apply to one value in both versions.
type Place = (Vec<NodeId>, Vec<NodeId>);

/// What was found at a place, and the places of the parts.
#[derive(Debug, Default)]
struct Visited {
    findings: Vec<Finding>,
    parts: BTreeSet<Place>,
}

/// Walks the schemas of two documents; each place is looked at once.
pub(crate) struct Walk<'d> {
    base: &'d Documents<'d>,
    revision: &'d Documents<'d>,
    twins: &'d Twins,
    flow: Flow,
    formats: Formats,
    check: Check,
    known: BTreeMap<Place, Visited>,
}

/// What is looked at in a place.
type Check = fn(&Both<'_>, &mut Vec<Finding>);

/// Two views of one value.
struct Both<'a> {
    base: View<'a>,
    revision: View<'a>,
    flow: Flow,
    checks: Checks,
}

impl<'d> Walk<'d> {
    pub(crate) fn new(
        base: &'d Documents<'d>,
        revision: &'d Documents<'d>,
        twins: &'d Twins,
        flow: Flow,
        formats: Formats,
    ) -> Self {
        Walk { base, revision, twins, flow, formats, check: everything, known: BTreeMap::new() }
    }

    /// Everything that is found from two schemas on. All schemas of a side share their nodes.
    pub(crate) fn compare(&mut self, base: &Schema, revision: &Schema) -> Vec<Finding> {
        let start = (vec![base.root], vec![revision.root]);
        let mut seen = BTreeSet::from([start.clone()]);
        let mut open = vec![start];
        let mut found = Vec::new();
        while let Some(place) = open.pop() {
            if self.is_same(&place) {
                continue;
            }
            if !self.known.contains_key(&place) {
                let visited = self.visit(base, revision, &place);
                self.known.insert(place.clone(), visited);
            }
            let visited = &self.known[&place];
            found.extend(visited.findings.iter().cloned());
            open.extend(visited.parts.iter().filter(|part| seen.insert((*part).clone())).cloned());
        }
        found
    }

    fn is_same(&self, (before, after): &Place) -> bool {
        before.len() == after.len() && before.iter().zip(after).all(|(old, new)| self.twins.are(*old, *new))
    }

    fn visit(&self, base: &Schema, revision: &Schema, place: &Place) -> Visited {
        let both = Both {
            base: View::of(self.base, base, &place.0),
            revision: View::of(self.revision, revision, &place.1),
            flow: self.flow,
            checks: revision.checks(self.formats),
        };
        let mut visited = Visited { findings: Vec::new(), parts: both.parts() };
        (self.check)(&both, &mut visited.findings);
        for finding in &mut visited.findings {
            finding.flows.insert(self.flow);
        }
        visited
    }
}

fn everything(both: &Both<'_>, found: &mut Vec<Finding>) {
    listed::check(both, found);
    annotations::check(both, found);
    content::check(both, found);
    discriminator::check(both, found);
    alternatives::check(both, found);
}

/// Formats that differ and that aren't checked, in two schemas that stand by themselves. `minded`: whether somebody
/// minds what the revision refuses, and what the base does.
pub(crate) fn noted_formats(
    (base, before): (&Documents<'_>, &Schema),
    (revision, after): (&Documents<'_>, &Schema),
    minded: (bool, bool),
    formats: Formats,
) -> Vec<Finding> {
    let twins = Twins::of((base, &before.nodes), (revision, &after.nodes));
    let mut walk = Walk::new(base, revision, &twins, Flow::Free, formats);
    walk.check = content::noted;
    let mut found = walk.compare(before, after);
    for finding in &mut found {
        let refusing = content::refusing(finding);
        if !(refusing.0 && minded.0 || refusing.1 && minded.1) {
            finding.severity = Severity::Safe;
        }
    }
    found
}

impl Both<'_> {
    /// The parts that both speak of.
    fn parts(&self) -> BTreeSet<Place> {
        let (before, after) = (self.base.parts(), self.revision.parts());
        let both = before.into_iter().filter_map(|(part, ids)| Some((ids, after.get(&part)?.clone())));
        both.collect()
    }

    /// A finding about a keyword of both, with what is written there.
    fn differs(&self, rule: Rule, key: &str) -> Finding {
        let (before, after) = (self.base.annotation(key), self.revision.annotation(key));
        let side = if after.is_some() { Side::Revision } else { Side::Base };
        let mut finding = Finding::new(rule, side);
        finding.base = Some(before.as_ref().map_or_else(|| self.base.pointer(), |(place, _)| place.clone()));
        finding.revision =
            Some(after.as_ref().map_or_else(|| self.revision.pointer(), |(place, _)| place.clone()));
        finding.absent = match (&before, &after) {
            (None, Some(_)) => Some(Side::Base),
            (Some(_), None) => Some(Side::Revision),
            _ => None,
        };
        finding.before = before.and_then(|(_, value)| shown(value));
        finding.after = after.and_then(|(_, value)| shown(value));
        finding
    }
}
