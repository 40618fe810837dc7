//! Keys from values, by the runtime's own functions.

use stipule_ir::table::{Codec, EntityId, FieldRef, IndexId, Key, Segment as Template, SegmentKind};
use stipule_runtime::KeyBuf;
use stipule_runtime::key::{Segment, shard_of};
use stipule_runtime::store::PrimaryKey;
use stipule_wire::{Date, DateTime, Decimal, Plain, Ulid, Uuid};

use super::{Actor, Mutant};
use crate::value::{Row, Value, rank, text};

/// A segment with what it is made of.
#[derive(Clone, Debug)]
pub(super) enum Part {
    Literal(String),
    Text(String),
    Plain(String),
    Integer(i64),
    Date(Date),
    DateTime(DateTime),
    Uuid(Uuid),
    Ulid(Ulid),
    Decimal(Decimal),
    Number(f64),
    Boolean(bool),
    Rank(usize),
    Shard(u32),
}

impl Part {
    /// A value in the form of a codec; `rank` says where an enum has it.
    ///
    /// # Panics
    /// When the value isn't one that the codec writes: the contract was checked.
    pub(super) fn of(codec: Codec, value: &Value, rank: impl FnOnce(&Value) -> usize) -> Self {
        let words = || text(value);
        match (codec, value) {
            (Codec::EnumRank, _) => Self::Rank(rank(value)),
            (Codec::Boolean, Value::Boolean(truth)) => Self::Boolean(*truth),
            (Codec::Decimal, _) => Self::Decimal(Decimal::from_text(&words()).expect("a decimal")),
            (Codec::Number, _) => Self::Number(words().parse().expect("a number")),
            (Codec::Ulid, _) => Self::Ulid(Ulid::from_text(&words()).expect("an id")),
            (Codec::Integer, Value::Integer(number)) => Self::Integer(*number),
            (Codec::Date, _) => Self::Date(Date::from_text(&words()).expect("a date")),
            (Codec::DateTime, _) => Self::DateTime(DateTime::from_text(&words()).expect("an instant")),
            (Codec::Uuid, _) => Self::Uuid(Uuid::from_text(&words()).expect("an id")),
            (Codec::PlainText, _) => Self::Plain(words()),
            (Codec::Text | Codec::EnumText | Codec::Integer | Codec::Boolean, _) => Self::Text(words()),
        }
    }

    fn segment(&self) -> Segment<'_> {
        match self {
            Self::Literal(text) => Segment::Literal(text),
            Self::Text(text) => Segment::Text(text),
            Self::Plain(text) => Segment::Plain(text),
            Self::Integer(number) => Segment::Integer(*number),
            Self::Date(date) => Segment::Date(date),
            Self::DateTime(instant) => Segment::DateTime(instant),
            Self::Uuid(id) => Segment::Uuid(id),
            Self::Ulid(id) => Segment::Ulid(id),
            Self::Decimal(number) => Segment::Decimal(number),
            Self::Number(number) => Segment::Number(*number),
            Self::Boolean(truth) => Segment::Boolean(*truth),
            Self::Rank(rank) => Segment::Rank(*rank),
            Self::Shard(number) => Segment::Shard(*number),
        }
    }

    /// The text that a careless library writes.
    fn careless(&self, mutant: Mutant, out: &mut String) {
        match (mutant, self) {
            (Mutant::NoEscape, Self::Literal(text) | Self::Text(text) | Self::Plain(text)) => {
                out.push_str(text);
            }
            (Mutant::UnpaddedIntegers, Self::Integer(number)) => out.push_str(&number.to_string()),
            (Mutant::DecimalsAsWritten, Self::Decimal(number)) => out.push_str(number.as_str()),
            (Mutant::InstantsAsWritten, Self::DateTime(instant)) => out.push_str(&instant.to_text()),
            _ => self.segment().write_to(out),
        }
    }
}

