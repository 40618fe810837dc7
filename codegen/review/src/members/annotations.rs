//! Defaults, marks, and words for people.

use serde_json::Value;

use super::Both;
use crate::finding::{Finding, Severity};
use crate::rule::{Rule, rule};
use crate::value::same;

const DEPRECATED: Rule = rule("REV542", "property-deprecated", Severity::Safe);
const REACTIVATED: Rule = rule("REV543", "property-reactivated", Severity::Safe);
const DEFAULT_ADDED: Rule = rule("REV548", "default-added", Severity::Safe);
const DEFAULT_CHANGED: Rule = rule("REV549", "default-changed", Severity::Risky);
const DEFAULT_REMOVED: Rule = rule("REV550", "default-removed", Severity::Safe);
const EXTENSIBLE_REMOVED: Rule = rule("REV564", "extensible-value-removed", Severity::Break);
const EXTENSIBLE_ADDED: Rule = rule("REV565", "extensible-value-added", Severity::Safe);
const XML: Rule = rule("REV566", "xml-changed", Severity::Risky);
const TITLE: Rule = rule("REV567", "title-changed", Severity::Docs);
const DESCRIPTION: Rule = rule("REV568", "schema-description-changed", Severity::Docs);
const EXAMPLE: Rule = rule("REV569", "example-changed", Severity::Docs);
const PERSONAL: Rule = rule("REV570", "personal-data-added", Severity::Risky);
const NO_LONGER_PERSONAL: Rule = rule("REV571", "personal-data-no-longer-marked", Severity::Risky);

pub(super) const RULES: &[Rule] = &[
    DEPRECATED,
    REACTIVATED,
    DEFAULT_ADDED,
    DEFAULT_CHANGED,
    DEFAULT_REMOVED,
    EXTENSIBLE_REMOVED,
    EXTENSIBLE_ADDED,
    XML,
    TITLE,
    DESCRIPTION,
    EXAMPLE,
    PERSONAL,
    NO_LONGER_PERSONAL,
];

pub(super) fn check(both: &Both<'_>, found: &mut Vec<Finding>) {
    let is = |key: &str| {
        let truth =
            |value: Option<(String, &Value)>| value.is_some_and(|(_, value)| value == &Value::Bool(true));
        (truth(both.base.annotation(key)), truth(both.revision.annotation(key)))
    };
    for (key, came, went) in
        [("deprecated", DEPRECATED, REACTIVATED), ("x-stipule-pii", PERSONAL, NO_LONGER_PERSONAL)]
    {
        match is(key) {
            (false, true) => found.push(both.differs(came, key)),
            (true, false) => found.push(both.differs(went, key)),
            _ => {}
        }
    }
    defaults(both, found);
    extensible(both, found);
    let written = |key: &str| {
        let value = |found: Option<(String, &Value)>| found.map(|(_, value)| value.clone());
        (value(both.base.annotation(key)), value(both.revision.annotation(key)))
    };
    for (key, rule) in [
        ("xml", XML),
        ("title", TITLE),
        ("description", DESCRIPTION),
        ("example", EXAMPLE),
        ("examples", EXAMPLE),
    ] {
        let (before, after) = written(key);
        if before != after {
            found.push(both.differs(rule, key));
        }
    }
}

fn defaults(both: &Both<'_>, found: &mut Vec<Finding>) {
    let rule = match (both.base.annotation("default"), both.revision.annotation("default")) {
        (None, Some(_)) => DEFAULT_ADDED,
        (Some(_), None) => DEFAULT_REMOVED,
        (Some((_, before)), Some((_, after))) if !same(before, after) => DEFAULT_CHANGED,
        _ => return,
    };
    let mut finding = both.differs(rule, "default");
    if both.flow.is_read() {
        // What is sent doesn't depend on it.
        finding.severity = Severity::Safe;
    }
    found.push(finding);
}

/// `x-extensible-enum`: the values that are known, of which there may be more.
fn extensible(both: &Both<'_>, found: &mut Vec<Finding>) {
    let key = "x-extensible-enum";
    let listed = |value: Option<(String, &Value)>| -> Option<Vec<Value>> { value?.1.as_array().cloned() };
    let (Some(before), Some(after)) =
        (listed(both.base.annotation(key)), listed(both.revision.annotation(key)))
    else {
        return;
    };
    let only = |one: &[Value], two: &[Value]| -> Vec<String> {
        let missing = one.iter().filter(|value| !two.iter().any(|other| same(other, value)));
        missing
            .map(|value| format!("`{}`", value.as_str().map_or_else(|| value.to_string(), str::to_owned)))
            .collect()
    };
    let (lost, won) = (only(&before, &after), only(&after, &before));
    if !lost.is_empty() {
        let mut finding = both.differs(EXTENSIBLE_REMOVED, key);
        finding.note = Some(lost.join(", "));
        if both.flow.is_read() {
            finding.severity = Severity::Safe;
        }
        found.push(finding);
    }
    if !won.is_empty() {
        let mut finding = both.differs(EXTENSIBLE_ADDED, key);
        finding.note = Some(won.join(", "));
        found.push(finding);
    }
}
