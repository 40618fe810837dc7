//! Parameters: what callers of the base send must still be understood.

use super::schemas::Flow;
use super::{Changes, Pair, Report};
use crate::contain::{Code, Severity, Side};

const REQUIRED_ADDED: Code = Code {
    id: "API101",
    name: "required-parameter-added",
    keyword: "parameters",
    summary: "Callers don't send a parameter that is now required.",
};
const BECAME_REQUIRED: Code = Code {
    id: "API102",
    name: "parameter-became-required",
    keyword: "required",
    summary: "Callers may leave out a parameter that is now required.",
};
const REMOVED: Code = Code {
    id: "API103",
    name: "parameter-removed",
    keyword: "parameters",
    summary: "What callers send is ignored or refused.",
};
const STYLE: Code = Code {
    id: "API104",
    name: "parameter-style-changed",
    keyword: "style",
    summary: "Callers write the parameter in another way.",
};

pub(super) const CODES: &[Code] = &[REQUIRED_ADDED, BECAME_REQUIRED, REMOVED, STYLE];

pub(super) fn check(pair: &Pair<'_>, changes: &mut Changes<'_>) {
    let (Some(base), Some(revision)) = (&pair.base, &pair.revision) else { return };
    let (before, after) = (base.parameters(), revision.parameters());
    for (key, parameter) in &after {
        let report = |code, severity, pointer: String| Report {
            code,
            severity,
            side: Side::Revision,
            pointer,
            note: None,
        };
        let Some((_, known)) = before.iter().find(|(known, _)| known == key) else {
            if parameter.flag("required") {
                let added = report(&REQUIRED_ADDED, Severity::Break, parameter.pointer.clone());
                changes.add(&base.title, added);
            }
            continue;
        };
        if parameter.flag("required") && !known.flag("required") {
            let pointer = format!("{}/required", parameter.pointer);
            changes.add(&base.title, report(&BECAME_REQUIRED, Severity::Break, pointer));
        }
        if style(known.text("style"), &key.0) != style(parameter.text("style"), &key.0) {
            let pointer = format!("{}/style", parameter.pointer);
            changes.add(&base.title, report(&STYLE, Severity::Break, pointer));
        }
        changes.schemas(&base.title, known, parameter, Flow::Sent);
        let (known, parameter) = (known.get("content"), parameter.get("content"));
        for (media, known) in known.map(|content| content.members()).unwrap_or_default() {
            if let Some(parameter) = parameter.as_ref().and_then(|content| content.get(media)) {
                changes.schemas(&base.title, &known, &parameter, Flow::Sent);
            }
        }
    }
    for (key, parameter) in &before {
        if !after.iter().any(|(known, _)| known == key) {
            let removed = Report {
                code: &REMOVED,
                severity: Severity::Risky,
                side: Side::Base,
                pointer: parameter.pointer.clone(),
                note: None,
            };
            changes.add(&base.title, removed);
        }
    }
}

/// The style of a parameter, which depends on its place where it isn't written.
fn style<'t>(written: Option<&'t str>, place: &str) -> &'t str {
    written.unwrap_or(if matches!(place, "query" | "cookie") { "form" } else { "simple" })
}
