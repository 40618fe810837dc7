//! Partitions read whole: a head and its collections, or the collections alone.

use stipule_ir::table::{EntityId, Partition, Table};
use stipule_ir::{Diagnostic, Diagnostics, Spanned};

use super::known::{Names, Surroundings};
use super::pattern::{Member, Pattern};
use super::read::entity;
use crate::reader::Entry;
use crate::shape::Shape;

/// `{partition: Order, bind: [orderId], returns: {one: Order, many: [Line]}}`.
pub(super) fn partition(
    partition: &Entry,
    shape: &mut Shape<'_>,
    table: &Table,
    names: &Names,
    around: &Surroundings<'_>,
    diagnostics: &mut Diagnostics,
) -> Option<Partition> {
    let owner = entity(partition, names, diagnostics);
    let bind = shape.texts("bind", diagnostics);
    let consistent = shape.boolean("consistent", diagnostics).is_none_or(|consistent| consistent.value);
    let place = shape.place().clone();
    let returns = shape.required("returns", diagnostics)?;
    let mut returns = Shape::under(returns, "what a partition returns", diagnostics)?;
    let one = returns.text("one", diagnostics);
    let many = returns.texts("many", diagnostics).unwrap_or_default();
    if one.is_none() && many.is_empty() && returns.get("one").is_none() {
        let fault = Diagnostic::error("TBL015", returns.place(), "the read returns nothing").help(
            "`one` is the entity at the head of the partition, `many` lists the collections that stand there",
        );
        diagnostics.push(fault);
    }
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
    let collections = collections(&many, one_id, names, diagnostics);
    if one.is_some() != one_id.is_some() || collections.len() != many.len() {
        return None;
    }
    let owner = owner?;
    let given = one_id.iter().chain(&collections).filter(|id| **id != owner);
    let members: Vec<Member<'_>> = std::iter::once(&owner)
        .chain(given)
        .map(|id| &table.entities[id.0 as usize])
        .map(|entity| Member { entity, key: &entity.key })
        .collect();
    let pattern = Pattern { members, around, place: &place };
    let bound = pattern.bound(bind.as_deref(), diagnostics)?;
    if !pattern.judge_shards(&bound, diagnostics) {
        return None;
    }
    // Without `bind` the whole partition is meant, whatever the keys in it have in common.
    let prefix = if bind.is_some() { pattern.prefix(&bound) } else { 0 };
    Some(Partition { of: owner, bind: bound, prefix, one: one_id, many: collections, consistent })
}

/// The collections, none twice.
fn collections(
    many: &[Spanned<String>],
    one: Option<EntityId>,
    names: &Names,
    diagnostics: &mut Diagnostics,
) -> Vec<EntityId> {
    let mut collections: Vec<EntityId> = Vec::new();
    for name in many {
        let Some(id) = names.entity(name, diagnostics) else { continue };
        if collections.contains(&id) || Some(id) == one {
            let message = format!("`{}` is returned already", name.value);
            diagnostics.push(Diagnostic::error("TBL010", &name.span, message));
        } else {
            collections.push(id);
        }
    }
    collections
}
