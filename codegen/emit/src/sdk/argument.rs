//! How a value comes into a function and goes into a call.

use proc_macro2::{Ident, TokenStream};
use quote::quote;
use stipule_ir::TypeId;
use stipule_ir::service::{Location, Parameter, Style};
use stipule_ir::types::{Scalar, TypeKind};

use super::Scene;
use crate::types::Types;

/// The type of an argument: small values as they are, text as anything that is text, the rest owned or borrowed.
pub(super) fn ty(scene: &Scene<'_, '_>, id: TypeId) -> TokenStream {
    let ty = scene.paths.of(id);
    match passing(scene.paths.types, id) {
        Passing::Value => ty,
        Passing::Text => quote!(impl Into<String>),
        Passing::Borrow => {
            scene.std("std::borrow::Borrow");
            quote!(impl Borrow<#ty>)
        }
    }
}

/// A reference to the value of an argument.
pub(super) fn reference(scene: &Scene<'_, '_>, id: TypeId, name: &Ident) -> TokenStream {
    match passing(scene.paths.types, id) {
        Passing::Value => quote!(&#name),
        Passing::Text => quote!(&#name.into()),
        Passing::Borrow => quote!(#name.borrow()),
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
pub(super) fn put(scene: &Scene<'_, '_>, parameter: &Parameter, name: &Ident) -> TokenStream {
    let wire = &parameter.name.wire;
    let value = reference(scene, parameter.ty, name);
    let is_list = matches!(scene.paths.types.kind(parameter.ty), TypeKind::List(_));
    match (parameter.location, is_list) {
        (Location::Path, _) => quote!(.path(#wire, #value)),
        (Location::Query, false) => quote!(.query(#wire, #value)),
        (Location::Query, true) => {
            let style = scene.shell("Style");
            let style = match parameter.style {
                Style::Commas => quote!(#style::Commas),
                Style::Repeated => quote!(#style::Repeated),
            };
            quote!(.query_list(#wire, #value, #style))
        }
        (Location::Header, false) => quote!(.header(#wire, #value)),
        (Location::Header, true) => quote!(.header_list(#wire, #value)),
        (Location::Cookie, _) => quote!(.cookie(#wire, #value)),
    }
}
