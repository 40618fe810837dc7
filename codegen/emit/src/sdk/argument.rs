//! How a value comes into a function and goes into a call.

use stipule_ir::TypeId;
use stipule_ir::service::{Location, Parameter, Style};
use stipule_ir::types::{Scalar, TypeKind};

use super::Scene;
use crate::types::Types;

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
    let wire = &parameter.name.wire;
    let value = reference(scene, parameter.ty, name);
    let is_list = matches!(scene.paths.types.kind(parameter.ty), TypeKind::List(_));
    match (parameter.location, is_list) {
        (Location::Path, _) => format!(".path({wire:?}, {value})"),
        (Location::Query, false) => format!(".query({wire:?}, {value})"),
        (Location::Query, true) => {
            let (style, way) = (scene.item("Style"), parameter.style);
            let way = match way {
                Style::Commas => "Commas",
                Style::Repeated => "Repeated",
            };
            format!(".query_list({wire:?}, {value}, {style}::{way})")
        }
        (Location::Header, false) => format!(".header({wire:?}, {value})"),
        (Location::Header, true) => format!(".header_list({wire:?}, {value})"),
        (Location::Cookie, _) => format!(".cookie({wire:?}, {value})"),
    }
}
