//! Callbacks and webhooks: here the API calls, and whoever subscribed answers. What is sent is read by them; what
//! they answer must still be accepted.

use super::Pair;
use super::changes::Changes;
use super::document::{Operation, Part, operations};
use super::media::content;
use super::schemas::Travel;
use crate::finding::Severity;
use crate::rule::{Rule, rule};

const WEBHOOK_REMOVED: Rule = rule("REV300", "webhook-removed", Severity::Break);
const WEBHOOK_ADDED: Rule = rule("REV301", "webhook-added", Severity::Safe);
const CALLBACK_REMOVED: Rule = rule("REV302", "callback-removed", Severity::Break);
const CALLBACK_ADDED: Rule = rule("REV303", "callback-added", Severity::Safe);
const PARAMETER_REMOVED: Rule = rule("REV304", "notified-parameter-removed", Severity::Break);
const PARAMETER_ADDED: Rule = rule("REV305", "notified-parameter-added", Severity::Safe);
const BODY_REMOVED: Rule = rule("REV306", "notified-body-removed", Severity::Break);
const BODY_ADDED: Rule = rule("REV307", "notified-body-added", Severity::Safe);
const BODY_OPTIONAL: Rule = rule("REV308", "notified-body-became-optional", Severity::Break);
const MEDIA_REMOVED: Rule = rule("REV309", "notified-media-type-removed", Severity::Break);
const MEDIA_ADDED: Rule = rule("REV310", "notified-media-type-added", Severity::Break);
const ANSWER_REFUSED: Rule = rule("REV311", "answer-status-refused", Severity::Break);
const ANSWER_ALLOWED: Rule = rule("REV312", "answer-status-allowed", Severity::Safe);

pub(super) const RULES: &[Rule] = &[
    WEBHOOK_REMOVED,
    WEBHOOK_ADDED,
    CALLBACK_REMOVED,
    CALLBACK_ADDED,
    PARAMETER_REMOVED,
    PARAMETER_ADDED,
    BODY_REMOVED,
    BODY_ADDED,
    BODY_OPTIONAL,
    MEDIA_REMOVED,
    MEDIA_ADDED,
    ANSWER_REFUSED,
    ANSWER_ALLOWED,
];

/// Callbacks of an operation.
pub(super) fn check(pair: &Pair<'_>, changes: &mut Changes<'_>) {
    let (before, after) = (callbacks(&pair.base), callbacks(&pair.revision));
    let around = (pair.base.part.place("callbacks"), pair.revision.part.place("callbacks"));
    compare(&before, &after, (CALLBACK_REMOVED, CALLBACK_ADDED), (&around.0, &around.1), changes);
}

fn callbacks<'d>(operation: &Operation<'d>) -> Vec<Operation<'d>> {
    let mut found = Vec::new();
    for (name, callback) in operation.part.below("callbacks") {
        for mut call in operations(&operation.root, callback.members()) {
            call.title = format!("{} → callback {name}", operation.title);
            call.path = format!("{name} {}", call.path);
            found.push(call);
        }
    }
    found
}

/// Webhooks of two documents.
pub(super) fn webhooks(base: &Part<'_>, revision: &Part<'_>, changes: &mut Changes<'_>) {
    for key in ["webhooks", "x-webhooks"] {
        let around = (base.place(key), revision.place(key));
        let rules = (WEBHOOK_REMOVED, WEBHOOK_ADDED);
        compare(&hooks(base, key), &hooks(revision, key), rules, (&around.0, &around.1), changes);
    }
}

fn hooks<'d>(root: &Part<'d>, key: &str) -> Vec<Operation<'d>> {
    let mut found = operations(root, root.below(key));
    for call in &mut found {
        call.title = format!("webhook {}", call.path);
    }
    found
}

fn compare(
    before: &[Operation<'_>],
    after: &[Operation<'_>],
    (removed, added): (Rule, Rule),
    around: (&str, &str),
    changes: &mut Changes<'_>,
) {
    for base in before {
        match after.iter().find(|other| other.key() == base.key()) {
            Some(revision) => notified(base, revision, changes),
            None => changes.gone(&base.title, removed, &base.part, around.1),
        }
    }
    for revision in after {
        if !before.iter().any(|other| other.key() == revision.key()) {
            changes.came(&revision.title, added, &revision.part, around.0);
        }
    }
}

/// What subscribers get and what they may answer.
fn notified(base: &Operation<'_>, revision: &Operation<'_>, changes: &mut Changes<'_>) {
    let title = &base.title;
    let (known, now) = (base.parameters(), revision.parameters());
    for (key, parameter) in &known {
        match now.iter().find(|(other, _)| other == key) {
            Some((_, part)) => changes.schemas(title, parameter, part, Travel::NotifiedAsText),
            None => changes.gone(title, PARAMETER_REMOVED, parameter, &revision.part.place("parameters")),
        }
    }
    for (key, parameter) in &now {
        if !known.iter().any(|(other, _)| other == key) {
            changes.came(title, PARAMETER_ADDED, parameter, &base.part.place("parameters"));
        }
    }
    match (base.part.get("requestBody"), revision.part.get("requestBody")) {
        (Some(before), Some(after)) => {
            if before.flag("required") && !after.flag("required") {
                changes.differs(title, BODY_OPTIONAL, (&before, &after), "required");
            }
            bodies(title, &before, &after, changes);
        }
        (Some(before), None) => changes.gone(title, BODY_REMOVED, &before, &revision.part.pointer),
        (None, Some(after)) => changes.came(title, BODY_ADDED, &after, &base.part.pointer),
        (None, None) => {}
    }
    answers(base, revision, changes);
}

fn bodies(title: &str, before: &Part<'_>, after: &Part<'_>, changes: &mut Changes<'_>) {
    let (known, now) = (content(before), content(after));
    for (media, part) in &known {
        match now.iter().find(|(other, _)| other == media) {
            Some((_, sent)) => changes.schemas(title, part, sent, Travel::Notified),
            None => changes.gone(title, MEDIA_REMOVED, part, &after.place("content")),
        }
    }
    for (media, part) in &now {
        if !known.iter().any(|(other, _)| other == media) {
            changes.came(title, MEDIA_ADDED, part, &before.place("content"));
        }
    }
}

fn answers(base: &Operation<'_>, revision: &Operation<'_>, changes: &mut Changes<'_>) {
    let title = &base.title;
    let (known, now) = (base.part.responses(), revision.part.responses());
    for (status, response) in &known {
        match now.iter().find(|(other, _)| other == status) {
            Some((_, after)) => {
                for (media, part) in content(response) {
                    if let Some((_, read)) = content(after).iter().find(|(other, _)| *other == media) {
                        changes.schemas(title, &part, read, Travel::Answered);
                    }
                }
            }
            None if status.starts_with('2') => {
                changes.gone(title, ANSWER_REFUSED, response, &revision.part.place("responses"));
            }
            None => {}
        }
    }
    for (status, response) in &now {
        if !known.iter().any(|(other, _)| other == status) && status.starts_with('2') {
            changes.came(title, ANSWER_ALLOWED, response, &base.part.place("responses"));
        }
    }
}