impl Actor<'_> {
    /// The key of a row: `None` in an index that it isn't in.
    pub fn key(&self, tenant: &str, id: EntityId, index: Option<IndexId>, row: &Row) -> Option<PrimaryKey> {
        let entity = self.world.entity(id);
        let Some(index) = index else { return Some(self.primary(tenant, id, &entity.key, row)) };
        let found = entity.index_keys.iter().find(|found| found.index == index)?;
        let inside = found.when.iter().all(|when| {
            row.get(&when.field).is_some_and(|value| when.values.contains(value))
                || self.is(Mutant::NotSparse)
        });
        inside.then(|| self.primary(tenant, id, &found.key, row))
    }

    fn primary(&self, tenant: &str, id: EntityId, key: &Key, row: &Row) -> PrimaryKey {
        let value = |field: FieldRef| row.get(&field).cloned();
        PrimaryKey::new(
            self.partition(tenant, &self.parts(id, &key.pk, &value, None)),
            self.sort(&self.parts(id, &key.sk, &value, None)),
        )
    }

    /// The segments with their values; `shard` is the number of every shard, when they are read in turn.
    pub(super) fn parts(
        &self,
        id: EntityId,
        segments: &[Template],
        value: &dyn Fn(FieldRef) -> Option<Value>,
        shard: Option<u32>,
    ) -> Vec<Part> {
        let part = |segment: &Template| match &segment.kind {
            SegmentKind::Literal(text) => Some(Part::Literal(text.clone())),
            SegmentKind::Field { field, codec } => Some(self.part(id, *field, *codec, &value(*field)?)),
            SegmentKind::Shard { field, shards } => match shard {
                Some(number) => Some(Part::Shard(number)),
                None => {
                    let own = shard_of(&text(&value(*field)?), *shards);
                    Some(Part::Shard(if self.is(Mutant::OtherShard) { own + 1 } else { own }))
                }
            },
        };
        segments.iter().filter_map(part).collect()
    }

    /// The segment of a field with this value.
    pub(super) fn part(&self, id: EntityId, field: FieldRef, codec: Codec, value: &Value) -> Part {
        Part::of(codec, value, |value| rank(self.world, self.world.field(id, field), value))
    }

    /// A partition key: the tenant first.
    pub(super) fn partition(&self, tenant: &str, parts: &[Part]) -> String {
        match self.mutant {
            Some(Mutant::NoTenant) => self.sort(parts),
            Some(mutant @ (Mutant::NoTerminator | Mutant::NoEscape)) => {
                let first = [Part::Text(tenant.to_owned())];
                careless(mutant, first.iter().chain(parts))
            }
            Some(mutant) => {
                let mut key = KeyBuf::partition(tenant).finish();
                key.push_str(&careless(mutant, parts.iter()));
                key
            }
            None => {
                let parts = parts.iter().map(Part::segment);
                parts.fold(KeyBuf::partition(tenant), KeyBuf::segment).finish()
            }
        }
    }

    /// A sort key.
    pub(super) fn sort(&self, parts: &[Part]) -> String {
        match self.mutant {
            Some(mutant) => careless(mutant, parts.iter()),
            None => sort_buf(parts).finish(),
        }
    }
}

/// A sort key in the making.
pub(super) fn sort_buf(parts: &[Part]) -> KeyBuf<'_> {
    parts.iter().map(Part::segment).fold(KeyBuf::new(), KeyBuf::segment)
}

fn careless<'p>(mutant: Mutant, parts: impl Iterator<Item = &'p Part>) -> String {
    let mut key = String::new();
    for part in parts {
        if mutant == Mutant::NoTerminator && !key.is_empty() {
            key.push('#');
        }
        part.careless(mutant, &mut key);
        if mutant != Mutant::NoTerminator {
            key.push('#');
        }
    }
    key
}

/// The written form of one segment.
pub(super) fn one_segment(part: &Part) -> Segment<'_> {
    part.segment()
}
