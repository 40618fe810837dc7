//! `pattern` of a subscription: an EventBridge pattern over the event as the bus has it.
//!
//! On the bus an event is `{"source", "detail-type", "detail"}`, where `detail` is the envelope and `detail.data` the
//! payload. `event` and `versions` say the rest of the rule, so a pattern is about `detail` alone.

use std::collections::{BTreeMap, BTreeSet};

use stipule_ir::event::EventPattern;
use stipule_ir::{Diagnostic, Diagnostics, Event, Span, Spanned};
use stipule_pattern::{CompileError, Pattern, QUOTA_PATTERN_CHARS};

use crate::reader::{Entry, Node, Value, pointer};

/// Reads a pattern; every fault of it at its place.
pub(super) fn lower(node: &Node, diagnostics: &mut Diagnostics) -> Option<EventPattern> {
    let json = node.to_json();
    let pattern = match Pattern::compile(&json) {
        Ok(pattern) => pattern,
        Err(errors) => {
            errors.iter().for_each(|error| diagnostics.push(fault(node, error)));
            return None;
        }
    };
    // Its length is judged with the whole rule's.
    let doubtful = pattern.cautions().iter().filter(|caution| !caution.pointer.is_empty());
    doubtful.for_each(|caution| diagnostics.push(fault(node, caution)));
    let mut good = true;
    for field in pattern.fields() {
        if let Some(help) = given_already(field.path()) {
            let message = format!("a subscription's pattern can't ask for `{}`", field.path());
            let span = key_span(node, field.pointer()).unwrap_or(&node.span);
            diagnostics.push(Diagnostic::error("SUB009", span, message).help(help));
            good = false;
        }
    }
    let mut places = BTreeMap::new();
    collect(node, String::new(), &mut places);
    good.then(|| EventPattern { json, places, span: node.span.clone() })
}

fn fault(node: &Node, error: &CompileError) -> Diagnostic {
    let place = node.at(&error.pointer).unwrap_or(node);
    Diagnostic::error("SUB008", &place.span, error.reason()).help(error.way_out())
}

/// Why a field of the bus isn't a pattern's to ask for.
fn given_already(path: &str) -> Option<&'static str> {
    match path {
        "detail.version" => Some("`versions` of the subscription says which versions come"),
        "source" | "detail-type" => Some("`event` of the subscription says which event comes from where"),
        _ if path.starts_with("detail.") => None,
        _ => Some("ask about the event: `detail.data` is its payload, `detail` its envelope"),
    }
}

/// The place of the key that a pointer ends with.
fn key_span<'n>(node: &'n Node, pointer: &str) -> Option<&'n Span> {
    let (parent, key) = pointer.rsplit_once('/')?;
    Some(&node.at(parent)?.entry(&pointer::unescape(key))?.key.span)
}

/// The place of every value, of a mapping's values that of the key.
fn collect(node: &Node, at: String, places: &mut BTreeMap<String, Span>) {
    match &node.value {
        Value::Mapping(entries) => {
            for entry in entries {
                let below = pointer::child(&at, &entry.key.value);
                collect(&entry.value, below.clone(), places);
                places.insert(below, entry.key.span.clone());
            }
        }
        Value::Sequence(items) => {
            for (index, item) in items.iter().enumerate() {
                collect(item, pointer::child(&at, &index.to_string()), places);
            }
        }
        _ => {}
    }
    places.insert(at, node.span.clone());
}

/// The whole rule: what the subscription says by `event` and `versions`, and its pattern. `SUB008` when it is longer
/// than an account's rules may be.
pub(super) fn rule(
    event: &Spanned<String>,
    versions: &[u32],
    events: &[Event],
    pattern: Option<&Node>,
    diagnostics: &mut Diagnostics,
) -> String {
    let accepted = |it: &&Event| it.name.wire == event.value && versions.contains(&it.version);
    let sources: BTreeSet<&str> = events.iter().filter(accepted).map(|it| it.source.as_str()).collect();
    let place = &event.span;
    let list = |values: Vec<Value>| {
        let items = values.into_iter().map(|value| Node { value, span: place.clone() }).collect();
        Node { value: Value::Sequence(items), span: place.clone() }
    };
    let entry = |key: &str, value: Node| Entry { key: Spanned::new(key.to_owned(), place.clone()), value };
    let text = |text: &str| Value::String(text.to_owned());
    let versions = versions.iter().map(|version| Value::Number(version.to_string())).collect();
    let mut detail = vec![entry("version", list(versions))];
    let mut rule = vec![
        entry("source", list(sources.into_iter().map(text).collect())),
        entry("detail-type", list(vec![text(&event.value)])),
    ];
    for wanted in pattern.and_then(Node::entries).unwrap_or_default() {
        match wanted.value.entries() {
            Some(inner) if wanted.key.value == "detail" => detail.extend_from_slice(inner),
            _ => rule.push(wanted.clone()),
        }
    }
    let detail = Node { value: Value::Mapping(detail), span: place.clone() };
    rule.insert(2, entry("detail", detail));
    let rule = Node { value: Value::Mapping(rule), span: place.clone() }.to_json();
    let length = rule.chars().count();
    if let Some(pattern) = pattern
        && length > QUOTA_PATTERN_CHARS
    {
        let message = format!("with it the rule has {length} characters, {QUOTA_PATTERN_CHARS} are allowed");
        let help = "shorten it, or decide in the handler";
        diagnostics.push(Diagnostic::error("SUB008", &pattern.span, message).help(help));
    }
    rule
}
