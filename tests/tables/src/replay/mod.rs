//! Counterexamples, done on the store as if the rule weren't there.

mod write;

use std::ops::Bound;

use stipule_ir::table::{EntityId, FieldRef, Segment, SegmentKind};
use stipule_ir::witness::{Example, Witness};
use stipule_runtime::KeyBuf;
use stipule_runtime::key::{MAX_PK_BYTES, MAX_SK_BYTES, MAX_TENANT_BYTES};
use stipule_runtime::store::PrimaryKey;

use crate::act::{Act, Actor, Asked, Refused, Stored, unique_values};
use crate::draw::Sheet;
use crate::random::Random;
use crate::value::{Row, Value, shown, to_attribute, usual};
use crate::world::World;

/// What became of a counterexample.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It happened as the rule says.
    Happened,
    /// It didn't.
    Not(String),
    /// It can't be done here: there are too few different keys for a list at its longest.
    TooFewKeys,
}

/// Most bytes of an item: "Quotas" in the DynamoDB developer guide.
const MOST_ITEM_BYTES: u64 = 400 * 1024;

/// Whose data.
const TENANT: &str = "t1";

/// Does counterexamples, each on an empty table.
pub struct Replay<'w> {
    world: &'w World,
    sheet: &'w Sheet,
    random: Random,
}

impl<'w> Replay<'w> {
    /// On the empty table of a world.
    pub fn new(world: &'w World, sheet: &'w Sheet) -> Self {
        Self { world, sheet, random: Random::new(1) }
    }

    /// Does one.
    pub async fn run(mut self, witness: &Witness) -> Outcome {
        let outcome = self.outcome(witness).await;
        outcome.unwrap_or_else(|| Outcome::Not(format!("{witness:?} names something that isn't there")))
    }

    async fn outcome(&mut self, witness: &Witness) -> Option<Outcome> {
        match witness {
            Witness::Collision { one, other } => self.collision(one, other).await,
            Witness::PlatformKey { item, key } => self.platform_key(item, key),
            Witness::Foreign { read, bound, item } => self.foreign(read, bound, item).await,
            Witness::Heads { read, one, other } => self.heads(read, one, other).await,
            Witness::Misorder { read, first, second } => self.misorder(read, first, second).await,
            Witness::LongKey { item, index, bytes } => self.long_key(item, index.as_deref(), *bytes).await,
            Witness::Drift { write, operation, before, asked, .. } => {
                self.drift(write, *operation, before, asked).await
            }
            Witness::SameItem { write, operations, item } => self.same_item(write, *operations, item).await,
            Witness::Actions { write, items } => self.actions(write, *items).await,
            Witness::LargeTransaction { write, items, bytes } => {
                self.large_transaction(write, items, *bytes).await
            }
            Witness::LargeItem { item, bytes } => self.large_item(item, *bytes).await,
        }
    }

