//! Writes: lists of operations, each list one transaction.

use stipule_ir::table::{Each, EntityId, Table, Write, WriteKind, WriteOperation};
use stipule_ir::{Diagnostic, Diagnostics, Name, Spanned};

use super::known::{Names, Surroundings};
use super::rate::rate;
use super::update;
use crate::reader::{Entry, Node};
use crate::shape::{Shape, expect_text, wrong_kind};

/// Most elements of a list that one operation handles: a transaction has at most 100 items.
const MOST_EACH: u32 = 100;

/// Lowers `writes` into the table.
pub(super) fn lower(
    shape: &mut Shape<'_>,
    table: &mut Table,
    names: &Names,
    around: &Surroundings<'_>,
    diagnostics: &mut Diagnostics,
) {
    let entries = shape.mapping("writes", diagnostics).unwrap_or_default();
    let lowered = entries.iter().filter_map(|entry| write(entry, table, names, around, diagnostics));
    table.writes = lowered.collect();
}

fn write(
    entry: &Entry,
    table: &Table,
    names: &Names,
    around: &Surroundings<'_>,
    diagnostics: &mut Diagnostics,
) -> Option<Write> {
    let (items, rate) = match entry.value.items() {
        Some(items) => (items, None),
        None if entry.value.entries().is_some() => {
            let mut shape = Shape::under(entry, "a write", diagnostics)?;
            let rate = rate(&mut shape, diagnostics);
            shape.required("do", diagnostics);
            let items = shape.list("do", diagnostics);
            shape.finish(diagnostics);
            (items?, rate)
        }
        None => {
            let expected = "a list of operations, or `{rate: …, do: […]}`";
            wrong_kind(&entry.value.span, "a write", expected, &entry.value, diagnostics);
            return None;
        }
    };
    if items.is_empty() {
        let message = format!("`{}` does nothing", entry.key.value);
        diagnostics.push(Diagnostic::error("TBL026", &entry.key.span, message));
        return None;
    }
    let operations: Vec<WriteOperation> =
        items.iter().filter_map(|item| operation(item, table, names, around, diagnostics)).collect();
    // With an operation missing nothing true can be said about the transaction as a whole.
    (operations.len() == items.len()).then(|| Write {
        name: Name::new(entry.key.value.clone(), entry.key.span.clone()),
        operations,
        rate,
        span: entry.key.span.clone(),
    })
}

fn operation(
    node: &Node,
    table: &Table,
    names: &Names,
    around: &Surroundings<'_>,
    diagnostics: &mut Diagnostics,
) -> Option<WriteOperation> {
    let mut shape = Shape::of(node, "an operation", diagnostics)?;
    let kinds = ["put", "update", "delete", "check", "emit"].map(|key| shape.entry(key));
    let each = each(&mut shape, diagnostics);
    let mut said = kinds.into_iter().flatten();
    let Some(kind) = said.next() else {
        let message = "an operation says one of `put`, `update`, `delete`, `check` or `emit`";
        diagnostics.push(Diagnostic::error("TBL015", shape.place(), message));
        return None;
    };
    if let Some(second) = said.next() {
        let message = format!("`{}` and `{}` are two operations", kind.key.value, second.key.value);
        let fault = Diagnostic::error("TBL015", &second.key.span, message)
            .related(&kind.key.span, "the first")
            .help("write each as an item of the list: they still are one transaction");
        diagnostics.push(fault);
        return None;
    }
    let name = expect_text(&kind.value, &kind.key.value, diagnostics)?;
    let otherwise = match kind.key.value.as_str() {
        "emit" => None,
        _ => shape.text("else", diagnostics).and_then(|name| error_name(name, diagnostics)),
    };
    let lowered = if kind.key.value == "emit" {
        around.event(&name, diagnostics).map(|event| WriteKind::Emit { event })
    } else {
        let entity = names.entity(&name, diagnostics);
        let context = update::Context { table, around, name: &name };
        match (kind.key.value.as_str(), entity) {
            ("put", entity) => put(&mut shape, entity, &context, diagnostics),
            ("update", entity) => update::update(&mut shape, entity, &context, diagnostics),
            ("delete", entity) => delete(&mut shape, entity, &context, diagnostics),
            (_, entity) => update::check(&mut shape, entity, &context, diagnostics),
        }
    };
    shape.finish(diagnostics);
    Some(WriteOperation { kind: lowered?, each: each?, otherwise, span: kind.value.span.clone() })
}

