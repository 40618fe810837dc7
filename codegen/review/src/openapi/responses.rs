//! Responses: what callers of the base get must still be what they understand.

use super::document::Part;
use super::schemas::Flow;
use super::{Changes, Pair, Report};
use crate::contain::{Code, Severity, Side};

const SUCCESS_REMOVED: Code = Code {
    id: "API301",
    name: "success-status-removed",
    keyword: "responses",
    summary: "A success that callers wait for doesn't come any more.",
};
const STATUS_REMOVED: Code = Code {
    id: "API302",
    name: "status-removed",
    keyword: "responses",
    summary: "A status that callers handle doesn't come any more.",
};
const STATUS_ADDED: Code = Code {
    id: "API303",
    name: "status-added",
    keyword: "responses",
    summary: "Callers get a status that they don't know.",
};
const MEDIA_TYPE_REMOVED: Code = Code {
    id: "API304",
    name: "response-media-type-removed",
    keyword: "content",
    summary: "Callers ask for a media type that they don't get any more.",
};
const HEADER_REMOVED: Code = Code {
    id: "API305",
    name: "response-header-removed",
    keyword: "headers",
    summary: "Callers read a header that may be missing.",
};
const BODY_REMOVED: Code = Code {
    id: "API306",
    name: "response-body-removed",
    keyword: "content",
    summary: "Callers read a body that doesn't come any more.",
};

pub(super) const CODES: &[Code] =
    &[SUCCESS_REMOVED, STATUS_REMOVED, STATUS_ADDED, MEDIA_TYPE_REMOVED, HEADER_REMOVED, BODY_REMOVED];

pub(super) fn check(pair: &Pair<'_>, changes: &mut Changes<'_>) {
    let (Some(base), Some(revision)) = (&pair.base, &pair.revision) else { return };
    let responses = |part: &Part<'_>| part.get("responses").map(|known| known.pointer);
    let (Some(before), Some(after)) = (base.part.get("responses"), revision.part.get("responses")) else {
        if let (Some(pointer), None) = (responses(&base.part), responses(&revision.part)) {
            changes.add(&base.title, report(&SUCCESS_REMOVED, Severity::Break, Side::Base, pointer));
        }
        return;
    };
    for (status, response) in before.members() {
        match expected(&after, status) {
            Some(now) => compare(&base.title, &response, &now, changes),
            None => {
                let success = status.starts_with('2');
                let code = if success { &SUCCESS_REMOVED } else { &STATUS_REMOVED };
                let severity = if success { Severity::Break } else { Severity::Risky };
                changes.add(&base.title, report(code, severity, Side::Base, response.pointer));
            }
        }
    }
    for (status, response) in after.members() {
        match expected(&before, status) {
            // Compared above if the status is written there the same.
            Some(known) if before.get(status).is_none() => compare(&base.title, &known, &response, changes),
            Some(_) => {}
            None => {
                let added = report(&STATUS_ADDED, Severity::Risky, Side::Revision, response.pointer);
                changes.add(&base.title, added);
            }
        }
    }
}

/// The response to a status: its own, that of its hundred, or the default.
fn expected<'d>(responses: &Part<'d>, status: &str) -> Option<Part<'d>> {
    let hundred = status.chars().next().map(|first| format!("{first}XX")).unwrap_or_default();
    responses.get(status).or_else(|| responses.get(&hundred)).or_else(|| responses.get("default"))
}

fn report(code: &Code, severity: Severity, side: Side, pointer: String) -> Report<'_> {
    Report { code, severity, side, pointer, note: None }
}

fn compare(operation: &str, before: &Part<'_>, after: &Part<'_>, changes: &mut Changes<'_>) {
    let content = after.get("content").filter(|content| !content.members().is_empty());
    for (media, known) in before.get("content").map(|content| content.members()).unwrap_or_default() {
        match content.as_ref().map(|content| content.get(media)) {
            Some(Some(part)) => changes.schemas(operation, &known, &part, Flow::Received),
            Some(None) => {
                changes
                    .add(operation, report(&MEDIA_TYPE_REMOVED, Severity::Break, Side::Base, known.pointer));
            }
            None => changes.add(operation, report(&BODY_REMOVED, Severity::Break, Side::Base, known.pointer)),
        }
    }
    let headers = |part: &Part<'_>| part.get("headers").map(|headers| headers.pointer);
    let named = after.get("headers").map(|headers| headers.members()).unwrap_or_default();
    for (name, known) in before.get("headers").map(|headers| headers.members()).unwrap_or_default() {
        match named.iter().find(|(other, _)| other.eq_ignore_ascii_case(name)) {
            Some((_, part)) => changes.schemas(operation, &known, part, Flow::Received),
            None => {
                let severity = if known.flag("required") { Severity::Break } else { Severity::Risky };
                let mut removed = report(&HEADER_REMOVED, severity, Side::Base, known.pointer);
                removed.note = headers(after).map(|place| format!("it isn't among {place}"));
                changes.add(operation, removed);
            }
        }
    }
}
