//! Bodies of requests: what callers of the base send must still be accepted.

use super::Pair;
use super::changes::Changes;
use super::document::Part;
use super::media::{content, covers};
use super::schemas::Travel;
use crate::finding::Severity;
use crate::rule::{Rule, rule};

const BECAME_REQUIRED: Rule = rule("REV150", "request-body-became-required", Severity::Break);
const BECAME_OPTIONAL: Rule = rule("REV151", "request-body-became-optional", Severity::Safe);
const REQUIRED_ADDED: Rule = rule("REV152", "required-request-body-added", Severity::Break).compile();
const OPTIONAL_ADDED: Rule = rule("REV153", "optional-request-body-added", Severity::Safe);
const REMOVED: Rule = rule("REV154", "request-body-removed", Severity::Break).compile();
const MEDIA_TYPE_REMOVED: Rule = rule("REV155", "request-media-type-removed", Severity::Break);
const MEDIA_TYPE_ADDED: Rule = rule("REV156", "request-media-type-added", Severity::Safe);
const MEDIA_TYPE_WIDENED: Rule = rule("REV157", "request-media-type-widened", Severity::Safe);
const MEDIA_TYPE_NARROWED: Rule = rule("REV158", "request-media-type-narrowed", Severity::Break);

pub(super) const RULES: &[Rule] = &[
    BECAME_REQUIRED,
    BECAME_OPTIONAL,
    REQUIRED_ADDED,
    OPTIONAL_ADDED,
    REMOVED,
    MEDIA_TYPE_REMOVED,
    MEDIA_TYPE_ADDED,
    MEDIA_TYPE_WIDENED,
    MEDIA_TYPE_NARROWED,
];

pub(super) fn check(pair: &Pair<'_>, changes: &mut Changes<'_>) {
    let (title, base, revision) = (&pair.base.title, &pair.base.part, &pair.revision.part);
    match (base.get("requestBody"), revision.get("requestBody")) {
        (Some(before), Some(after)) => {
            match (before.flag("required"), after.flag("required")) {
                (false, true) => changes.differs(title, BECAME_REQUIRED, (&before, &after), "required"),
                (true, false) => changes.differs(title, BECAME_OPTIONAL, (&before, &after), "required"),
                _ => {}
            }
            media_types(title, &before, &after, changes);
        }
        (None, Some(after)) => {
            let rule = if after.flag("required") { REQUIRED_ADDED } else { OPTIONAL_ADDED };
            changes.came(title, rule, &after, &base.pointer);
        }
        (Some(before), None) => changes.gone(title, REMOVED, &before, &revision.pointer),
        (None, None) => {}
    }
}

fn media_types(title: &str, before: &Part<'_>, after: &Part<'_>, changes: &mut Changes<'_>) {
    let (known, now) = (content(before), content(after));
    for (media, part) in &known {
        let exact = now.iter().find(|(other, _)| other == media);
        let wider = now.iter().find(|(other, _)| covers(other, media));
        match exact.or(wider) {
            Some((other, accepted)) => {
                if other != media {
                    let note = format!("`{media}` is accepted as `{other}`");
                    changes.noted(title, MEDIA_TYPE_WIDENED, (part, accepted), note);
                }
                changes.schemas(title, part, accepted, Travel::Sent);
            }
            None => {
                let narrower = now.iter().find(|(other, _)| covers(media, other));
                match narrower {
                    Some((other, accepted)) => {
                        let note = format!("of `{media}` only `{other}` is accepted");
                        changes.noted(title, MEDIA_TYPE_NARROWED, (part, accepted), note);
                        changes.schemas(title, part, accepted, Travel::Sent);
                    }
                    None => changes.gone(title, MEDIA_TYPE_REMOVED, part, &after.place("content")),
                }
            }
        }
    }
    for (media, part) in &now {
        let akin = known.iter().any(|(other, _)| covers(media, other) || covers(other, media));
        if !akin {
            changes.came(title, MEDIA_TYPE_ADDED, part, &before.place("content"));
        }
    }
}
