//! Writes: lists of operations, each list one transaction.

use stipule_ir::table::{Demand, Each, Table, Write, WriteKind, WriteOperation};
use stipule_ir::{Diagnostic, Diagnostics, Name, Spanned};

use super::known::{Names, Surroundings};
use super::typical::typical;
use super::{batch, demand, update};
use crate::rate::rate;
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
    for entry in entries {
        if batch::is_batch(entry) {
            let lowered = batch::lower(entry, table, names, diagnostics);
            table.batches.extend(lowered);
        } else {
            let lowered = write(entry, table, names, around, diagnostics);
            table.writes.extend(lowered);
        }
    }
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
            let rate = rate(&mut shape, "rate", "TBL019", diagnostics).map(|rate| rate.value);
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
    same_bounds(&operations, diagnostics);
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
    let kinds = ["put", "update", "upsert", "delete", "check", "emit"].map(|key| shape.entry(key));
    let each = each(&mut shape, diagnostics);
    let mut said = kinds.into_iter().flatten();
    let Some(kind) = said.next() else {
        let message = "an operation says one of `put`, `update`, `upsert`, `delete`, `check` or `emit`";
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
            ("put", entity) => demand::put(&mut shape, entity, &context, diagnostics),
            ("update", entity) => update::update(&mut shape, entity, &context, diagnostics),
            ("upsert", entity) => update::upsert(&mut shape, entity, &context, diagnostics),
            ("delete", entity) => demand::delete(&mut shape, entity, &context, diagnostics),
            (_, entity) => demand::check(&mut shape, entity, &context, diagnostics),
        }
    };
    shape.finish(diagnostics);
    let lowered = lowered?;
    if let Some(otherwise) = otherwise.as_ref().filter(|_| is_undeniable(&lowered, table)) {
        let message = format!("nothing can deny this, so there is no `{otherwise}`");
        diagnostics.push(Diagnostic::error("TBL027", &otherwise.span, message).help("leave `else` out"));
    }
    Some(WriteOperation { kind: lowered, each: each?, otherwise, span: kind.value.span.clone() })
}

/// Whether an operation succeeds whatever is there.
fn is_undeniable(kind: &WriteKind, table: &Table) -> bool {
    match kind {
        WriteKind::Put { demand, .. } => *demand == Demand::Any,
        WriteKind::Delete { entity, demand } => {
            *demand == Demand::Any && !table.entities[entity.0 as usize].version
        }
        _ => false,
    }
}

/// `each: lines, max: 30`; `TBL018` for one without the other.
fn each(shape: &mut Shape<'_>, diagnostics: &mut Diagnostics) -> Option<Option<Each>> {
    let argument = shape.text("each", diagnostics);
    let max_there = shape.entry("max");
    let max = shape.whole_within("max", 1, MOST_EACH, diagnostics);
    let typical = typical(shape, max.as_ref().map(|max| (max.value, &max.span)), diagnostics);
    match (argument, max_there) {
        (None, None) => Some(None),
        (Some(argument), Some(_)) => {
            let argument = Name::new(argument.value, argument.span);
            Some(Some(Each { argument, max: max?, typical }))
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

/// `TBL018`: operations on lists of one name are about one list, which has one bound.
fn same_bounds(operations: &[WriteOperation], diagnostics: &mut Diagnostics) {
    let lists: Vec<&Each> = operations.iter().filter_map(|operation| operation.each.as_ref()).collect();
    for (at, list) in lists.iter().enumerate() {
        let form = list.argument.field();
        let before = lists[..at].iter().find(|before| before.argument.field() == form);
        if let Some(before) = before.filter(|before| before.max.value != list.max.value) {
            let message = format!("`{}` has two bounds", list.argument);
            let fault = Diagnostic::error("TBL018", &list.max.span, message);
            diagnostics.push(fault.related(&before.max.span, "the other"));
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
