//! The schemes of authorisation themselves: where a token goes, and where it comes from.

use std::collections::BTreeMap;

use serde_json::Value;

use super::changes::Changes;
use super::document::Part;
use crate::finding::Severity;
use crate::rule::{Rule, rule};

const TYPE: Rule = rule("REV270", "security-scheme-type-changed", Severity::Break);
const PLACE: Rule = rule("REV271", "api-key-place-changed", Severity::Break);
const SCHEME: Rule = rule("REV272", "http-scheme-changed", Severity::Break);
const AUTHORIZATION_URL: Rule = rule("REV273", "authorization-url-changed", Severity::Risky);
const TOKEN_URL: Rule = rule("REV274", "token-url-changed", Severity::Risky);
const FLOW_REMOVED: Rule = rule("REV275", "oauth-flow-removed", Severity::Break);
const FLOW_ADDED: Rule = rule("REV276", "oauth-flow-added", Severity::Safe);
const SCOPE_REMOVED: Rule = rule("REV277", "oauth-scope-removed", Severity::Risky);
const SCOPE_ADDED: Rule = rule("REV278", "oauth-scope-added", Severity::Safe);
const OPENID_URL: Rule = rule("REV279", "openid-url-changed", Severity::Risky);
const REMOVED: Rule = rule("REV280", "security-scheme-removed", Severity::Safe);
const ADDED: Rule = rule("REV281", "security-scheme-added", Severity::Safe);
const REFRESH_URL: Rule = rule("REV282", "refresh-url-changed", Severity::Risky);
const BEARER_FORMAT: Rule = rule("REV283", "bearer-format-changed", Severity::Safe);

pub(super) const RULES: &[Rule] = &[
    TYPE,
    PLACE,
    SCHEME,
    AUTHORIZATION_URL,
    TOKEN_URL,
    FLOW_REMOVED,
    FLOW_ADDED,
    SCOPE_REMOVED,
    SCOPE_ADDED,
    OPENID_URL,
    REMOVED,
    ADDED,
    REFRESH_URL,
    BEARER_FORMAT,
];

fn schemes<'d>(root: &Part<'d>) -> Vec<(&'d str, Part<'d>)> {
    root.get("components").map(|components| components.below("securitySchemes")).unwrap_or_default()
}

/// What the schemes of the base are called in the revision, where only the name differs.
pub(super) fn renamed(base: &Part<'_>, revision: &Part<'_>) -> BTreeMap<String, String> {
    let (known, now) = (schemes(base), schemes(revision));
    let mut found = BTreeMap::new();
    for (name, scheme) in &known {
        if now.iter().any(|(other, _)| other == name) {
            continue;
        }
        let same = now.iter().find(|(other, part)| {
            meaning(part.value) == meaning(scheme.value) && !known.iter().any(|(name, _)| name == other)
        });
        if let Some((other, _)) = same {
            found.insert((*name).to_owned(), (*other).to_owned());
        }
    }
    found
}

/// A scheme without what is said about it to people.
fn meaning(scheme: &Value) -> Value {
    let mut scheme = scheme.clone();
    if let Some(members) = scheme.as_object_mut() {
        members.remove("description");
    }
    scheme
}

pub(super) fn check(base: &Part<'_>, revision: &Part<'_>, changes: &mut Changes<'_>) {
    let renamed = renamed(base, revision);
    let (known, now) = (schemes(base), schemes(revision));
    let components = |root: &Part<'_>| root.place("components");
    for (name, scheme) in &known {
        let called = renamed.get(*name).map_or(*name, String::as_str);
        match now.iter().find(|(other, _)| *other == called) {
            Some((_, part)) => compare(scheme, part, changes),
            None => changes.gone("", REMOVED, scheme, &components(revision)),
        }
    }
    for (name, scheme) in &now {
        let is_known =
            known.iter().any(|(other, _)| other == name) || renamed.values().any(|other| other == name);
        if !is_known {
            changes.came("", ADDED, scheme, &components(base));
        }
    }
}

fn compare(base: &Part<'_>, revision: &Part<'_>, changes: &mut Changes<'_>) {
    let parts = (base, revision);
    if base.text("type") != revision.text("type") {
        changes.differs("", TYPE, parts, "type");
        return;
    }
    for (rule, key) in
        [(PLACE, "in"), (PLACE, "name"), (OPENID_URL, "openIdConnectUrl"), (BEARER_FORMAT, "bearerFormat")]
    {
        if base.text(key) != revision.text(key) {
            changes.differs("", rule, parts, key);
        }
    }
    let lower = |part: &Part<'_>| part.text("scheme").map(str::to_ascii_lowercase);
    if lower(base) != lower(revision) {
        changes.differs("", SCHEME, parts, "scheme");
    }
    let (known, now) = (base.below("flows"), revision.below("flows"));
    for (name, flow) in &known {
        match now.iter().find(|(other, _)| other == name) {
            Some((_, part)) => compare_flows(flow, part, changes),
            None => changes.gone("", FLOW_REMOVED, flow, &revision.place("flows")),
        }
    }
    for (name, flow) in &now {
        if !known.iter().any(|(other, _)| other == name) {
            changes.came("", FLOW_ADDED, flow, &base.place("flows"));
        }
    }
}

fn compare_flows(base: &Part<'_>, revision: &Part<'_>, changes: &mut Changes<'_>) {
    for (rule, key) in
        [(AUTHORIZATION_URL, "authorizationUrl"), (TOKEN_URL, "tokenUrl"), (REFRESH_URL, "refreshUrl")]
    {
        if base.text(key) != revision.text(key) {
            changes.differs("", rule, (base, revision), key);
        }
    }
    let names = |part: &Part<'_>| -> Vec<String> {
        let scopes = part.value.get("scopes").and_then(Value::as_object);
        scopes.map(|scopes| scopes.keys().cloned().collect()).unwrap_or_default()
    };
    let (known, now) = (names(base), names(revision));
    let only = |one: &[String], two: &[String]| -> Vec<String> {
        one.iter().filter(|name| !two.contains(name)).map(|name| format!("`{name}`")).collect()
    };
    let (lost, won) = (only(&known, &now), only(&now, &known));
    if !lost.is_empty() {
        changes.differs_saying("", SCOPE_REMOVED, (base, revision), "scopes", Some(lost.join(", ")));
    }
    if !won.is_empty() {
        changes.differs_saying("", SCOPE_ADDED, (base, revision), "scopes", Some(won.join(", ")));
    }
}