    fn actor(&self) -> Actor<'w> {
        Actor::new(self.world)
    }

    /// The item of an example: what it doesn't say is chosen at random.
    fn row(&mut self, example: &Example) -> Option<(EntityId, Row)> {
        let entity = self.world.entity_named(&example.entity)?;
        let mut row = self.random_row(entity);
        row.extend(self.values(entity, example)?);
        for name in &example.without {
            row.remove(&self.world.field_named(entity, name)?);
        }
        Some((entity, row))
    }

    /// The item of an example, with other values than `row` in unique fields.
    fn beside(&mut self, entity: EntityId, row: &Row, example: &Example) -> Option<Row> {
        let unique = &self.world.entity(entity).unique;
        (0..50).find_map(|_| {
            let (_, other) = self.row(example)?;
            let apart = |unique| unique_values(unique, &other) != unique_values(unique, row);
            unique.iter().all(apart).then_some(other)
        })
    }

    fn values(&self, entity: EntityId, example: &Example) -> Option<Row> {
        let value = |(name, value): &(String, Value)| {
            let field = self.world.field_named(entity, name)?;
            Some((field, usual(self.world, self.world.field(entity, field), value.clone())))
        };
        example.fields.iter().map(value).collect()
    }

    fn random_row(&mut self, entity: EntityId) -> Row {
        let mut row = Row::new();
        for (at, field) in (0u32..).map(FieldRef).zip(self.world.fields(entity)) {
            let number = usize::from(field.name.wire.as_bytes()[0] - b'a');
            let value = self.random.pick(&self.sheet.kind(number).values).cloned();
            row.extend(value.filter(|_| field.required).map(|value| (at, usual(self.world, field, value))));
        }
        row
    }

    async fn put(&self, tenant: &str, entity: EntityId, row: &Row) -> Result<(), Refused> {
        self.actor().write(tenant, &[Act::Put { entity, row: row.clone(), over: false }]).await
    }

    fn asked(&self, read: &str, bound: Row) -> Option<Asked> {
        let reads = &self.world.table().reads;
        let read = reads.iter().position(|known| known.name.wire == read)?;
        let range = Some((Bound::Unbounded, Bound::Unbounded));
        Some(Asked { read, bound, keys: Vec::new(), range, limit: 3 })
    }

    async fn collision(&mut self, one: &Example, other: &Example) -> Option<Outcome> {
        let ((first, row), (second, other)) = (self.row(one)?, self.row(other)?);
        if let Err(refused) = self.put(TENANT, first, &row).await {
            return Some(Outcome::Not(format!("the first item was refused: {refused:?}")));
        }
        Some(match self.put(TENANT, second, &other).await {
            Err(Refused::Condition) => Outcome::Happened,
            outcome => Outcome::Not(format!("the second item: {outcome:?}")),
        })
    }

    fn platform_key(&mut self, item: &Example, (pk, sk): &(Vec<String>, Vec<String>)) -> Option<Outcome> {
        let (entity, row) = self.row(item)?;
        let part = |start: KeyBuf<'_>, segments: &[String]| -> String {
            let text = |key: String, segment: &String| key + &KeyBuf::new().text(segment).finish();
            segments.iter().fold(start.finish(), text)
        };
        let expected = PrimaryKey::new(part(KeyBuf::partition(TENANT), pk), part(KeyBuf::new(), sk));
        let own = self.actor().primary_key(TENANT, entity, &row);
        Some(if own == expected { Outcome::Happened } else { Outcome::Not("the keys differ".to_owned()) })
    }

    async fn foreign(&mut self, read: &str, bound: &Example, item: &Example) -> Option<Outcome> {
        let (entity, row) = self.row(item)?;
        if let Err(refused) = self.put(TENANT, entity, &row).await {
            return Some(Outcome::Not(format!("the item was refused: {refused:?}")));
        }
        let (_, bound) = self.row(bound)?;
        let found = self.actor().read(TENANT, &self.asked(read, bound)?).await;
        Some(match found {
            Ok(found) if !found.foreign.is_empty() => Outcome::Happened,
            found => Outcome::Not(format!("the read found {found:?}")),
        })
    }

    async fn heads(&mut self, read: &str, one: &Example, other: &Example) -> Option<Outcome> {
        let (entity, row) = self.row(one)?;
        let Some(other) = self.beside(entity, &row, other) else { return Some(Outcome::TooFewKeys) };
        for row in [&row, &other] {
            if let Err(refused) = self.put(TENANT, entity, row).await {
                return Some(Outcome::Not(format!("an item was refused: {refused:?}")));
            }
        }
        let found = self.actor().read(TENANT, &self.asked(read, row)?).await;
        let heads = found.as_ref().map(|found| found.rows.iter().filter(|(id, _)| *id == entity).count());
        Some(if heads == Ok(2) { Outcome::Happened } else { Outcome::Not(format!("{heads:?} heads")) })
    }

    async fn misorder(&mut self, read: &str, first: &Example, second: &Example) -> Option<Outcome> {
        let _ = (read, first, second);
        None
    }

    async fn long_key(&mut self, item: &Example, index: Option<&str>, bytes: u64) -> Option<Outcome> {
        let (entity, row) = self.row(item)?;
        let tenant = "t".repeat(MAX_TENANT_BYTES);
        let declared = self.world.entity(entity);
        let key = match index {
            Some(index) => {
                let mut keys = declared.index_keys.iter().map(|key| key.index);
                let id = keys.find(|id| self.world.table().indexes[id.0 as usize].name.wire == index)?;
                self.actor().key(&tenant, entity, Some(id), &row)?
            }
            None => self.actor().primary_key(&tenant, entity, &row),
        };
        let over_fields = index.and_then(|index| self.over_fields(entity, index, &row));
        let [pk, sk] = match over_fields {
            Some([pk, sk]) => [pk + tenant.len(), sk],
            None => [key.pk.len(), key.sk.len()],
        };
        let as_long = [pk, sk].contains(&usize::try_from(bytes).ok()?);
        let too_long = pk > MAX_PK_BYTES || sk > MAX_SK_BYTES;
        if !as_long || !too_long {
            return Some(Outcome::Not(format!("{pk} and {sk} bytes")));
        }
        Some(match self.put(&tenant, entity, &row).await {
            Err(Refused::Failed(_)) => Outcome::Happened,
            outcome => Outcome::Not(format!("the store takes the item: {outcome:?}")),
        })
    }

    /// Bytes of both parts of a key of fields, without the tenant; none in another index.
    fn over_fields(&self, entity: EntityId, index: &str, row: &Row) -> Option<[usize; 2]> {
        let table = self.world.table();
        let found = self
            .world
            .entity(entity)
            .index_keys
            .iter()
            .find(|key| key.native && table.indexes[key.index.0 as usize].name.wire == index)?;
        let length = |segment: &Segment| match segment.kind {
            SegmentKind::Field { field, .. } => row.get(&field).map_or(0, |value| {
                let attribute = to_attribute(self.world, self.world.field(entity, field), value);
                attribute.size_bytes()
            }),
            _ => 0,
        };
        Some([&found.key.pk, &found.key.sk].map(|segments| segments.iter().map(length).sum()))
    }

    async fn large_item(&mut self, item: &Example, bytes: u64) -> Option<Outcome> {
        let (entity, row) = self.row(item)?;
        let tenant = "t".repeat(MAX_TENANT_BYTES);
        let made = self.actor().item(&tenant, entity, &Stored { row: row.clone(), version: u64::MAX });
        // The keys come on top.
        let size = u64::try_from(made.size_bytes()).ok()?;
        if size < bytes || size <= MOST_ITEM_BYTES {
            return Some(Outcome::Not(format!(
                "{} bytes: {}",
                made.size_bytes(),
                shown(self.world, entity, &row)
            )));
        }
        Some(match self.put(&tenant, entity, &row).await {
            Err(Refused::Failed(_)) => Outcome::Happened,
            outcome => Outcome::Not(format!("the store takes the item: {outcome:?}")),
        })
    }
}
