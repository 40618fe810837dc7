//! Reads: by whole key, by partition, by page.

use stipule_ir::table::{EntityId, Read, ReadKind, Table};
use stipule_ir::{Diagnostic, Diagnostics, Name, Spanned};

use super::known::{Names, Surroundings};
use super::query::query;
use super::rate::rate;
use crate::reader::Entry;
use crate::shape::Shape;

/// Lowers `reads` into the table, after one read by key of each entity.
pub(super) fn lower(
    shape: &mut Shape<'_>,
    table: &mut Table,
    names: &Names,
    around: &Surroundings<'_>,
    diagnostics: &mut Diagnostics,
) {
    let entries = shape.mapping("reads", diagnostics).unwrap_or_default();
    let mut declared = Vec::new();
    for entry in entries {
        if let Some(read) = read(entry, table, names, around, diagnostics) {
            declared.push(read);
        }
    }
    let mut reads = implicit(table, &declared);
    reads.append(&mut declared);
    table.reads = reads;
}

/// Every entity can be read by its key under its own name, unless the file says how.
fn implicit(table: &Table, declared: &[Read]) -> Vec<Read> {
    let mut reads = Vec::new();
    for (id, entity) in (0u32..).map(EntityId).zip(&table.entities) {
        let said = |read: &Read| {
            read.name.field() == entity.name.field()
                && matches!(read.kind, ReadKind::Get { entity, .. } if entity == id)
        };
        if !declared.iter().any(said) {
            reads.push(Read {
                name: entity.name.clone(),
                kind: ReadKind::Get { entity: id, consistent: true },
                rate: None,
                span: entity.span.clone(),
            });
        }
    }
    reads
}

fn read(
    entry: &Entry,
    table: &Table,
    names: &Names,
    around: &Surroundings<'_>,
    diagnostics: &mut Diagnostics,
) -> Option<Read> {
    let mut shape = Shape::under(entry, "a read", diagnostics)?;
    let kinds = ["get", "partition", "of"].map(|key| shape.entry(key));
    let rate = rate(&mut shape, diagnostics);
    for key in ["scan", "read"] {
        if let Some(entry) = shape.refused(key) {
            let message = format!("`{key}` is not supported yet");
            diagnostics.push(Diagnostic::error("TBL011", &entry.key.span, message));
        }
    }
    let kind = match kinds {
        [Some(get), None, None] => by_key(get, &mut shape, names, diagnostics),
        [None, Some(partition), None] => by_partition(partition, &mut shape, names, diagnostics),
        [None, None, Some(of)] => query(of, &mut shape, table, names, around, diagnostics),
        _ => {
            let message = format!("`{}` must say one of `get`, `partition` or `of`", entry.key.value);
            let help =
                "`get: Entity` reads one item, `partition: Entity` a whole partition, `of: Entity` a page";
            diagnostics.push(Diagnostic::error("TBL015", shape.place(), message).help(help));
            return None;
        }
    };
    let span = shape.place().clone();
    shape.finish(diagnostics);
    Some(Read { name: Name::new(entry.key.value.clone(), entry.key.span.clone()), kind: kind?, rate, span })
}

/// `{get: Entity, consistent: false}`.
fn by_key(
    get: &Entry,
    shape: &mut Shape<'_>,
    names: &Names,
    diagnostics: &mut Diagnostics,
) -> Option<ReadKind> {
    let entity = entity(get, names, diagnostics);
    let consistent = shape.boolean("consistent", diagnostics).is_none_or(|consistent| consistent.value);
    Some(ReadKind::Get { entity: entity?, consistent })
}

fn entity(entry: &Entry, names: &Names, diagnostics: &mut Diagnostics) -> Option<EntityId> {
    let name = crate::shape::expect_text(&entry.value, &entry.key.value, diagnostics)?;
    names.entity(&name, diagnostics)
}

/// `{partition: Order, returns: {one: Order, many: [Line]}}`.
fn by_partition(
    partition: &Entry,
    shape: &mut Shape<'_>,
    names: &Names,
    diagnostics: &mut Diagnostics,
) -> Option<ReadKind> {
    let owner = entity(partition, names, diagnostics);
    let returns = shape.required("returns", diagnostics)?;
    let mut returns = Shape::under(returns, "what a partition returns", diagnostics)?;
    let one = returns.required_text("one", diagnostics);
    let many = returns.texts("many", diagnostics).unwrap_or_default();
    returns.finish(diagnostics);
    let one_id = one.as_ref().and_then(|one| names.entity(one, diagnostics));
    if let (Some(owner), Some(one_id), Some(one)) = (owner, one_id, &one)
        && owner != one_id
    {
        let message = format!("`{}` doesn't head the partition that is read", one.value);
        let fault = Diagnostic::error("TBL015", &one.span, message)
            .related(&partition.value.span, "the partition is this entity's")
            .help("`one` is the entity named by `partition`; others belong into `many`");
        diagnostics.push(fault);
    }
    let mut collections: Vec<EntityId> = Vec::new();
    for name in &many {
        let Some(id) = names.entity(name, diagnostics) else { continue };
        if collections.contains(&id) || Some(id) == one_id {
            diagnostics.push(twice(name));
        } else {
            collections.push(id);
        }
    }
    Some(ReadKind::Partition { one: one_id?, many: collections })
}

fn twice(name: &Spanned<String>) -> Diagnostic {
    let message = format!("`{}` is returned already", name.value);
    Diagnostic::error("TBL010", &name.span, message)
}
