//! Alternatives that one version doesn't know, though an open object among those it knows accepts what they look like.

use super::Both;
use super::view::View;
use crate::finding::{Finding, Severity, Side};
use crate::rule::{Rule, rule};

pub(crate) const ADDED: Rule = rule("REV578", "alternative-added", Severity::Break).compile();
pub(crate) const REMOVED: Rule = rule("REV579", "alternative-removed", Severity::Risky).compile();

pub(super) const RULES: &[Rule] = &[ADDED, REMOVED];

pub(super) fn check(both: &Both<'_>, found: &mut Vec<Finding>) {
    // Readers get what they don't know; writers write what nobody knows any more.
    let is_read = both.flow.is_read();
    let (rule, side, knowing, writing) = if is_read {
        (ADDED, Side::Revision, &both.base, &both.revision)
    } else {
        (REMOVED, Side::Base, &both.revision, &both.base)
    };
    for (around, place, listed) in unknown(knowing, writing) {
        let mut finding = Finding::new(rule, side);
        let name = listed.rsplit('/').nth(1).unwrap_or_default().to_owned();
        // What went is shown where it was listed, what came where it is written.
        let (around, place) = (Some(around), Some(if is_read { place } else { listed }));
        (finding.base, finding.revision) = match side {
            Side::Revision => (around, place),
            Side::Base => (place, around),
        };
        finding.absent = Some(if side == Side::Revision { Side::Base } else { Side::Revision });
        finding.note = Some(format!("in `{name}`"));
        found.push(finding);
    }
}

/// Where those who know would list it, where it stands, and where it is listed, for each alternative that only those who
/// write have, if they have more.
fn unknown(knowing: &View<'_>, writing: &View<'_>) -> Vec<(String, String, String)> {
    let (Some((around, known)), Some((list, written))) = (knowing.alternatives(), writing.alternatives())
    else {
        return Vec::new();
    };
    if written.len() <= known.len() {
        return Vec::new();
    }
    let mut found = Vec::new();
    for (index, id) in written.into_iter().enumerate() {
        let (place, says) = writing.written(id);
        let is_known = known.iter().any(|id| knowing.written(*id).1 == says);
        // Values that aren't objects are compared by what is accepted.
        if !is_known && writing.may_be_object(id) {
            found.push((around.to_owned(), place.to_owned(), format!("{list}/{index}")));
        }
    }
    found
}
