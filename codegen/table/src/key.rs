//! Keys: templates as people write them, and keys of values as the store writes them.

use stipule_ir::Contract;
use stipule_ir::TypeKind;
use stipule_ir::table::{Codec, Entity, FieldRef, IndexKey, Key, Segment as Part, SegmentKind};
use stipule_ir::types::{EnumLiteral, Field};
use stipule_runtime::key::{KeyBuf, Segment, shard_of};
use stipule_runtime::store::PrimaryKey;
use stipule_wire::{Any, Date, DateTime, Decimal, Json, Ulid, Uuid};

/// The tenant of examples.
pub const TENANT: &str = "t1";

/// A field of an entity's struct.
pub fn field<'c>(contract: &'c Contract, entity: &Entity, field: FieldRef) -> Option<&'c Field> {
    match &contract.types.get(entity.ty).kind {
        TypeKind::Struct(fields) => fields.fields.get(field.0 as usize),
        _ => None,
    }
}

/// The wire name of a field; empty for one that isn't there.
pub fn field_name<'c>(contract: &'c Contract, entity: &Entity, wanted: FieldRef) -> &'c str {
    field(contract, entity, wanted).map_or("", |field| &field.name.wire)
}

/// A template in both its parts: `CUSTOMER#{customerId}#` and `ORDER#{placedAt}#{orderId}#`. The tenant, which leads
/// every partition key by itself, is left out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Template {
    /// Partition key.
    pub pk: String,
    /// Sort key.
    pub sk: String,
}

impl Template {
    /// Of a key of an entity in an index: `{state}, {region}` where it is one over fields.
    pub fn in_index(contract: &Contract, entity: &Entity, key: &IndexKey) -> Self {
        if !key.native {
            return Self::of(contract, entity, &key.key);
        }
        let listed = |parts: &[Part]| {
            parts.iter().map(|part| segment(contract, entity, part)).collect::<Vec<_>>().join(", ")
        };
        Self { pk: listed(&key.key.pk), sk: listed(&key.key.sk) }
    }

    /// Of a key of an entity.
    pub fn of(contract: &Contract, entity: &Entity, key: &Key) -> Self {
        let written = |parts: &[Part]| -> String {
            parts.iter().map(|part| format!("{}#", segment(contract, entity, part))).collect()
        };
        Self { pk: written(&key.pk), sk: written(&key.sk) }
    }
}

/// One segment of a template, without its `#`.
pub fn segment(contract: &Contract, entity: &Entity, part: &Part) -> String {
    match &part.kind {
        SegmentKind::Literal(text) => text.clone(),
        SegmentKind::Field { field, codec: Codec::EnumRank } => {
            format!("{{rank of {}}}", field_name(contract, entity, *field))
        }
        SegmentKind::Field { field, .. } => format!("{{{}}}", field_name(contract, entity, *field)),
        SegmentKind::Shard { field, shards } => {
            format!("{{shard of {}, 1 in {shards}}}", field_name(contract, entity, *field))
        }
    }
}

/// The key of a value, written by the codecs that the store uses; `None` when a field of it is missing.
pub fn of_value(contract: &Contract, entity: &Entity, key: &Key, value: &Any) -> Option<PrimaryKey> {
    let parts = |parts: &[Part]| -> Option<Vec<Value>> {
        parts.iter().map(|part| Value::of(contract, entity, part, value)).collect()
    };
    let (pk, sk) = (parts(&key.pk)?, parts(&key.sk)?);
    let pk = pk.iter().fold(KeyBuf::partition(TENANT), |key, part| key.segment(part.segment())).finish();
    let sk = sk.iter().fold(KeyBuf::new(), |key, part| key.segment(part.segment())).finish();
    Some(PrimaryKey::new(pk, sk))
}

