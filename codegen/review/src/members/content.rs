//! What texts and numbers are made of: encodings, media types, and formats that aren't checked.

use serde_json::Value;

use super::Both;
use crate::finding::{Finding, Severity};
use crate::format::Format;
use crate::rule::{Rule, rule};

const ENCODING: Rule = rule("REV555", "content-encoding-changed", Severity::Break);
const MEDIA_TYPE: Rule = rule("REV556", "content-media-type-changed", Severity::Break);
const SCHEMA: Rule = rule("REV557", "content-schema-changed", Severity::Risky);
const NUMBER_NARROWED: Rule = rule("REV558", "number-format-narrowed", Severity::Break);
const NUMBER_WIDENED: Rule = rule("REV559", "number-format-widened", Severity::Break);
const FORMAT_ADDED: Rule = rule("REV560", "noted-format-added", Severity::Risky);
const FORMAT_CHANGED: Rule = rule("REV561", "noted-format-changed", Severity::Risky);
const FORMAT_REMOVED: Rule = rule("REV562", "noted-format-removed", Severity::Risky);

pub(super) const RULES: &[Rule] = &[
    ENCODING,
    MEDIA_TYPE,
    SCHEMA,
    NUMBER_NARROWED,
    NUMBER_WIDENED,
    FORMAT_ADDED,
    FORMAT_CHANGED,
    FORMAT_REMOVED,
];

/// Formats that only tell a program how to show a value.
const SHOWN: [&str; 3] = ["password", "textarea", "markdown"];

/// Formats of numbers, each with one that holds all its values.
const WIDER: [(&str, &str); 4] =
    [("int32", "int64"), ("float", "double"), ("int32", "double"), ("int16", "int32")];

/// Formats of numbers that hold fewer than a number without one does.
const NARROW: [&str; 4] = ["int8", "int16", "int32", "float"];

pub(super) fn check(both: &Both<'_>, found: &mut Vec<Finding>) {
    let text = |key: &str| {
        let text = |value: Option<(String, &Value)>| {
            value.and_then(|(_, value)| value.as_str()).map(str::to_ascii_lowercase)
        };
        (text(both.base.annotation(key)), text(both.revision.annotation(key)))
    };
    for (key, rule) in [("contentEncoding", ENCODING), ("contentMediaType", MEDIA_TYPE)] {
        let (before, after) = text(key);
        if before != after {
            let mut finding = both.differs(rule, key);
            if rule == MEDIA_TYPE && (before.is_none() || after.is_none()) {
                finding.severity = Severity::Risky;
            }
            found.push(finding);
        }
    }
    let schema = |value: Option<(String, &Value)>| value.map(|(_, value)| value.clone());
    if schema(both.base.annotation("contentSchema")) != schema(both.revision.annotation("contentSchema")) {
        found.push(both.differs(SCHEMA, "contentSchema"));
    }
    formats(both, text("format"), found);
}

fn formats(both: &Both<'_>, (before, after): (Option<String>, Option<String>), found: &mut Vec<Finding>) {
    let is_checked = |format: &Option<String>| {
        format
            .as_ref()
            .is_none_or(|format| Format::named(format).is_some() || SHOWN.contains(&format.as_str()))
    };
    // Both are known: documents tell.
    if before == after || is_checked(&before) && is_checked(&after) {
        return;
    }
    let received = both.flow.is_read();
    let (rule, bad) = match (before.as_deref(), after.as_deref()) {
        (Some(one), Some(two)) if WIDER.contains(&(one, two)) => (NUMBER_WIDENED, received),
        (Some(one), Some(two)) if WIDER.contains(&(two, one)) => (NUMBER_NARROWED, !received),
        // What a number is anyway.
        (None, Some("int64" | "double")) | (Some("int64" | "double"), None) => (FORMAT_ADDED, false),
        (None, Some(narrow)) if NARROW.contains(&narrow) => (NUMBER_NARROWED, !received),
        (Some(narrow), None) if NARROW.contains(&narrow) => (NUMBER_WIDENED, received),
        (None, Some(_)) => (FORMAT_ADDED, !received),
        (Some(_), None) => (FORMAT_REMOVED, received),
        _ => (FORMAT_CHANGED, true),
    };
    let mut finding = both.differs(rule, "format");
    if !bad {
        finding.severity = Severity::Safe;
    }
    found.push(finding);
}
