//! Entities: what is stored under one key template.

use std::time::Duration;

use stipule_ir::table::{Entity, FieldRef, IndexKey, Outbox, When};
use stipule_ir::types::{EnumLiteral, Scalar};
use stipule_ir::{Diagnostic, Diagnostics, Name, Spanned, TypeId, TypeKind};

use super::expiry::{self, expiry};
use super::key::templates;
use super::known::{Names, Surroundings};
use super::native;
use super::service;
use super::unique::unique;
use crate::event::duration::duration;
use crate::reader::{Entry, Node};
use crate::shape::{Shape, expect_text, wrong_kind};

/// What an entry of `entities` turns out to be.
pub(super) enum Stored {
    /// An entity of the contract.
    Entity(Box<Entity>),
    /// The outbox of the platform.
    Outbox(Outbox),
}

/// Attributes that the table keeps for itself.
pub(super) struct Reserved {
    /// Each with what it is for.
    pub(super) attributes: Vec<(String, &'static str)>,
    /// The one with the expiry, if the table names one.
    pub(super) expiry: Option<String>,
}

/// Lowers one entity. `None` when it can't be referred to.
pub(super) fn lower(
    entry: &Entry,
    names: &Names,
    reserved: &Reserved,
    around: &Surroundings<'_>,
    diagnostics: &mut Diagnostics,
) -> Option<Stored> {
    let mut shape = Shape::under(entry, "an entity", diagnostics)?;
    if entry.value.entry("builtin").is_some() {
        return outbox(shape, diagnostics).map(Stored::Outbox);
    }
    let name = Name::new(entry.key.value.clone(), entry.key.span.clone());
    let schema = shape.required_text("schema", diagnostics);
    let key_entry = shape.required("key", diagnostics);
    let Some(ty) = schema.and_then(|schema| payload(&schema, entry, around, diagnostics)) else {
        // Its fields are unknown: what refers to them can't be judged.
        return None;
    };
    refuse_reserved_fields(&name, ty, reserved, around, diagnostics);
    let key = key_entry.and_then(|key| {
        let mut shape = Shape::under(key, "a key", diagnostics)?;
        let found = templates(&mut shape, false, ty, around, diagnostics);
        shape.finish(diagnostics);
        found
    });
    // What is said wrongly was meant to be said.
    let meant = shape.get("version").is_some();
    let version = shape.boolean("version", diagnostics).map_or(meant, |version| version.value);
    let unique = unique(&mut shape, ty, around, diagnostics);
    let expiry = expiry(&mut shape, ty, reserved.expiry.as_deref(), around, diagnostics);
    let immutable = fields(&mut shape, "immutable", ty, around, diagnostics);
    let counters = counters(&mut shape, ty, around, diagnostics);
    if let (Some(expiry), Some(unique), Some(key)) = (&expiry, unique.first(), &key) {
        expiry::fixed(expiry, unique, key, &immutable, around.fields(ty), diagnostics);
    }
    let max_per_pk = shape.whole_within("max_per_pk", 1, 10_000_000, diagnostics);
    let max_per_pk = max_per_pk.map(|found| found.map(u64::from));
    let service = service::owner(&mut shape, around, diagnostics);
    let index_keys = index_keys(&shape, names, ty, around, diagnostics);
    let span = shape.place().clone();
    let is_key =
        |key: &str| names.indexes.contains_key(key) || entry.value.entry(key).is_some_and(is_index_key);
    shape.finish_except(is_key, diagnostics);
    Some(Stored::Entity(Box::new(Entity {
        name,
        ty,
        service,
        key: key?,
        index_keys,
        unique,
        expiry,
        version,
        immutable,
        counters,
        max_per_pk,
        span,
    })))
}

fn outbox(mut shape: Shape<'_>, diagnostics: &mut Diagnostics) -> Option<Outbox> {
    let builtin = shape.choice("builtin", &[("outbox", ())], diagnostics);
    let shards = shape.whole_within("shards", 1, 256, diagnostics);
    let ttl = duration(&mut shape, "ttl", diagnostics);
    shape.finish(diagnostics);
    builtin?;
    Some(Outbox {
        shards: shards.map_or(16, |found| found.value),
        ttl: ttl.map_or(Duration::from_secs(7 * 86_400), |found| found.value),
    })
}

/// The entity's struct; `TBL007` when the schema is something else. Nothing is said when the schema is at fault
/// itself.
fn payload(
    schema: &Spanned<String>,
    entity: &Entry,
    around: &Surroundings<'_>,
    diagnostics: &mut Diagnostics,
) -> Option<TypeId> {
    let ty = *around.schemas.get(&entity.key.value)?;
    if !matches!(around.types.get(ty).kind, TypeKind::Struct(_)) {
        let message = format!("the schema of `{}` is not an object with properties", entity.key.value);
        let fault = Diagnostic::error("TBL007", &schema.span, message)
            .related(&around.types.get(ty).span, "declared here");
        diagnostics.push(fault);
        return None;
    }
    Some(ty)
}

/// `TBL028`: fields and the table's own attributes share one item.
fn refuse_reserved_fields(
    entity: &Name,
    ty: TypeId,
    reserved: &Reserved,
    around: &Surroundings<'_>,
    diagnostics: &mut Diagnostics,
) {
    for field in around.fields(ty) {
        let taken = reserved.attributes.iter().find(|(attribute, _)| *attribute == field.name.wire);
        if let Some((attribute, purpose)) = taken {
            let message = format!("the field `{attribute}` of `{entity}` has the name of {purpose}");
            let fault = Diagnostic::error("TBL028", &entity.span, message)
                .related(&field.span, "declared here")
                .help("rename the field, or the attribute in `table`");
            diagnostics.push(fault);
        }
    }
}

fn fields(
    shape: &mut Shape<'_>,
    key: &'static str,
    ty: TypeId,
    around: &Surroundings<'_>,
    diagnostics: &mut Diagnostics,
) -> Vec<Spanned<FieldRef>> {
    let names = shape.texts(key, diagnostics).unwrap_or_default();
    names
        .into_iter()
        .filter_map(|name| Some(Spanned::new(around.field(ty, &name, diagnostics)?, name.span)))
        .collect()
}

/// `TBL014`: adding needs a whole number that is always there.
fn counters(
    shape: &mut Shape<'_>,
    ty: TypeId,
    around: &Surroundings<'_>,
    diagnostics: &mut Diagnostics,
) -> Vec<Spanned<FieldRef>> {
    let mut counters = fields(shape, "counters", ty, around, diagnostics);
    counters.retain(|counter| {
        let field = &around.fields(ty)[counter.value.0 as usize];
        let integer = matches!(around.scalar(field.ty), Some(Scalar::Int32 | Scalar::Int64));
        let good = integer && field.required && !field.nullable;
        if !good && !around.is_faulty(field.ty, diagnostics) {
            let message = format!("`{}` can't be a counter", field.name);
            let fault = Diagnostic::error("TBL014", &counter.span, message)
                .related(&field.span, "declared here")
                .help("a counter is a required whole number that is never null");
            diagnostics.push(fault);
        }
        good
    });
    counters
}

/// Keys in indexes stand under the indexes' names; what looks like one under another name is `TBL003`.
fn index_keys(
    shape: &Shape<'_>,
    names: &Names,
    ty: TypeId,
    around: &Surroundings<'_>,
    diagnostics: &mut Diagnostics,
) -> Vec<IndexKey> {
    let mut found = Vec::new();
    for entry in shape.node().entries().unwrap_or_default() {
        if !is_index_key(entry) && !names.indexes.contains_key(&entry.key.value) {
            continue;
        }
        let index = names.index(&entry.key, diagnostics);
        let Some(mut shape) = Shape::under(entry, "a key in an index", diagnostics) else { continue };
        let native = index.is_some_and(|index| names.native.contains(&index));
        let key = templates(&mut shape, native, ty, around, diagnostics);
        let when = when(&mut shape, ty, around, diagnostics);
        shape.finish(diagnostics);
        let (Some(index), Some(key)) = (index, key) else { continue };
        let key = IndexKey { index, key, native, when };
        if !native || native::is_over_fields(&key, ty, around, diagnostics) {
            found.push(key);
        }
    }
    found.sort_by_key(|found| found.index);
    found
}

fn is_index_key(entry: &Entry) -> bool {
    entry.key.value != "key" && entry.value.get("pk").is_some()
}

/// `when: {status: [OPEN, HELD]}`; one value may stand without brackets.
fn when(
    shape: &mut Shape<'_>,
    ty: TypeId,
    around: &Surroundings<'_>,
    diagnostics: &mut Diagnostics,
) -> Vec<When> {
    let entries = shape.mapping("when", diagnostics).unwrap_or_default();
    let mut found = Vec::new();
    for entry in entries {
        let Some(field) = around.field(ty, &entry.key, diagnostics) else { continue };
        let nodes = entry.value.items().unwrap_or(std::slice::from_ref(&entry.value));
        let values: Vec<EnumLiteral> =
            nodes.iter().filter_map(|node| when_value(node, field, ty, around, diagnostics)).collect();
        if nodes.is_empty() {
            let message =
                format!("`when` lists no value of `{}`: the index would stay empty", entry.key.value);
            diagnostics.push(Diagnostic::error("TBL012", &entry.key.span, message));
        } else if values.len() == nodes.len() {
            found.push(When { field, values, span: entry.key.span.clone() });
        }
    }
    found
}

fn when_value(
    node: &Node,
    field: FieldRef,
    ty: TypeId,
    around: &Surroundings<'_>,
    diagnostics: &mut Diagnostics,
) -> Option<EnumLiteral> {
    let field = &around.fields(ty)[field.0 as usize];
    let Some(value) = literal(node) else {
        expect_literal(node, diagnostics);
        return None;
    };
    match fits(&value, field.ty, around) {
        Ok(()) => Some(value),
        Err(help) => {
            let message = format!("`{}` never has the value {}", field.name, node.to_json());
            let fault = Diagnostic::error("TBL012", &node.span, message)
                .related(&field.span, "declared here")
                .help(help);
            diagnostics.push(fault);
            None
        }
    }
}

fn literal(node: &Node) -> Option<EnumLiteral> {
    node.as_str()
        .map(|text| EnumLiteral::String(text.to_owned()))
        .or_else(|| node.as_bool().map(EnumLiteral::Boolean))
        .or_else(|| node.as_i64().map(EnumLiteral::Integer))
}

fn expect_literal(node: &Node, diagnostics: &mut Diagnostics) {
    if node.entries().is_some() || node.items().is_some() {
        wrong_kind(&node.span, "a value", "text, a whole number, `true` or `false`", node, diagnostics);
    } else {
        // A fraction or null: say what text would have been read as.
        let _ = expect_text(node, "a value", diagnostics);
    }
}

/// Whether a field of type `ty` can have the value; otherwise a word about what it can have.
pub(super) fn fits(value: &EnumLiteral, ty: TypeId, around: &Surroundings<'_>) -> Result<(), String> {
    if let TypeKind::Enum(declared) = &around.types.get(ty).kind {
        if declared.values.iter().any(|known| known.value == *value) {
            return Ok(());
        }
        let names: Vec<&str> = declared.values.iter().map(|known| known.name.wire.as_str()).collect();
        return Err(match value {
            EnumLiteral::String(text) => crate::suggest::help(text, &names),
            _ => format!("its values are {}", names.join(", ")),
        });
    }
    use Scalar::{Boolean, Date, DateTime, Email, Int32, Int64, String, Ulid, Uri, Uuid};
    match (value, around.scalar(ty)) {
        (EnumLiteral::Boolean(_), Some(Boolean))
        | (EnumLiteral::Integer(_), Some(Int32 | Int64))
        | (EnumLiteral::String(_), Some(String | Email | Uri | Ulid | Uuid | Date | DateTime)) => Ok(()),
        (_, Some(Boolean)) => Err("it is `true` or `false`".to_owned()),
        (_, Some(Int32 | Int64)) => Err("it is a whole number".to_owned()),
        (_, Some(String | Email | Uri | Ulid | Uuid | Date | DateTime)) => Err("it is text".to_owned()),
        _ => Err("its values can't be written here".to_owned()),
    }
}
