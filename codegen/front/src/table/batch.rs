//! Batches: many items of one entity at once, without a transaction.

use stipule_ir::table::{Batch, BatchKind, Entity, Table};
use stipule_ir::{Diagnostic, Diagnostics, Name};

use super::known::Names;
use super::typical::typical;
use crate::rate::rate;
use crate::reader::Entry;
use crate::shape::{Shape, expect_text};

/// Most items of one call: what a caller can be expected to hold in memory.
const MOST: u32 = 100_000;

/// Whether an entry of `writes` is a batch.
pub(super) fn is_batch(entry: &Entry) -> bool {
    entry.value.get("batch").is_some()
}

/// `import_products: {batch: {put: Product}, max: 1000}`.
pub(super) fn lower(
    entry: &Entry,
    table: &Table,
    names: &Names,
    diagnostics: &mut Diagnostics,
) -> Option<Batch> {
    let mut shape = Shape::under(entry, "a batch", diagnostics)?;
    let rate = rate(&mut shape, "rate", "TBL019", diagnostics).map(|rate| rate.value);
    let what = shape.entry("batch");
    shape.required("max", diagnostics);
    let max = shape.whole_within("max", 1, MOST, diagnostics);
    let typical = typical(&mut shape, max.as_ref().map(|max| (max.value, &max.span)), diagnostics);
    shape.finish(diagnostics);
    let what = what?;
    let mut shape = Shape::under(what, "what a batch does", diagnostics)?;
    let kinds = ["put", "delete"].map(|key| shape.entry(key));
    let place = shape.place().clone();
    shape.finish(diagnostics);
    let mut said = kinds.into_iter().flatten();
    let (Some(kind), None) = (said.next(), said.next()) else {
        let message = "a batch says one of `put` or `delete`";
        diagnostics.push(Diagnostic::error("TBL015", &place, message));
        return None;
    };
    let name = expect_text(&kind.value, &kind.key.value, diagnostics)?;
    let id = names.entity(&name, diagnostics)?;
    let entity = &table.entities[id.0 as usize];
    let kind = if kind.key.value == "put" { BatchKind::Put } else { BatchKind::Delete };
    if let Some((promise, place)) = promise(entity, kind) {
        let message = format!("a batch can't write `{}`: it {promise}", entity.name);
        let fault = Diagnostic::error("TBL051", &name.span, message)
            .related(place, "declared here")
            .help("an item of a batch is written without a look at what is there: say a write with `each`");
        diagnostics.push(fault);
    }
    Some(Batch {
        name: Name::new(entry.key.value.clone(), entry.key.span.clone()),
        entity: id,
        kind,
        max: max?,
        typical,
        rate,
        span: entry.key.span.clone(),
    })
}

/// What is promised of an entity that no unconditional write keeps.
fn promise(entity: &Entity, kind: BatchKind) -> Option<(&'static str, &stipule_ir::Span)> {
    if entity.version {
        Some(("has versions", &entity.span))
    } else if let Some(unique) = entity.unique.first() {
        Some(("has unique values", &unique.span))
    } else {
        let immutable = entity.immutable.first().filter(|_| kind == BatchKind::Put)?;
        Some(("has fields that never change", &immutable.span))
    }
}
