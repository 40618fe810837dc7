//! Key templates: lists of segments.

use stipule_ir::table::{Codec, FieldRef, Key, Segment, SegmentKind};
use stipule_ir::types::{EnumLiteral, Scalar};
use stipule_ir::{Diagnostic, Diagnostics, Spanned, TypeId, TypeKind};

use super::characters::is_plain;
use super::known::Surroundings;
use crate::reader::{Entry, Node};
use crate::shape::{Shape, expect_text, wrong_kind};

/// First literals of the platform's own rows.
const RESERVED: [&str; 5] = ["LOCK", "INBOX", "IDEM", "OUTBOX", "SEQ"];

/// Most shards of a key: each costs a query of every fan-out read.
const MOST_SHARDS: u32 = 256;

/// Reads `{pk: […], sk: […]}` with the keys that are left to the caller still open. In an index over fields the tenant
/// alone can be the partition: `pk: []`.
pub(super) fn templates(
    shape: &mut Shape<'_>,
    native: bool,
    ty: TypeId,
    around: &Surroundings<'_>,
    diagnostics: &mut Diagnostics,
) -> Option<Key> {
    let span = shape.place().clone();
    let pk = shape.required("pk", diagnostics);
    let pk = match pk.filter(|entry| native && entry.value.items().is_some_and(<[Node]>::is_empty)) {
        Some(_) => Some(Vec::new()),
        None => template(pk, true, ty, around, diagnostics),
    };
    let sk = template(shape.required("sk", diagnostics), false, ty, around, diagnostics);
    Some(Key { pk: pk?, sk: sk?, span })
}

fn template(
    entry: Option<&Entry>,
    partition: bool,
    ty: TypeId,
    around: &Surroundings<'_>,
    diagnostics: &mut Diagnostics,
) -> Option<Vec<Segment>> {
    let entry = entry?;
    let name = &entry.key.value;
    let Some(items) = entry.value.items() else {
        wrong_kind(&entry.value.span, &format!("`{name}`"), "a list of segments", &entry.value, diagnostics);
        return None;
    };
    if items.is_empty() {
        let message = format!("`{name}` needs at least one segment");
        let help = "an item without anything of its own gets a literal: `sk: [HEAD]`";
        diagnostics.push(Diagnostic::error("TBL004", &entry.key.span, message).help(help));
        return None;
    }
    let segments: Vec<Segment> =
        items.iter().filter_map(|item| segment(item, partition, ty, around, diagnostics)).collect();
    if let (true, Some(Segment { kind: SegmentKind::Literal(text), span })) = (partition, segments.first())
        && RESERVED.contains(&text.as_str())
    {
        let message = format!("`{text}` leads the platform's own rows");
        let help = format!("choose another word; taken are {}", RESERVED.join(", "));
        diagnostics.push(Diagnostic::error("TBL006", span, message).help(help));
    }
    (segments.len() == items.len()).then_some(segments)
}

fn segment(
    node: &Node,
    partition: bool,
    ty: TypeId,
    around: &Surroundings<'_>,
    diagnostics: &mut Diagnostics,
) -> Option<Segment> {
    if node.entry("rank").is_some() {
        return rank(node, ty, around, diagnostics);
    }
    if node.entries().is_some() {
        return shard(node, partition, ty, around, diagnostics);
    }
    let text = expect_text(node, "a segment", diagnostics)?;
    if is_literal(&text.value) {
        return Some(Segment { kind: SegmentKind::Literal(text.value), span: text.span });
    }
    if !text.value.starts_with(|first: char| first.is_ascii_alphabetic() || first == '_') {
        let message = format!("`{}` is neither a literal nor a field", text.value);
        let help = "literals are written in capitals (`ORDER`), fields by their wire name";
        diagnostics.push(Diagnostic::error("TBL004", &text.span, message).help(help));
        return None;
    }
    let field = around.field(ty, &text, diagnostics)?;
    let codec = codec(&text, field, ty, around, diagnostics)?;
    Some(Segment { kind: SegmentKind::Field { field, codec }, span: text.span })
}

/// `ORDER`, `V2`, `OPEN_ITEMS`.
fn is_literal(text: &str) -> bool {
    text.starts_with(|first: char| first.is_ascii_uppercase())
        && text
            .bytes()
            .all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit() || b"_-".contains(&byte))
}

/// `{shard: order_id, n: 8}`.
fn shard(
    node: &Node,
    partition: bool,
    ty: TypeId,
    around: &Surroundings<'_>,
    diagnostics: &mut Diagnostics,
) -> Option<Segment> {
    let mut shape = Shape::of(node, "a shard", diagnostics)?;
    let name = shape.required_text("shard", diagnostics);
    shape.required("n", diagnostics);
    let shards = shape.whole_within("n", 2, MOST_SHARDS, diagnostics);
    shape.finish(diagnostics);
    if !partition {
        let message = "a shard spreads a partition: it belongs into `pk`";
        diagnostics.push(Diagnostic::error("TBL004", &node.span, message));
        return None;
    }
    let name = name?;
    let field = around.field(ty, &name, diagnostics)?;
    let help = "shards are chosen by text, an id, a date, an instant, a whole number or an enum";
    part_of_key(&name, field, codec_of_shard, help, ty, around, diagnostics)?;
    Some(Segment { kind: SegmentKind::Shard { field, shards: shards?.value }, span: node.span.clone() })
}

