//! Keys: an item is where its key says. Another template, and nobody finds it there.

use stipule_ir::table::{Codec, Entity, IndexKey, Key, Segment, SegmentKind};
use stipule_ir::types::EnumLiteral;
use stipule_ir::{Span, TypeId, TypeKind};

use super::{One, Tables};
use crate::finding::Severity;
use crate::repository::diff::{About, Diff};
use crate::rule::{Rule, rule};

const TEMPLATE: Rule = rule("REV750", "key-template-changed", Severity::Break).loses_data();
const LITERAL: Rule = rule("REV751", "key-prefix-changed", Severity::Break).loses_data();
const CODEC: Rule = rule("REV752", "key-encoding-changed", Severity::Break).loses_data();
const SHARDS: Rule = rule("REV753", "key-shards-changed", Severity::Break).loses_data();
const RANKS: Rule = rule("REV754", "key-ranks-changed", Severity::Break).loses_data();
const INDEX_KEY: Rule = rule("REV755", "index-key-changed", Severity::Break).loses_data();
const INDEX_KEY_ADDED: Rule = rule("REV756", "index-key-added", Severity::Risky);
const INDEX_KEY_REMOVED: Rule = rule("REV757", "index-key-removed", Severity::Risky);
const WHEN: Rule = rule("REV758", "index-condition-changed", Severity::Break);

pub(super) const RULES: &[Rule] =
    &[TEMPLATE, LITERAL, CODEC, SHARDS, RANKS, INDEX_KEY, INDEX_KEY_ADDED, INDEX_KEY_REMOVED, WHEN];

/// How what is there gets where it is looked for.
const PLAN: &str = "plan: write both, copy what is stored, read the new one, remove the old one";

/// A segment as it is written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Written {
    Literal(String),
    Field(String, &'static str, Vec<String>),
    Shard(String, u32),
}

/// What a key of an entity writes.
type Template = (Vec<Written>, Vec<Written>);

/// The primary key of an entity as it is written.
pub(super) fn written(one: One<'_>, entity: &Entity) -> Template {
    template(one, entity.ty, &entity.key)
}

fn template(one: One<'_>, ty: TypeId, key: &Key) -> Template {
    let segments =
        |segments: &[Segment]| segments.iter().map(|segment| segment_of(one, ty, segment)).collect();
    (segments(&key.pk), segments(&key.sk))
}

fn segment_of(one: One<'_>, ty: TypeId, segment: &Segment) -> Written {
    match &segment.kind {
        SegmentKind::Literal(text) => Written::Literal(text.clone()),
        SegmentKind::Field { field, codec } => {
            let ranks = match codec {
                Codec::EnumRank => ranks(one, ty, *field),
                _ => Vec::new(),
            };
            Written::Field(one.field_of(ty, *field).to_owned(), encoding(*codec), ranks)
        }
        SegmentKind::Shard { field, shards } => Written::Shard(one.field_of(ty, *field).to_owned(), *shards),
    }
}

/// Codecs that write the same values alike have one name.
fn encoding(codec: Codec) -> &'static str {
    match codec {
        Codec::Text | Codec::PlainText | Codec::EnumText => "text",
        Codec::Integer => "padded integer",
        Codec::Decimal | Codec::Number => "decimal number",
        Codec::Boolean => "boolean",
        Codec::Date => "date",
        Codec::DateTime => "instant",
        Codec::Uuid => "UUID",
        Codec::Ulid => "ULID",
        Codec::EnumRank => "rank",
    }
}

/// The values of an enum in the order of their ranks.
fn ranks(one: One<'_>, ty: TypeId, field: stipule_ir::table::FieldRef) -> Vec<String> {
    let types = &one.contract.types;
    let TypeKind::Struct(fields) = &types.get(ty).kind else { return Vec::new() };
    let Some(field) = fields.fields.get(field.0 as usize) else { return Vec::new() };
    let TypeKind::Enum(values) = &types.get(field.ty).kind else { return Vec::new() };
    values.values.iter().map(|value| literal(&value.value)).collect()
}

pub(super) fn literal(value: &EnumLiteral) -> String {
    match value {
        EnumLiteral::String(text) => text.clone(),
        EnumLiteral::Integer(number) => number.to_string(),
        EnumLiteral::Boolean(truth) => truth.to_string(),
    }
}

/// `ORDER#{orderId} / LINE#{lineNo}`, or with encodings where they are what differs: `{lineNo: padded integer}`.
fn shown(template: &Template, encodings: bool) -> String {
    let part = |segments: &[Written]| {
        let texts: Vec<String> = segments
            .iter()
            .map(|segment| match segment {
                Written::Literal(text) => text.clone(),
                Written::Field(name, ..) if !encodings => format!("{{{name}}}"),
                Written::Field(name, encoding, _) => format!("{{{name}: {encoding}}}"),
                Written::Shard(name, shards) => format!("{{{name} mod {shards}}}"),
            })
            .collect();
        texts.join("#")
    };
    format!("{} / {}", part(&template.0), part(&template.1))
}

/// Both as they are shown beside each other.
fn both(before: &Template, after: &Template) -> (String, String) {
    let encodings = which(before, after) == CODEC;
    (shown(before, encodings), shown(after, encodings))
}

