//! `read: [orderId, status]`: some fields rather than whole items.

use stipule_ir::table::{EntityId, FieldRef, Read, Select, Table};
use stipule_ir::{Diagnostic, Diagnostics, Spanned};

use super::known::{Names, Surroundings};
use crate::reader::{Entry, Node};
use crate::shape::{Shape, expect_text, wrong_kind};

/// The fields of one entity as a list, or those of several by their names.
pub(super) fn select(
    shape: &mut Shape<'_>,
    read: &Read,
    table: &Table,
    names: &Names,
    around: &Surroundings<'_>,
    diagnostics: &mut Diagnostics,
) -> Vec<Select> {
    let Some(entry) = shape.entry("read") else { return Vec::new() };
    let entities = read.entities();
    let of = |id: EntityId, node: &Node, diagnostics: &mut Diagnostics| {
        let fields = fields(node, table.entities[id.0 as usize].ty, around, diagnostics)?;
        Some(Select { entity: id, fields })
    };
    if let Some(parts) = entry.value.entries() {
        let parts = parts.iter().filter_map(|part| {
            let id = entity(part, read, &entities, table, names, diagnostics)?;
            of(id, &part.value, diagnostics)
        });
        return parts.collect();
    }
    match entities.as_slice() {
        [one] => of(*one, &entry.value, diagnostics).into_iter().collect(),
        many => {
            let names: Vec<String> =
                many.iter().map(|id| format!("{}: […]", table.entities[id.0 as usize].name)).collect();
            let message = "the read gives several entities, and the list doesn't say whose fields it names";
            let fault = Diagnostic::error("TBL043", &entry.value.span, message)
                .help(format!("`read: {{{}}}`; an entity that isn't named comes whole", names.join(", ")));
            diagnostics.push(fault);
            Vec::new()
        }
    }
}

/// The entity of a part; `TBL043` when the read doesn't give it.
fn entity(
    part: &Entry,
    read: &Read,
    given: &[EntityId],
    table: &Table,
    names: &Names,
    diagnostics: &mut Diagnostics,
) -> Option<EntityId> {
    let id = names.entity(&part.key, diagnostics)?;
    if given.contains(&id) {
        return Some(id);
    }
    let listed: Vec<String> =
        given.iter().map(|id| format!("`{}`", table.entities[id.0 as usize].name)).collect();
    let message = format!("`{}` doesn't give a `{}`", read.name, part.key.value);
    let help = format!("it gives {}", listed.join(", "));
    diagnostics.push(Diagnostic::error("TBL043", &part.key.span, message).help(help));
    None
}

/// The fields of a list that is not empty and names none twice.
fn fields(
    node: &Node,
    ty: stipule_ir::TypeId,
    around: &Surroundings<'_>,
    diagnostics: &mut Diagnostics,
) -> Option<Vec<Spanned<FieldRef>>> {
    let Some(items) = node.items() else {
        wrong_kind(&node.span, "`read`", "a list of fields", node, diagnostics);
        return None;
    };
    if items.is_empty() {
        let message = "`read` must name at least one field";
        let help = "without `read`, whole items come";
        diagnostics.push(Diagnostic::error("SYN023", &node.span, message).help(help));
        return None;
    }
    let mut fields: Vec<Spanned<FieldRef>> = Vec::new();
    for item in items {
        let Some(name) = expect_text(item, "read", diagnostics) else { continue };
        let Some(field) = around.field(ty, &name, diagnostics) else { continue };
        match fields.iter().find(|before| before.value == field) {
            Some(before) => {
                let message = format!("`{}` is read already", name.value);
                let fault = Diagnostic::error("TBL010", &name.span, message);
                diagnostics.push(fault.related(&before.span, "here"));
            }
            None => fields.push(Spanned::new(field, name.span)),
        }
    }
    Some(fields)
}
