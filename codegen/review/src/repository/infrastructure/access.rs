//! Who may do what: policies wherever they stand.

use std::collections::BTreeSet;

use serde_json::{Value, json};

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
    action: Named,
    resource: Named,
    principal: Named,
    /// Operator, key and value of each; a list of values is a grant for each of them.
    conditions: BTreeSet<(String, String, String)>,
}

/// What an element of a statement names.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Named {
    /// What matches this.
    Matching(String),
    /// What matches none of these.
    AllBut(BTreeSet<String>),
}

/// Compares all policies of a document, where they stand.
pub(super) fn document(diff: &mut Diff<'_>, places: &Places, before: &Value, after: &Value) {
    if after.get("Statement").is_some_and(|statement| statement.is_array() || statement.is_object()) {
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
                let old = counterpart(before, index, value).unwrap_or(&Value::Null);
                document(diff, &places.below(&index.to_string()), old, value);
            }
        }
        _ => {}
    }
}

/// The item of the other list that has the same name, or the same place if it has none.
fn counterpart<'v>(before: &'v Value, index: usize, item: &Value) -> Option<&'v Value> {
    let named = |item: &'_ Value| {
        let names = ["PolicyName", "Name", "Id", "Sid"];
        names.iter().find_map(|key| item.get(*key)).map(canonical)
    };
    match named(item) {
        Some(name) => before.as_array()?.iter().find(|other| named(other).as_ref() == Some(&name)),
        None => before.get(index),
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
    let written = (before.get("Statement"), after.get("Statement"));
    if !more.is_empty() {
        let rule = if more.iter().any(|grant| grant.is_unlimited()) { UNLIMITED } else { WIDENED };
        let note = Some(more.iter().take(5).map(|grant| grant.said()).collect::<Vec<_>>().join(", "));
        report(diff, rule, &places.below("Statement"), written, note);
    }
    let (old, new) = (grants(before, "Deny"), grants(after, "Deny"));
    let gone = old.iter().find(|denied| !new.iter().any(|known| covers(known, denied)));
    if let Some(first) = gone {
        let note = Some(format!("{} was denied", first.said()));
        report(diff, DENIAL, &places.below("Statement"), written, note);
    }
}

impl Grant {
    fn is_unlimited(&self) -> bool {
        let action = match &self.action {
            Named::Matching(action) => action == "*" || action.ends_with(":*"),
            Named::AllBut(_) => true,
        };
        action && self.resource.is_everything() && self.conditions.is_empty()
    }

    /// `dynamodb:GetItem on *#CART#*#`: the conditions say more than the resource where there are some.
    fn said(&self) -> String {
        let values: Vec<&str> = self.conditions.iter().map(|(_, _, value)| value.as_str()).collect();
        let on = if values.is_empty() { self.resource.to_string() } else { values.join(" and ") };
        format!("{} on {on}", self.action)
    }
}

impl std::fmt::Display for Named {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Named::Matching(pattern) => write!(f, "{pattern}"),
            Named::AllBut(others) => {
                write!(f, "all but {}", others.iter().map(String::as_str).collect::<Vec<_>>().join(", "))
            }
        }
    }
}

impl Named {
    fn is_everything(&self) -> bool {
        matches!(self, Named::Matching(pattern) if pattern == "*")
    }

    /// Whether it names at least what another does, as far as that can be seen.
    fn covers(&self, narrow: &Named) -> bool {
        match (self, narrow) {
            (Named::Matching(wide), Named::Matching(narrow)) => matches(wide, narrow),
            (Named::Matching(wide), Named::AllBut(_)) => wide == "*",
            (Named::AllBut(others), Named::Matching(narrow)) => {
                !others.iter().any(|other| matches(other, narrow) || matches(narrow, other))
            }
            (Named::AllBut(wide), Named::AllBut(narrow)) => {
                wide.iter().all(|other| narrow.iter().any(|known| matches(known, other)))
            }
        }
    }
}

/// Most grants of one statement; of more, the lists of its conditions are taken as they are.
const MOST: usize = 5_000;

/// Everything that statements of an effect name.
fn grants(policy: &Value, effect: &str) -> BTreeSet<Grant> {
    let statements = match policy.get("Statement") {
        Some(Value::Array(statements)) => statements.as_slice(),
        Some(one) => std::slice::from_ref(one),
        None => &[],
    };
    let mut found = BTreeSet::new();
    for statement in statements {
        if statement.get("Effect").and_then(Value::as_str).unwrap_or("Allow") != effect {
            continue;
        }
        let (actions, resources) = (named(statement, "Action"), named(statement, "Resource"));
        let principals = named(statement, "Principal");
        let conditions = conditions(statement.get("Condition"));
        let all = actions.len() * resources.len() * principals.len() * conditions.len();
        for action in &actions {
            for resource in &resources {
                for principal in &principals {
                    for conditions in conditions.iter().take(if all > MOST { 1 } else { all }) {
                        let (action, resource) = (action.clone(), resource.clone());
                        let (principal, conditions) = (principal.clone(), conditions.clone());
                        found.insert(Grant { action, resource, principal, conditions });
                    }
                }
            }
        }
    }
    found
}

