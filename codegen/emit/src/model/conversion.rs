//! Between what is written and what is read: every closed value is an open one, and an open one is closed unless the
//! contract doesn't know something in it.

use stipule_ir::TypeId;
use stipule_ir::types::{Declaration, Enum, Extra, Field, Struct, TypeKind, Union};

use crate::rust::{Text, tight};
use crate::types::{Edge, Paths, Presence, module_name};

/// `From<closed>` for an open form, and the way back; nothing for aliases, which are converted where they are used.
pub(super) fn between(paths: &Paths<'_, '_>, id: TypeId, declaration: &Declaration) -> Option<Text> {
    let (name, module) = (declaration.name.type_name(), module_name(&declaration.module));
    let closed = format!("crate::{module}::{name}");
    let mut text = Text::default();
    text.code(0, &format!("impl From<{closed}> for {name} {{"));
    text.code(1, &format!("fn from(value: {closed}) -> Self {{"));
    match paths.types.kind(id) {
        TypeKind::Struct(it) => object(paths, id, it, &mut text),
        TypeKind::Enum(it) => choice(&closed, it, &mut text),
        TypeKind::Union(it) => variants(paths, id, &closed, it, &mut text),
        _ if paths.types.is_endless(id) => text.code(2, &format!("Self({})", parts(paths, id, "value.0"))),
        _ => return None,
    }
    text.code(1, "}");
    text.code(0, "}");
    text.part();
    let [decode, json, posture, violations] =
        ["decode", "Json", "Posture", "Violations"].map(|name| tight(&paths.wire(name)));
    text.code(0, &format!("impl TryFrom<{name}> for {closed} {{"));
    text.code(1, &format!("type Error = {violations};"));
    text.part();
    text.code(1, &format!("fn try_from(value: {name}) -> Result<Self, {violations}> {{"));
    text.code(2, &format!("let written = {json}::of(&value).expect(\"what was read can be written\");"));
    text.code(2, &format!("{decode}(&written, {posture}::Closed)"));
    text.code(1, "}");
    text.code(0, "}");
    Some(text)
}

fn object(paths: &Paths<'_, '_>, id: TypeId, it: &Struct, text: &mut Text) {
    text.code(2, "Self {");
    for (place, it) in it.fields.iter().enumerate() {
        let name = it.name.field();
        let value = field(paths, Edge { from: id, place }, it, &format!("value.{name}"));
        text.code(3, &format!("{name}: {value},"));
    }
    if let Extra::Kept(ty) = it.extra {
        let taken = it.fields.iter().any(|field| field.name.field() == "extra");
        let name = if taken { "extra_" } else { "extra" };
        let converted = match element(paths, ty, false) {
            Some(convert) => {
                format!("value.{name}.into_iter().map(|(name, it)| (name, {convert})).collect()")
            }
            None => format!("value.{name}"),
        };
        text.code(3, &format!("{name}: {converted},"));
    }
    text.code(2, "}");
}

fn field(paths: &Paths<'_, '_>, edge: Edge, it: &Field, value: &str) -> String {
    let Some(inner) = boxed(paths, edge, it.ty) else { return value.to_owned() };
    match Presence::of(it) {
        Presence::Always | Presence::OrDefault => convert(paths, edge, it.ty, value),
        _ if inner.is_into => format!("{value}.map(Into::into)"),
        _ => format!("{value}.map(|it| {})", inner.code),
    }
}

/// A conversion of a variable `it`.
struct Conversion {
    code: String,
    /// Whether it is just `it.into()`.
    is_into: bool,
}

/// How `it` is converted at a place; `None` when both forms are one type.
fn boxed(paths: &Paths<'_, '_>, edge: Edge, ty: TypeId) -> Option<Conversion> {
    if !paths.types.has_open_form(ty) {
        return None;
    }
    let code = convert(paths, edge, ty, "it");
    let is_into = paths.types.is_nominal(ty) && !paths.types.is_boxed(edge);
    Some(Conversion { code, is_into })
}

