//! Indexes over fields: `by_state: {native: true}`, and entities in it by `by_state: {pk: [state], sk: [dueAt]}`.
//!
//! Their key is made of attributes that items have anyway, so all entities in one must call them alike; and DynamoDB
//! refuses any item, of whatever entity, that has something else under one of these names.

use stipule_ir::table::{
    Codec, Entity, FieldRef, IndexId, IndexKey, KeyAttribute, NativeKey, Segment, SegmentKind, Table,
};
use stipule_ir::types::{Field, Scalar};
use stipule_ir::{Diagnostic, Diagnostics, Span, TypeId, TypeKind};

use super::known::{Names, Surroundings};

/// Whether a key says nothing but fields that an index can be over; `TBL029` for each part that doesn't.
pub(super) fn is_over_fields(
    key: &IndexKey,
    ty: TypeId,
    around: &Surroundings<'_>,
    diagnostics: &mut Diagnostics,
) -> bool {
    let mut good = true;
    let mut refuse = |span: &Span, message: String, help: &str| {
        diagnostics.push(Diagnostic::error("TBL029", span, message).help(help));
        good = false;
    };
    for part in key.key.pk.iter().chain(&key.key.sk) {
        let SegmentKind::Field { field, codec } = &part.kind else {
            let message = "an index over fields has fields alone in its key".to_owned();
            let help = "leave `native` away for a key with literals or shards, or name a field";
            refuse(&part.span, message, help);
            continue;
        };
        if let Some(why) = unfit(*codec) {
            let name = &around.fields(ty)[field.0 as usize].name.wire;
            refuse(
                &part.span,
                format!("no index can be over `{name}`: {why}"),
                "leave `native` away: a composed key writes every value in a form that sorts",
            );
        }
    }
    if let Some(when) = key.when.first() {
        let message = "an index over fields has every item that has the fields".to_owned();
        refuse(&when.span, message, "leave `native` away for an index with a `when`");
    }
    let parts =
        [("a partition key", &key.key.pk, NativeKey::MOST - 1), ("a sort key", &key.key.sk, NativeKey::MOST)];
    for (what, segments, most) in parts {
        if let Some(part) = segments.get(most) {
            let message = format!("{what} over fields has at most {most} of them");
            refuse(
                &part.span,
                message,
                "the tenant, which leads the partition key, is one of the four that there may be",
            );
        }
    }
    good
}

/// Why values written so can't be a key as they stand in an item.
fn unfit(codec: Codec) -> Option<&'static str> {
    match codec {
        Codec::Decimal => Some("a decimal is stored as text, which sorts 9 after 10"),
        Codec::Number => Some("a fraction may be greater or smaller than the numbers that a key holds"),
        Codec::Boolean => Some("a key attribute holds text or a number"),
        Codec::EnumRank => Some("an item has the value, not its rank"),
        Codec::Text
        | Codec::PlainText
        | Codec::Integer
        | Codec::Date
        | Codec::DateTime
        | Codec::Uuid
        | Codec::Ulid
        | Codec::EnumText => None,
    }
}

/// Finds the key of each index over fields, and what contradicts it.
pub(super) fn complete(
    table: &mut Table,
    names: &Names,
    around: &Surroundings<'_>,
    diagnostics: &mut Diagnostics,
) {
    for at in 0..table.indexes.len() {
        if table.indexes[at].native.is_none() {
            continue;
        }
        let id = IndexId(u32::try_from(at).unwrap_or(u32::MAX));
        let Judged { key, good } = judge(table, id, names, around, diagnostics);
        if good {
            foreign(table, id, &key, around, diagnostics);
        }
        table.indexes[at].native = Some(key);
    }
}

struct Judged {
    key: NativeKey,
    good: bool,
}

