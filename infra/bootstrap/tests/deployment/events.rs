//! Events without what is different at every run.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};
use stipule_runtime::wire::DateTime;

/// Digits of an id, and its length with dashes.
const DIGITS: usize = 32;
const WITH_DASHES: usize = 36;

/// How often each event was told; one that came twice is one.
pub(crate) fn told(told: &[Value]) -> BTreeMap<String, usize> {
    let mut seen = BTreeSet::new();
    let mut events = BTreeMap::new();
    for event in told.iter().filter_map(|it| it.get("event")) {
        if seen.insert(event["id"].to_string()) {
            *events.entry(plain(event)).or_default() += 1;
        }
    }
    events
}

/// What is in the first more often than in the second.
pub(crate) fn without(first: &BTreeMap<String, usize>, second: &BTreeMap<String, usize>) -> Vec<String> {
    let more = first.iter().filter(|(event, count)| second.get(*event).is_none_or(|other| other < count));
    more.map(|(event, count)| format!("{count} of {event}")).collect()
}

/// Name, version, source, store, aggregate, number and data of an event.
fn plain(event: &Value) -> String {
    let told = ["name", "version", "source", "tenant", "aggregate", "seq", "data"];
    let told: serde_json::Map<String, Value> =
        told.into_iter().map(|name| (name.to_owned(), cut(&event[name]))).collect();
    json!(told).to_string()
}

fn cut(value: &Value) -> Value {
    match value {
        Value::Array(items) => items.iter().map(cut).collect(),
        Value::Object(fields) => fields.iter().map(|(name, value)| (name.clone(), cut(value))).collect(),
        Value::String(text) if text.parse::<DateTime>().is_ok() => "<time>".into(),
        Value::String(text) => without_ids(text).into(),
        other => other.clone(),
    }
}

/// Ids are written with dashes, or, where something is named after them, without.
fn without_ids(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(next) = rest.chars().next() {
        match [WITH_DASHES, DIGITS].into_iter().find(|length| rest.get(..*length).is_some_and(is_id)) {
            Some(length) => {
                out.push_str("<id>");
                rest = &rest[length..];
            }
            None => {
                out.push(next);
                rest = &rest[next.len_utf8()..];
            }
        }
    }
    out
}

fn is_id(text: &str) -> bool {
    let parts: Vec<&str> = text.split('-').collect();
    let lengths: Vec<usize> = parts.iter().map(|part| part.len()).collect();
    [&[8, 4, 4, 4, 12][..], &[DIGITS]].contains(&&*lengths)
        && parts.iter().all(|part| part.bytes().all(|byte| byte.is_ascii_hexdigit()))
}
