//! Writes: one transaction of the runtime per step.

use stipule_ir::table::{Entity, EntityId, FieldRef, IndexKey, SegmentKind, Unique};
use stipule_runtime::change::Change;
use stipule_runtime::lock::{Normalize, normalized, unique_lock};
use stipule_runtime::store::{Action, Expression, PrimaryKey};
use stipule_runtime::{StoreFailure, Write};

use super::item::Stored;
use super::{Actor, Mutant};
use crate::value::{Row, Value, shown, text, to_attribute};
use crate::world::{World, lasting};

/// What one operation of a write does, with its arguments.
#[derive(Clone, Debug)]
pub enum Act {
    /// Stores a row; a new one, or over whatever is there.
    Put {
        /// The entity.
        entity: EntityId,
        /// The row.
        row: Row,
        /// Whether it may be there already.
        over: bool,
    },
    /// Stores a row over another version of it.
    Replace {
        /// The entity.
        entity: EntityId,
        /// As it was read.
        old: Stored,
        /// What it becomes; with the same key.
        row: Row,
    },
    /// Changes fields.
    Update {
        /// The entity.
        entity: EntityId,
        /// As it was read. Without versions only its key counts, and the old values of unique fields.
        old: Stored,
        /// What changes.
        edits: Edits,
    },
    /// Changes fields, or makes the row of them.
    Upsert {
        /// The entity.
        entity: EntityId,
        /// The fields of its key.
        key: Row,
        /// What changes.
        edits: Edits,
    },
    /// Removes a row; one that must be there as it was read, or whatever is there.
    Delete {
        /// The entity.
        entity: EntityId,
        /// As it was read.
        old: Stored,
        /// Whether it need not be there.
        any: bool,
    },
    /// Demands that there is a row, or none.
    Check {
        /// The entity.
        entity: EntityId,
        /// A row with its key.
        row: Row,
        /// Whether it must be there.
        present: bool,
    },
}

/// What changes of a row.
#[derive(Clone, Debug, Default)]
pub struct Edits {
    /// Fields that are set; removed without a value.
    pub set: Vec<(FieldRef, Option<Value>)>,
    /// Fields that are set where there is no value.
    pub once: Vec<(FieldRef, Value)>,
    /// Counters and what is added.
    pub add: Vec<(FieldRef, i64)>,
}

impl Edits {
    /// Does them to a row.
    pub fn apply(&self, row: &mut Row) {
        for (field, value) in &self.set {
            match value {
                Some(value) => row.insert(*field, value.clone()),
                None => row.remove(field),
            };
        }
        for (field, value) in &self.once {
            row.entry(*field).or_insert_with(|| value.clone());
        }
        for (field, amount) in &self.add {
            if let Value::Integer(number) = row.entry(*field).or_insert(Value::Integer(0)) {
                *number = number.wrapping_add(*amount);
            }
        }
    }
}

/// One write: its operations happen together or not at all.
pub type Step = Vec<Act>;

/// Why nothing was written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refused {
    /// A condition on an item failed.
    Condition,
    /// A unique value is another's.
    Taken,
    /// The write itself was wrong.
    Failed(StoreFailure),
}

impl From<StoreFailure> for Refused {
    fn from(failure: StoreFailure) -> Self {
        Self::Failed(failure)
    }
}

