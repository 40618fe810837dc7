//! What an operation is called, and under which headings it is found.

use super::Pair;
use super::changes::Changes;
use super::document::Part;
use crate::finding::Severity;
use crate::rule::{Rule, rule};

const ID_CHANGED: Rule = rule("REV030", "operation-id-changed", Severity::Risky).compile();
const ID_REMOVED: Rule = rule("REV031", "operation-id-removed", Severity::Risky).compile();
const ID_ADDED: Rule = rule("REV032", "operation-id-added", Severity::Safe);
const TAG_REMOVED: Rule = rule("REV033", "tag-removed", Severity::Safe);
const TAG_ADDED: Rule = rule("REV034", "tag-added", Severity::Safe);
const VARIABLE_RENAMED: Rule = rule("REV035", "path-variable-renamed", Severity::Safe);
const SUMMARY: Rule = rule("REV036", "summary-changed", Severity::Docs);
const DESCRIPTION: Rule = rule("REV037", "description-changed", Severity::Docs);

pub(super) const RULES: &[Rule] =
    &[ID_CHANGED, ID_REMOVED, ID_ADDED, TAG_REMOVED, TAG_ADDED, VARIABLE_RENAMED, SUMMARY, DESCRIPTION];

pub(super) fn check(pair: &Pair<'_>, changes: &mut Changes<'_>) {
    let (title, base, revision) = (&pair.base.title, &pair.base.part, &pair.revision.part);
    let id = |part: &Part<'_>| part.text("operationId").map(str::to_owned);
    match (id(base), id(revision)) {
        (Some(before), Some(after)) if before != after => {
            changes.differs(title, ID_CHANGED, (base, revision), "operationId");
        }
        (Some(_), None) => changes.differs(title, ID_REMOVED, (base, revision), "operationId"),
        (None, Some(_)) => changes.differs(title, ID_ADDED, (base, revision), "operationId"),
        _ => {}
    }
    let (before, after) = (base.texts("tags"), revision.texts("tags"));
    let only = |one: &[&str], two: &[&str]| -> Vec<String> {
        one.iter().filter(|tag| !two.contains(tag)).map(|tag| format!("`{tag}`")).collect()
    };
    let (lost, won) = (only(&before, &after), only(&after, &before));
    if !lost.is_empty() {
        changes.differs_saying(title, TAG_REMOVED, (base, revision), "tags", Some(lost.join(", ")));
    }
    if !won.is_empty() {
        changes.differs_saying(title, TAG_ADDED, (base, revision), "tags", Some(won.join(", ")));
    }
    if pair.base.path != pair.revision.path
        && super::document::numbered(&pair.base.path) == super::document::numbered(&pair.revision.path)
    {
        let note = format!("`{}` is now `{}`", pair.base.path, pair.revision.path);
        let items = (&pair.base.path_item, &pair.revision.path_item);
        changes.noted(title, VARIABLE_RENAMED, items, note);
    }
    for (rule, key) in [(SUMMARY, "summary"), (DESCRIPTION, "description")] {
        if base.value.get(key) != revision.value.get(key) {
            changes.differs(title, rule, (base, revision), key);
        }
    }
}
