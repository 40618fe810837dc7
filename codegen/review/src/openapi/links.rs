//! Links: where a response says that its values can be used.

use super::Pair;
use super::changes::Changes;
use super::responses::both;
use crate::finding::Severity;
use crate::rule::{Rule, rule};

const REMOVED: Rule = rule("REV230", "link-removed", Severity::Risky);
const ADDED: Rule = rule("REV231", "link-added", Severity::Safe);
const TARGET: Rule = rule("REV232", "link-target-changed", Severity::Risky);
const PARAMETERS: Rule = rule("REV233", "link-parameters-changed", Severity::Risky);

pub(super) const RULES: &[Rule] = &[REMOVED, ADDED, TARGET, PARAMETERS];

pub(super) fn check(pair: &Pair<'_>, changes: &mut Changes<'_>) {
    let title = &pair.base.title;
    for (before, after) in both(pair) {
        let (known, now) = (before.below("links"), after.below("links"));
        for (name, link) in &known {
            let Some((_, part)) = now.iter().find(|(other, _)| other == name) else {
                changes.gone(title, REMOVED, link, &after.place("links"));
                continue;
            };
            for (rule, key) in [
                (TARGET, "operationId"),
                (TARGET, "operationRef"),
                (PARAMETERS, "parameters"),
                (PARAMETERS, "requestBody"),
            ] {
                if link.value.get(key) != part.value.get(key) {
                    changes.differs(title, rule, (link, part), key);
                }
            }
        }
        for (name, link) in &now {
            if !known.iter().any(|(other, _)| other == name) {
                changes.came(title, ADDED, link, &before.place("links"));
            }
        }
    }
}
