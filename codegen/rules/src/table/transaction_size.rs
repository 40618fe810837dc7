//! A transaction fits.

mod bytes;

use stipule_ir::table::{Changes, Demand, Entity, Table, Unique, Write, WriteKind, WriteOperation};
use stipule_ir::witness::Witness;
use stipule_ir::{Contract, Diagnostic, Diagnostics, Page};

use super::keys::Keys;
use crate::Rule;

/// Most items of one transaction: TransactWriteItems in the DynamoDB developer guide.
const MOST_ITEMS: u64 = 100;

pub(crate) const RULE: Rule = Rule {
    page: Page {
        code: "TBL105",
        title: "A write can be too large for a transaction",
        text: "A transaction has at most 100 items. Counted are the operations at their most elements (`max`), a lock \
for each unique field that is put, changed (two: the old and the new) or deleted, two rows for each event (the event and \
the sequence of its aggregate), and one for the inbox or the idempotency record. The proof shows the sum.

All items together have at most 4 MB. It is an error when what is put and set can have more, every text and list of the \
schemas at its longest; a warning when only the whole items can, of updates, deletes and checks too, with their keys and \
the rows of the platform. What nothing bounds isn't counted (`TBL112` names it), and an item that is too large by itself is \
to be mended first.

Bad:

```yaml
return_all:
  - {update: Loan, each: loans, max: 60, set: [returnedAt]}
  - {emit: Book.Returned, each: returned, max: 60}          # 60 + 120 + 1
```

Good:

```yaml
return_some:
  - {update: Loan, each: loans, max: 30, set: [returnedAt]}
  - {emit: Book.Returned, each: returned, max: 30}          # 30 + 60 + 1
```",
    },
    check,
};

fn check(contract: &Contract, diagnostics: &mut Diagnostics) {
    let keys = Keys::new(contract);
    for table in &contract.tables {
        for write in &table.writes {
            judge(table, write, diagnostics);
            bytes::judge(table, write, &keys, diagnostics);
        }
    }
}

fn judge(table: &Table, write: &Write, diagnostics: &mut Diagnostics) {
    let sizes: Vec<u64> = write.operations.iter().map(|operation| items(table, operation)).collect();
    let total = sizes.iter().sum::<u64>() + 1;
    if total <= MOST_ITEMS {
        return;
    }
    let message = format!("`{}` can need {total} items; a transaction has at most {MOST_ITEMS}", write.name);
    let sum: Vec<String> = sizes.iter().map(u64::to_string).collect();
    let mut fault = Diagnostic::error("TBL105", &write.span, message)
        .proof(format!(
            "{} for the operations in order, and 1 for the inbox or the idempotency record",
            sum.join(" + ")
        ))
        .witness(Witness::Actions { write: write.name.wire.clone(), items: total })
        .help("lower `max`, or split the work into several writes");
    let largest = sizes.iter().zip(&write.operations).max_by_key(|(size, _)| **size);
    if let Some((size, operation)) = largest {
        let span = operation.each.as_ref().map_or(&operation.span, |each| &each.max.span);
        fault = fault.related(span, format!("up to {size} items come from here"));
    }
    diagnostics.push(fault);
}

/// Most items of one operation, the platform's rows included.
fn items(table: &Table, operation: &WriteOperation) -> u64 {
    times(operation) * items_of_one(table, operation)
}

/// Most elements of an operation.
fn times(operation: &WriteOperation) -> u64 {
    operation.each.as_ref().map_or(1, |each| u64::from(each.max.value))
}

fn items_of_one(table: &Table, operation: &WriteOperation) -> u64 {
    let entity = |id: &stipule_ir::table::EntityId| &table.entities[id.0 as usize];
    match &operation.kind {
        WriteKind::Put { entity: id, demand: Demand::Present(_) } => 1 + 2 * locks(entity(id)),
        WriteKind::Put { entity: id, .. } | WriteKind::Delete { entity: id, .. } => 1 + locks(entity(id)),
        WriteKind::Update { entity: id, changes, .. } => 1 + 2 * changed_locks(entity(id), changes),
        WriteKind::Upsert { .. } | WriteKind::Check { .. } => 1,
        WriteKind::Emit { .. } => 2,
    }
}

fn locks(entity: &Entity) -> u64 {
    u64::try_from(entity.unique.len()).unwrap_or(u64::MAX)
}

fn changed_locks(entity: &Entity, changes: &Changes) -> u64 {
    let changed = |unique: &&Unique| changes.fields().any(|field| unique.has(field));
    u64::try_from(entity.unique.iter().filter(changed).count()).unwrap_or(u64::MAX)
}