impl Actor<'_> {
    /// Does a step in one transaction.
    ///
    /// # Errors
    /// [`Refused`]: nothing was written.
    pub async fn write(&self, tenant: &str, step: &[Act]) -> Result<(), Refused> {
        let cx = self.world.context(tenant);
        let mut write = Write::new(&cx);
        for act in step {
            match act {
                Act::Put { entity, row, over } => self.put(&mut write, tenant, *entity, row, *over),
                Act::Replace { entity, old, row } => self.replace(&mut write, tenant, *entity, old, row),
                Act::Update { entity, old, edits } => self.update(&mut write, tenant, *entity, old, edits),
                Act::Upsert { entity, key, edits } => self.upsert(&mut write, tenant, *entity, key, edits),
                Act::Delete { entity, old, any } => self.delete(&mut write, tenant, *entity, old, *any),
                Act::Check { entity, row, present } => {
                    let (key, table) = (self.primary_key(tenant, *entity, row), self.world.schema());
                    let demand =
                        if *present { Expression::present(table) } else { Expression::absent(table) };
                    write.check(key, demand, 0, |_| Refused::Condition);
                }
            }
        }
        write.commit().await
    }

    /// The primary key of a row.
    pub fn primary_key(&self, tenant: &str, id: EntityId, row: &Row) -> PrimaryKey {
        self.key(tenant, id, None, row).expect("every row has a primary key")
    }

    fn put(&self, write: &mut Write<'_, Refused>, tenant: &str, id: EntityId, row: &Row, over: bool) {
        let item = self.item(tenant, id, &Stored { row: row.clone(), version: 1 });
        let absent = Expression::absent(self.world.schema());
        let condition = (!over && !self.is(Mutant::PutOver)).then_some(absent);
        write.push(Action::Put { item, condition }, 0, |_| Refused::Condition);
        for unique in &self.world.entity(id).unique {
            if !self.is(Mutant::NoLock) {
                write.lock(self.lock(tenant, id, unique, row), 0, |_| Refused::Taken);
            }
        }
    }

    fn replace(&self, write: &mut Write<'_, Refused>, tenant: &str, id: EntityId, old: &Stored, row: &Row) {
        let item = self.item(tenant, id, &Stored { row: row.clone(), version: old.version + 1 });
        let condition = Some(self.unchanged(id, old.version));
        write.push(Action::Put { item, condition }, 0, |_| Refused::Condition);
        for unique in &self.world.entity(id).unique {
            self.swap(write, self.lock(tenant, id, unique, &old.row), self.lock(tenant, id, unique, row));
        }
    }

    /// What must hold of an item that is changed.
    fn unchanged(&self, id: EntityId, version: u64) -> Expression {
        if self.world.entity(id).version && !self.is(Mutant::Stale) {
            Expression::version(version)
        } else {
            Expression::present(self.world.schema())
        }
    }

    fn update(
        &self,
        write: &mut Write<'_, Refused>,
        tenant: &str,
        id: EntityId,
        old: &Stored,
        edits: &Edits,
    ) {
        let entity = self.world.entity(id);
        // What is added to is never known.
        let mut next = old.row.clone();
        Edits { add: Vec::new(), ..edits.clone() }.apply(&mut next);
        let mut change = if self.is(Mutant::UpdateCreates) {
            Change::of_any(self.world.entities[id.0 as usize])
        } else if entity.version && !self.is(Mutant::Stale) {
            Change::of_version(old.version)
        } else {
            Change::of_existing(self.world.schema())
        };
        change = self.fields(id, change, edits);
        let touched: Vec<FieldRef> = edits
            .set
            .iter()
            .map(|(field, _)| *field)
            .chain(edits.once.iter().map(|(field, _)| *field))
            .collect();
        for index_key in entity.composed().filter(|key| deciding(key).iter().any(|it| touched.contains(it))) {
            let decided = |field: &FieldRef| edits.set.iter().any(|(set, _)| set == field);
            let known =
                |field: &FieldRef| entity.version || decided(field) || key_fields(entity).contains(field);
            if self.is(Mutant::IndexKeyForgotten) || !deciding(index_key).iter().all(known) {
                continue;
            }
            let key = self.key(tenant, id, Some(index_key.index), &next);
            if key.is_some() || !self.is(Mutant::NeverLeaves) {
                change = change.index(self.index_schema(index_key), key);
            }
        }
        let key = self.primary_key(tenant, id, &old.row);
        write.change(key, change, 0, |_| Refused::Condition);
        for unique in entity.unique.iter().filter(|unique| touched.iter().any(|field| unique.has(*field))) {
            self.swap(write, self.lock(tenant, id, unique, &old.row), self.lock(tenant, id, unique, &next));
        }
    }

    /// The attributes of fields that change.
    fn fields(&self, id: EntityId, mut change: Change, edits: &Edits) -> Change {
        let named =
            |field: FieldRef| (self.world.field(id, field), lasting(&self.world.field(id, field).name.wire));
        for (field, value) in &edits.set {
            let (declared, name) = named(*field);
            let attribute = value.as_ref().map(|value| to_attribute(self.world, declared, value));
            change = change.set_some(name, attribute);
        }
        for (field, value) in &edits.once {
            let (declared, name) = named(*field);
            change = change.set_if_absent(name, to_attribute(self.world, declared, value));
        }
        for (field, amount) in &edits.add {
            change = change.add(named(*field).1, *amount);
        }
        change
    }

    fn upsert(&self, write: &mut Write<'_, Refused>, tenant: &str, id: EntityId, key: &Row, edits: &Edits) {
        let entity = self.world.entity(id);
        // What is added to is never known.
        let mut made = key.clone();
        Edits { add: Vec::new(), ..edits.clone() }.apply(&mut made);
        let mut change = Change::of_any(self.world.entities[id.0 as usize]);
        for (field, value) in key {
            let declared = self.world.field(id, *field);
            change = change.set(lasting(&declared.name.wire), to_attribute(self.world, declared, value));
        }
        change = self.fields(id, change, &Edits { add: Vec::new(), ..edits.clone() });
        for (field, amount) in &edits.add {
            let name = lasting(&self.world.field(id, *field).name.wire);
            change = change.count_from_zero(name, i128::from(*amount), i64::MIN, i64::MAX);
        }
        if entity.names_tenant() {
            let name = lasting(&self.world.table().tenant);
            change = change.set(name, stipule_runtime::Attr::text(tenant));
        }
        for index_key in entity.composed() {
            let kept =
                deciding(index_key).iter().any(|field| edits.once.iter().any(|(once, _)| once == field));
            let schema = self.index_schema(index_key);
            let decided = |field: &FieldRef| edits.set.iter().any(|(set, _)| set == field);
            let known = deciding(index_key).iter().all(|field| made.contains_key(field) || decided(field));
            if !known || self.is(Mutant::IndexKeyForgotten) {
                continue;
            }
            change = match self.key(tenant, id, Some(index_key.index), &made) {
                Some(key) if kept => change.index_if_absent(schema, key),
                None if kept || self.is(Mutant::NeverLeaves) => change,
                key => change.index(schema, key),
            };
        }
        write.change(self.primary_key(tenant, id, key), change, 0, |_| Refused::Condition);
    }

    fn delete(&self, write: &mut Write<'_, Refused>, tenant: &str, id: EntityId, old: &Stored, any: bool) {
        let key = self.primary_key(tenant, id, &old.row);
        let condition = (!any).then(|| self.unchanged(id, old.version));
        write.push(Action::Delete { key, condition }, 0, |_| Refused::Condition);
        for unique in &self.world.entity(id).unique {
            if !self.is(Mutant::LockKept) {
                write.unlock(self.lock(tenant, id, unique, &old.row));
            }
        }
    }

    /// The key of the lock on a unique value of a row; none for a row that lacks a part of it.
    pub fn lock(&self, tenant: &str, id: EntityId, unique: &Unique, row: &Row) -> Option<PrimaryKey> {
        let values = unique_values(unique, row)?;
        let values: Vec<&str> = values.iter().map(String::as_str).collect();
        Some(unique_lock(tenant, &self.world.entity(id).name.wire, &unique.name.wire, &values))
    }

    fn swap(&self, write: &mut Write<'_, Refused>, old: Option<PrimaryKey>, new: Option<PrimaryKey>) {
        if !self.is(Mutant::NoLock) {
            write.swap_lock(old, new, 0, |_| Refused::Taken);
        }
    }
}