fn convert(paths: &Paths<'_, '_>, edge: Edge, ty: TypeId, value: &str) -> String {
    if paths.types.is_boxed(edge) {
        format!("Box::new({})", plain(paths, ty, &format!("(*{value})")))
    } else {
        plain(paths, ty, value)
    }
}

fn plain(paths: &Paths<'_, '_>, ty: TypeId, value: &str) -> String {
    if !paths.types.has_open_form(ty) {
        return value.to_owned();
    }
    if paths.types.is_nominal(ty) { format!("{value}.into()") } else { parts(paths, ty, value) }
}

/// As [`plain`], looking into a list, map or tuple.
fn parts(paths: &Paths<'_, '_>, ty: TypeId, value: &str) -> String {
    match paths.types.kind(ty) {
        TypeKind::List(list) => {
            let bounded = list.unique || list.min_items.unwrap_or(0) > 0 || list.max_items.is_some();
            let converted = match element(paths, list.item, list.nullable_items).as_deref() {
                Some("it.into()") => format!("{value}.into_iter().map(Into::into).collect()"),
                Some(item) => format!("{value}.into_iter().map(|it| {item}).collect()"),
                None => value.to_owned(),
            };
            if bounded { rebound(paths, ty, &converted) } else { converted }
        }
        TypeKind::Map(map) => {
            let item = element(paths, map.value, map.nullable_values).unwrap_or_else(|| "it".to_owned());
            let key = map.key.and_then(|key| element(paths, key, false));
            let key =
                key.map_or_else(|| "name".to_owned(), |convert| format!("{{ let it = name; {convert} }}"));
            let converted = format!("{value}.into_iter().map(|(name, it)| ({key}, {item})).collect()");
            let bounded = map.min_properties.unwrap_or(0) > 0 || map.max_properties.is_some();
            if bounded { rebound(paths, ty, &converted) } else { converted }
        }
        TypeKind::Tuple(items) => {
            let items = items.iter().enumerate().map(|(place, item)| {
                let item = convert(paths, Edge { from: ty, place }, *item, &format!("{value}.{place}"));
                format!("{item},")
            });
            format!("({})", items.collect::<Vec<_>>().join(" "))
        }
        _ => format!("{value}.into()"),
    }
}

/// How `it`, an item of a list or map, is converted; `None` when both forms are one type.
fn element(paths: &Paths<'_, '_>, ty: TypeId, nullable: bool) -> Option<String> {
    if !paths.types.has_open_form(ty) {
        return None;
    }
    let inner = plain(paths, ty, "it");
    Some(if nullable { format!("it.map(|it| {inner})") } else { inner })
}

/// The items again under their limits, which converting one by one keeps: neither their number nor which of them are
/// equal changes.
fn rebound(paths: &Paths<'_, '_>, ty: TypeId, items: &str) -> String {
    let name = match paths.types.kind(ty) {
        TypeKind::List(list) if list.unique => paths.wire("UniqueVec"),
        TypeKind::List(_) => paths.wire("BoundedVec"),
        _ => paths.wire("BoundedMap"),
    };
    format!("{}::new({items}).expect(\"the limits of both forms are the same\")", tight(&name))
}

fn choice(closed: &str, it: &Enum, text: &mut Text) {
    text.code(2, "match value {");
    for value in &it.values {
        let name = value.name.variant();
        text.code(3, &format!("{closed}::{name} => Self::{name},"));
    }
    text.code(2, "}");
}

fn variants(paths: &Paths<'_, '_>, id: TypeId, closed: &str, it: &Union, text: &mut Text) {
    text.code(2, "match value {");
    for (place, variant) in it.variants.iter().enumerate() {
        let name = variant.name.variant();
        if super::union::is_null(paths, variant.ty) {
            text.code(3, &format!("{closed}::{name} => Self::{name},"));
            continue;
        }
        let value = convert(paths, Edge { from: id, place }, variant.ty, "it");
        text.code(3, &format!("{closed}::{name}(it) => Self::{name}({value}),"));
    }
    text.code(2, "}");
}
