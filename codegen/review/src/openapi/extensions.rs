//! What our own extensions promise: paging, retries, limits, caching, events.

use serde_json::Value;

use super::Pair;
use super::changes::Changes;
use super::document::Part;
use crate::finding::Severity;
use crate::rule::{Rule, rule};

const PAGING_ADDED: Rule = rule("REV330", "pagination-added", Severity::Risky).compile();
const PAGING_CHANGED: Rule = rule("REV331", "pagination-changed", Severity::Break).compile();
const PAGING_REMOVED: Rule = rule("REV332", "pagination-removed", Severity::Break).compile();
const LIMIT_ADDED: Rule = rule("REV333", "rate-limit-added", Severity::Risky);
const LIMIT_LOWERED: Rule = rule("REV334", "rate-limit-lowered", Severity::Risky);
const LIMIT_RAISED: Rule = rule("REV335", "rate-limit-raised", Severity::Safe);
const LIMIT_REMOVED: Rule = rule("REV336", "rate-limit-removed", Severity::Safe);
const LIMIT_CHANGED: Rule = rule("REV337", "rate-limit-changed", Severity::Risky);
const KEY_REQUIRED: Rule = rule("REV338", "idempotency-key-required", Severity::Break);
const KEY_OPTIONAL: Rule = rule("REV339", "idempotency-key-optional", Severity::Safe);
const KEY_IGNORED: Rule = rule("REV340", "idempotency-key-ignored", Severity::Risky);
const CACHE_CHANGED: Rule = rule("REV341", "caching-changed", Severity::Risky);
const EVENT_REMOVED: Rule = rule("REV342", "operation-event-removed", Severity::Risky);
const EVENT_ADDED: Rule = rule("REV343", "operation-event-added", Severity::Safe);
const RAW_CHANGED: Rule = rule("REV344", "raw-body-changed", Severity::Risky).compile();

pub(super) const RULES: &[Rule] = &[
    PAGING_ADDED,
    PAGING_CHANGED,
    PAGING_REMOVED,
    LIMIT_ADDED,
    LIMIT_LOWERED,
    LIMIT_RAISED,
    LIMIT_REMOVED,
    LIMIT_CHANGED,
    KEY_REQUIRED,
    KEY_OPTIONAL,
    KEY_IGNORED,
    CACHE_CHANGED,
    EVENT_REMOVED,
    EVENT_ADDED,
    RAW_CHANGED,
];

pub(super) fn check(pair: &Pair<'_>, changes: &mut Changes<'_>) {
    let (title, base, revision) = (&pair.base.title, &pair.base.part, &pair.revision.part);
    let parts = (base, revision);
    let both = |key: &str| (base.value.get(key), revision.value.get(key));
    let paging = "x-stipule-paginate";
    match both(paging) {
        (None, Some(_)) => changes.differs(title, PAGING_ADDED, parts, paging),
        (Some(_), None) => changes.differs(title, PAGING_REMOVED, parts, paging),
        (Some(before), Some(after)) if before != after => {
            changes.differs(title, PAGING_CHANGED, parts, paging);
        }
        _ => {}
    }
    let limit = "x-stipule-rate-limit";
    match both(limit) {
        (None, Some(_)) => changes.differs(title, LIMIT_ADDED, parts, limit),
        (Some(_), None) => changes.differs(title, LIMIT_REMOVED, parts, limit),
        (Some(before), Some(after)) if before != after => {
            let rule = match (per_second(before), per_second(after)) {
                (Some(before), Some(after)) if after < before => LIMIT_LOWERED,
                (Some(before), Some(after)) if after > before => LIMIT_RAISED,
                _ => LIMIT_CHANGED,
            };
            changes.differs(title, rule, parts, limit);
        }
        _ => {}
    }
    let cache = "x-stipule-cache";
    if both(cache).0 != both(cache).1 {
        changes.differs(title, CACHE_CHANGED, parts, cache);
    }
    idempotency(title, &pair.base.method, parts, changes);
    events(title, parts, changes);
    raw(title, parts, changes);
}

/// Whether generated clients take the bytes of a body, which their caller has signed, or a value.
fn raw(title: &str, parts: (&Part<'_>, &Part<'_>), changes: &mut Changes<'_>) {
    let is_raw = |part: &Part<'_>| {
        let body = part.value.get("requestBody")?;
        Some(body.get("x-stipule-raw").and_then(Value::as_bool).unwrap_or(false))
    };
    // A body that comes or goes is told elsewhere.
    if let (Some(before), Some(after)) = (is_raw(parts.0), is_raw(parts.1))
        && before != after
    {
        changes.differs(title, RAW_CHANGED, parts, "requestBody");
    }
}

/// What a repeated call needs, in the order of how much callers have to do.
fn idempotency(title: &str, method: &str, parts: (&Part<'_>, &Part<'_>), changes: &mut Changes<'_>) {
    let key = "x-stipule-idempotent";
    let asked = |part: &Part<'_>| match part.value.get(key) {
        Some(Value::String(text)) if text == "required" => 2,
        Some(Value::Bool(false)) => 0,
        Some(Value::String(text)) if text == "none" => 0,
        // A POST or PATCH honours the key unless it says otherwise.
        _ => 1,
    };
    if !matches!(method, "post" | "patch") && parts.0.value.get(key) == parts.1.value.get(key) {
        return;
    }
    match (asked(parts.0), asked(parts.1)) {
        (before, 2) if before < 2 => changes.differs(title, KEY_REQUIRED, parts, key),
        (2, 1) => changes.differs(title, KEY_OPTIONAL, parts, key),
        (before, 0) if before > 0 => changes.differs(title, KEY_IGNORED, parts, key),
        _ => {}
    }
}

fn events(title: &str, parts: (&Part<'_>, &Part<'_>), changes: &mut Changes<'_>) {
    let key = "x-stipule-events";
    let (before, after) = (parts.0.texts(key), parts.1.texts(key));
    let only = |one: &[&str], two: &[&str]| -> Vec<String> {
        one.iter().filter(|name| !two.contains(name)).map(|name| format!("`{name}`")).collect()
    };
    let (lost, won) = (only(&before, &after), only(&after, &before));
    if !lost.is_empty() {
        changes.differs_saying(title, EVENT_REMOVED, parts, key, Some(lost.join(", ")));
    }
    if !won.is_empty() {
        changes.differs_saying(title, EVENT_ADDED, parts, key, Some(won.join(", ")));
    }
}

/// A rate in calls a second: `100/s`, `{rate: 100/s}`, `50`.
fn per_second(value: &Value) -> Option<f64> {
    match value {
        Value::Number(number) => number.as_f64(),
        Value::String(text) => {
            let (count, unit) = text.split_once('/').unwrap_or((text, "s"));
            let seconds = match unit.trim() {
                "s" | "second" => 1.0,
                "m" | "min" | "minute" => 60.0,
                "h" | "hour" => 3600.0,
                "d" | "day" => 86_400.0,
                _ => return None,
            };
            Some(count.trim().parse::<f64>().ok()? / seconds)
        }
        Value::Object(members) => members.get("rate").and_then(per_second),
        _ => None,
    }
}