/// The key as the first entity in the index has it; `TBL029` where another differs, or when there is none.
fn judge(
    table: &Table,
    id: IndexId,
    names: &Names,
    around: &Surroundings<'_>,
    diagnostics: &mut Diagnostics,
) -> Judged {
    let index = &table.indexes[id.0 as usize];
    let mut first: Option<(&Entity, &IndexKey, NativeKey)> = None;
    let mut good = true;
    for entity in &table.entities {
        let Some(key) = entity.index_keys.iter().find(|key| key.index == id) else { continue };
        let attributes = of_entity(entity, key, around);
        let Some((leader, led, wanted)) = &first else {
            first = Some((entity, key, attributes));
            continue;
        };
        if *wanted != attributes {
            good = false;
            let message = format!(
                "`{}` and `{}` have different fields as their key in `{}`",
                leader.name, entity.name, index.name
            );
            let fault = Diagnostic::error("TBL029", &key.key.span, message)
                .related(&led.key.span, format!("the key of `{}`", leader.name))
                .help(
                    "an index over fields has one key: the same names, of the same kind, in the same order",
                );
            diagnostics.push(fault);
        }
    }
    match first {
        Some((_, _, key)) => Judged { key, good },
        None => {
            // A key that is at fault has been told about already.
            if !names.keyed.iter().any(|(_, keyed)| *keyed == index.name.wire) {
                let message =
                    format!("no entity is in `{}`, so nothing says which fields it is over", index.name);
                let help = format!(
                    "give an entity a key in it: `{}: {{pk: [status], sk: [createdAt]}}`",
                    index.name
                );
                diagnostics.push(Diagnostic::error("TBL029", &index.span, message).help(help));
            }
            Judged { key: NativeKey::default(), good: false }
        }
    }
}

fn of_entity(entity: &Entity, key: &IndexKey, around: &Surroundings<'_>) -> NativeKey {
    let attribute = |segment: &Segment| match segment.kind {
        SegmentKind::Field { field: FieldRef(at), codec } => {
            let field = around.fields(entity.ty).get(at as usize)?;
            Some(KeyAttribute { name: field.name.wire.clone(), is_number: codec == Codec::Integer })
        }
        _ => None,
    };
    let attributes = |segments: &[Segment]| segments.iter().filter_map(attribute).collect();
    NativeKey { pk: attributes(&key.key.pk), sk: attributes(&key.key.sk) }
}

/// Entities that aren't in the index: their items must neither come into it nor be refused because of it.
fn foreign(
    table: &Table,
    id: IndexId,
    key: &NativeKey,
    around: &Surroundings<'_>,
    diagnostics: &mut Diagnostics,
) {
    let index = &table.indexes[id.0 as usize];
    for entity in &table.entities {
        if entity.index_keys.iter().any(|key| key.index == id) {
            continue;
        }
        let fields = around.fields(entity.ty);
        let named = |attribute: &KeyAttribute| fields.iter().find(|field| field.name.wire == attribute.name);
        for attribute in key.attributes() {
            let Some(field) = named(attribute) else { continue };
            let Err(why) = holds(field, attribute, around) else { continue };
            let kind = if attribute.is_number { "a whole number" } else { "text" };
            let message = format!("items of `{}` would be refused: `{}` {why}", entity.name, field.name);
            let fault = Diagnostic::error("TBL029", &entity.span, message)
                .related(&index.span, format!("under this name the index has {kind}, of whatever item"))
                .related(&field.span, "declared here")
                .help("rename one of the fields, or leave `native` away");
            diagnostics.push(fault);
        }
        if entity.names_tenant() && key.attributes().all(|attribute| named(attribute).is_some()) {
            let message = format!(
                "items of `{}` would be in `{}` too: they have all its fields",
                entity.name, index.name
            );
            let fault = Diagnostic::error("TBL029", &entity.span, message)
                .related(&index.span, "this index")
                .help(format!("give it the key in `{}`, and name it in the reads", index.name));
            diagnostics.push(fault);
        }
    }
}

/// Whether a field always has what the key has under its name, if it is there.
fn holds(field: &Field, attribute: &KeyAttribute, around: &Surroundings<'_>) -> Result<(), &'static str> {
    if field.nullable {
        return Err("may be null");
    }
    let is_number = match &around.types.get(field.ty).kind {
        TypeKind::Enum(_) if around.is_text_enum(field.ty) => false,
        TypeKind::Scalar(_) | TypeKind::Newtype(_) => match around.scalar(field.ty) {
            Some(Scalar::Int32 | Scalar::Int64 | Scalar::Float64) => true,
            Some(Scalar::Boolean | Scalar::Any | Scalar::Null | Scalar::Bytes) | None => {
                return Err("is neither text nor a number");
            }
            Some(_) => false,
        },
        _ => return Err("is neither text nor a number"),
    };
    match (is_number, attribute.is_number) {
        (true, false) => Err("is a number"),
        (false, true) => Err("is text"),
        _ => Ok(()),
    }
}
