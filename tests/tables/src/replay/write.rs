//! Counterexamples of writes.

use std::collections::{BTreeMap, BTreeSet};

use stipule_ir::table::{Add, Changes, Demand, EntityId, FieldRef, WriteKind, WriteOperation};
use stipule_ir::witness::Example;
use stipule_runtime::store::Get;

use super::{Outcome, Replay, TENANT};
use crate::act::{Act, Edits, Refused, Step, Stored, key_fields};
use crate::value::{Row, Value, to_attribute};

/// Most bytes of a transaction: TransactWriteItems in the DynamoDB developer guide.
const MOST_BYTES: usize = 4 * 1024 * 1024;

impl<'w> Replay<'w> {
    fn operation(&self, write: &str, operation: u32) -> Option<&'w WriteOperation> {
        let writes = &self.world.table().writes;
        writes.iter().find(|known| known.name.wire == write)?.operations.get(operation as usize)
    }

    pub(super) async fn drift(
        &mut self,
        write: &str,
        operation: u32,
        before: &Example,
        asked: &Example,
    ) -> Option<Outcome> {
        let kind = &self.operation(write, operation)?.kind;
        let (entity, row) = self.row(before)?;
        if let Err(refused) = self.put(TENANT, entity, &row).await {
            return Some(Outcome::Not(format!("the item was refused: {refused:?}")));
        }
        let lost = asked.without.iter().map(|name| self.world.field_named(entity, name));
        let lost: Option<Vec<FieldRef>> = lost.collect();
        let mut stays = row.clone();
        stays.retain(|field, _| lost.as_ref().is_some_and(|lost| !lost.contains(field)));
        let edits = edits(kind.changes()?, &stays, &self.values(entity, asked)?);
        let mut next = row.clone();
        edits.apply(&mut next);
        let key = self.actor().primary_key(TENANT, entity, &row);
        let act = match kind {
            WriteKind::Upsert { .. } => self.upsert(entity, &row, edits),
            _ => Act::Update { entity, old: Stored { row, version: 1 }, edits },
        };
        if let Err(refused) = self.actor().write(TENANT, &[act]).await {
            return Some(Outcome::Not(format!("the update was refused: {refused:?}")));
        }
        let item = self.world.ports().store.get(Get { key, consistent: true }).await.ok()??;
        let version = if self.world.entity(entity).version { 2 } else { 1 };
        let right = self.actor().item(TENANT, entity, &Stored { row: next, version });
        Some(if item == right { Outcome::Not("the item is right".to_owned()) } else { Outcome::Happened })
    }

    fn upsert(&self, entity: EntityId, row: &Row, edits: Edits) -> Act {
        let fields = key_fields(self.world.entity(entity));
        let key =
            row.iter().filter(|(field, _)| fields.contains(field)).map(|(field, it)| (*field, it.clone()));
        Act::Upsert { entity, key: key.collect(), edits }
    }

    pub(super) async fn same_item(
        &mut self,
        write: &str,
        (one, two): (u32, u32),
        item: &Example,
    ) -> Option<Outcome> {
        let (_, row) = self.row(item)?;
        let mut step = Step::new();
        for number in [one, two] {
            step.push(self.act(&self.operation(write, number)?.kind, &row)?);
        }
        Some(match self.actor().write(TENANT, &step).await {
            Err(Refused::Failed(_)) => Outcome::Happened,
            outcome => Outcome::Not(format!("both operations: {outcome:?}")),
        })
    }

    /// An operation on the item of a row.
    fn act(&self, kind: &WriteKind, row: &Row) -> Option<Act> {
        let old = Stored { row: row.clone(), version: 1 };
        let changes = || edits(kind.changes().unwrap_or(&Changes::default()), row, &Row::new());
        Some(match kind {
            WriteKind::Put { entity, demand: Demand::Present(_) } => {
                Act::Replace { entity: *entity, old, row: row.clone() }
            }
            WriteKind::Put { entity, demand } => {
                Act::Put { entity: *entity, row: row.clone(), over: *demand == Demand::Any }
            }
            WriteKind::Update { entity, .. } => Act::Update { entity: *entity, old, edits: changes() },
            WriteKind::Upsert { entity, .. } => self.upsert(*entity, row, changes()),
            WriteKind::Delete { entity, demand } => {
                Act::Delete { entity: *entity, old, any: *demand == Demand::Any }
            }
            WriteKind::Check { entity, demand, .. } => {
                Act::Check { entity: *entity, row: row.clone(), present: *demand != Demand::Absent }
            }
            WriteKind::Emit { .. } => return None,
        })
    }

    /// Every list at its longest, each element another item.
    pub(super) async fn actions(&mut self, write: &str, items: u64) -> Option<Outcome> {
        let writes = &self.world.table().writes;
        let write = writes.iter().find(|known| known.name.wire == write)?;
        let mut step = Step::new();
        for operation in &write.operations {
            let most = operation.each.as_ref().map_or(1, |each| each.max.value);
            let Some(rows) = self.different_rows(operation.kind.entity()?, most as usize) else {
                return Some(Outcome::TooFewKeys);
            };
            let old = rows.iter().flat_map(|row| row.iter().map(|(field, value)| (*field, value.clone())));
            let mut taken: BTreeSet<(FieldRef, Value)> = old.collect();
            for row in rows {
                let Some(act) = self.renamed(&operation.kind, &row, &mut taken) else {
                    return Some(Outcome::TooFewKeys);
                };
                step.push(act);
            }
        }
        Some(match self.actor().write(TENANT, &step).await {
            Err(Refused::Failed(_)) if items > 100 => Outcome::Happened,
            outcome => Outcome::Not(format!("{} operations: {outcome:?}", step.len())),
        })
    }

    /// Every list at its longest, each element as large as it may be.
    pub(super) async fn large_transaction(
        &mut self,
        write: &str,
        items: &[(u32, Example)],
        bytes: u64,
    ) -> Option<Outcome> {
        let writes = &self.world.table().writes;
        let write = writes.iter().find(|known| known.name.wire == write)?;
        let (mut step, mut size) = (Step::new(), 0);
        for (at, operation) in (0u32..).zip(&write.operations) {
            let most = operation.each.as_ref().map_or(1, |each| each.max.value);
            let entity = operation.kind.entity()?;
            let Some(rows) = self.different_rows(entity, most as usize) else {
                return Some(Outcome::TooFewKeys);
            };
            let example = items.iter().find(|(number, _)| *number == at);
            let large = example.map_or(Some(Row::new()), |(_, example)| self.values(entity, example))?;
            for mut row in rows {
                row.extend(large.clone());
                size += large.iter().map(|(field, value)| self.size(entity, *field, value)).sum::<usize>();
                step.push(self.act(&operation.kind, &row)?);
            }
        }
        if u64::try_from(size).ok()? < bytes || size <= MOST_BYTES {
            return Some(Outcome::Not(format!("{size} bytes")));
        }
        Some(match self.actor().write(TENANT, &step).await {
            Err(Refused::Failed(_)) => Outcome::Happened,
            outcome => Outcome::Not(format!("{size} bytes: {outcome:?}")),
        })
    }

    fn size(&self, entity: EntityId, field: FieldRef, value: &Value) -> usize {
        let declared = self.world.field(entity, field);
        declared.name.wire.len() + to_attribute(self.world, declared, value).size_bytes()
    }

    /// An update that gives each unique field of the row a value that no other item has; `None` when there are too few.
    fn renamed(
        &mut self,
        kind: &WriteKind,
        row: &Row,
        taken: &mut BTreeSet<(FieldRef, Value)>,
    ) -> Option<Act> {
        let (WriteKind::Update { entity, changes, .. }, mut next) = (kind, row.clone()) else {
            return self.act(kind, row);
        };
        for unique in &self.world.entity(*entity).unique {
            for part in unique.parts.iter().filter(|part| changes.set.contains(&part.field)) {
                let value = (0..400).find_map(|_| {
                    let value = self.random_row(*entity).remove(&part.field)?;
                    taken.insert((part.field, value.clone())).then_some(value)
                })?;
                next.insert(part.field, value);
            }
        }
        let edits = edits(changes, &next, &Row::new());
        Some(Act::Update { entity: *entity, old: Stored { row: row.clone(), version: 1 }, edits })
    }

    fn different_rows(&mut self, entity: EntityId, wanted: usize) -> Option<Vec<Row>> {
        let fields = key_fields(self.world.entity(entity));
        let mut rows = BTreeMap::new();
        for _ in 0..wanted * 20 {
            let row = self.random_row(entity);
            let key: Vec<Option<Value>> = fields.iter().map(|field| row.get(field).cloned()).collect();
            rows.insert(key, row);
            if rows.len() == wanted {
                return Some(rows.into_values().collect());
            }
        }
        None
    }
}

/// What changes when an operation is called with these values; what they don't say stays as it is.
fn edits(changes: &Changes, row: &Row, asked: &Row) -> Edits {
    let value = |field: &FieldRef| asked.get(field).or_else(|| row.get(field)).cloned();
    let mut set: Vec<_> = changes.set.iter().map(|field| (*field, value(field))).collect();
    set.extend(changes.remove.iter().map(|field| (*field, None)));
    let once = changes.set_if_absent.iter().filter_map(|field| Some((*field, value(field)?))).collect();
    let amount = |add: &Add| {
        let amount = match asked.get(&add.field) {
            Some(Value::Integer(amount)) => *amount,
            _ => 1,
        };
        if add.negative { amount.wrapping_neg() } else { amount }
    };
    let add = changes.add.iter().map(|add| (add.field, amount(add))).collect();
    Edits { set, once, add }
}
