//! Templates as texts: what is the same text is the same bytes in every stored key.

use stipule_ir::table::{
    Codec, Entity, FieldRef, IndexKey, Key, LockedKey, Normalize, Segment, SegmentKind, Unique, When,
};
use stipule_ir::types::EnumLiteral;
use stipule_ir::{Contract, TypeKind};

/// A template and its conditions.
#[derive(Clone, Copy, Debug)]
pub struct Template<'c> {
    /// The segments.
    pub key: &'c Key,
    /// The conditions of a sparse index; none for a primary key.
    pub when: &'c [When],
    /// Whether the key is made of the fields themselves.
    pub native: bool,
}

impl<'c> Template<'c> {
    /// A primary key.
    pub fn primary(key: &'c Key) -> Self {
        Self { key, when: &[], native: false }
    }

    /// A key in an index.
    pub fn in_index(key: &'c IndexKey) -> Self {
        Self { key: &key.key, when: &key.when, native: key.native }
    }
}

/// As it stands in the lock of a table.
pub fn released(contract: &Contract, entity: &Entity, template: Template<'_>, version: u32) -> LockedKey {
    let segments = |segments: &[Segment]| {
        let said = segments.iter().map(|it| segment(contract, entity, it));
        said.map(|said| if template.native { format!("{said}, as stored") } else { said }).collect()
    };
    LockedKey {
        version,
        pk: segments(&template.key.pk),
        sk: segments(&template.key.sk),
        when: template.when.iter().map(|when| condition(contract, entity, when)).collect(),
    }
}

/// How a unique value is compared: `["email: lowercase"]`.
pub fn unique(contract: &Contract, entity: &Entity, unique: &Unique) -> Vec<String> {
    let part = |part: &stipule_ir::table::UniquePart| {
        let name = field(contract, entity, part.field);
        let steps: Vec<&str> = part.normalize.iter().copied().map(step).collect();
        if steps.is_empty() { name.to_owned() } else { format!("{name}: {}", steps.join(", ")) }
    };
    unique.parts.iter().map(part).collect()
}

/// Whether keys of items that were stored under `old` are those that `new` makes: the same text, or an enum's ranks
/// with more values behind the known ones.
pub fn is_kept(old: &LockedKey, new: &LockedKey) -> bool {
    let all = |old: &[String], new: &[String]| {
        old.len() == new.len() && old.iter().zip(new).all(|(old, new)| old == new || has_grown(old, new))
    };
    all(&old.pk, &new.pk) && all(&old.sk, &new.sk) && old.when == new.when
}

fn has_grown(old: &str, new: &str) -> bool {
    let known = old.strip_suffix(')').filter(|old| old.contains(RANKS));
    known.is_some_and(|known| new.strip_prefix(known).is_some_and(|more| more.starts_with(", ")))
}

const RANKS: &str = ": rank in (";

fn segment(contract: &Contract, entity: &Entity, segment: &Segment) -> String {
    match &segment.kind {
        SegmentKind::Literal(text) => text.clone(),
        SegmentKind::Shard { field: of, shards } => {
            format!("{}: shard in {shards}", field(contract, entity, *of))
        }
        SegmentKind::Field { field: of, codec: Codec::EnumRank } => {
            let values = values(contract, entity, *of);
            format!("{}{RANKS}{})", field(contract, entity, *of), values.join(", "))
        }
        SegmentKind::Field { field: of, codec } => {
            format!("{}: {}", field(contract, entity, *of), word(*codec))
        }
    }
}

/// What is the same word is written alike.
fn word(codec: Codec) -> &'static str {
    match codec {
        Codec::Text | Codec::PlainText | Codec::EnumText => "text",
        Codec::Integer => "integer",
        Codec::Decimal => "decimal",
        Codec::Number => "number",
        Codec::Boolean => "boolean",
        Codec::Date => "date",
        Codec::DateTime => "date-time",
        Codec::Uuid => "uuid",
        Codec::Ulid => "ulid",
        Codec::EnumRank => "rank",
    }
}

fn step(step: Normalize) -> &'static str {
    match step {
        Normalize::Trim => "trim",
        Normalize::Lowercase => "lowercase",
        Normalize::Nfc => "nfc",
        Normalize::Nfkc => "nfkc",
        Normalize::Casefold => "casefold",
    }
}

fn condition(contract: &Contract, entity: &Entity, when: &When) -> String {
    let values: Vec<String> = when.values.iter().map(literal).collect();
    format!("{} is {}", field(contract, entity, when.field), values.join(" or "))
}

fn literal(value: &EnumLiteral) -> String {
    match value {
        EnumLiteral::String(text) => text.clone(),
        EnumLiteral::Integer(number) => number.to_string(),
        EnumLiteral::Boolean(truth) => truth.to_string(),
    }
}

fn values(contract: &Contract, entity: &Entity, of: FieldRef) -> Vec<String> {
    let TypeKind::Struct(declared) = &contract.types.get(entity.ty).kind else { return Vec::new() };
    let Some(field) = declared.fields.get(of.0 as usize) else { return Vec::new() };
    match &contract.types.get(field.ty).kind {
        TypeKind::Enum(declared) => declared.values.iter().map(|value| literal(&value.value)).collect(),
        _ => Vec::new(),
    }
}

fn field<'c>(contract: &'c Contract, entity: &Entity, of: FieldRef) -> &'c str {
    let TypeKind::Struct(declared) = &contract.types.get(entity.ty).kind else { return "" };
    declared.fields.get(of.0 as usize).map_or("", |field| &field.name.wire)
}