/// `each: lines, max: 30`; `TBL018` for one without the other.
fn each(shape: &mut Shape<'_>, diagnostics: &mut Diagnostics) -> Option<Option<Each>> {
    let argument = shape.text("each", diagnostics);
    let max_there = shape.entry("max");
    let max = shape.whole_within("max", 1, MOST_EACH, diagnostics);
    match (argument, max_there) {
        (None, None) => Some(None),
        (Some(argument), Some(_)) => {
            let argument = Name::new(argument.value, argument.span);
            Some(Some(Each { argument, max: max? }))
        }
        (Some(argument), None) => {
            let message = format!("nothing bounds `{}`", argument.value);
            let help = "a transaction has at most 100 items: say `max: 30`";
            diagnostics.push(Diagnostic::error("TBL018", &argument.span, message).help(help));
            None
        }
        (None, Some(max)) => {
            let message = "`max` bounds the list named by `each`, which isn't there";
            diagnostics.push(Diagnostic::error("TBL018", &max.key.span, message));
            None
        }
    }
}

/// `else: OutOfStock`: it becomes a variant of the write's error.
fn error_name(name: Spanned<String>, diagnostics: &mut Diagnostics) -> Option<Name> {
    let good = name.value.starts_with(|first: char| first.is_ascii_uppercase())
        && name.value.bytes().all(|byte| byte.is_ascii_alphanumeric());
    if !good || name.value == "Failed" {
        let message = format!("`{}` can't be the name of an error", name.value);
        let help = match name.value.as_str() {
            "Failed" => "every write has `Failed` already, for what goes wrong in the store".to_owned(),
            _ => format!(
                "write it as a type: `{}`",
                Name::new(name.value.clone(), name.span.clone()).variant()
            ),
        };
        diagnostics.push(Diagnostic::error("TBL027", &name.span, message).help(help));
        return None;
    }
    Some(Name::new(name.value, name.span))
}

/// `{put: Order, if: absent}`, or `{put: Order}` to replace an item whose version matches.
fn put(
    shape: &mut Shape<'_>,
    entity: Option<EntityId>,
    context: &update::Context<'_>,
    diagnostics: &mut Diagnostics,
) -> Option<WriteKind> {
    let condition = shape.entry("if").is_some();
    let absent = shape.choice("if", &[("absent", ())], diagnostics);
    update::expect_version(shape, entity, context, diagnostics);
    let entity = entity?;
    if condition && absent.is_none() {
        return None;
    }
    let declared = context.entity(entity);
    if absent.is_none() && !declared.version {
        let message = format!("`{}` has no version, so nothing guards what a put replaces", declared.name);
        let fault = Diagnostic::error("TBL016", &context.name.span, message)
            .related(&declared.span, "declared without `version: true`")
            .help("say `if: absent` to insert, or give the entity `version: true`");
        diagnostics.push(fault);
    }
    Some(WriteKind::Put { entity, absent: absent.is_some() })
}

fn delete(
    shape: &mut Shape<'_>,
    entity: Option<EntityId>,
    context: &update::Context<'_>,
    diagnostics: &mut Diagnostics,
) -> Option<WriteKind> {
    update::expect_version(shape, entity, context, diagnostics);
    if let Some(condition) = shape.refused("if") {
        let message = "a condition on `delete` is not supported yet";
        let help = "a versioned item is only deleted as it was read; `check` can guard another item";
        diagnostics.push(Diagnostic::error("TBL011", &condition.key.span, message).help(help));
    }
    Some(WriteKind::Delete { entity: entity? })
}
