//! Members that come and go where nobody checks: an open object accepts them all.

use super::Both;
use super::view::Listed;
use crate::finding::{Finding, Flow, Severity, Side};
use crate::rule::{Rule, rule};
use crate::schema::has_flag;
use crate::shown::shown;

const ADDED: Rule = rule("REV540", "property-added", Severity::Safe);
const REMOVED: Rule = rule("REV541", "property-removed", Severity::Risky).compile();
const READ_ONLY: Rule = rule("REV544", "property-became-read-only", Severity::Risky).compile();
const NO_LONGER_READ_ONLY: Rule = rule("REV545", "property-no-longer-read-only", Severity::Safe);
const WRITE_ONLY: Rule = rule("REV546", "property-became-write-only", Severity::Risky).compile();
const NO_LONGER_WRITE_ONLY: Rule = rule("REV547", "property-no-longer-write-only", Severity::Safe);

pub(super) const RULES: &[Rule] =
    &[ADDED, REMOVED, READ_ONLY, NO_LONGER_READ_ONLY, WRITE_ONLY, NO_LONGER_WRITE_ONLY];

pub(super) fn check(both: &Both<'_>, found: &mut Vec<Finding>) {
    let (before, after) = (both.base.listed(), both.revision.listed());
    let travels = |listed: Option<&Listed>| listed.is_some_and(|listed| !listed.hidden);
    let came: Vec<&str> =
        after.keys().copied().filter(|name| travels(after.get(name)) && !before.contains_key(name)).collect();
    let gone: Vec<&str> = before
        .keys()
        .copied()
        .filter(|name| travels(before.get(name)) && !after.contains_key(name))
        .collect();
    // Where a document proves it, that is reported.
    let proved = |required: bool, closed: bool| match both.flow {
        Flow::Received | Flow::Notified | Flow::Live => required,
        _ => closed,
    };
    for name in &gone {
        if proved(both.base.required().contains(name), both.revision.is_closed()) {
            continue;
        }
        let mut finding = Finding::new(REMOVED, Side::Base);
        finding.base = Some(before[name].pointer.clone());
        finding.revision = Some(both.revision.pointer());
        finding.absent = Some(Side::Revision);
        finding.before = both.base.documents.at(&before[name].pointer).and_then(shown);
        if let ([_], [other]) = (gone.as_slice(), came.as_slice())
            && same_text(both, &before[name], &after[other])
        {
            finding.note = Some(format!("perhaps it is now called `{other}`"));
        }
        found.push(finding);
    }
    for name in &came {
        let required = both.revision.required().contains(name);
        if both.flow.is_read() && both.base.is_closed() || !both.flow.is_read() && required {
            continue;
        }
        let mut finding = Finding::new(ADDED, Side::Revision);
        finding.base = Some(both.base.pointer());
        finding.revision = Some(after[name].pointer.clone());
        finding.absent = Some(Side::Base);
        finding.after = both.revision.documents.at(&after[name].pointer).and_then(shown);
        found.push(finding);
    }
    for (name, listed) in &before {
        if let Some(now) = after.get(name) {
            marks(both, listed, now, found);
        }
    }
}

fn same_text(both: &Both<'_>, one: &Listed, two: &Listed) -> bool {
    both.base.documents.at(&one.pointer) == both.revision.documents.at(&two.pointer)
}

/// Which way a member travels.
fn marks(both: &Both<'_>, before: &Listed, after: &Listed, found: &mut Vec<Finding>) {
    let (flag, came, went) = match both.flow {
        Flow::Received | Flow::Notified => ("writeOnly", WRITE_ONLY, NO_LONGER_WRITE_ONLY),
        Flow::Sent | Flow::Answered => ("readOnly", READ_ONLY, NO_LONGER_READ_ONLY),
        _ => return,
    };
    let was = has_flag(both.base.documents, &before.pointer, flag);
    let is = has_flag(both.revision.documents, &after.pointer, flag);
    if was != is {
        let mut finding = Finding::new(if is { came } else { went }, Side::Revision);
        finding.base = Some(before.pointer.clone());
        finding.revision = Some(after.pointer.clone());
        found.push(finding);
    }
}
