//! Bodies of requests: what callers of the base send must still be accepted.

use super::schemas::Flow;
use super::{Changes, Pair, Report};
use crate::contain::{Code, Severity, Side};

const BECAME_REQUIRED: Code = Code {
    id: "API201",
    name: "request-body-became-required",
    keyword: "required",
    summary: "Callers may send no body where one is now required.",
};
const MEDIA_TYPE_REMOVED: Code = Code {
    id: "API202",
    name: "request-media-type-removed",
    keyword: "content",
    summary: "Callers send a media type that is no longer accepted.",
};
const REMOVED: Code = Code {
    id: "API203",
    name: "request-body-removed",
    keyword: "requestBody",
    summary: "Callers send a body that nobody expects.",
};

pub(super) const CODES: &[Code] = &[BECAME_REQUIRED, MEDIA_TYPE_REMOVED, REMOVED];

pub(super) fn check(pair: &Pair<'_>, changes: &mut Changes<'_>) {
    let (Some(base), Some(revision)) = (&pair.base, &pair.revision) else { return };
    let (before, after) = (base.part.get("requestBody"), revision.part.get("requestBody"));
    let report = |code, severity, side, pointer: String| Report { code, severity, side, pointer, note: None };
    if let Some(after) = after.as_ref().filter(|after| after.flag("required"))
        && !before.as_ref().is_some_and(|before| before.flag("required"))
    {
        let pointer = format!("{}/required", after.pointer);
        changes.add(&base.title, report(&BECAME_REQUIRED, Severity::Break, Side::Revision, pointer));
    }
    let Some(before) = before else { return };
    let Some(after) = after else {
        changes.add(&base.title, report(&REMOVED, Severity::Risky, Side::Base, before.pointer));
        return;
    };
    let accepted = after.get("content");
    for (media, known) in before.get("content").map(|content| content.members()).unwrap_or_default() {
        match accepted.as_ref().and_then(|content| content.get(media)) {
            Some(part) => changes.schemas(&base.title, &known, &part, Flow::Sent),
            None => {
                let removed = report(&MEDIA_TYPE_REMOVED, Severity::Break, Side::Base, known.pointer);
                changes.add(&base.title, removed);
            }
        }
    }
}
