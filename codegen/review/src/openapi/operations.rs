//! Operations that are gone, and those on their way out.

use super::{Changes, Pair, Report};
use crate::contain::{Code, Severity, Side};

const REMOVED: Code = Code {
    id: "API001",
    name: "operation-removed",
    keyword: "paths",
    summary: "An operation that callers use is gone.",
};
const DEPRECATED: Code = Code {
    id: "API002",
    name: "operation-deprecated",
    keyword: "deprecated",
    summary: "An operation is announced to go.",
};
const ADDED: Code =
    Code { id: "API003", name: "operation-added", keyword: "paths", summary: "An operation is new." };
const RENAMED: Code = Code {
    id: "API004",
    name: "operation-id-changed",
    keyword: "operationId",
    summary: "Generated clients call the operation by another name.",
};

pub(super) const CODES: &[Code] = &[REMOVED, DEPRECATED, ADDED, RENAMED];

pub(super) fn check(pair: &Pair<'_>, changes: &mut Changes<'_>) {
    let report = |code, severity, side, pointer: &str| Report {
        code,
        severity,
        side,
        pointer: pointer.to_owned(),
        note: None,
    };
    match (&pair.base, &pair.revision) {
        (Some(base), None) => {
            changes.add(&base.title, report(&REMOVED, Severity::Break, Side::Base, &base.part.pointer));
        }
        (None, Some(revision)) => {
            changes
                .add(&revision.title, report(&ADDED, Severity::Safe, Side::Revision, &revision.part.pointer));
        }
        (Some(base), Some(revision)) => {
            if revision.part.flag("deprecated") && !base.part.flag("deprecated") {
                let pointer = format!("{}/deprecated", revision.part.pointer);
                changes.add(&base.title, report(&DEPRECATED, Severity::Safe, Side::Revision, &pointer));
            }
            let named = base.part.text("operationId");
            if named.is_some() && named != revision.part.text("operationId") {
                let pointer = format!("{}/operationId", base.part.pointer);
                changes.add(&base.title, report(&RENAMED, Severity::Risky, Side::Base, &pointer));
            }
        }
        (None, None) => {}
    }
}
