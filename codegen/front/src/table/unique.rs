//! Unique values: `unique: {email: {normalize: casefold}, seat: {fields: [row, number]}}`.

use std::collections::BTreeMap;

use stipule_ir::table::{Normalize, Unique, UniquePart};
use stipule_ir::types::Scalar;
use stipule_ir::{Diagnostic, Diagnostics, Name, Span, Spanned, TypeId};

use super::known::Surroundings;
use crate::reader::{Entry, Node};
use crate::shape::{Shape, expect_text, wrong_kind};
use crate::suggest;

/// Steps of normalisation by their words. `exact` is none.
const STEPS: [(&str, Option<Normalize>); 6] = [
    ("exact", None),
    ("trim", Some(Normalize::Trim)),
    ("lowercase", Some(Normalize::Lowercase)),
    ("nfc", Some(Normalize::Nfc)),
    ("nfkc", Some(Normalize::Nfkc)),
    ("casefold", Some(Normalize::Casefold)),
];

/// Most fields of one value: each is a segment of the lock's key.
const MOST_PARTS: usize = 8;

/// Reads `unique` of an entity; `TBL013` for what can't be compared.
pub(super) fn unique(
    shape: &mut Shape<'_>,
    ty: TypeId,
    around: &Surroundings<'_>,
    diagnostics: &mut Diagnostics,
) -> Vec<Unique> {
    let entries = shape.mapping("unique", diagnostics).unwrap_or_default();
    let mut found: Vec<Unique> = Vec::new();
    let mut names: BTreeMap<String, Span> = BTreeMap::new();
    for entry in entries {
        let Some(unique) = one(entry, ty, around, diagnostics) else { continue };
        if let Some(before) = names.insert(unique.name.plain_field(), unique.span.clone()) {
            let message = format!("two locks would be called `{}`", unique.name.plain_field());
            diagnostics
                .push(Diagnostic::error("TBL010", &unique.span, message).related(&before, "the other"));
            continue;
        }
        found.push(unique);
    }
    found
}

fn one(
    entry: &Entry,
    ty: TypeId,
    around: &Surroundings<'_>,
    diagnostics: &mut Diagnostics,
) -> Option<Unique> {
    let name = Name::new(entry.key.value.clone(), entry.key.span.clone());
    let span = entry.key.span.clone();
    let alone = |normalize, diagnostics: &mut Diagnostics| {
        let part = part(&entry.key, normalize, ty, around, diagnostics)?;
        Some(Unique { name: name.clone(), parts: vec![part], span: span.clone() })
    };
    if entry.value.is_null() {
        return alone(Vec::new(), diagnostics);
    }
    let mut shape = Shape::under(entry, "a unique value", diagnostics)?;
    let normalize = normalize(&mut shape, diagnostics);
    let fields = shape.texts("fields", diagnostics);
    let listed = shape.entry("fields");
    shape.finish(diagnostics);
    let normalize = normalize?;
    let Some(listed) = listed else { return alone(normalize, diagnostics) };
    let fields = fields?;
    if fields.is_empty() || fields.len() > MOST_PARTS {
        let message = format!("`fields` names 1 to {MOST_PARTS} fields, not {}", fields.len());
        diagnostics.push(Diagnostic::error("SYN023", &listed.key.span, message));
        return None;
    }
    let mut parts: Vec<UniquePart> = Vec::new();
    for (at, field) in fields.iter().enumerate() {
        let Some(part) = part(field, normalize.clone(), ty, around, diagnostics) else { continue };
        if let Some(before) = parts.iter().position(|before| before.field == part.field) {
            let message = format!("`{}` is named twice", field.value);
            let fault = Diagnostic::error("TBL010", &field.span, message);
            diagnostics.push(fault.related(&fields[before.min(at)].span, "first here"));
            continue;
        }
        parts.push(part);
    }
    (parts.len() == fields.len()).then_some(Unique { name, parts, span })
}

/// One field of a value. Numbers, ids and instants have one form only: nothing is done to them.
fn part(
    name: &Spanned<String>,
    mut normalize: Vec<Normalize>,
    ty: TypeId,
    around: &Surroundings<'_>,
    diagnostics: &mut Diagnostics,
) -> Option<UniquePart> {
    use Scalar::{Date, DateTime, Email, Int32, Int64, String, Ulid, Uri, Uuid};
    let field = around.field(ty, name, diagnostics)?;
    let declared = &around.fields(ty)[field.0 as usize];
    if around.is_faulty(declared.ty, diagnostics) {
        return None;
    }
    match around.scalar(declared.ty) {
        Some(String | Email | Uri) => {}
        Some(Ulid | Uuid | Date | DateTime | Int32 | Int64) => normalize.clear(),
        _ if around.is_text_enum(declared.ty) => normalize.clear(),
        _ => {
            let message =
                format!("`{}` can't be unique: it is neither text nor a whole number", declared.name);
            let fault = Diagnostic::error("TBL013", &name.span, message);
            diagnostics.push(fault.related(&declared.span, "declared here"));
            return None;
        }
    }
    Some(UniquePart { field, normalize })
}

/// `normalize: lowercase` or `normalize: [trim, casefold]`.
fn normalize(shape: &mut Shape<'_>, diagnostics: &mut Diagnostics) -> Option<Vec<Normalize>> {
    let Some(node) = shape.get("normalize") else { return Some(Vec::new()) };
    let nodes = match node.items() {
        Some(items) => items,
        None if node.entries().is_some() => {
            wrong_kind(&node.span, "`normalize`", "a word or a list of words", node, diagnostics);
            return None;
        }
        None => std::slice::from_ref(node),
    };
    let steps: Vec<Option<Option<Normalize>>> = nodes.iter().map(|node| step(node, diagnostics)).collect();
    let steps: Option<Vec<Option<Normalize>>> = steps.into_iter().collect();
    Some(steps?.into_iter().flatten().collect())
}

fn step(node: &Node, diagnostics: &mut Diagnostics) -> Option<Option<Normalize>> {
    let text = expect_text(node, "normalize", diagnostics)?;
    let found = STEPS.iter().find(|(word, _)| *word == text.value);
    if found.is_none() {
        let words: Vec<&str> = STEPS.iter().map(|(word, _)| *word).collect();
        let message = format!("`{}` is not a value of `normalize`", text.value);
        let help = suggest::help(&text.value, &words);
        diagnostics.push(Diagnostic::error("SYN023", &text.span, message).help(help));
    }
    found.map(|(_, step)| *step)
}
