//! Fingerprints: the same change has the same one, wherever in a list it stands and whatever the words are.

use serde_json::Value;
use sha2::{Digest as _, Sha256};

use crate::documents::Documents;
use crate::finding::Finding;
use crate::value::{canonical, untoken};

/// Over rule, place and values; 16 hexadecimal digits.
pub(super) fn of(finding: &Finding, documents: &Documents<'_>) -> String {
    let mut hash = Sha256::new();
    let value = |value: &Option<Value>| value.as_ref().map(canonical).unwrap_or_default();
    for part in [
        finding.rule.code.to_owned(),
        finding.side.as_str().to_owned(),
        stable(documents, finding.pointer()),
        value(&finding.before),
        value(&finding.after),
        finding.note.clone().filter(|_| !finding.matters()).unwrap_or_default(),
        finding.subject.clone().unwrap_or_default(),
    ] {
        hash.update(part.len().to_be_bytes());
        hash.update(part.as_bytes());
    }
    hash.finalize().iter().take(8).map(|byte| format!("{byte:02x}")).collect()
}

/// A pointer in which what a list holds is named rather than counted, where it has a name.
fn stable(documents: &Documents<'_>, pointer: &str) -> String {
    let (file, rest) = documents.split(pointer);
    let (mut out, mut at) = match &file {
        Some(path) if documents.is_main(path) => (String::new(), documents.pointer_of(path)),
        Some(path) => (documents.pointer_of(path), documents.pointer_of(path)),
        None => (String::new(), String::new()),
    };
    let mut before = String::new();
    for token in rest.split('/').skip(1) {
        at.push('/');
        at.push_str(token);
        let named = match before.as_str() {
            "parameters" => documents.at(&at).map(parameter),
            "required" | "tags" | "enum" => documents.at(&at).map(canonical),
            _ => None,
        };
        out.push('/');
        out.push_str(named.as_deref().unwrap_or(token));
        before = untoken(token);
    }
    out
}

fn parameter(value: &Value) -> String {
    let text = |key: &str| value.get(key).and_then(Value::as_str).unwrap_or_default();
    format!("{}:{}:{}", text("in"), text("name"), text("$ref"))
}