/// What the attributes of an index over fields hold for a value, side by side; `None` when one is missing.
pub fn of_fields(contract: &Contract, entity: &Entity, key: &Key, value: &Any) -> Option<PrimaryKey> {
    let texts = |parts: &[Part]| -> Option<Vec<String>> {
        let said = parts.iter().map(|part| match &part.kind {
            SegmentKind::Field { field, .. } => {
                let member = value.get(field_name(contract, entity, *field))?;
                Some(member.as_str().map_or_else(|| member.to_text(), str::to_owned))
            }
            SegmentKind::Literal(_) | SegmentKind::Shard { .. } => None,
        });
        said.collect()
    };
    let pk = std::iter::once(TENANT.to_owned()).chain(texts(&key.pk)?);
    Some(PrimaryKey::new(pk.collect::<Vec<_>>().join(", "), texts(&key.sk)?.join(", ")))
}

/// What a segment says for one value.
enum Value {
    Literal(String),
    Text(String),
    Plain(String),
    Integer(i64),
    Decimal(Decimal),
    Number(f64),
    Boolean(bool),
    Date(Date),
    DateTime(DateTime),
    Uuid(Uuid),
    Ulid(Ulid),
    Rank(usize),
    Shard(u32),
}

impl Value {
    fn of(contract: &Contract, entity: &Entity, part: &Part, value: &Any) -> Option<Self> {
        let member = |field: FieldRef| value.get(field_name(contract, entity, field));
        let text = |field: FieldRef| member(field).and_then(Json::as_str);
        Some(match &part.kind {
            SegmentKind::Literal(literal) => Self::Literal(literal.clone()),
            SegmentKind::Shard { field, shards } => {
                let member = member(*field)?;
                let said = member.as_str().map_or_else(|| member.to_text(), str::to_owned);
                Self::Shard(shard_of(&said, *shards))
            }
            SegmentKind::Field { field, codec } => match codec {
                Codec::Text | Codec::EnumText => Self::Text(text(*field)?.to_owned()),
                Codec::PlainText => Self::Plain(text(*field)?.to_owned()),
                Codec::Integer => Self::Integer(member(*field)?.as_i64()?),
                Codec::Decimal => Self::Decimal(text(*field)?.parse().ok()?),
                Codec::Number => Self::Number(member(*field)?.as_number()?.as_f64()),
                Codec::Boolean => Self::Boolean(member(*field)?.as_bool()?),
                Codec::Date => Self::Date(text(*field)?.parse().ok()?),
                Codec::DateTime => Self::DateTime(text(*field)?.parse().ok()?),
                Codec::Uuid => Self::Uuid(text(*field)?.parse().ok()?),
                Codec::Ulid => Self::Ulid(text(*field)?.parse().ok()?),
                Codec::EnumRank => Self::Rank(rank(contract, entity, *field, member(*field)?)?),
            },
        })
    }

    fn segment(&self) -> Segment<'_> {
        match self {
            Self::Literal(text) => Segment::Literal(text),
            Self::Text(text) => Segment::Text(text),
            Self::Plain(text) => Segment::Plain(text),
            Self::Integer(value) => Segment::Integer(*value),
            Self::Decimal(decimal) => Segment::Decimal(decimal),
            Self::Number(number) => Segment::Number(*number),
            Self::Boolean(value) => Segment::Boolean(*value),
            Self::Date(date) => Segment::Date(date),
            Self::DateTime(instant) => Segment::DateTime(instant),
            Self::Uuid(id) => Segment::Uuid(id),
            Self::Ulid(id) => Segment::Ulid(id),
            Self::Rank(place) => Segment::Rank(*place),
            Self::Shard(number) => Segment::Shard(*number),
        }
    }
}

/// Place of a value in the declared order of its enum.
fn rank(contract: &Contract, entity: &Entity, wanted: FieldRef, value: &Any) -> Option<usize> {
    let TypeKind::Enum(declared) = &contract.types.get(field(contract, entity, wanted)?.ty).kind else {
        return None;
    };
    let said = |literal: &EnumLiteral| match literal {
        EnumLiteral::String(text) => value.as_str() == Some(text),
        EnumLiteral::Integer(number) => value.as_i64() == Some(*number),
        EnumLiteral::Boolean(truth) => value.as_bool() == Some(*truth),
    };
    declared.values.iter().position(|known| said(&known.value))
}
