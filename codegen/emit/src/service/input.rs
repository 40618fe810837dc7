//! What an operation is asked.

use stipule_ir::TypeId;
use stipule_ir::service::{Location, Parameter, Style};
use stipule_ir::types::{EnumLiteral, Scalar, TypeKind};

use super::{Act, Scene, content};
use crate::rust::{Text, function, tight};
use crate::types::{Types, default_value, is_plain, shape};

/// The struct with every parameter and the body, and how it is read from a call.
pub(super) fn items(scene: &Scene<'_, '_>, act: &Act<'_>, text: &mut Text) {
    let (operation, name) = (act.operation, &act.input);
    let (id, method, template) = (&operation.id.wire, operation.method.as_str(), &operation.path.template);
    content::items(scene, act, text);
    text.doc(0, &format!("What `{id}` is asked: `{method} {template}`."));
    text.line(0, format_args!("#[derive(Clone, Debug, PartialEq)]"));
    let body = body(scene, act);
    if operation.parameters.is_empty() && body.is_none() {
        text.line(0, format_args!("pub struct {name};\n"));
    } else {
        text.line(0, format_args!("pub struct {name} {{"));
        for parameter in &operation.parameters {
            let note = parameter.default.as_ref().map(|value| format!("Default: `{value}`."));
            text.docs_and(1, &parameter.docs, note.as_deref());
            let absent = !parameter.required && parameter.default.is_none();
            let ty = option(tight(&scene.paths.of(parameter.ty)), absent);
            text.line(1, format_args!("pub {}: {ty},", parameter.name.field()));
        }
        if let (Some(body), Some(declared)) = (&body, &operation.body) {
            text.docs(1, &declared.docs);
            let ty = option(body.ty.clone(), !declared.required);
            text.line(1, format_args!("pub {}: {ty},", body.name));
        }
        text.line(0, format_args!("}}\n"));
    }
    read(scene, act, body.as_ref(), text);
}

fn option(ty: String, absent: bool) -> String {
    if absent { format!("Option<{ty}>") } else { ty }
}

/// The body of an operation.
struct Body {
    /// A name that no parameter has.
    name: String,
    ty: String,
}

fn body(scene: &Scene<'_, '_>, act: &Act<'_>) -> Option<Body> {
    let body = act.operation.body.as_ref()?;
    Some(Body { name: free(act, "body"), ty: content::ty(scene, act, body) })
}

fn free(act: &Act<'_>, name: &str) -> String {
    let taken = act.operation.parameters.iter().any(|parameter| parameter.name.field() == name);
    if taken { format!("{name}_") } else { name.to_owned() }
}

fn read(scene: &Scene<'_, '_>, act: &Act<'_>, body: Option<&Body>, text: &mut Text) {
    let (call, refused, parts) = (scene.item("Call"), scene.item("Refused"), free(act, "parts"));
    let names = act.operation.parameters.iter().map(|parameter| parameter.name.field());
    let names: Vec<_> = names.chain(body.map(|body| body.name.clone())).collect();
    text.line(0, format_args!("impl {} {{", act.input));
    text.line(1, format_args!("fn read(call: &{call}) -> Result<Self, {refused}> {{"));
    if names.is_empty() {
        text.line(2, format_args!("call.read(|_| Some(Self))"));
    } else {
        text.line(2, format_args!("call.read(|{parts}| {{"));
        for parameter in &act.operation.parameters {
            let (name, read) = (parameter.name.field(), parameter_read(scene, &parts, parameter));
            // Those of a style of their own may be long; the others are as long as their names.
            match read.contains("styled(") {
                true => text.code(3, &format!("let {name} = {read};")),
                false => text.line(3, format_args!("let {name} = {read};")),
            }
        }
        if let Some((body, declared)) = body.zip(act.operation.body.as_ref()) {
            content::read(scene, act, declared, (&body.name, &parts), text);
        }
        let fields: Vec<_> = names.iter().map(|name| format!("{name}: {name}?")).collect();
        text.list(3, "Some(Self {", &fields, "})");
        text.line(2, format_args!("}})"));
    }
    text.line(0, format_args!("    }}\n}}\n"));
}

