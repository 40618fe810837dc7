//! Parameters: what callers of the base send must still be understood.

use serde_json::Value;

use super::Pair;
use super::changes::Changes;
use super::document::Part;
use super::schemas::Travel;
use crate::finding::{Finding, Severity, Side};
use crate::rule::{Rule, rule};

const REQUIRED_ADDED: Rule = rule("REV100", "required-parameter-added", Severity::Break).compile();
const OPTIONAL_ADDED: Rule = rule("REV101", "optional-parameter-added", Severity::Safe);
const BECAME_REQUIRED: Rule = rule("REV102", "parameter-became-required", Severity::Break).compile();
const BECAME_OPTIONAL: Rule = rule("REV103", "parameter-became-optional", Severity::Safe);
const REMOVED: Rule = rule("REV104", "parameter-removed", Severity::Risky).compile();
const MOVED: Rule = rule("REV105", "parameter-moved", Severity::Break);
const STYLE: Rule = rule("REV106", "parameter-style-changed", Severity::Break);
const EXPLODE: Rule = rule("REV107", "parameter-explode-changed", Severity::Break);
const RESERVED_REFUSED: Rule = rule("REV108", "reserved-characters-refused", Severity::Risky);
const RESERVED_ALLOWED: Rule = rule("REV109", "reserved-characters-allowed", Severity::Safe);
const EMPTY_REFUSED: Rule = rule("REV110", "empty-value-refused", Severity::Break);
const EMPTY_ALLOWED: Rule = rule("REV111", "empty-value-allowed", Severity::Safe);
const DEFAULT_ADDED: Rule = rule("REV112", "parameter-default-added", Severity::Risky);
const DEFAULT_CHANGED: Rule = rule("REV113", "parameter-default-changed", Severity::Break);
const DEFAULT_REMOVED: Rule = rule("REV114", "parameter-default-removed", Severity::Risky);
const DEPRECATED: Rule = rule("REV115", "parameter-deprecated", Severity::Safe);
const REACTIVATED: Rule = rule("REV116", "parameter-reactivated", Severity::Safe);
const CONTENT: Rule = rule("REV117", "parameter-content-changed", Severity::Break);
const MEDIA_TYPE: Rule = rule("REV118", "parameter-media-type-changed", Severity::Break);
const DESCRIPTION: Rule = rule("REV119", "parameter-description-changed", Severity::Docs);

pub(super) const RULES: &[Rule] = &[
    REQUIRED_ADDED,
    OPTIONAL_ADDED,
    BECAME_REQUIRED,
    BECAME_OPTIONAL,
    REMOVED,
    MOVED,
    STYLE,
    EXPLODE,
    RESERVED_REFUSED,
    RESERVED_ALLOWED,
    EMPTY_REFUSED,
    EMPTY_ALLOWED,
    DEFAULT_ADDED,
    DEFAULT_CHANGED,
    DEFAULT_REMOVED,
    DEPRECATED,
    REACTIVATED,
    CONTENT,
    MEDIA_TYPE,
    DESCRIPTION,
];

/// Place and name.
type Key = (String, String);

pub(super) fn check(pair: &Pair<'_>, changes: &mut Changes<'_>) {
    let title = &pair.base.title;
    let (before, after) = (pair.base.parameters(), pair.revision.parameters());
    let find = |list: &'_ [(Key, Part<'_>)], key: &Key| list.iter().position(|(known, _)| known == key);
    let mut moved: Vec<usize> = Vec::new();
    for (key, parameter) in &before {
        if let Some(index) = find(&after, key) {
            both(title, &key.0, parameter, &after[index].1, changes);
            continue;
        }
        let elsewhere = after.iter().position(|(other, _)| {
            other.1.eq_ignore_ascii_case(&key.1) && other.0 != key.0 && find(&before, other).is_none()
        });
        match elsewhere {
            Some(index) => {
                let (place, now) = &after[index];
                let note = format!("in the {}, it is now in the {}", key.0, place.0);
                changes.noted(title, MOVED, (parameter, now), note);
                moved.push(index);
            }
            None => removed(title, parameter, &pair.revision.part, &unmatched(&before, &after), changes),
        }
    }
    for (index, (key, parameter)) in after.iter().enumerate() {
        if find(&before, key).is_none() && !moved.contains(&index) {
            let required = parameter.flag("required") || key.0 == "path";
            let rule = if required { REQUIRED_ADDED } else { OPTIONAL_ADDED };
            let around = pair.base.part.place("parameters");
            changes.came(title, rule, parameter, &around);
        }
    }
}

