//! Discriminators: which value of which member tells the alternatives apart.

use std::collections::BTreeMap;

use serde_json::Value;

use super::Both;
use super::view::View;
use crate::finding::{Finding, Severity};
use crate::rule::{Rule, rule};

const ADDED: Rule = rule("REV572", "discriminator-added", Severity::Risky).compile();
const REMOVED: Rule = rule("REV573", "discriminator-removed", Severity::Risky).compile();
const PROPERTY: Rule = rule("REV574", "discriminator-property-changed", Severity::Break).compile();
const MAPPING_ADDED: Rule = rule("REV575", "discriminator-value-added", Severity::Break);
const MAPPING_CHANGED: Rule = rule("REV576", "discriminator-value-changed", Severity::Break);
const MAPPING_REMOVED: Rule = rule("REV577", "discriminator-value-removed", Severity::Break);

pub(super) const RULES: &[Rule] =
    &[ADDED, REMOVED, PROPERTY, MAPPING_ADDED, MAPPING_CHANGED, MAPPING_REMOVED];

const KEY: &str = "discriminator";

pub(super) fn check(both: &Both<'_>, found: &mut Vec<Finding>) {
    let (before, after) = match (both.base.annotation(KEY), both.revision.annotation(KEY)) {
        (Some(before), Some(after)) => (before, after),
        (None, Some(_)) => return found.push(both.differs(ADDED, KEY)),
        (Some(_), None) => return found.push(both.differs(REMOVED, KEY)),
        (None, None) => return,
    };
    let named = |value: &Value| value.get("propertyName").cloned();
    if named(before.1) != named(after.1) {
        found.push(both.differs(PROPERTY, KEY));
    }
    let (known, now) = (mapping(before.1), mapping(after.1));
    let mut report = |rule: Rule, name: &str, safe: bool| {
        let mut finding = both.differs(rule, KEY);
        let place = |pointer: &str, mapped: bool| {
            if mapped {
                format!("{pointer}/mapping/{}", crate::value::token(name))
            } else {
                pointer.to_owned()
            }
        };
        finding.base = Some(place(&before.0, known.contains_key(name)));
        finding.revision = Some(place(&after.0, now.contains_key(name)));
        finding.side = if now.contains_key(name) { finding.side } else { crate::finding::Side::Base };
        (finding.before, finding.after) =
            (known.get(name).map(|text| Value::from(*text)), now.get(name).map(|text| Value::from(*text)));
        finding.absent = match (known.contains_key(name), now.contains_key(name)) {
            (false, _) => Some(crate::finding::Side::Base),
            (_, false) => Some(crate::finding::Side::Revision),
            _ => None,
        };
        finding.note = Some(format!("`{name}`"));
        if safe {
            finding.severity = Severity::Safe;
        }
        found.push(finding);
    };
    let received = both.flow.is_read();
    for (name, target) in &known {
        match now.get(name) {
            None => report(MAPPING_REMOVED, name, received),
            Some(other) if differ(both, (&before.0, target), (&after.0, other)) => {
                report(MAPPING_CHANGED, name, false);
            }
            Some(_) => {}
        }
    }
    for name in now.keys().filter(|name| !known.contains_key(*name)) {
        report(MAPPING_ADDED, name, !received);
    }
}

fn mapping(discriminator: &Value) -> BTreeMap<&str, &str> {
    let mapping = discriminator.get("mapping").and_then(Value::as_object);
    let entries = mapping.into_iter().flatten();
    entries.filter_map(|(name, target)| Some((name.as_str(), target.as_str()?))).collect()
}

/// Whether two targets are other schemas, not only called otherwise.
fn differ(both: &Both<'_>, one: (&str, &str), two: (&str, &str)) -> bool {
    let target = |view: &View<'_>, (place, target): (&str, &str)| {
        let reference = if target.contains(['/', '#']) {
            target.to_owned()
        } else {
            format!("#/components/schemas/{target}")
        };
        view.documents.follow(&reference, place).and_then(|pointer| view.documents.at(&pointer).cloned())
    };
    one.1 != two.1 && target(&both.base, one) != target(&both.revision, two)
}
