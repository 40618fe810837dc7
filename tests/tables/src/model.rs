//! A plain model of a table: rows by the values of their keys. No key is ever written here.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::{Bound, RangeBounds};

use stipule_ir::table::{Entity, EntityId, FieldRef, IndexId, Key, ReadKind, SegmentKind};

use crate::act::{Act, Asked, Step, Stored, key_fields, selected, unique_values};
use crate::value::{Row, Value, compare};
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
            Act::Put { entity, row, over } => {
                let which = identity(world, tenant, *entity, row);
                if !over && self.rows.contains_key(&which) {
                    return Err(Denied);
                }
                self.store(world, which, Stored { row: row.clone(), version: 1 })
            }
            Act::Replace { entity, old, row } => {
                let (which, version) = self.current(world, tenant, *entity, old)?;
                self.store(world, which, Stored { row: row.clone(), version: version + 1 })
            }
            Act::Update { entity, old, edits } => {
                let (which, version) = self.current(world, tenant, *entity, old)?;
                let mut row = self.rows[&which].row.clone();
                edits.apply(&mut row);
                let version = if world.entity(*entity).version { version + 1 } else { version };
                self.store(world, which, Stored { row, version })
            }
            Act::Upsert { entity, key, edits } => {
                let which = identity(world, tenant, *entity, key);
                let known = self.rows.get(&which).cloned();
                let mut stored = known.unwrap_or(Stored { row: key.clone(), version: 1 });
                edits.apply(&mut stored.row);
                self.store(world, which, stored)
            }
            Act::Delete { entity, old, any } => {
                if *any {
                    self.rows.remove(&identity(world, tenant, *entity, &old.row));
                    return Ok(());
                }
                let (which, _) = self.current(world, tenant, *entity, old)?;
                self.rows.remove(&which);
                Ok(())
            }
            Act::Check { entity, row, present } => {
                let which = identity(world, tenant, *entity, row);
                (self.rows.contains_key(&which) == *present).then_some(()).ok_or(Denied)
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
            let Some(own) = unique_values(unique, &stored.row) else { continue };
            let others = self.rows.iter().filter(|(other, _)| {
                other.tenant == which.tenant && other.entity == which.entity && **other != which
            });
            if others.into_iter().any(|(_, other)| unique_values(unique, &other.row).as_ref() == Some(&own)) {
                return Err(Denied);
            }
        }
        self.rows.insert(which, stored);
        Ok(())
    }

    /// What a read must find, in any order.
    pub fn read(&self, world: &World, tenant: &str, asked: &Asked) -> Vec<(EntityId, Stored)> {
        let read = &world.table().reads[asked.read];
        let found: Vec<(EntityId, Stored)> = match &read.kind {
            ReadKind::Get { entity, .. } => self.of_keys(world, tenant, *entity, [&asked.bound]),
            ReadKind::Batch { entity, .. } => self.of_keys(world, tenant, *entity, &asked.keys),
            ReadKind::Partition(partition) => {
                let place = Place { world, index: None, of: partition.of, prefix: partition.prefix };
                self.all_of(tenant, &read.entities(), |id, row| place.has(id, row, &asked.bound))
            }
            ReadKind::Query(query) => {
                let place = Place { world, index: query.index, of: query.of[0], prefix: query.prefix };
                self.all_of(tenant, &query.of, |id, row| {
                    let field = || place.field_after(id).zip(asked.range.as_ref());
                    let within = query.range.is_none()
                        || field().is_some_and(|(field, range)| is_within(world, id, field, row, range));
                    within && place.has(id, row, &asked.bound)
                })
            }
            ReadKind::Scan(scan) => {
                let inside = |id, row: &Row| is_in_index(world.entity(id), scan.index, row);
                self.all_of(tenant, &[scan.entity], inside)
            }
        };
        found.into_iter().map(|(id, stored)| (id, selected(read, id, stored))).collect()
    }

    /// The rows with the keys of these, each once.
    fn of_keys<'r>(
        &self,
        world: &World,
        tenant: &str,
        entity: EntityId,
        keys: impl IntoIterator<Item = &'r Row>,
    ) -> Vec<(EntityId, Stored)> {
        let which: BTreeSet<Identity> =
            keys.into_iter().map(|key| identity(world, tenant, entity, key)).collect();
        which.iter().filter_map(|which| Some((entity, self.rows.get(which)?.clone()))).collect()
    }

    fn all_of(
        &self,
        tenant: &str,
        entities: &[EntityId],
        is_wanted: impl Fn(EntityId, &Row) -> bool,
    ) -> Vec<(EntityId, Stored)> {
        let rows = entities.iter().flat_map(|id| self.rows(tenant, *id).map(move |stored| (*id, stored)));
        let wanted = rows.filter(|(id, stored)| is_wanted(*id, &stored.row));
        wanted.map(|(id, stored)| (id, stored.clone())).collect()
    }
}

/// What a read of one partition asks for: rows with the same values in so many segments as its first entity has
/// bound.
struct Place<'w> {
    world: &'w World,
    index: Option<IndexId>,
    of: EntityId,
    prefix: usize,
}

impl Place<'_> {
    fn key(&self, id: EntityId) -> &Key {
        let entity = self.world.entity(id);
        match self.index {
            None => &entity.key,
            Some(index) => {
                let found = entity.index_keys.iter().find(|key| key.index == index);
                &found.expect("lowering has found the entity in the index").key
            }
        }
    }

    fn has(&self, id: EntityId, row: &Row, bound: &Row) -> bool {
        let (first, own) = (self.key(self.of), self.key(id));
        let fixed = |key: &Key| -> Vec<SegmentKind> {
            key.pk.iter().chain(&key.sk[..self.prefix]).map(|segment| segment.kind.clone()).collect()
        };
        let same = |(one, two): (SegmentKind, SegmentKind)| match (one, two) {
            (SegmentKind::Field { field: one, .. }, SegmentKind::Field { field: two, .. }) => {
                bound.get(&one) == row.get(&two)
            }
            // All shards are read.
            (SegmentKind::Shard { .. }, SegmentKind::Shard { .. }) => true,
            (one, two) => one == two,
        };
        fixed(first).into_iter().zip(fixed(own)).all(same)
            && is_in_index(self.world.entity(id), self.index, row)
    }

    /// The field of the first segment that isn't fixed.
    fn field_after(&self, id: EntityId) -> Option<FieldRef> {
        match self.key(id).sk.get(self.prefix)?.kind {
            SegmentKind::Field { field, .. } => Some(field),
            _ => None,
        }
    }
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
    row: &Row,
    range: &(Bound<Value>, Bound<Value>),
) -> bool {
    let declared = world.field(entity, field);
    let Some(value) = row.get(&field) else { return false };
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