/// Optional parameters that only the second list has.
fn unmatched<'a, 'd>(before: &[(Key, Part<'d>)], after: &'a [(Key, Part<'d>)]) -> Vec<&'a Part<'d>> {
    let known = |key: &Key| before.iter().any(|(known, _)| known == key);
    after.iter().filter(|(key, _)| !known(key)).map(|(_, part)| part).collect()
}

fn removed(
    title: &str,
    parameter: &Part<'_>,
    revision: &Part<'_>,
    new: &[&Part<'_>],
    changes: &mut Changes<'_>,
) {
    let mut finding = Finding::new(REMOVED, Side::Base);
    finding.base = Some(parameter.pointer.clone());
    finding.revision = Some(revision.place("parameters"));
    finding.absent = Some(Side::Revision);
    let same = |other: &&&Part<'_>| {
        other.value.get("schema") == parameter.value.get("schema") && other.text("in") == parameter.text("in")
    };
    if let Some(name) = new.iter().find(same).and_then(|other| other.text("name")) {
        finding.note = Some(format!("perhaps it is now called `{name}`"));
    }
    changes.add(title, finding);
}

/// What both versions have.
fn both(title: &str, place: &str, base: &Part<'_>, revision: &Part<'_>, changes: &mut Changes<'_>) {
    let parts = (base, revision);
    match (base.flag("required"), revision.flag("required")) {
        (false, true) if place != "path" => changes.differs(title, BECAME_REQUIRED, parts, "required"),
        (true, false) if place != "path" => changes.differs(title, BECAME_OPTIONAL, parts, "required"),
        _ => {}
    }
    written(title, place, parts, changes);
    match (base.flag("allowEmptyValue"), revision.flag("allowEmptyValue")) {
        (true, false) => changes.differs(title, EMPTY_REFUSED, parts, "allowEmptyValue"),
        (false, true) => changes.differs(title, EMPTY_ALLOWED, parts, "allowEmptyValue"),
        _ => {}
    }
    super::deprecation::announced(title, base, revision, (DEPRECATED, REACTIVATED), changes);
    if base.value.get("description") != revision.value.get("description") {
        changes.differs(title, DESCRIPTION, parts, "description");
    }
    match (base.get("content"), revision.get("content")) {
        (None, None) => {
            defaults(title, parts, changes);
            changes.schemas(title, base, revision, Travel::AsText);
        }
        (Some(before), Some(after)) => {
            for (media, known) in before.members() {
                match after.get(media) {
                    Some(now) => changes.schemas(title, &known, &now, Travel::Sent),
                    None => changes.gone(title, MEDIA_TYPE, &known, &after.pointer),
                }
            }
        }
        (None, Some(_)) | (Some(_), None) => changes.differs(title, CONTENT, parts, "content"),
    }
}

/// How values are written.
fn written(title: &str, place: &str, parts: (&Part<'_>, &Part<'_>), changes: &mut Changes<'_>) {
    let (base, revision) = parts;
    let (before, after) = (style(base, place), style(revision, place));
    if before != after {
        changes.differs(title, STYLE, parts, "style");
    }
    let apart = |part: &Part<'_>, style: &str| match part.value.get("explode") {
        Some(written) => written == &Value::Bool(true),
        None => style == "form",
    };
    // One value is written the same either way.
    let several = [base, revision].into_iter().any(has_parts);
    if before == after && apart(base, before) != apart(revision, after) && several {
        changes.differs(title, EXPLODE, parts, "explode");
    }
    match (base.flag("allowReserved"), revision.flag("allowReserved")) {
        (true, false) => changes.differs(title, RESERVED_REFUSED, parts, "allowReserved"),
        (false, true) => changes.differs(title, RESERVED_ALLOWED, parts, "allowReserved"),
        _ => {}
    }
}

/// The style of a parameter, which depends on its place where it isn't written.
fn style<'d>(parameter: &Part<'d>, place: &str) -> &'d str {
    parameter.text("style").unwrap_or(if matches!(place, "query" | "cookie") { "form" } else { "simple" })
}

/// Whether values may be lists or objects.
fn has_parts(parameter: &Part<'_>) -> bool {
    let Some(schema) = parameter.get("schema") else { return true };
    match schema.value.get("type") {
        Some(Value::String(kind)) => matches!(kind.as_str(), "array" | "object"),
        Some(Value::Array(kinds)) => kinds.iter().any(|kind| kind == "array" || kind == "object"),
        _ => true,
    }
}

/// What leaving the parameter out means.
fn defaults(title: &str, (base, revision): (&Part<'_>, &Part<'_>), changes: &mut Changes<'_>) {
    // Whoever must send it leaves nothing out.
    if base.flag("required") || revision.flag("required") {
        return;
    }
    let (Some(before), Some(after)) = (base.get("schema"), revision.get("schema")) else { return };
    let rule = match (before.value.get("default"), after.value.get("default")) {
        (None, Some(_)) => DEFAULT_ADDED,
        (Some(_), None) => DEFAULT_REMOVED,
        (Some(one), Some(other)) if !crate::value::same(one, other) => DEFAULT_CHANGED,
        _ => return,
    };
    changes.differs(title, rule, (&before, &after), "default");
}