fn parameter_read(scene: &Scene<'_, '_>, parts: &str, parameter: &Parameter) -> String {
    let types = scene.paths.types;
    let place = match parameter.location {
        Location::Path => "Path",
        Location::Query => "Query",
        Location::Header => "Header",
        Location::Cookie => "Cookie",
    };
    let place = format!("{}::{place}", scene.http_item("In"));
    let list = match types.kind(parameter.ty) {
        TypeKind::List(list) if !list.nullable_items => Some(list),
        _ => None,
    };
    let item = list.map_or(parameter.ty, |list| list.item);
    let Some(way) = way(parameter, list.is_some()).filter(|_| is_plain(types, item)) else {
        return styled(scene, parts, &place, parameter);
    };
    let form = format!("{}::{}", scene.http_item("Form"), form_of(types, item));
    let mut arguments = format!("{place}, {:?}, {form}", parameter.name.wire);
    if list.is_some() {
        arguments = format!("{arguments}, {}::{way}", scene.http_item("Style"));
    }
    let default = default(scene, parameter);
    match (list.is_some(), parameter.required, default) {
        (false, true, _) => format!("{parts}.required({arguments})"),
        (false, false, None) => format!("{parts}.optional({arguments})"),
        (false, false, Some(default)) => format!("{parts}.defaulted({arguments}, {default})"),
        (true, true, _) => format!("{parts}.list({arguments})"),
        (true, false, None) => format!("{parts}.optional_list({arguments})"),
        (true, false, Some(default)) => {
            format!("{parts}.optional_list({arguments}).map(|list| list.unwrap_or_else({default}))")
        }
    }
}

fn default(scene: &Scene<'_, '_>, parameter: &Parameter) -> Option<String> {
    let default = parameter.default.as_deref().filter(|_| !parameter.required);
    default.map(|json| function(&tight(&default_value(&scene.paths, parameter.ty, json)), 3))
}

/// The way of a single value or a list of such, if it is one that needs no more than text.
fn way(parameter: &Parameter, is_list: bool) -> Option<&'static str> {
    match (parameter.location, parameter.style) {
        (Location::Path | Location::Header, Style::Simple { .. }) => Some("Commas"),
        (Location::Query, Style::Form { explode: true }) => Some("Repeated"),
        (Location::Query | Location::Cookie, Style::Form { .. }) => Some("Commas"),
        (Location::Query, style) if !is_list && style != Style::Json => Some("Commas"),
        _ => None,
    }
}

/// A parameter whose style has to be undone.
fn styled(scene: &Scene<'_, '_>, parts: &str, place: &str, parameter: &Parameter) -> String {
    let types = scene.paths.types;
    let style = format!("{}::{}", scene.style_item("Style"), crate::types::style(parameter.style));
    let shape = format!("{}::{}", scene.style_item("Shape"), shape(types, parameter.ty));
    let arguments = format!("{place}, {:?}, {style}, {shape}", parameter.name.wire);
    match (parameter.required, default(scene, parameter)) {
        (true, _) => format!("{parts}.styled({arguments})"),
        (false, None) => format!("{parts}.optional_styled({arguments})"),
        (false, Some(default)) => {
            format!("{parts}.optional_styled({arguments}).map(|value| value.unwrap_or_else({default}))")
        }
    }
}

/// What the text of a parameter stands for.
fn form_of(types: &Types<'_>, ty: TypeId) -> &'static str {
    let scalar = match types.kind(ty) {
        TypeKind::Scalar(scalar) => *scalar,
        TypeKind::Newtype(newtype) => newtype.base,
        TypeKind::Enum(it) => match it.values.first().map(|value| &value.value) {
            Some(EnumLiteral::Integer(_)) => Scalar::Int64,
            Some(EnumLiteral::Boolean(_)) => Scalar::Boolean,
            Some(EnumLiteral::String(_)) | None => Scalar::String,
        },
        _ => Scalar::String,
    };
    match scalar {
        Scalar::Boolean => "Boolean",
        Scalar::Int32 | Scalar::Int64 => "Integer",
        Scalar::Float64 => "Number",
        _ => "Text",
    }
}
