//! Random writes and reads, on the store and on the model; they must agree in everything.

use std::collections::BTreeSet;
use std::ops::Bound;

use stipule_ir::table::{EntityId, FieldRef, ReadKind, SegmentKind, WriteKind, WriteOperation};
use stipule_runtime::store::Get;

use crate::act::{Act, Actor, Asked, Found, Mutant, Range, Refused, Step, Stored, key_fields};
use crate::draw::Sheet;
use crate::model::{Identity, Model, identity};
use crate::random::Random;
use crate::value::{Row, Value, compare, shown, usual};
use crate::world::World;

/// Where store and model differ.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Disagreement {
    /// What was seen.
    pub what: String,
}

/// How much was done.
#[derive(Clone, Copy, Debug, Default)]
pub struct Done {
    /// Writes that happened.
    pub written: usize,
    /// Writes that both refused.
    pub denied: usize,
    /// Reads.
    pub read: usize,
    /// Rows that reads found.
    pub found: usize,
}

/// Whose data: one tenant's name begins another's, and one looks like a key.
const TENANTS: [&str; 3] = ["t", "t#A", "u"];

/// One game.
pub struct Play<'w> {
    world: &'w World,
    sheet: &'w Sheet,
    actor: Actor<'w>,
    model: Model,
    random: Random,
    done: Done,
}

impl<'w> Play<'w> {
    /// A game over an empty table.
    pub fn new(world: &'w World, sheet: &'w Sheet, mutant: Option<Mutant>, seed: u64) -> Self {
        let actor = Actor { world, mutant };
        let (model, random) = (Model::default(), Random::new(seed));
        Self { world, sheet, actor, model, random, done: Done::default() }
    }

    /// Plays so many writes, with reads between them, and looks at every item in the end.
    ///
    /// # Errors
    /// The first [`Disagreement`].
    pub async fn run(mut self, writes: usize) -> Result<Done, Disagreement> {
        for number in 0..writes {
            self.write().await?;
            if number % 3 == 2 {
                self.read().await?;
            }
        }
        for read in 0..self.world.table().reads.len() {
            for tenant in TENANTS {
                if let Some(asked) = self.asked(tenant, read) {
                    self.compare(tenant, &asked).await?;
                }
            }
        }
        self.look().await?;
        Ok(self.done)
    }

    async fn write(&mut self) -> Result<(), Disagreement> {
        let writes = &self.world.table().writes;
        let Some(write) = self.random.pick(writes) else { return Ok(()) };
        let tenant = self.random.one(&TENANTS);
        let Some(step) = self.step(tenant, &write.operations) else { return Ok(()) };
        let expected = self.model.write(self.world, tenant, &step);
        let outcome = self.actor.write(tenant, &step).await;
        match (&expected, &outcome) {
            (Ok(()), Ok(())) => self.done.written += 1,
            (Err(_), Err(Refused::Condition | Refused::Taken)) => self.done.denied += 1,
            _ => {
                let what = format!(
                    "`{}` for {tenant}: the store says {outcome:?}, the model {expected:?}: {}",
                    write.name,
                    self.shown_step(&step)
                );
                return Err(Disagreement { what });
            }
        }
        Ok(())
    }

    fn shown_step(&self, step: &Step) -> String {
        let act = |act: &Act| match act {
            Act::Put { entity, row } => format!("put {}", shown(self.world, *entity, row)),
            Act::Replace { entity, row, .. } => format!("replace {}", shown(self.world, *entity, row)),
            Act::Update { entity, old, set, add } => {
                let set = set.iter().filter_map(|(field, value)| Some((*field, value.clone()?))).collect();
                let old = shown(self.world, *entity, &old.row);
                format!("update {old} with {} adding {add:?}", shown(self.world, *entity, &set))
            }
            Act::Delete { entity, old } => format!("delete {}", shown(self.world, *entity, &old.row)),
            Act::Check { entity, row } => format!("check {}", shown(self.world, *entity, row)),
        };
        step.iter().map(act).collect::<Vec<_>>().join("; ")
    }

