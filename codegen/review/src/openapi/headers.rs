//! Headers of responses: callers read them by name.

use super::Pair;
use super::changes::Changes;
use super::document::Part;
use super::responses::both;
use super::schemas::Travel;
use crate::finding::Severity;
use crate::rule::{Rule, rule};

const REQUIRED_REMOVED: Rule = rule("REV220", "required-response-header-removed", Severity::Break).compile();
const OPTIONAL_REMOVED: Rule = rule("REV221", "optional-response-header-removed", Severity::Risky).compile();
const BECAME_OPTIONAL: Rule = rule("REV222", "response-header-became-optional", Severity::Break);
const BECAME_REQUIRED: Rule = rule("REV223", "response-header-became-required", Severity::Safe);
const ADDED: Rule = rule("REV224", "response-header-added", Severity::Safe);
const DEPRECATED: Rule = rule("REV225", "response-header-deprecated", Severity::Safe);
const REACTIVATED: Rule = rule("REV226", "response-header-reactivated", Severity::Safe);

pub(super) const RULES: &[Rule] =
    &[REQUIRED_REMOVED, OPTIONAL_REMOVED, BECAME_OPTIONAL, BECAME_REQUIRED, ADDED, DEPRECATED, REACTIVATED];

pub(super) fn check(pair: &Pair<'_>, changes: &mut Changes<'_>) {
    for (before, after) in both(pair) {
        compare(&pair.base.title, &before, &after, changes);
    }
}

/// `Content-Type` is described by the media types.
fn headers<'d>(response: &Part<'d>) -> Vec<(&'d str, Part<'d>)> {
    let mut headers = response.below("headers");
    headers.retain(|(name, _)| !name.eq_ignore_ascii_case("content-type"));
    headers
}

fn compare(title: &str, before: &Part<'_>, after: &Part<'_>, changes: &mut Changes<'_>) {
    let (known, now) = (headers(before), headers(after));
    for (name, header) in &known {
        match now.iter().find(|(other, _)| other.eq_ignore_ascii_case(name)) {
            Some((_, part)) => {
                match (header.flag("required"), part.flag("required")) {
                    (true, false) => changes.differs(title, BECAME_OPTIONAL, (header, part), "required"),
                    (false, true) => changes.differs(title, BECAME_REQUIRED, (header, part), "required"),
                    _ => {}
                }
                match (header.flag("deprecated"), part.flag("deprecated")) {
                    (false, true) => changes.differs(title, DEPRECATED, (header, part), "deprecated"),
                    (true, false) => changes.differs(title, REACTIVATED, (header, part), "deprecated"),
                    _ => {}
                }
                changes.schemas(title, header, part, Travel::ReceivedAsText);
            }
            None => {
                let rule = if header.flag("required") { REQUIRED_REMOVED } else { OPTIONAL_REMOVED };
                changes.gone(title, rule, header, &after.place("headers"));
            }
        }
    }
    for (name, header) in &now {
        if !known.iter().any(|(other, _)| other.eq_ignore_ascii_case(name)) {
            changes.came(title, ADDED, header, &before.place("headers"));
        }
    }
}
