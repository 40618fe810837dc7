//! Writes: one transaction of the runtime per step.

use stipule_ir::table::{Entity, EntityId, FieldRef, IndexKey, Normalize, SegmentKind, Unique};
use stipule_runtime::entity::VERSION;
use stipule_runtime::lock::unique_lock;
use stipule_runtime::store::{Action, Expression, PrimaryKey};
use stipule_runtime::{Attr, StoreFailure, Write};

use super::item::Stored;
use super::{Actor, Mutant};
use crate::value::{Row, Value, text, to_attribute};
use crate::world::lasting;

/// What one operation of a write does, with its arguments.
#[derive(Clone, Debug)]
pub enum Act {
    /// Stores a new row.
    Put {
        /// The entity.
        entity: EntityId,
        /// The row.
        row: Row,
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
        /// Fields that are set, or removed.
        set: Vec<(FieldRef, Option<Value>)>,
        /// Counters and what is added.
        add: Vec<(FieldRef, i64)>,
    },
    /// Removes a row.
    Delete {
        /// The entity.
        entity: EntityId,
        /// As it was read.
        old: Stored,
    },
    /// Demands that there is a row.
    Check {
        /// The entity.
        entity: EntityId,
        /// A row with its key.
        row: Row,
    },
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
                Act::Put { entity, row } => self.put(&mut write, tenant, *entity, row),
                Act::Replace { entity, old, row } => self.replace(&mut write, tenant, *entity, old, row),
                Act::Update { entity, old, set, add } => {
                    self.update(&mut write, tenant, *entity, old, (set, add));
                }
                Act::Delete { entity, old } => self.delete(&mut write, tenant, *entity, old),
                Act::Check { entity, row } => {
                    let key = self.primary_key(tenant, *entity, row);
                    write.check(key, Expression::present(self.world.schema()), 0, |_| Refused::Condition);
                }
            }
        }
        write.commit().await
    }

    /// The primary key of a row.
    pub fn primary_key(&self, tenant: &str, id: EntityId, row: &Row) -> PrimaryKey {
        self.key(tenant, id, None, row).expect("every row has a primary key")
    }

    fn put(&self, write: &mut Write<'_, Refused>, tenant: &str, id: EntityId, row: &Row) {
        let item = self.item(tenant, id, &Stored { row: row.clone(), version: 1 });
        let absent = Expression::absent(self.world.schema());
        let condition = (!self.is(Mutant::PutOver)).then_some(absent);
        write.push(Action::Put { item, condition }, 0, |_| Refused::Condition);
        for unique in &self.world.entity(id).unique {
            self.take(write, &self.lock(tenant, id, unique, row));
        }
    }

    fn replace(&self, write: &mut Write<'_, Refused>, tenant: &str, id: EntityId, old: &Stored, row: &Row) {
        let item = self.item(tenant, id, &Stored { row: row.clone(), version: old.version + 1 });
        let condition = Some(self.unchanged(id, old.version));
        write.push(Action::Put { item, condition }, 0, |_| Refused::Condition);
        for unique in &self.world.entity(id).unique {
            self.swap(write, &self.lock(tenant, id, unique, &old.row), &self.lock(tenant, id, unique, row));
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
        (set, add): (&[(FieldRef, Option<Value>)], &[(FieldRef, i64)]),
    ) {
        let entity = self.world.entity(id);
        let mut next = old.row.clone();
        let mut change = Change::default();
        for (field, value) in set {
            let declared = self.world.field(id, *field);
            match value {
                Some(value) => next.insert(*field, value.clone()),
                None => next.remove(field),
            };
            let attribute = value.as_ref().map(|value| to_attribute(self.world, declared, value));
            change.set(&declared.name.wire, attribute);
        }
        for (field, amount) in add {
            change.add(&self.world.field(id, *field).name.wire, *amount);
        }
        if entity.version {
            change.set(VERSION, Some(Attr::unsigned(old.version + 1)));
        }
        let touched: Vec<FieldRef> = set.iter().map(|(field, _)| *field).collect();
        for index_key in
            entity.index_keys.iter().filter(|key| deciding(key).iter().any(|it| touched.contains(it)))
        {
            let known = |field: &FieldRef| {
                entity.version || touched.contains(field) || key_fields(entity).contains(field)
            };
            if self.is(Mutant::IndexKeyForgotten) || !deciding(index_key).iter().all(known) {
                continue;
            }
            for (attribute, value) in self.index_attributes(tenant, id, index_key, &next) {
                if value.is_some() || !self.is(Mutant::NeverLeaves) {
                    change.set(attribute, value);
                }
            }
        }
        let key = self.primary_key(tenant, id, &old.row);
        let condition = (!self.is(Mutant::UpdateCreates)).then(|| self.unchanged(id, old.version));
        write.push(Action::Update { key, update: change.expression(), condition }, 0, |_| Refused::Condition);
        for unique in entity.unique.iter().filter(|unique| touched.contains(&unique.field)) {
            self.swap(write, &self.lock(tenant, id, unique, &old.row), &self.lock(tenant, id, unique, &next));
        }
    }

    fn delete(&self, write: &mut Write<'_, Refused>, tenant: &str, id: EntityId, old: &Stored) {
        let key = self.primary_key(tenant, id, &old.row);
        let condition = Some(self.unchanged(id, old.version));
        write.push(Action::Delete { key, condition }, 0, |_| Refused::Condition);
        for unique in &self.world.entity(id).unique {
            if !self.is(Mutant::LockKept) {
                write.unlock(self.lock(tenant, id, unique, &old.row));
            }
        }
    }

    /// The key of the lock on a unique field of a row.
    pub fn lock(&self, tenant: &str, id: EntityId, unique: &Unique, row: &Row) -> PrimaryKey {
        let value = row.get(&unique.field).map(text).unwrap_or_default();
        let value = match unique.normalize {
            Normalize::Exact => value,
            Normalize::Lowercase => value.to_lowercase(),
        };
        let field = &self.world.field(id, unique.field).name.wire;
        unique_lock(tenant, &self.world.entity(id).name.wire, field, &value)
    }

    fn take(&self, write: &mut Write<'_, Refused>, lock: &PrimaryKey) {
        if !self.is(Mutant::NoLock) {
            write.lock(lock, 0, |_| Refused::Taken);
        }
    }

    fn swap(&self, write: &mut Write<'_, Refused>, old: &PrimaryKey, new: &PrimaryKey) {
        if !self.is(Mutant::NoLock) {
            write.swap_lock(old.clone(), new, 0, |_| Refused::Taken);
        }
    }
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

/// An update in the making.
#[derive(Default)]
struct Change {
    sets: Vec<String>,
    removes: Vec<String>,
    names: Vec<String>,
    values: Vec<(String, Attr)>,
}

impl Change {
    fn name(&mut self, attribute: &str) -> String {
        self.names.push(attribute.to_owned());
        format!("#n{}", self.names.len() - 1)
    }

    fn bind(&mut self, value: Attr) -> String {
        let placeholder = format!(":v{}", self.values.len());
        self.values.push((placeholder.clone(), value));
        placeholder
    }

    fn set(&mut self, attribute: &str, value: Option<Attr>) {
        let name = self.name(attribute);
        match value {
            Some(value) => {
                let value = self.bind(value);
                self.sets.push(format!("{name} = {value}"));
            }
            None => self.removes.push(name),
        }
    }

    fn add(&mut self, attribute: &str, amount: i64) {
        let name = self.name(attribute);
        let value = self.bind(Attr::integer(amount));
        self.sets.push(format!("{name} = {name} + {value}"));
    }

    fn expression(self) -> Expression {
        let part = |verb: &str, list: &[String]| match list {
            [] => String::new(),
            list => format!("{verb} {} ", list.join(", ")),
        };
        let text = part("SET", &self.sets) + &part("REMOVE", &self.removes);
        let mut expression = Expression::new(text);
        for (number, name) in self.names.iter().enumerate() {
            expression = expression.name(format!("#n{number}"), lasting(name));
        }
        for (placeholder, value) in self.values {
            expression = expression.value(placeholder, value);
        }
        expression
    }
}
