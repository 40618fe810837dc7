//! Scans: everything that is stored of an entity, for a reason.

use stipule_ir::table::{Scan, Table};
use stipule_ir::{Diagnostics, Spanned};

use super::known::Names;
use super::page;
use super::query::index_key;
use super::read::entity;
use crate::reader::Entry;
use crate::shape::Shape;

/// Most parts of a scan: each is a loop of its own somewhere.
const MOST_SEGMENTS: u32 = 1_000;

/// `{scan: Customer, reason: "nightly export", segments: 4, page: 100}`.
pub(super) fn scan(
    scan: &Entry,
    shape: &mut Shape<'_>,
    table: &Table,
    names: &Names,
    diagnostics: &mut Diagnostics,
) -> Option<Scan> {
    let entity_id = entity(scan, names, diagnostics);
    let reason = shape.required_text("reason", diagnostics);
    let index_name = shape.text("index", diagnostics);
    let size = page::size(shape, diagnostics);
    let segments = shape.whole_within("segments", 2, MOST_SEGMENTS, diagnostics);
    let consistent = shape.boolean("consistent", diagnostics);
    let place = shape.place().clone();

    let index = match &index_name {
        Some(name) => Some(names.index(name, diagnostics)?),
        None => None,
    };
    let entity_id = entity_id?;
    let at = index_name.as_ref().map_or(&place, |name| &name.span);
    index_key(&table.entities[entity_id.0 as usize], index, at, table, names, diagnostics)?;
    Some(Scan {
        index,
        entity: entity_id,
        reason: reason?,
        page: size.usual,
        max_page: size.most,
        segments: segments.map(|segments| segments.value),
        consistent: consistent.unwrap_or_else(|| Spanned::new(index.is_none(), place)),
    })
}
