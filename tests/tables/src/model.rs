//! A plain model of a table: rows by the values of their keys. No key is ever written here.

use std::collections::BTreeMap;
use std::ops::{Bound, RangeBounds};

use stipule_ir::table::{Entity, EntityId, FieldRef, IndexId, Normalize, ReadKind, SegmentKind};

use crate::act::{Act, Asked, Step, Stored, key_fields};
use crate::value::{Row, Value, compare, text};
use crate::world::World;

/// Which row.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Identity {
    /// Whose.
    pub tenant: String,
    /// Of which entity.
    pub entity: EntityId,
    /// The values of the fields that its key is made of.
    pub key: Vec<Value>,
}

/// All rows.
#[derive(Clone, Debug, Default)]
pub struct Model {
    rows: BTreeMap<Identity, Stored>,
}

/// Nothing was changed: there is, or isn't, such a row, or a unique value is another's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Denied;

/// Which row a row is.
pub fn identity(world: &World, tenant: &str, entity: EntityId, row: &Row) -> Identity {
    let fields = key_fields(world.entity(entity));
    let key = fields.iter().filter_map(|field| row.get(field).cloned()).collect();
    Identity { tenant: tenant.to_owned(), entity, key }
}

impl Model {
    /// The rows of a tenant's entity.
    pub fn rows<'m>(&'m self, tenant: &'m str, entity: EntityId) -> impl Iterator<Item = &'m Stored> {
        let own = move |(identity, _): &(&Identity, &Stored)| {
            identity.tenant == tenant && identity.entity == entity
        };
        self.rows.iter().filter(own).map(|(_, stored)| stored)
    }

    /// One row.
    pub fn get(&self, which: &Identity) -> Option<&Stored> {
        self.rows.get(which)
    }

    /// Every row, with what it is.
    pub fn all(&self) -> impl Iterator<Item = (&Identity, &Stored)> {
        self.rows.iter()
    }

    /// Does a step.
    ///
    /// # Errors
    /// [`Denied`].
    pub fn write(&mut self, world: &World, tenant: &str, step: &Step) -> Result<(), Denied> {
        let mut next = self.clone();
        for act in step {
            next.act(world, tenant, act)?;
        }
        *self = next;
        Ok(())
    }

    fn act(&mut self, world: &World, tenant: &str, act: &Act) -> Result<(), Denied> {
        match act {
            Act::Put { entity, row } => {
                let which = identity(world, tenant, *entity, row);
                if self.rows.contains_key(&which) {
                    return Err(Denied);
                }
                self.store(world, which, Stored { row: row.clone(), version: 1 })
            }
            Act::Replace { entity, old, row } => {
                let (which, version) = self.current(world, tenant, *entity, old)?;
                self.store(world, which, Stored { row: row.clone(), version: version + 1 })
            }
            Act::Update { entity, old, set, add } => {
                let (which, version) = self.current(world, tenant, *entity, old)?;
                let mut row = self.rows[&which].row.clone();
                for (field, value) in set {
                    match value {
                        Some(value) => row.insert(*field, value.clone()),
                        None => row.remove(field),
                    };
                }
                for (field, amount) in add {
                    if let Some(Value::Integer(number)) = row.get_mut(field) {
                        *number += amount;
                    }
                }
                let version = if world.entity(*entity).version { version + 1 } else { version };
                self.store(world, which, Stored { row, version })
            }
            Act::Delete { entity, old } => {
                let (which, _) = self.current(world, tenant, *entity, old)?;
                self.rows.remove(&which);
                Ok(())
            }
            Act::Check { entity, row } => {
                let which = identity(world, tenant, *entity, row);
                self.rows.contains_key(&which).then_some(()).ok_or(Denied)
            }
        }
    }

    /// The row, if it is there and as it was read.
    fn current(
        &self,
        world: &World,
        tenant: &str,
        entity: EntityId,
        old: &Stored,
    ) -> Result<(Identity, u64), Denied> {
        let which = identity(world, tenant, entity, &old.row);
        let version = self.rows.get(&which).ok_or(Denied)?.version;
        let same = !world.entity(entity).version || version == old.version;
        same.then_some((which, version)).ok_or(Denied)
    }