/// Compares the keys of an entity, in the table and in indexes.
pub(super) fn check(diff: &mut Diff<'_>, tables: &Tables<'_>, about: &About, (old, new): (&Entity, &Entity)) {
    let (before, after) = (written(tables.before, old), written(tables.after, new));
    if moves(&before, &after) {
        let about = about.part(format!("{} key", new.name.wire));
        let places = (&old.key.span, &new.key.span);
        let note = Some(PLAN.to_owned());
        diff.differs_saying(&about, which(&before, &after), places, both(&before, &after), note);
    }
    let index = |one: One<'_>, key: &IndexKey| one.table.indexes[key.index.0 as usize].name.wire.clone();
    for key in &old.index_keys {
        let name = index(tables.before, key);
        let about = about.part(format!("{} in {name}", new.name.wire));
        match new.index_keys.iter().find(|other| index(tables.after, other) == name) {
            Some(other) => in_index(diff, tables, &about, (old, key), (new, other)),
            None => {
                if tables.after.table.indexes.iter().any(|index| index.name.wire == name) {
                    diff.gone(&about, INDEX_KEY_REMOVED, &key.key.span, &new.span);
                }
            }
        }
    }
    for key in &new.index_keys {
        let name = index(tables.after, key);
        let known = |other: &IndexKey| index(tables.before, other) == name;
        // A new index is filled from the attributes that items have: they have none for it.
        if !old.index_keys.iter().any(known) {
            let about = about.part(format!("{} in {name}", new.name.wire));
            let note = Some("items that are stored aren't in it until they are written again".to_owned());
            diff.came_saying(&about, INDEX_KEY_ADDED, (&old.span, &key.key.span), note);
        }
    }
}

fn in_index(
    diff: &mut Diff<'_>,
    tables: &Tables<'_>,
    about: &About,
    (old, before): (&Entity, &IndexKey),
    (new, after): (&Entity, &IndexKey),
) {
    let was = template(tables.before, old.ty, &before.key);
    let is = template(tables.after, new.ty, &after.key);
    let places: (&Span, &Span) = (&before.key.span, &after.key.span);
    if before.native != after.native {
        let made = |key: &IndexKey| if key.native { "of the fields as they are stored" } else { "composed" };
        let note = Some(PLAN.to_owned());
        diff.differs_saying(about, INDEX_KEY, places, (made(before), made(after)), note);
    } else if moves(&was, &is) {
        let note = Some(PLAN.to_owned());
        diff.differs_saying(about, INDEX_KEY, places, both(&was, &is), note);
    }
    let (was, is) = (when(tables.before, old, before), when(tables.after, new, after));
    if was != is {
        let note = Some("items that are stored stay as they are until they are written again".to_owned());
        diff.differs_saying(about, WHEN, places, (was, is), note);
    }
}

/// `status: OPEN, PAID`
fn when(one: One<'_>, entity: &Entity, key: &IndexKey) -> String {
    let mut conditions: Vec<String> = key
        .when
        .iter()
        .map(|when| {
            let mut values: Vec<String> = when.values.iter().map(literal).collect();
            values.sort_unstable();
            format!("{}: {}", one.field_of(entity.ty, when.field), values.join(", "))
        })
        .collect();
    conditions.sort_unstable();
    if conditions.is_empty() { "always".to_owned() } else { conditions.join("; ") }
}

/// Whether items are somewhere else: values of an enum that come after all others move nobody.
fn moves(before: &Template, after: &Template) -> bool {
    let stays = |pair: (&Written, &Written)| match pair {
        (Written::Field(a, x, old), Written::Field(b, y, new)) => a == b && x == y && new.starts_with(old),
        (before, after) => before == after,
    };
    let part = |before: &[Written], after: &[Written]| {
        before.len() == after.len() && before.iter().zip(after).all(stays)
    };
    !(part(&before.0, &after.0) && part(&before.1, &after.1))
}

/// Which rule says it best.
fn which(before: &Template, after: &Template) -> Rule {
    let same_shape = before.0.len() == after.0.len() && before.1.len() == after.1.len();
    if !same_shape {
        return TEMPLATE;
    }
    let differing: Vec<(&Written, &Written)> = before
        .0
        .iter()
        .chain(&before.1)
        .zip(after.0.iter().chain(&after.1))
        .filter(|(a, b)| a != b)
        .collect();
    let all =
        |same: fn(&Written, &Written) -> bool| differing.iter().all(|(before, after)| same(before, after));
    if all(|a, b| matches!((a, b), (Written::Literal(_), Written::Literal(_)))) {
        LITERAL
    } else if all(|a, b| matches!((a, b), (Written::Shard(a, _), Written::Shard(b, _)) if a == b)) {
        SHARDS
    } else if all(
        |a, b| matches!((a, b), (Written::Field(a, x, _), Written::Field(b, y, _)) if a == b && x == y),
    ) {
        RANKS
    } else if all(|a, b| matches!((a, b), (Written::Field(a, ..), Written::Field(b, ..)) if a == b)) {
        CODEC
    } else {
        TEMPLATE
    }
}
