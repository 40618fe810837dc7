//! Queries: a page of one entity or several, from the table or an index.

use stipule_ir::table::{Entity, EntityId, IndexId, Key, Query, Table};
use stipule_ir::{Diagnostic, Diagnostics, Span, Spanned};

use super::known::{Names, Surroundings};
use super::page;
use super::pattern::{Member, Pattern};
use crate::reader::Entry;
use crate::shape::{Shape, expect_text};

/// `{index: gsi1, of: Order, bind: [customer_id], order: desc(placed_at), range: placed_at, page: 25}`.
pub(super) fn query(
    of: &Entry,
    shape: &mut Shape<'_>,
    table: &Table,
    names: &Names,
    around: &Surroundings<'_>,
    diagnostics: &mut Diagnostics,
) -> Option<Query> {
    let of_names = of_names(of, diagnostics);
    let index_name = shape.text("index", diagnostics);
    let bind = shape.texts("bind", diagnostics);
    let order = shape.text("order", diagnostics);
    let range = shape.text("range", diagnostics);
    let size = page::size(shape, diagnostics);
    let fan_out = shape.choice("fan_out", &[("merge", ())], diagnostics);
    let consistent = shape.boolean("consistent", diagnostics);
    let place = shape.place().clone();

    let of = entities(&of_names?, names, diagnostics);
    let index = match &index_name {
        Some(name) => Some(names.index(name, diagnostics)?),
        None => None,
    };
    let of = of?;
    let at = index_name.as_ref().map_or(&place, |name| &name.span);
    let members: Vec<Option<Member<'_>>> = of
        .iter()
        .map(|id| {
            let entity = &table.entities[id.0 as usize];
            let key = index_key(entity, index, at, table, names, diagnostics)?;
            Some(Member { entity, key })
        })
        .collect();
    let members = members.into_iter().collect::<Option<Vec<_>>>()?;
    let pattern = Pattern { members, around, place: &place };
    let alike = pattern.judge_partitions(diagnostics);
    pattern.judge_fan_out(fan_out.as_ref(), diagnostics);
    let bound = pattern.bound(bind.as_deref(), diagnostics)?;
    let prefix = pattern.prefix(&bound);
    let descending = pattern.order(order.as_ref(), prefix, bound.len(), diagnostics);
    let range = pattern.range(range, prefix, diagnostics);
    alike.then_some(Query {
        index,
        of,
        bind: bound,
        prefix,
        range: range?,
        descending: descending?,
        page: size.usual,
        max_page: size.most,
        fan_out: fan_out.is_some(),
        consistent: consistent.unwrap_or_else(|| Spanned::new(index.is_none(), place.clone())),
    })
}

/// `of: Order`, or `of: [Order, PaymentMethod]`.
fn of_names(of: &Entry, diagnostics: &mut Diagnostics) -> Option<Vec<Spanned<String>>> {
    let Some(items) = of.value.items() else {
        return expect_text(&of.value, "of", diagnostics).map(|name| vec![name]);
    };
    if items.is_empty() {
        let message = "`of` must name at least one entity";
        diagnostics.push(Diagnostic::error("SYN023", &of.value.span, message));
        return None;
    }
    let names: Vec<_> = items.iter().map(|item| expect_text(item, "of", diagnostics)).collect();
    names.into_iter().collect()
}

/// The entities of these names, none twice.
fn entities(of: &[Spanned<String>], names: &Names, diagnostics: &mut Diagnostics) -> Option<Vec<EntityId>> {
    let mut found: Vec<EntityId> = Vec::new();
    let mut good = true;
    for name in of {
        match names.entity(name, diagnostics) {
            Some(id) if found.contains(&id) => {
                let message = format!("`{}` is read already", name.value);
                diagnostics.push(Diagnostic::error("TBL010", &name.span, message));
            }
            Some(id) => found.push(id),
            None => good = false,
        }
    }
    good.then_some(found)
}

/// The key of an entity in the index or table that is read; `TBL003`, at the place given, when it isn't there.
pub(super) fn index_key<'e>(
    entity: &'e Entity,
    index: Option<IndexId>,
    at: &Span,
    table: &Table,
    names: &Names,
    diagnostics: &mut Diagnostics,
) -> Option<&'e Key> {
    let Some(id) = index else { return Some(&entity.key) };
    if let Some(found) = entity.index_keys.iter().find(|found| found.index == id) {
        return Some(&found.key);
    }
    let name = &table.indexes[id.0 as usize].name;
    if !names.keyed.contains(&(entity.name.wire.clone(), name.wire.clone())) {
        let message = format!("`{}` has no key in `{name}`", entity.name);
        let help = format!("give it one: `{name}: {{pk: […], sk: […]}}`");
        let fault = Diagnostic::error("TBL003", at, message).related(&entity.span, "this entity");
        diagnostics.push(fault.help(help));
    }
    None
}
