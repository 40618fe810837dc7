//! Reads: by whole key, by partition, by page.

use stipule_ir::table::{EntityId, Read, ReadKind, Segment, SegmentKind, Table};
use stipule_ir::{Diagnostic, Diagnostics, Name};

use super::known::{Names, Surroundings};
use super::partition::partition;
use super::query::query;
use super::scan::scan;
use super::select::select;
use super::service;
use super::typical::typical;
use crate::rate::rate;
use crate::reader::Entry;
use crate::shape::{Shape, expect_text};

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
                select: Vec::new(),
                rate: None,
                typical: None,
                used_by: Vec::new(),
                span: entity.span.clone(),
            });
        }
    }
    reads
}

/// What a read can be, each with the key that says so.
const KINDS: [&str; 5] = ["get", "batch", "partition", "of", "scan"];

fn read(
    entry: &Entry,
    table: &Table,
    names: &Names,
    around: &Surroundings<'_>,
    diagnostics: &mut Diagnostics,
) -> Option<Read> {
    let mut shape = Shape::under(entry, "a read", diagnostics)?;
    let said: Vec<_> = KINDS.into_iter().filter_map(|key| Some((key, shape.entry(key)?))).collect();
    let rate = rate(&mut shape, "rate", "TBL019", diagnostics).map(|rate| rate.value);
    let kind = match said.as_slice() {
        [("get", get)] => by_key(get, &mut shape, names, diagnostics),
        [("batch", batch)] => by_keys(batch, &mut shape, table, names, diagnostics),
        [("partition", it)] => {
            partition(it, &mut shape, table, names, around, diagnostics).map(ReadKind::Partition)
        }
        [("of", of)] => query(of, &mut shape, table, names, around, diagnostics).map(ReadKind::Query),
        [("scan", scan)] => self::scan(scan, &mut shape, table, names, diagnostics).map(ReadKind::Scan),
        _ => {
            let message =
                format!("`{}` must say one of `get`, `batch`, `partition`, `of` or `scan`", entry.key.value);
            let help = "`get: Entity` reads one item, `batch: Entity` many by their keys, `partition: Entity` a whole \
                        partition, `of: Entity` a page, `scan: Entity` a page of everything";
            diagnostics.push(Diagnostic::error("TBL015", shape.place(), message).help(help));
            return None;
        }
    };
    let (key, most) = match &kind {
        Some(ReadKind::Query(query)) => ("page", Some(query.page)),
        Some(ReadKind::Scan(scan)) => ("page", Some(scan.page)),
        Some(ReadKind::Batch { max, .. }) => ("max", Some(max.value)),
        _ => ("page", None),
    };
    let most = most.and_then(|most| shape.entry(key).map(|said| (most, &said.value.span)));
    let typical = typical(&mut shape, most, diagnostics);
    let used_by = service::users(&mut shape, around, diagnostics);
    let span = shape.place().clone();
    let name = Name::new(entry.key.value.clone(), entry.key.span.clone());
    let read = kind.map(|kind| Read { name, kind, select: Vec::new(), rate, typical, used_by, span });
    let select = match &read {
        // One item by its key costs the same whatever comes of it.
        Some(Read { kind: ReadKind::Get { .. }, .. }) => Vec::new(),
        Some(read) => select(&mut shape, read, table, names, around, diagnostics),
        None => {
            shape.know("read");
            Vec::new()
        }
    };
    shape.finish(diagnostics);
    read.map(|read| Read { select, ..read })
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

/// `{batch: Entity, max: 100, consistent: false}`.
fn by_keys(
    batch: &Entry,
    shape: &mut Shape<'_>,
    table: &Table,
    names: &Names,
    diagnostics: &mut Diagnostics,
) -> Option<ReadKind> {
    /// Most keys of one call of the generated function: ten of the store's.
    const MOST_KEYS: u32 = 1_000;
    let entity = entity(batch, names, diagnostics);
    shape.required("max", diagnostics);
    let max = shape.whole_within("max", 1, MOST_KEYS, diagnostics);
    let consistent = shape.boolean("consistent", diagnostics).is_none_or(|consistent| consistent.value);
    let id = entity?;
    let entity = &table.entities[id.0 as usize];
    let literal = |segment: &Segment| matches!(segment.kind, SegmentKind::Literal(_));
    if entity.key.pk.iter().chain(&entity.key.sk).all(literal) {
        let message =
            format!("there is but one `{}`: a batch has nothing to tell its items apart", entity.name);
        let fault = Diagnostic::error("TBL044", &batch.value.span, message)
            .related(&entity.key.span, "no field is part of this key")
            .help(format!("`get: {}` reads it", entity.name));
        diagnostics.push(fault);
        return None;
    }
    Some(ReadKind::Batch { entity: id, max: max?, consistent })
}

pub(super) fn entity(entry: &Entry, names: &Names, diagnostics: &mut Diagnostics) -> Option<EntityId> {
    let name = expect_text(&entry.value, &entry.key.value, diagnostics)?;
    names.entity(&name, diagnostics)
}
