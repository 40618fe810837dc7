//! Responses: what callers of the base get must still be what they understand.

use super::Pair;
use super::changes::Changes;
use super::document::Part;
use super::media::{content, covers, specializes};
use super::schemas::Travel;
use crate::finding::Severity;
use crate::rule::{Rule, rule};

const SUCCESS_REMOVED: Rule = rule("REV200", "success-status-removed", Severity::Break).compile();
const STATUS_REMOVED: Rule = rule("REV201", "error-status-removed", Severity::Risky).compile();
const SUCCESS_ADDED: Rule = rule("REV202", "success-status-added", Severity::Risky);
const STATUS_ADDED: Rule = rule("REV203", "error-status-added", Severity::Risky);
const DEFAULT_REMOVED: Rule = rule("REV204", "default-response-removed", Severity::Risky);
const DEFAULT_ADDED: Rule = rule("REV205", "default-response-added", Severity::Safe);
const MEDIA_TYPE_REMOVED: Rule = rule("REV210", "response-media-type-removed", Severity::Break);
const MEDIA_TYPE_ADDED: Rule = rule("REV211", "response-media-type-added", Severity::Safe);
const MEDIA_TYPE_WIDENED: Rule = rule("REV212", "response-media-type-widened", Severity::Break);
const MEDIA_TYPE_NARROWED: Rule = rule("REV213", "response-media-type-narrowed", Severity::Safe);
const BODY_REMOVED: Rule = rule("REV214", "response-body-removed", Severity::Break).compile();
const BODY_ADDED: Rule = rule("REV215", "response-body-added", Severity::Safe);
const MEDIA_TYPE_SPECIALIZED: Rule = rule("REV217", "response-media-type-specialized", Severity::Risky);
const DESCRIPTION: Rule = rule("REV216", "response-description-changed", Severity::Docs);

pub(super) const RULES: &[Rule] = &[
    SUCCESS_REMOVED,
    STATUS_REMOVED,
    SUCCESS_ADDED,
    STATUS_ADDED,
    DEFAULT_REMOVED,
    DEFAULT_ADDED,
    MEDIA_TYPE_REMOVED,
    MEDIA_TYPE_ADDED,
    MEDIA_TYPE_WIDENED,
    MEDIA_TYPE_NARROWED,
    MEDIA_TYPE_SPECIALIZED,
    BODY_REMOVED,
    BODY_ADDED,
    DESCRIPTION,
];

pub(super) fn check(pair: &Pair<'_>, changes: &mut Changes<'_>) {
    let (title, base, revision) = (&pair.base.title, &pair.base.part, &pair.revision.part);
    for (before, after) in both(pair) {
        bodies(title, &before, &after, changes);
        if before.value.get("description") != after.value.get("description")
            && before.get("description").is_some()
        {
            changes.differs(title, DESCRIPTION, (&before, &after), "description");
        }
    }
    let (known, now) = (base.responses(), revision.responses());
    for (status, response) in &known {
        if found(&now, status).is_none() && !told_apart(&now, status) {
            let rule = match *status {
                "default" => DEFAULT_REMOVED,
                status if is_success(status) => SUCCESS_REMOVED,
                _ => STATUS_REMOVED,
            };
            changes.gone(title, rule, response, &revision.place("responses"));
        }
    }
    for (status, response) in &now {
        if found(&known, status).is_none() {
            let rule = match *status {
                "default" => DEFAULT_ADDED,
                status if is_success(status) => SUCCESS_ADDED,
                _ => STATUS_ADDED,
            };
            changes.came(title, rule, response, &base.place("responses"));
        }
    }
}

fn is_success(status: &str) -> bool {
    status.starts_with('2') || status.starts_with('3')
}

/// Responses to the same status, before and after.
pub(super) fn both<'d>(pair: &Pair<'d>) -> Vec<(Part<'d>, Part<'d>)> {
    let (known, now) = (pair.base.part.responses(), pair.revision.part.responses());
    let mut both = Vec::new();
    for (status, before) in &known {
        if let Some(after) = found(&now, status) {
            both.push((before.clone(), after.clone()));
        }
    }
    for (status, after) in &now {
        // Those written there the same are above.
        if !known.iter().any(|(other, _)| same_status(other, status))
            && let Some(before) = found(&known, status)
        {
            both.push((before.clone(), after.clone()));
        }
    }
    both
}

/// The response to a status: its own, that of its hundred, or the default.
fn found<'a, 'd>(responses: &'a [(&'d str, Part<'d>)], status: &str) -> Option<&'a Part<'d>> {
    let by = |wanted: &str| responses.iter().find(|(status, _)| same_status(status, wanted));
    let hundred = status.chars().next().map(|first| format!("{first}XX")).unwrap_or_default();
    by(status).or_else(|| by(&hundred)).or_else(|| by("default")).map(|(_, part)| part)
}

/// Whether single statuses stand for what a hundred stood for.
fn told_apart(responses: &[(&str, Part<'_>)], status: &str) -> bool {
    let first = status.strip_suffix("XX").or_else(|| status.strip_suffix("xx"));
    first.is_some_and(|first| responses.iter().any(|(other, _)| other.starts_with(first)))
}

fn same_status(one: &str, two: &str) -> bool {
    one.eq_ignore_ascii_case(two)
}

fn bodies(title: &str, before: &Part<'_>, after: &Part<'_>, changes: &mut Changes<'_>) {
    let (known, now) = (content(before), content(after));
    if now.is_empty() {
        for (_, part) in &known {
            changes.gone(title, BODY_REMOVED, part, &after.pointer);
        }
        return;
    }
    for (media, part) in &known {
        let exact = now.iter().find(|(other, _)| other == media);
        let akin = now.iter().find(|(other, _)| covers(media, other) || covers(other, media));
        let special = now.iter().find(|(other, _)| specializes(other, media));
        match exact.or(akin).or(special) {
            Some((other, sent)) => {
                if other != media {
                    let rule = if specializes(other, media) {
                        MEDIA_TYPE_SPECIALIZED
                    } else if covers(other, media) {
                        MEDIA_TYPE_WIDENED
                    } else {
                        MEDIA_TYPE_NARROWED
                    };
                    changes.noted(title, rule, (part, sent), format!("`{media}` is now `{other}`"));
                }
                changes.schemas(title, part, sent, Travel::Received);
            }
            None => changes.gone(title, MEDIA_TYPE_REMOVED, part, &after.place("content")),
        }
    }
    for (media, part) in &now {
        let akin = |other: &str| covers(media, other) || covers(other, media) || specializes(media, other);
        if !known.iter().any(|(other, _)| akin(other)) {
            let rule = if known.is_empty() { BODY_ADDED } else { MEDIA_TYPE_ADDED };
            changes.came(title, rule, part, &before.place("content"));
        }
    }
}
