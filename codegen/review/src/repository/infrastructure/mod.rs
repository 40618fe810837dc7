//! What is generated for the place it runs on (`infra/`): CloudFormation templates and policies, as they are written.

mod access;
mod stateful;

use std::collections::BTreeSet;

use serde_json::Value;

use super::diff::Diff;
use crate::finding::{Finding, Severity, Side};
use crate::rule::{Rule, rule};
use crate::shown::shown;
use crate::value::token;

const REMOVED: Rule = rule("REV870", "data-resource-removed", Severity::Break).loses_data();
const REPLACED: Rule = rule("REV871", "data-resource-replaced", Severity::Break).loses_data();
const POLICY: Rule = rule("REV872", "deletion-policy-weakened", Severity::Break).loses_data();
const RESOURCE_REMOVED: Rule = rule("REV873", "resource-removed", Severity::Risky);
const RESOURCE_ADDED: Rule = rule("REV874", "resource-added", Severity::Safe);
const EXPORT: Rule = rule("REV875", "export-removed", Severity::Break);
const TEMPLATE: Rule = rule("REV876", "stack-removed", Severity::Break).loses_data();

const OWN: &[Rule] = &[REMOVED, REPLACED, POLICY, RESOURCE_REMOVED, RESOURCE_ADDED, EXPORT, TEMPLATE];

pub(super) const RULES: &[Rule] = OWN;

/// The rules about what resources say.
pub(super) fn parts() -> impl Iterator<Item = &'static [Rule]> {
    [stateful::RULES, access::RULES].into_iter()
}

/// Where something stands before and after.
#[derive(Clone, Debug)]
struct Places {
    reached: String,
    base: String,
    revision: String,
}

impl Places {
    fn below(&self, key: &str) -> Self {
        let key = token(key);
        Places {
            reached: self.reached.clone(),
            base: format!("{}/{key}", self.base),
            revision: format!("{}/{key}", self.revision),
        }
    }
}

/// Reports something that differs; what is at a place that isn't there is shown around it.
fn report(
    diff: &mut Diff<'_>,
    rule: Rule,
    places: &Places,
    (before, after): (Option<&Value>, Option<&Value>),
    note: Option<String>,
) {
    let side = if after.is_some() { Side::Revision } else { Side::Base };
    let mut finding = Finding::new(rule, side);
    (finding.base, finding.revision) = (Some(places.base.clone()), Some(places.revision.clone()));
    finding.absent = match (before, after) {
        (Some(_), None) => Some(Side::Revision),
        (None, Some(_)) => Some(Side::Base),
        _ => None,
    };
    finding.before = before.filter(|value| !value.is_object()).and_then(shown);
    finding.after = after.filter(|value| !value.is_object()).and_then(shown);
    finding.note = note;
    finding.reaches.insert(places.reached.clone());
    let name = places.base.rsplit('/').next().unwrap_or_default();
    finding.subject = Some(format!("{} {}", places.reached, crate::value::untoken(name)));
    diff.add(finding);
}

/// Compares the files below `infra/` of both sides.
pub(super) fn check(diff: &mut Diff<'_>) {
    let (base, revision) = (diff.base.documents, diff.revision.documents);
    let paths = |documents: &crate::documents::Documents<'_>| -> BTreeSet<String> {
        documents
            .paths()
            .filter(|path| path.starts_with("infra/") && path.ends_with(".json"))
            .map(str::to_owned)
            .collect()
    };
    let (old, new) = (paths(base), paths(revision));
    for path in old.union(&new) {
        let at = base.pointer_of(path);
        let places = Places { reached: path.clone(), base: at.clone(), revision: at.clone() };
        diff.owned(path, "infra");
        match (base.at(&at), revision.at(&at)) {
            (Some(before), Some(after)) => document(diff, &places, before, after),
            (Some(before), None) if before.get("Resources").is_some() => {
                report(diff, TEMPLATE, &places, (Some(before), None), None);
            }
            (None, Some(after)) => access::document(diff, &places, &Value::Null, after),
            _ => {}
        }
    }
}

fn document(diff: &mut Diff<'_>, places: &Places, before: &Value, after: &Value) {
    access::document(diff, places, before, after);
    let (Some(old), Some(new)) = (before.get("Resources"), after.get("Resources")) else { return };
    let places_of = |name: &str| places.below("Resources").below(name);
    for (name, resource) in old.as_object().into_iter().flatten() {
        let at = places_of(name);
        let holds = stateful::holds_data(resource);
        match new.get(name) {
            None if holds => report(diff, REMOVED, &at, (Some(resource), None), None),
            None => report(diff, RESOURCE_REMOVED, &at, (Some(resource), None), None),
            Some(other) => {
                policies(diff, &at, resource, other);
                if let Some((key, was, is)) = stateful::replaces(resource, other) {
                    let rule = if holds { REPLACED } else { RESOURCE_REMOVED };
                    let note = Some(format!("`{key}` can't be changed: the resource is made anew, empty"));
                    report(diff, rule, &at.below("Properties").below(key), (was, is), note);
                }
                stateful::check(diff, &at.below("Properties"), resource, other);
            }
        }
    }
    for (name, resource) in new.as_object().into_iter().flatten() {
        if old.get(name).is_none() {
            report(diff, RESOURCE_ADDED, &places_of(name), (None, Some(resource)), None);
        }
    }
    exports(diff, places, before, after);
}

/// What becomes of a resource that goes.
fn policies(diff: &mut Diff<'_>, places: &Places, before: &Value, after: &Value) {
    for key in ["DeletionPolicy", "UpdateReplacePolicy"] {
        let weight = |resource: &Value| match resource.get(key).and_then(Value::as_str) {
            Some("Retain" | "RetainExceptOnCreate") => 2,
            Some("Snapshot") => 1,
            _ => 0,
        };
        if weight(after) < weight(before) {
            report(diff, POLICY, &places.below(key), (before.get(key), after.get(key)), None);
        }
    }
}

fn exports(diff: &mut Diff<'_>, places: &Places, before: &Value, after: &Value) {
    let name = |output: &Value| output.pointer("/Export/Name").cloned();
    for (key, output) in before.get("Outputs").and_then(Value::as_object).into_iter().flatten() {
        let Some(was) = name(output) else { continue };
        let is = after.get("Outputs").and_then(|outputs| outputs.get(key)).and_then(name);
        if is.as_ref() != Some(&was) {
            let note = Some("stacks that import it can't be deployed".to_owned());
            report(diff, EXPORT, &places.below("Outputs").below(key), (Some(&was), is.as_ref()), note);
        }
    }
}