    /// Arguments for the operations of a write; none when they can't be told apart.
    fn step(&mut self, tenant: &str, operations: &[WriteOperation]) -> Option<Step> {
        let mut step = Vec::new();
        for operation in operations {
            let most = operation.each.as_ref().map_or(1, |each| each.max.value.min(3));
            let mut seen: BTreeSet<Identity> = BTreeSet::new();
            for _ in 0..1 + self.random.below(most as usize) {
                let act = self.act(tenant, &operation.kind)?;
                let (entity, row) = target(&act);
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
            let entity = target(act).0;
            let rows: Vec<&Row> = match act {
                Act::Put { row, .. } => vec![row],
                Act::Replace { old, row, .. } => vec![&old.row, row],
                Act::Update { old, .. } | Act::Delete { old, .. } => vec![&old.row],
                Act::Check { .. } => vec![],
            };
            self.world.entity(entity).unique.iter().all(|unique| {
                let own: BTreeSet<_> =
                    rows.iter().map(|row| actor.lock(tenant, entity, unique, row)).collect();
                own.into_iter().all(|lock| locks.insert(lock))
            })
        })
    }

    fn act(&mut self, tenant: &str, kind: &WriteKind) -> Option<Act> {
        Some(match kind {
            WriteKind::Put { entity, absent: true } => {
                Act::Put { entity: *entity, row: self.row(tenant, *entity) }
            }
            WriteKind::Put { entity, absent: false } => {
                let old = self.old(tenant, *entity);
                let mut row = self.row(tenant, *entity);
                let declared = self.world.entity(*entity);
                let fixed = declared.immutable.iter().map(|field| field.value).chain(key_fields(declared));
                for field in fixed {
                    match old.row.get(&field) {
                        Some(value) => row.insert(field, value.clone()),
                        None => row.remove(&field),
                    };
                }
                Act::Replace { entity: *entity, old, row }
            }
            WriteKind::Update { entity, set, add, .. } => {
                let old = self.old(tenant, *entity);
                let set =
                    set.iter().map(|field| (*field, self.field_value(tenant, *entity, *field))).collect();
                let added = |number: &Value| matches!(number, Value::Integer(number) if *number > 0);
                let add = add
                    .iter()
                    .map(|add| (add.field, if old.row.get(&add.field).is_some_and(added) { -2 } else { 3 }));
                Act::Update { entity: *entity, add: add.collect(), old, set }
            }
            WriteKind::Delete { entity } => Act::Delete { entity: *entity, old: self.old(tenant, *entity) },
            WriteKind::Check { entity, .. } => {
                Act::Check { entity: *entity, row: self.old(tenant, *entity).row }
            }
            WriteKind::Emit { .. } => return None,
        })
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

    /// A random row, that has something in common with those that are there.
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

    async fn read(&mut self) -> Result<(), Disagreement> {
        let tenant = self.random.one(&TENANTS);
        let read = self.random.below(self.world.table().reads.len());
        match self.asked(tenant, read) {
            Some(asked) => self.compare(tenant, &asked).await,
            None => Ok(()),
        }
    }

    /// Arguments for a read: mostly of a row that is there.
    fn asked(&mut self, tenant: &str, read: usize) -> Option<Asked> {
        let kind = self.world.table().reads.get(read)?.kind.clone();
        let (entity, range) = match &kind {
            ReadKind::Get { entity, .. } => (*entity, None),
            ReadKind::Partition { one, .. } => (*one, None),
            ReadKind::Query { of, range, .. } => (*of, *range),
        };
        let stored = self.old(tenant, entity);
        let range = range.map(|field| self.range(tenant, entity, field));
        Some(Asked {
            read,
            bound: stored.row,
            range,
            limit: u32::try_from(1 + self.random.below(5)).unwrap_or(1),
        })
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

    async fn compare(&mut self, tenant: &str, asked: &Asked) -> Result<(), Disagreement> {
        let read = &self.world.table().reads[asked.read];
        let expected = self.model.read(self.world, tenant, asked);
        let found = self.actor.read(tenant, asked).await;
        let found = found.map_err(|failure| Disagreement { what: format!("`{}`: {failure}", read.name) })?;
        self.done.read += 1;
        self.done.found += found.rows.len();
        let differs = difference(self.world, &expected, &found).or_else(|| self.disorder(asked, &found));
        match differs {
            None => Ok(()),
            Some(what) => Err(Disagreement { what: format!("`{}` for {tenant}: {what}", read.name) }),
        }
    }

    /// Whether the rows don't come as they were promised.
    fn disorder(&self, asked: &Asked, found: &Found) -> Option<String> {
        match &self.world.table().reads[asked.read].kind {
            ReadKind::Get { .. } => None,
            ReadKind::Partition { one, .. } => {
                let heads = found.rows.iter().filter(|(id, _)| id == one).count();
                (heads > 1).then(|| format!("{heads} heads in one partition"))
            }
            ReadKind::Query { index, of, bind, descending, .. } => {
                let key = self.actor.key_in(*of, *index);
                let free = key.sk.iter().find_map(|segment| match segment.kind {
                    SegmentKind::Field { field, codec } if !bind.contains(&field) => Some((field, codec)),
                    _ => None,
                });
                let (field, codec) = free?;
                if codec == stipule_ir::table::Codec::EnumText {
                    return None;
                }
                let declared = self.world.field(*of, field);
                let values: Vec<&Value> =
                    found.rows.iter().filter_map(|(_, it)| it.row.get(&field)).collect();
                let sorted = values.windows(2).all(|two| {
                    let order = compare(self.world, declared, two[0], two[1]);
                    if *descending { order.is_ge() } else { order.is_le() }
                });
                (!sorted).then(|| format!("the rows aren't in the order of `{}`: {values:?}", declared.name))
            }
        }
    }

    /// Looks at every item: it is what its row says, keys in indexes included.
    async fn look(&mut self) -> Result<(), Disagreement> {
        let right = Actor::new(self.world);
        let rows: Vec<(Identity, Stored)> =
            self.model.all().map(|(which, stored)| (which.clone(), stored.clone())).collect();
        for (which, stored) in rows {
            let key = self.actor.primary_key(&which.tenant, which.entity, &stored.row);
            let item = self.world.ports().store.get(Get { key, consistent: true }).await;
            let item = item.map_err(|error| Disagreement { what: error.to_string() })?;
            let expected = self.actor.item(&which.tenant, which.entity, &stored);
            let expected = if self.actor.mutant.is_some() {
                expected
            } else {
                right.item(&which.tenant, which.entity, &stored)
            };
            if item.as_ref() != Some(&expected) {
                let what = format!(
                    "an item isn't what its row says: {}",
                    shown(self.world, which.entity, &stored.row)
                );
                return Err(Disagreement { what });
            }
        }
        Ok(())
    }
}

/// The entity and the row that an act is about.
fn target(act: &Act) -> (EntityId, &Row) {
    match act {
        Act::Put { entity, row } | Act::Check { entity, row } => (*entity, row),
        Act::Replace { entity, old, .. } | Act::Update { entity, old, .. } | Act::Delete { entity, old } => {
            (*entity, &old.row)
        }
    }
}

/// What one has and the other hasn't.
fn difference(world: &World, expected: &[(EntityId, Stored)], found: &Found) -> Option<String> {
    if let Some(name) = found.foreign.first() {
        return Some(format!("an item of {name} came too"));
    }
    let plain = |(id, stored): &(EntityId, Stored)| {
        let version = if world.entity(*id).version { stored.version } else { 0 };
        (*id, stored.row.clone(), version)
    };
    let (mut left, mut right): (Vec<_>, Vec<_>) =
        (expected.iter().map(plain).collect(), found.rows.iter().map(plain).collect());
    left.sort();
    right.sort();
    if left == right {
        return None;
    }
    let missing = left.iter().find(|row| !right.contains(row));
    let extra = right.iter().find(|row| !left.contains(row));
    Some(match (missing, extra) {
        (Some((id, row, version)), _) => format!("{} (version {version}) is missing", shown(world, *id, row)),
        (None, Some((id, row, version))) => {
            format!("{} (version {version}) came too", shown(world, *id, row))
        }
        (None, None) => "a row came twice".to_owned(),
    })
}
