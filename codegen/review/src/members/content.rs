//! What texts and numbers are made of: encodings, media types, and formats that aren't checked.

use serde_json::Value;

use super::Both;
use crate::finding::{Confidence, Finding, Severity, Side};
use crate::format::{self, Format};
use crate::rule::{Rule, rule};
use crate::schema::{Checks, Dialect};

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

/// What texts hold.
const CONTENTS: [(&str, Rule); 2] = [("contentEncoding", ENCODING), ("contentMediaType", MEDIA_TYPE)];

/// What a keyword says before and after.
fn texts(both: &Both<'_>, key: &str) -> (Option<String>, Option<String>) {
    let text = |value: Option<(String, &Value)>| {
        value.and_then(|(_, value)| value.as_str()).map(str::to_ascii_lowercase)
    };
    (text(both.base.annotation(key)), text(both.revision.annotation(key)))
}

pub(super) fn check(both: &Both<'_>, found: &mut Vec<Finding>) {
    for (key, rule) in CONTENTS {
        let (before, after) = texts(both, key);
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
    formats(both, texts(both, "format"), found);
}

/// Formats and contents alone, of schemas that stand by themselves: whoever validates by them may check what isn't
/// checked here.
pub(super) fn noted(both: &Both<'_>, found: &mut Vec<Finding>) {
    let (before, after) = texts(both, "format");
    let is_undecided = |format: &Option<String>| format.as_deref().is_some_and(format::is_undecided);
    let undecided = both.checks != Checks::None && (is_undecided(&before) || is_undecided(&after));
    let mut noted = Vec::new();
    formats(both, (before, after), &mut noted);
    // That a number is one of those that it can be anyway says nothing.
    noted.retain(|finding| finding.rule != FORMAT_ADDED || finding.severity != Severity::Safe);
    for finding in &mut noted {
        if undecided {
            finding.confidence = Confidence::Unknown;
        }
    }
    for (key, rule) in CONTENTS {
        let (before, after) = texts(both, key);
        if before != after {
            let mut finding = both.differs(rule, key);
            // Draft 7 leaves it to validators whether they look into texts.
            if both.checks == Checks::Of(Dialect::Draft7) {
                finding.confidence = Confidence::Unknown;
            }
            noted.push(finding);
        }
    }
    noted.iter_mut().for_each(|finding| finding.severity = Severity::Risky);
    found.extend(noted);
}

/// Whether such a finding is about texts that the revision may refuse, and about some that the base may.
pub(super) fn refusing(finding: &Finding) -> (bool, bool) {
    match (finding.absent, finding.rule) {
        (Some(Side::Base), _) | (None, NUMBER_NARROWED) => (true, false),
        (Some(Side::Revision), _) | (None, NUMBER_WIDENED) => (false, true),
        (None, _) => (true, true),
    }
}

fn formats(both: &Both<'_>, (before, after): (Option<String>, Option<String>), found: &mut Vec<Finding>) {
    let is_checked = |format: &Option<String>| {
        format.as_ref().is_none_or(|format| {
            SHOWN.contains(&format.as_str())
                || Format::named(format).is_some_and(|format| both.checks.include(format))
        })
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
