//! How a value comes into a function and goes into a call.

use stipule_ir::TypeId;
use stipule_ir::service::{Location, Parameter, Style};
use stipule_ir::types::{Scalar, TypeKind};

use super::Scene;
use crate::types::{Types, is_plain};

/// The type of an argument: small values as they are, text as anything that is text, the rest owned or borrowed.
pub(super) fn ty(scene: &Scene<'_, '_>, id: TypeId) -> String {
    match passing(scene.paths.types, id) {
        Passing::Value => scene.paths.text(id),
        Passing::Text => "impl Into<String>".to_owned(),
        Passing::Borrow => {
            scene.std("std::borrow::Borrow");
            format!("impl Borrow<{}>", scene.paths.text(id))
        }
    }
}

/// A reference to the value of an argument.
pub(super) fn reference(scene: &Scene<'_, '_>, id: TypeId, name: &str) -> String {
    match passing(scene.paths.types, id) {
        Passing::Value => format!("&{name}"),
        Passing::Text => format!("&{name}.into()"),
        Passing::Borrow => format!("{name}.borrow()"),
    }
}

enum Passing {
    Value,
    Text,
    Borrow,
}

fn passing(types: &Types<'_>, id: TypeId) -> Passing {
    let scalar = match types.kind(id) {
        TypeKind::Enum(_) => return Passing::Value,
        TypeKind::Scalar(scalar) => *scalar,
        TypeKind::Newtype(newtype) if newtype.base != Scalar::String => newtype.base,
        _ => return Passing::Borrow,
    };
    match scalar {
        Scalar::Boolean | Scalar::Int32 | Scalar::Int64 | Scalar::Float64 | Scalar::Null => Passing::Value,
        Scalar::String => Passing::Text,
        _ => Passing::Borrow,
    }
}

/// `.query("status", &status)`: puts a parameter into a call.
pub(super) fn put(scene: &Scene<'_, '_>, parameter: &Parameter, name: &str) -> String {
    let (types, wire) = (scene.paths.types, &parameter.name.wire);
    let reference = reference(scene, parameter.ty, name);
    let items = matches!(
        types.kind(parameter.ty),
        TypeKind::List(list) if !list.nullable_items && is_plain(types, list.item)
    );
    let alone = is_plain(types, parameter.ty);
    match (parameter.location, parameter.style) {
        (Location::Path, Style::Simple { .. }) if alone => format!(".path({wire:?}, {reference})"),
        (Location::Query, style) if alone && style != Style::Json && !parameter.allow_reserved => {
            format!(".query({wire:?}, {reference})")
        }
        (Location::Query, Style::Form { .. }) if items && !parameter.allow_reserved => {
            format!(".query_list({wire:?}, {reference}, {})", style(scene, parameter.style))
        }
        (Location::Header, Style::Simple { .. }) if alone => format!(".header({wire:?}, {reference})"),
        (Location::Header, Style::Simple { .. }) if items => format!(".header_list({wire:?}, {reference})"),
        (Location::Cookie, Style::Form { .. }) if alone => format!(".cookie({wire:?}, {reference})"),
        _ => {
            let place = match parameter.location {
                Location::Path => "Path",
                Location::Query if parameter.allow_reserved => "ReservedQuery",
                Location::Query => "Query",
                Location::Header => "Header",
                Location::Cookie => "Cookie",
            };
            let style = style(scene, parameter.style);
            format!(".parameter({}::{place}, {wire:?}, {style}, {reference})", scene.item("Place"))
        }
    }
}

/// A style as an expression.
pub(super) fn style(scene: &Scene<'_, '_>, style: Style) -> String {
    let (name, variant) = (scene.item("Style"), crate::types::style(style));
    format!("{name}::{variant}")
}
