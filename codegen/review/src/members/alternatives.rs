//! Alternatives that readers don't know, though an open object among those they know accepts what they look like.

use super::Both;
use crate::finding::{Finding, Severity, Side};
use crate::rule::{Rule, rule};

pub(crate) const ADDED: Rule = rule("REV578", "alternative-added", Severity::Break).compile();

pub(super) const RULES: &[Rule] = &[ADDED];

pub(super) fn check(both: &Both<'_>, found: &mut Vec<Finding>) {
    if !both.flow.is_read() {
        return;
    }
    let (Some((before, known)), Some((after, now))) =
        (both.base.alternatives(), both.revision.alternatives())
    else {
        return;
    };
    if now.len() <= known.len() {
        return;
    }
    let is_known = |written| known.iter().any(|id| both.base.written(*id).1 == written);
    for id in now {
        let (place, written) = both.revision.written(id);
        // Values that aren't objects are compared by what is accepted.
        if is_known(written) || !both.revision.may_be_object(id) {
            continue;
        }
        let mut finding = Finding::new(ADDED, Side::Revision);
        (finding.base, finding.revision) = (Some(before.to_owned()), Some(place.to_owned()));
        finding.absent = Some(Side::Base);
        finding.note = Some(format!("in `{}`", after.rsplit('/').next().unwrap_or_default()));
        found.push(finding);
    }
}
