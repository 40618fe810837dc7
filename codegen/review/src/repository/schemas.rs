//! Types of the model where they are written: the values that go between the versions, each way.

use stipule_ir::{Contract, Span, TypeId};

use super::diff::Diff;
use crate::contain::{Settings, schemas_at};
use crate::finding::{Finding, Flow, Side};
use crate::members::Walk;
use crate::schema::Reading;

/// A schema before and after, and what it belongs to.
pub(super) struct Typed<'t> {
    pub(super) reached: &'t str,
    pub(super) before: String,
    pub(super) after: String,
}

/// Where a type is written.
pub(super) fn place(contract: &Contract, ty: TypeId) -> &Span {
    &contract.types.get(ty).span
}

/// Compares the schemas each way that values go: which version may refuse them, and whether somebody minds. What is
/// said beside what is accepted is reported for the first way.
pub(super) fn check(
    diff: &mut Diff<'_>,
    typed: &Typed<'_>,
    flows: &[(Flow, Side, bool)],
    settings: &Settings,
) {
    if diff.is_untouched(&typed.before, &typed.after) {
        return;
    }
    let (base, revision) = (diff.base.documents, diff.revision.documents);
    let mut found = schemas_at((base, &typed.before), (revision, &typed.after), flows, settings);
    for finding in &mut found {
        if finding.witness.is_some() {
            finding.members.insert(typed.reached.to_owned(), finding.instance.clone());
        }
    }
    if let Some((flow, ..)) = flows.first() {
        found.extend(said(diff, typed, *flow, settings));
    }
    for mut finding in found {
        finding.reaches.insert(typed.reached.to_owned());
        diff.add(finding);
    }
}

/// Members that come and go where nobody checks, defaults, words.
fn said(diff: &Diff<'_>, typed: &Typed<'_>, flow: Flow, settings: &Settings) -> Vec<Finding> {
    let (base, revision) = (diff.base.documents, diff.revision.documents);
    let old = base.schema(&typed.before, Reading::Whole);
    let new = revision.schema(&typed.after, Reading::Whole);
    let mut found = Walk::new(base, revision, flow).compare(&old, &new);
    found.retain(|finding| settings.docs || finding.severity != crate::finding::Severity::Docs);
    found
}