/// The normalised parts of a unique value; none when one is missing.
pub(crate) fn unique_values(unique: &Unique, row: &Row) -> Option<Vec<String>> {
    let step = |step: &stipule_ir::table::Normalize| match step {
        stipule_ir::table::Normalize::Trim => Normalize::Trim,
        stipule_ir::table::Normalize::Lowercase => Normalize::Lowercase,
        stipule_ir::table::Normalize::Nfc => Normalize::Nfc,
        stipule_ir::table::Normalize::Nfkc => Normalize::Nfkc,
        stipule_ir::table::Normalize::Casefold => Normalize::Casefold,
    };
    let part = |part: &stipule_ir::table::UniquePart| {
        let steps: Vec<Normalize> = part.normalize.iter().map(step).collect();
        Some(normalized(&text(row.get(&part.field)?), &steps))
    };
    unique.parts.iter().map(part).collect()
}

/// The fields that decide about a key in an index.
fn deciding(index_key: &IndexKey) -> Vec<FieldRef> {
    let segments = index_key.key.pk.iter().chain(&index_key.key.sk);
    let fields = segments.filter_map(|segment| match segment.kind {
        SegmentKind::Field { field, .. } | SegmentKind::Shard { field, .. } => Some(field),
        SegmentKind::Literal(_) => None,
    });
    fields.chain(index_key.when.iter().map(|when| when.field)).collect()
}

/// The fields that the primary key is made of, each once.
pub(crate) fn key_fields(entity: &Entity) -> Vec<FieldRef> {
    let mut fields = Vec::new();
    for segment in entity.key.pk.iter().chain(&entity.key.sk) {
        if let SegmentKind::Field { field, .. } | SegmentKind::Shard { field, .. } = segment.kind
            && !fields.contains(&field)
        {
            fields.push(field);
        }
    }
    fields
}

impl Act {
    /// The entity and the row that it is about.
    pub fn target(&self) -> (EntityId, &Row) {
        match self {
            Self::Put { entity, row, .. }
            | Self::Check { entity, row, .. }
            | Self::Upsert { entity, key: row, .. } => (*entity, row),
            Self::Replace { entity, old, .. }
            | Self::Update { entity, old, .. }
            | Self::Delete { entity, old, .. } => (*entity, &old.row),
        }
    }

    /// As a person reads it.
    pub fn shown(&self, world: &World) -> String {
        let (entity, row) = self.target();
        let row = shown(world, entity, row);
        match self {
            Self::Put { over, .. } => format!("put {row}{}", if *over { " over any" } else { "" }),
            Self::Replace { row: next, .. } => format!("replace {row} by {}", shown(world, entity, next)),
            Self::Update { old, edits, .. } => {
                format!("update {row} of version {} with {edits:?}", old.version)
            }
            Self::Upsert { edits, .. } => format!("upsert {row} with {edits:?}"),
            Self::Delete { old, any, .. } => format!("delete {row} of version {} (any: {any})", old.version),
            Self::Check { present, .. } => format!("check {row} (there: {present})"),
        }
    }
}
