//! Bytes of a transaction.

use stipule_ir::table::{Changes, Entity, FieldRef, Table, Write, WriteKind, WriteOperation};
use stipule_ir::types::{EnumLiteral, Field};
use stipule_ir::witness::Witness;
use stipule_ir::{Diagnostic, Diagnostics};

use super::{items_of_one, times};
use crate::table::example::example;
use crate::table::item_size;
use crate::table::keys::Keys;
use crate::table::size::{Bytes, Largest, bytes_of, in_a_key, large_values};

/// Most bytes of the items of one transaction: TransactWriteItems in the DynamoDB developer guide.
const MOST: u64 = 4 * 1024 * 1024;

/// Most bytes of a row of the platform beside what it carries: its keys, 2048 and 1024 bytes, and some attributes.
const PLATFORM_ROW: u64 = 4096;

/// Bytes of one element of an operation.
struct Load {
    /// Some element surely writes so many.
    surely: u64,
    /// None is about more, but for what nothing bounds.
    most: u64,
}

pub(super) fn judge(table: &Table, write: &Write, keys: &Keys<'_>, diagnostics: &mut Diagnostics) {
    let loads: Option<Vec<Load>> =
        write.operations.iter().map(|operation| load(table, operation, keys)).collect();
    let Some(loads) = loads else { return };
    let sum = |bytes: fn(&Load) -> u64| -> Vec<u64> {
        let counted = write.operations.iter().zip(&loads);
        counted.map(|(operation, load)| times(operation).saturating_mul(bytes(load))).collect()
    };
    let surely = sum(|load| load.surely);
    let most = sum(|load| load.most);
    let total = |sizes: &[u64]| sizes.iter().fold(0_u64, |total, bytes| total.saturating_add(*bytes));
    let name = &write.name;
    let (fault, sizes, all) = if total(&surely) > MOST {
        let bytes = total(&surely);
        let message = format!(
            "`{name}` can write {} KB; a transaction has at most {} KB",
            bytes.div_ceil(1024),
            MOST / 1024
        );
        let witness = Witness::LargeTransaction {
            write: name.wire.clone(),
            items: examples(table, write, keys),
            bytes,
        };
        (Diagnostic::error("TBL105", &write.span, message).witness(witness), surely, "without keys")
    } else if total(&most).saturating_add(PLATFORM_ROW) > MOST {
        let message = format!("it isn't known whether `{name}` always fits into a transaction");
        (Diagnostic::warning("TBL105", &write.span, message), most, "with whole items, keys and all")
    } else {
        return;
    };
    let products: Vec<String> = write.operations.iter().zip(&sizes).map(product).collect();
    let proof = format!(
        "{} bytes in all, {all}: {} for the operations in order",
        total(&sizes),
        products.join(" + ")
    );
    let mut fault =
        fault.proof(proof).help("lower `max`, bound texts and lists more tightly, or split the work");
    if let Some((bytes, operation)) = sizes.iter().zip(&write.operations).max_by_key(|(bytes, _)| **bytes) {
        let span = operation.each.as_ref().map_or(&operation.span, |each| &each.max.span);
        fault = fault.related(span, format!("up to {} KB come from here", bytes.div_ceil(1024)));
    }
    diagnostics.push(fault);
}

/// `60 × 80000`
fn product((operation, bytes): (&WriteOperation, &u64)) -> String {
    match times(operation) {
        0 | 1 => bytes.to_string(),
        count => format!("{count} × {}", bytes / count),
    }
}

/// `None` when the item doesn't fit by itself.
fn load(table: &Table, operation: &WriteOperation, keys: &Keys<'_>) -> Option<Load> {
    let rows = (items_of_one(table, operation) - 1).saturating_mul(PLATFORM_ROW);
    let Some(id) = operation.kind.entity() else {
        let WriteKind::Emit { event } = operation.kind else { return Some(Load { surely: 0, most: rows }) };
        let payload = bytes_of(keys.contract.event(event).payload, keys).most.unwrap_or(0);
        let most = payload.min(item_size::MOST).saturating_add(PLATFORM_ROW).saturating_add(rows);
        return Some(Load { surely: 0, most });
    };
    let entity = &table.entities[id.0 as usize];
    let largest = Largest::of(table, entity, keys);
    if largest.surely > item_size::MOST {
        return None;
    }
    let written = (0u32..).map(FieldRef).zip(&largest.fields).filter(|(at, _)| is_free(entity, *at));
    let written = written.filter(|(at, _)| writes(&operation.kind, *at)).map(|(_, field)| bytes(field));
    Some(Load {
        surely: written.fold(0, u64::saturating_add),
        most: largest.bytes.min(item_size::MOST).saturating_add(rows),
    })
}

fn bytes((value, field): &(Bytes, &Field)) -> u64 {
    (field.name.wire.len() as u64).saturating_add(value.surely)
}

/// Whether a field may have any value, whatever other items have.
fn is_free(entity: &Entity, field: FieldRef) -> bool {
    !in_a_key(entity, field) && !entity.unique.iter().any(|unique| unique.has(field))
}

/// Whether an operation sends a value of the field.
fn writes(kind: &WriteKind, field: FieldRef) -> bool {
    let sets = |changes: &Changes| changes.set.contains(&field) || changes.set_if_absent.contains(&field);
    matches!(kind, WriteKind::Put { .. }) || kind.changes().is_some_and(sets)
}

/// What each operation that writes is called with.
fn examples(table: &Table, write: &Write, keys: &Keys<'_>) -> Vec<(u32, stipule_ir::Example)> {
    let example = |(at, operation): (u32, &WriteOperation)| {
        let entity = &table.entities[operation.kind.entity()?.0 as usize];
        let mut values: Vec<(FieldRef, EnumLiteral)> = large_values(entity, keys);
        values.retain(|(field, _)| is_free(entity, *field) && writes(&operation.kind, *field));
        (!values.is_empty()).then(|| (at, example(entity, &values, keys)))
    };
    (0u32..).zip(&write.operations).filter_map(example).collect()
}
