//! How the parts of a form are written.

use serde_json::Value;

use super::Pair;
use super::changes::Changes;
use super::document::Part;
use super::media::{content, normal};
use crate::finding::Severity;
use crate::rule::{Rule, rule};

const CONTENT_TYPE: Rule = rule("REV160", "encoding-content-type-changed", Severity::Break);
const STYLE: Rule = rule("REV161", "encoding-style-changed", Severity::Break);
const EXPLODE: Rule = rule("REV162", "encoding-explode-changed", Severity::Break);
const RESERVED: Rule = rule("REV163", "encoding-reserved-changed", Severity::Risky);
const HEADER_REQUIRED: Rule = rule("REV164", "encoding-header-required", Severity::Break);
const ADDED: Rule = rule("REV165", "encoding-added", Severity::Risky);
const REMOVED: Rule = rule("REV166", "encoding-removed", Severity::Risky);

pub(super) const RULES: &[Rule] = &[CONTENT_TYPE, STYLE, EXPLODE, RESERVED, HEADER_REQUIRED, ADDED, REMOVED];

pub(super) fn check(pair: &Pair<'_>, changes: &mut Changes<'_>) {
    let bodies = (pair.base.part.get("requestBody"), pair.revision.part.get("requestBody"));
    let (Some(before), Some(after)) = bodies else { return };
    let now = content(&after);
    for (media, known) in content(&before) {
        let Some((_, part)) = now.iter().find(|(other, _)| *other == media) else { continue };
        let encodings = (known.below("encoding"), part.below("encoding"));
        for (name, encoding) in &encodings.0 {
            match encodings.1.iter().find(|(other, _)| other == name) {
                Some((_, other)) => compare(&pair.base.title, encoding, other, changes),
                None => changes.gone(&pair.base.title, REMOVED, encoding, &part.place("encoding")),
            }
        }
        for (name, encoding) in &encodings.1 {
            if !encodings.0.iter().any(|(other, _)| other == name) {
                changes.came(&pair.base.title, ADDED, encoding, &known.place("encoding"));
            }
        }
    }
}

fn compare(title: &str, base: &Part<'_>, revision: &Part<'_>, changes: &mut Changes<'_>) {
    let parts = (base, revision);
    let types = |part: &Part<'_>| -> Vec<String> {
        part.text("contentType").map(|listed| listed.split(',').map(normal).collect()).unwrap_or_default()
    };
    let (before, after) = (types(base), types(revision));
    if !after.is_empty() && before.iter().any(|media| !after.contains(media)) {
        changes.differs(title, CONTENT_TYPE, parts, "contentType");
    }
    let style = |part: &Part<'_>| part.text("style").unwrap_or("form").to_owned();
    if style(base) != style(revision) {
        changes.differs(title, STYLE, parts, "style");
    } else if apart(base) != apart(revision) {
        changes.differs(title, EXPLODE, parts, "explode");
    }
    if base.flag("allowReserved") != revision.flag("allowReserved") {
        changes.differs(title, RESERVED, parts, "allowReserved");
    }
    let known = base.below("headers");
    for (name, header) in revision.below("headers") {
        let was = known.iter().find(|(other, _)| other.eq_ignore_ascii_case(name));
        if header.flag("required") && !was.is_some_and(|(_, header)| header.flag("required")) {
            changes.came(title, HEADER_REQUIRED, &header, &base.place("headers"));
        }
    }
}

/// Whether the values of a list are written one by one.
fn apart(encoding: &Part<'_>) -> bool {
    match encoding.value.get("explode") {
        Some(written) => written == &Value::Bool(true),
        None => encoding.text("style").unwrap_or("form") == "form",
    }
}
