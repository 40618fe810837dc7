//! Who may do what: policies wherever they stand.

use std::collections::BTreeSet;

use serde_json::Value;

use super::{Places, report};
use crate::finding::Severity;
use crate::repository::diff::Diff;
use crate::rule::{Rule, rule};
use crate::value::canonical;

const WIDENED: Rule = rule("REV882", "access-widened", Severity::Risky);
const UNLIMITED: Rule = rule("REV883", "access-unlimited", Severity::Break);
const DENIAL: Rule = rule("REV884", "access-denial-removed", Severity::Break);
const OPENED: Rule = rule("REV885", "authorization-removed", Severity::Break);

pub(super) const RULES: &[Rule] = &[WIDENED, UNLIMITED, DENIAL, OPENED];

/// An action on a resource, for whom and under which conditions.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Grant {
    action: String,
    resource: String,
    principal: String,
    condition: String,
}

/// Compares all policies of a document, where they stand.
pub(super) fn document(diff: &mut Diff<'_>, places: &Places, before: &Value, after: &Value) {
    if after.get("Statement").is_some_and(Value::is_array) {
        policy(diff, places, before, after);
        return;
    }
    authorization(diff, places, before, after);
    match after {
        Value::Object(members) => {
            for (name, value) in members {
                document(diff, &places.below(name), before.get(name).unwrap_or(&Value::Null), value);
            }
        }
        Value::Array(items) => {
            for (index, value) in items.iter().enumerate() {
                let old = before.get(index).unwrap_or(&Value::Null);
                document(diff, &places.below(&index.to_string()), old, value);
            }
        }
        _ => {}
    }
}

fn authorization(diff: &mut Diff<'_>, places: &Places, before: &Value, after: &Value) {
    let open = |value: &Value| matches!(value.get("AuthorizationType").and_then(Value::as_str), Some("NONE"));
    let asked = before.get("AuthorizationType").is_some() && !open(before);
    if asked && open(after) {
        let at = places.below("AuthorizationType");
        report(diff, OPENED, &at, (before.get("AuthorizationType"), after.get("AuthorizationType")), None);
    }
}

fn policy(diff: &mut Diff<'_>, places: &Places, before: &Value, after: &Value) {
    let (old, new) = (grants(before, "Allow"), grants(after, "Allow"));
    let more: Vec<&Grant> =
        new.iter().filter(|grant| !old.iter().any(|known| covers(known, grant))).collect();
    if !more.is_empty() {
        let unlimited = |grant: &&&Grant| {
            let all = grant.action == "*" || grant.action.ends_with(":*");
            all && (grant.resource == "*" || grant.resource == "\"*\"")
        };
        let rule = if more.iter().any(|grant| unlimited(&grant)) { UNLIMITED } else { WIDENED };
        let said = |grant: &&Grant| format!("{} on {}", grant.action, grant.resource);
        let note = Some(more.iter().take(5).map(said).collect::<Vec<_>>().join(", "));
        let was = before.get("Statement");
        report(diff, rule, &places.below("Statement"), (was, after.get("Statement")), note);
    }
    let (old, new) = (grants(before, "Deny"), grants(after, "Deny"));
    let gone: Vec<&Grant> =
        old.iter().filter(|denied| !new.iter().any(|known| covers(known, denied))).collect();
    if let Some(first) = gone.first() {
        let note = Some(format!("{} on {} was denied", first.action, first.resource));
        report(
            diff,
            DENIAL,
            &places.below("Statement"),
            (before.get("Statement"), after.get("Statement")),
            note,
        );
    }
}

/// Everything that statements of an effect name.
fn grants(policy: &Value, effect: &str) -> BTreeSet<Grant> {
    let mut found = BTreeSet::new();
    for statement in policy.get("Statement").and_then(Value::as_array).into_iter().flatten() {
        if statement.get("Effect").and_then(Value::as_str).unwrap_or("Allow") != effect {
            continue;
        }
        let all = |keys: [&str; 2]| -> Vec<String> {
            let values: Vec<String> =
                keys.iter().filter_map(|key| statement.get(*key)).flat_map(texts).collect();
            if values.is_empty() { vec!["-".to_owned()] } else { values }
        };
        for action in all(["Action", "NotAction"]) {
            for resource in all(["Resource", "NotResource"]) {
                for principal in all(["Principal", "NotPrincipal"]) {
                    let condition = statement.get("Condition").map(canonical).unwrap_or_default();
                    let (action, resource) = (action.clone(), resource.clone());
                    found.insert(Grant { action, resource, principal, condition });
                }
            }
        }
    }
    found
}

fn texts(value: &Value) -> Vec<String> {
    match value {
        Value::Array(items) => items.iter().flat_map(texts).collect(),
        Value::String(text) => vec![text.clone()],
        other => vec![canonical(other)],
    }
}

/// Whether one grant allows at least what another does.
fn covers(wide: &Grant, narrow: &Grant) -> bool {
    matches(&wide.action.to_ascii_lowercase(), &narrow.action.to_ascii_lowercase())
        && matches(&wide.resource, &narrow.resource)
        && (wide.principal == narrow.principal || wide.principal == "*")
        && (wide.condition.is_empty() || wide.condition == narrow.condition)
}

/// Whether a text is matched by a pattern with `*`.
fn matches(pattern: &str, text: &str) -> bool {
    let mut parts = pattern.split('*');
    let Some(mut rest) = parts.next().and_then(|first| text.strip_prefix(first)) else { return false };
    let mut parts: Vec<&str> = parts.collect();
    let Some(last) = parts.pop() else { return rest.is_empty() };
    for part in parts {
        let Some(at) = rest.find(part) else { return false };
        rest = &rest[at + part.len()..];
    }
    rest.ends_with(last)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wildcard_covers_what_it_matches() {
        for (pattern, text, is) in [
            ("dynamodb:*", "dynamodb:GetItem", true),
            ("*", "s3:GetObject", true),
            ("dynamodb:Get*", "dynamodb:PutItem", false),
            ("arn:*:table/a", "arn:aws:dynamodb:table/a", true),
            ("dynamodb:GetItem", "dynamodb:*", false),
        ] {
            assert_eq!(matches(pattern, text), is, "{pattern} {text}");
        }
    }
}