/// What a statement names under a key, or under its denial. Actions have no case.
fn named(statement: &Value, key: &str) -> Vec<Named> {
    let cased = |text: String| if key == "Action" { text.to_ascii_lowercase() } else { text };
    if let Some(written) = statement.get(key) {
        return texts(written).into_iter().map(|text| Named::Matching(cased(text))).collect();
    }
    match statement.get(format!("Not{key}").as_str()) {
        Some(written) => vec![Named::AllBut(texts(written).into_iter().map(cased).collect())],
        // A policy of a role names no principal, that of a resource may name no resource.
        None => vec![Named::Matching("-".to_owned())],
    }
}

/// Conditions that hold together, for each choice of the values that are listed.
fn conditions(written: Option<&Value>) -> Vec<BTreeSet<(String, String, String)>> {
    let mut choices = vec![BTreeSet::new()];
    let Some(Value::Object(operators)) = written else { return choices };
    for (operator, keys) in operators {
        for (key, values) in keys.as_object().into_iter().flatten() {
            // Of what must be none of them, all hold together.
            let values = if operator.contains("Not") { vec![canonical(values)] } else { texts(values) };
            let mut next = Vec::new();
            for choice in &choices {
                for value in &values {
                    let mut choice: BTreeSet<(String, String, String)> = choice.clone();
                    choice.insert((operator.clone(), key.clone(), value.clone()));
                    next.push(choice);
                }
            }
            if next.len() > MOST {
                return vec![BTreeSet::from([(String::new(), String::new(), canonical(&json!(operators)))])];
            }
            choices = next;
        }
    }
    choices
}

fn texts(value: &Value) -> Vec<String> {
    match value {
        Value::Array(items) => items.iter().flat_map(texts).collect(),
        Value::String(text) => vec![text.clone()],
        // `{AWS: [...], Service: ...}`
        Value::Object(members) if members.keys().all(|key| PRINCIPALS.contains(&key.as_str())) => {
            let each = members.iter().flat_map(|(kind, named)| {
                texts(named)
                    .into_iter()
                    .map(move |text| if text == "*" { text } else { format!("{kind}:{text}") })
            });
            each.collect()
        }
        other => vec![canonical(other)],
    }
}

/// Kinds of principals.
const PRINCIPALS: [&str; 4] = ["AWS", "Service", "Federated", "CanonicalUser"];

/// Whether one grant allows at least what another does.
fn covers(wide: &Grant, narrow: &Grant) -> bool {
    let holds = |(operator, key, value): &(String, String, String)| {
        let like = operator.ends_with("Like");
        narrow.conditions.iter().any(|(other, of, narrow)| {
            (other, of) == (operator, key) && (value == narrow || like && matches(value, narrow))
        })
    };
    wide.action.covers(&narrow.action)
        && wide.resource.covers(&narrow.resource)
        && wide.principal.covers(&narrow.principal)
        && wide.conditions.iter().all(holds)
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
    fn allows(statement: &Value) -> BTreeSet<Grant> {
        grants(&json!({"Statement": statement}), "Allow")
    }

    /// Whether everything of the second is allowed by something of the first.
    fn covered(wide: &Value, narrow: &Value) -> bool {
        let (wide, narrow) = (allows(wide), allows(narrow));
        narrow.iter().all(|grant| wide.iter().any(|known| covers(known, grant)))
    }

    #[test]
    fn what_is_allowed_is_compared_not_how_it_is_written() {
        let keys = |action: &Value, keys: &Value| json!({"Action": action, "Resource": "t", "Condition": {"ForAllValues:StringLike": {"dynamodb:LeadingKeys": keys}}});
        let one = json!([keys(&json!("dynamodb:GetItem"), &json!(["A#*", "B#*"]))]);
        let two = json!([
            keys(&json!(["dynamodb:GetItem"]), &json!(["A#*"])),
            keys(&json!("dynamodb:GetItem"), &json!("B#*"))
        ]);
        assert!(covered(&one, &two) && covered(&two, &one));
        let less = keys(&json!("dynamodb:GetItem"), &json!(["A#1#*"]));
        assert!(covered(&one, &less) && !covered(&less, &one));
        let free = json!({"Action": "dynamodb:GetItem", "Resource": "t"});
        assert!(covered(&free, &one) && !covered(&one, &free));
    }

    #[test]
    fn what_is_left_out_of_everything_is_followed() {
        let but = |actions: &Value| json!({"NotAction": actions, "Resource": "*"});
        let (more, less) = (but(&json!(["iam:*"])), but(&json!(["iam:*", "s3:*"])));
        assert!(covered(&more, &less) && !covered(&less, &more));
        assert!(covered(&more, &json!({"Action": "s3:GetObject", "Resource": "*"})));
        assert!(!covered(&more, &json!({"Action": "iam:PassRole", "Resource": "*"})));
        assert!(allows(&more).iter().all(Grant::is_unlimited));
    }
}
