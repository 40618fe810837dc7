//! Random arguments, that have something in common with what is there.

use std::collections::BTreeSet;
use std::ops::Bound;

use stipule_ir::table::{Changes, Demand, EntityId, FieldRef, ReadKind, WriteKind, WriteOperation};

use super::Play;
use crate::act::{Act, Actor, Asked, Edits, Range, Step, Stored, key_fields};
use crate::model::{Identity, identity};
use crate::value::{Row, Value, usual};

impl Play<'_> {
    /// Arguments for the operations of a write; none when they can't be told apart.
    pub(super) fn step(&mut self, tenant: &str, operations: &[WriteOperation]) -> Option<Step> {
        let mut step = Vec::new();
        for operation in operations {
            let most = operation.each.as_ref().map_or(1, |each| each.max.value.min(3));
            let mut seen: BTreeSet<Identity> = BTreeSet::new();
            for _ in 0..1 + self.random.below(most as usize) {
                let act = self.act(tenant, &operation.kind)?;
                let (entity, row) = act.target();
                if seen.insert(identity(self.world, tenant, entity, row)) {
                    step.push(act);
                }
            }
        }
        self.takes_each_lock_once(tenant, &step).then_some(step)
    }

    /// Two rows of one write with one unique value are refused by the runtime before anything is sent.
    fn takes_each_lock_once(&self, tenant: &str, step: &Step) -> bool {
        let actor = Actor::new(self.world);
        let mut locks = BTreeSet::new();
        step.iter().all(|act| {
            let entity = act.target().0;
            let rows: Vec<Row> = match act {
                Act::Put { row, .. } => vec![row.clone()],
                Act::Replace { old, row, .. } => vec![old.row.clone(), row.clone()],
                Act::Update { old, edits, .. } => {
                    let mut next = old.row.clone();
                    edits.apply(&mut next);
                    vec![old.row.clone(), next]
                }
                Act::Delete { old, .. } => vec![old.row.clone()],
                Act::Upsert { .. } | Act::Check { .. } => vec![],
            };
            self.world.entity(entity).unique.iter().all(|unique| {
                let own: BTreeSet<_> =
                    rows.iter().filter_map(|row| actor.lock(tenant, entity, unique, row)).collect();
                own.into_iter().all(|lock| locks.insert(lock))
            })
        })
    }

    fn act(&mut self, tenant: &str, kind: &WriteKind) -> Option<Act> {
        Some(match kind {
            WriteKind::Put { entity, demand: Demand::Present(_) } => self.replacement(tenant, *entity),
            WriteKind::Put { entity, demand } => {
                let row = self.row(tenant, *entity);
                Act::Put { entity: *entity, row, over: *demand == Demand::Any }
            }
            WriteKind::Update { entity, changes, .. } => {
                let old = self.old(tenant, *entity);
                let edits = self.edits(tenant, *entity, changes, &old.row);
                Act::Update { entity: *entity, old, edits }
            }
            WriteKind::Upsert { entity, changes } => {
                let mut key = self.old(tenant, *entity).row;
                let edits = self.edits(tenant, *entity, changes, &key);
                let fields = key_fields(self.world.entity(*entity));
                key.retain(|field, _| fields.contains(field));
                Act::Upsert { entity: *entity, key, edits }
            }
            WriteKind::Delete { entity, demand } => {
                let old = self.old(tenant, *entity);
                Act::Delete { entity: *entity, old, any: *demand == Demand::Any }
            }
            WriteKind::Check { entity, demand, .. } => {
                let row = self.old(tenant, *entity).row;
                Act::Check { entity: *entity, row, present: *demand != Demand::Absent }
            }
            WriteKind::Emit { .. } => return None,
        })
    }

    fn replacement(&mut self, tenant: &str, entity: EntityId) -> Act {
        let old = self.old(tenant, entity);
        let mut row = self.row(tenant, entity);
        let declared = self.world.entity(entity);
        for field in declared.immutable.iter().map(|field| field.value).chain(key_fields(declared)) {
            match old.row.get(&field) {
                Some(value) => row.insert(field, value.clone()),
                None => row.remove(&field),
            };
        }
        Act::Replace { entity, old, row }
    }

    fn edits(&mut self, tenant: &str, entity: EntityId, changes: &Changes, old: &Row) -> Edits {
        let set = changes.set.iter().map(|field| (*field, self.field_value(tenant, entity, *field)));
        let mut set: Vec<(FieldRef, Option<Value>)> = set.collect();
        set.extend(changes.remove.iter().map(|field| (*field, None)));
        let once = changes.set_if_absent.iter().map(|field| (*field, self.value(tenant, entity, *field)));
        let once = once.collect();
        // Numbers stay far from the ends of 64 bits.
        let is_positive =
            |field: &FieldRef| matches!(old.get(field), Some(Value::Integer(number)) if *number > 0);
        let add = changes.add.iter().map(|add| (add.field, if is_positive(&add.field) { -2 } else { 3 }));
        Edits { set, once, add: add.collect() }
    }

    /// A stored row, now and then with another version; or one that isn't there.
    fn old(&mut self, tenant: &str, entity: EntityId) -> Stored {
        let rows: Vec<&Stored> = self.model.rows(tenant, entity).collect();
        let known = self.random.pick(&rows).map(|stored| (*stored).clone());
        match known {
            Some(mut stored) if !self.random.percent(10) => {
                stored.version += u64::from(self.random.percent(10));
                stored
            }
            _ => {
                let row = self.row(tenant, entity);
                // What is read is never something else than what is there.
                let known = self.model.get(&identity(self.world, tenant, entity, &row));
                known.cloned().unwrap_or(Stored { row, version: 1 })
            }
        }
    }

    fn row(&mut self, tenant: &str, entity: EntityId) -> Row {
        let fields = (0u32..).map(FieldRef).zip(self.world.fields(entity).iter().map(|field| field.required));
        let fields: Vec<(FieldRef, bool)> = fields.collect();
        let mut row = Row::new();
        for (field, required) in fields {
            if required || self.random.percent(60) {
                row.insert(field, self.value(tenant, entity, field));
            }
        }
        row
    }

    /// A value for a field, or none if it need not be there.
    fn field_value(&mut self, tenant: &str, entity: EntityId, field: FieldRef) -> Option<Value> {
        let there = self.world.field(entity, field).required || self.random.percent(70);
        there.then(|| self.value(tenant, entity, field))
    }

    fn value(&mut self, tenant: &str, entity: EntityId, field: FieldRef) -> Value {
        let name = &self.world.field(entity, field).name.wire;
        if self.random.percent(50) {
            let all: Vec<(&Identity, &Stored)> =
                self.model.all().filter(|(it, _)| it.tenant == tenant).collect();
            if let Some((which, stored)) = self.random.pick(&all)
                && let Some(known) =
                    self.world.field_named(which.entity, name).and_then(|at| stored.row.get(&at))
            {
                return known.clone();
            }
        }
        let number = usize::from(name.as_bytes()[0] - b'a');
        let value = self.random.pick(&self.sheet.kind(number).values).cloned();
        usual(self.world, self.world.field(entity, field), value.expect("every kind has values"))
    }

    /// Arguments for a read: mostly of a row that is there.
    pub(super) fn asked(&mut self, tenant: &str, read: usize) -> Option<Asked> {
        let kind = self.world.table().reads.get(read)?.kind.clone();
        let (entity, range, most) = match &kind {
            ReadKind::Get { entity, .. } => (*entity, None, 0),
            ReadKind::Batch { entity, max, .. } => (*entity, None, max.value as usize),
            ReadKind::Partition(partition) => (partition.of, None, 0),
            ReadKind::Query(query) => (query.of[0], query.range, 0),
            ReadKind::Scan(scan) => (scan.entity, None, 0),
        };
        let bound = self.old(tenant, entity).row;
        let keys = (0..self.random.below(most.min(6) + 1)).map(|_| self.old(tenant, entity).row).collect();
        let range = range.map(|field| self.range(tenant, entity, field));
        let limit = u32::try_from(1 + self.random.below(5)).unwrap_or(1);
        Some(Asked { read, bound, keys, range, limit })
    }

    fn range(&mut self, tenant: &str, entity: EntityId, field: FieldRef) -> Range {
        let ends = [self.value(tenant, entity, field), self.value(tenant, entity, field)];
        let [low, high] = ends.map(|end| match self.random.below(5) {
            0 => Bound::Unbounded,
            1 | 2 => Bound::Excluded(end),
            _ => Bound::Included(end),
        });
        (low, high)
    }
}