    fn store(&mut self, world: &World, which: Identity, stored: Stored) -> Result<(), Denied> {
        for unique in &world.entity(which.entity).unique {
            let normal = |row: &Row| {
                let value = row.get(&unique.field).map(text)?;
                Some(match unique.normalize {
                    Normalize::Exact => value,
                    Normalize::Lowercase => value.to_lowercase(),
                })
            };
            let others = self.rows.iter().filter(|(other, _)| {
                other.tenant == which.tenant && other.entity == which.entity && **other != which
            });
            if others.into_iter().any(|(_, other)| normal(&other.row) == normal(&stored.row)) {
                return Err(Denied);
            }
        }
        self.rows.insert(which, stored);
        Ok(())
    }

    /// What a read must find, in any order.
    pub fn read(&self, world: &World, tenant: &str, asked: &Asked) -> Vec<(EntityId, Stored)> {
        let read = &world.table().reads[asked.read];
        match &read.kind {
            ReadKind::Get { entity, .. } => {
                let which = identity(world, tenant, *entity, &asked.bound);
                self.rows.get(&which).map(|stored| (*entity, stored.clone())).into_iter().collect()
            }
            ReadKind::Partition { one, many } => {
                let head = world.entity(*one);
                let members = std::iter::once(one).chain(many);
                members
                    .flat_map(|id| {
                        let within =
                            move |stored: &&Stored| is_in(world, head, *one, *id, stored, &asked.bound);
                        self.rows(tenant, *id).filter(within).map(move |stored| (*id, stored.clone()))
                    })
                    .collect()
            }
            ReadKind::Query { index, of, bind, range, .. } => {
                let matches = |stored: &&Stored| {
                    let bound = bind.iter().all(|field| stored.row.get(field) == asked.bound.get(field));
                    let field = range.zip(asked.range.as_ref());
                    let within =
                        field.is_none_or(|(field, range)| is_within(world, *of, field, stored, range));
                    bound && within && is_in_index(world.entity(*of), *index, &stored.row)
                };
                self.rows(tenant, *of).filter(matches).map(|stored| (*of, stored.clone())).collect()
            }
        }
    }
}

/// Whether a row is in the partition of a head: it has the same in every field that the head's partition is made of.
fn is_in(
    world: &World,
    head: &Entity,
    head_id: EntityId,
    id: EntityId,
    stored: &Stored,
    bound: &Row,
) -> bool {
    head.key.pk.iter().all(|segment| match segment.kind {
        SegmentKind::Literal(_) => true,
        SegmentKind::Field { field, .. } | SegmentKind::Shard { field, .. } => {
            let name = &world.field(head_id, field).name.wire;
            let own = world.field_named(id, name).and_then(|own| stored.row.get(&own));
            own == bound.get(&field)
        }
    })
}

fn is_in_index(entity: &Entity, index: Option<IndexId>, row: &Row) -> bool {
    let Some(index) = index else { return true };
    entity.index_keys.iter().find(|key| key.index == index).is_some_and(|key| {
        key.when.iter().all(|when| row.get(&when.field).is_some_and(|value| when.values.contains(value)))
    })
}

fn is_within(
    world: &World,
    entity: EntityId,
    field: FieldRef,
    stored: &Stored,
    range: &(Bound<Value>, Bound<Value>),
) -> bool {
    let declared = world.field(entity, field);
    let Some(value) = stored.row.get(&field) else { return false };
    let order = |end: &Value| compare(world, declared, value, end);
    let low = match range.start_bound() {
        Bound::Included(end) => order(end).is_ge(),
        Bound::Excluded(end) => order(end).is_gt(),
        Bound::Unbounded => true,
    };
    let high = match range.end_bound() {
        Bound::Included(end) => order(end).is_le(),
        Bound::Excluded(end) => order(end).is_lt(),
        Bound::Unbounded => true,
    };
    low && high
}