/// `{rank: status}`: the place of an enum's value in the declared order, which sorts.
fn rank(
    node: &Node,
    ty: TypeId,
    around: &Surroundings<'_>,
    diagnostics: &mut Diagnostics,
) -> Option<Segment> {
    let mut shape = Shape::of(node, "a rank", diagnostics)?;
    let name = shape.required_text("rank", diagnostics);
    shape.finish(diagnostics);
    let name = name?;
    let field = around.field(ty, &name, diagnostics)?;
    let help = "only the values of an enum have a rank";
    let codec = |ty, around: &Surroundings<'_>| match &around.types.get(ty).kind {
        TypeKind::Enum(declared) if declared.values.len() > Codec::MOST_RANKS => {
            Err("has more values than three digits can tell apart")
        }
        TypeKind::Enum(_) => Ok(Codec::EnumRank),
        _ => Err("is not an enum"),
    };
    let codec = part_of_key(&name, field, codec, help, ty, around, diagnostics)?;
    Some(Segment { kind: SegmentKind::Field { field, codec }, span: node.span.clone() })
}

/// What keys are made of.
const KINDS: &str = "a key is made of required text, ids, dates, instants, numbers, booleans and enums";

/// How a field is written in a key; `TBL005` when it can't be.
fn codec(
    name: &Spanned<String>,
    field: FieldRef,
    ty: TypeId,
    around: &Surroundings<'_>,
    diagnostics: &mut Diagnostics,
) -> Option<Codec> {
    part_of_key(name, field, codec_of, KINDS, ty, around, diagnostics)
}

/// The codec of a field that every item has; `TBL005` with the reason otherwise.
fn part_of_key(
    name: &Spanned<String>,
    field: FieldRef,
    codec: impl Fn(TypeId, &Surroundings<'_>) -> Result<Codec, &'static str>,
    help: &str,
    ty: TypeId,
    around: &Surroundings<'_>,
    diagnostics: &mut Diagnostics,
) -> Option<Codec> {
    let field = around.fields(ty).get(field.0 as usize)?;
    if around.is_faulty(field.ty, diagnostics) {
        return None;
    }
    let fault = match (field.required, field.nullable, codec(field.ty, around)) {
        (false, _, _) => "is not required",
        (_, true, _) => "may be null",
        (_, _, Err(fault)) => fault,
        (true, false, Ok(codec)) => return Some(codec),
    };
    let message = format!("`{}` can't be part of a key: it {fault}", name.value);
    diagnostics.push(
        Diagnostic::error("TBL005", &name.span, message).related(&field.span, "declared here").help(help),
    );
    None
}

fn codec_of(ty: TypeId, around: &Surroundings<'_>) -> Result<Codec, &'static str> {
    const NONE: &str = "has a type that no key can hold";
    if let TypeKind::Enum(declared) = &around.types.get(ty).kind {
        let text = |value: &EnumLiteral| matches!(value, EnumLiteral::String(_));
        let all_text = declared.values.iter().all(|value| text(&value.value));
        return if all_text {
            Ok(Codec::EnumText)
        } else {
            Err("is an enum of other values than text, which has a place in keys only as `{rank: …}`")
        };
    }
    if let TypeKind::Newtype(newtype) = &around.types.get(ty).kind
        && newtype.base == Scalar::String
        && newtype.limits.pattern.as_deref().is_some_and(is_plain)
    {
        return Ok(Codec::PlainText);
    }
    Ok(match around.scalar(ty).ok_or(NONE)? {
        Scalar::String | Scalar::Email | Scalar::Uri => Codec::Text,
        Scalar::Int32 | Scalar::Int64 => Codec::Integer,
        Scalar::Decimal => Codec::Decimal,
        Scalar::Float64 => Codec::Number,
        Scalar::Boolean => Codec::Boolean,
        Scalar::Date => Codec::Date,
        Scalar::DateTime => Codec::DateTime,
        Scalar::Uuid => Codec::Uuid,
        Scalar::Ulid => Codec::Ulid,
        Scalar::Bytes | Scalar::Any | Scalar::Null => return Err(NONE),
    })
}

/// Whether values are told apart well enough by their text to spread over shards.
fn codec_of_shard(ty: TypeId, around: &Surroundings<'_>) -> Result<Codec, &'static str> {
    match codec_of(ty, around)? {
        Codec::Boolean => Err("has two values, which fill two shards at most"),
        Codec::Decimal | Codec::Number => {
            Err("is a number with fractions: equal ones may be spelt in two ways")
        }
        codec => Ok(codec),
    }
}
