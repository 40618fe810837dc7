//! Between what is written and what is read: every closed value is an open one, and an open one is closed unless the
//! contract doesn't know something in it.

use proc_macro2::TokenStream;
use quote::quote;
use stipule_ir::TypeId;
use stipule_ir::types::{Declaration, Enum, Extra, Field, Struct, TypeKind, Union};

use crate::rust::ident;
use crate::types::{Edge, Paths, Presence, module_name};

/// `From<closed>` for an open form, and the way back.
pub(super) fn between(paths: &Paths<'_, '_>, id: TypeId, declaration: &Declaration) -> TokenStream {
    let (name, module) = (ident(&declaration.name.type_name()), ident(&module_name(&declaration.module)));
    let closed = quote!(crate::#module::#name);
    let body = match paths.types.kind(id) {
        TypeKind::Struct(it) => object(paths, id, it),
        TypeKind::Enum(it) => choice(&closed, it),
        TypeKind::Union(it) => variants(paths, id, &closed, it),
        _ if paths.types.is_endless(id) => {
            let inner = parts(paths, id, &quote!(value.0));
            quote!(Self(#inner))
        }
        // Aliases are converted where they are used.
        _ => return TokenStream::new(),
    };
    let [decode, json, posture, violations] =
        ["decode", "Json", "Posture", "Violations"].map(|name| paths.wire(name));
    quote! {
        impl From<#closed> for #name {
            fn from(value: #closed) -> Self { #body }
        }
        impl TryFrom<#name> for #closed {
            type Error = #violations;
            fn try_from(value: #name) -> Result<Self, #violations> {
                let written = #json::of(&value).expect("what was read can be written");
                #decode(&written, #posture::Closed)
            }
        }
    }
}

fn object(paths: &Paths<'_, '_>, id: TypeId, it: &Struct) -> TokenStream {
    let fields = it.fields.iter().enumerate().map(|(place, it)| {
        let name = ident(&it.name.field());
        let value = field(paths, Edge { from: id, place }, it, &quote!(value.#name));
        quote!(#name: #value)
    });
    let extra = match it.extra {
        Extra::Kept(ty) => {
            let taken = it.fields.iter().any(|field| field.name.field() == "extra");
            let name = ident(if taken { "extra_" } else { "extra" });
            let converted = match element(paths, ty, false) {
                Some(convert) => quote!(value.#name.into_iter().map(|(name, it)| (name, #convert)).collect()),
                None => quote!(value.#name),
            };
            Some(quote!(#name: #converted))
        }
        Extra::Refused | Extra::Ignored => None,
    };
    let fields = fields.chain(extra);
    quote!(Self { #(#fields),* })
}

fn field(paths: &Paths<'_, '_>, edge: Edge, it: &Field, value: &TokenStream) -> TokenStream {
    let Some(inner) = boxed(paths, edge, it.ty) else { return value.clone() };
    match Presence::of(it) {
        Presence::Always | Presence::OrDefault => convert(paths, edge, it.ty, value),
        _ if inner.is_into => quote!(#value.map(Into::into)),
        _ => {
            let inner = inner.tokens;
            quote!(#value.map(|it| #inner))
        }
    }
}

/// A conversion of a variable `it`.
struct Conversion {
    tokens: TokenStream,
    /// Whether it is just `it.into()`.
    is_into: bool,
}

/// How `it` is converted at a place; `None` when both forms are one type.
fn boxed(paths: &Paths<'_, '_>, edge: Edge, ty: TypeId) -> Option<Conversion> {
    if !paths.types.has_open_form(ty) {
        return None;
    }
    let tokens = convert(paths, edge, ty, &quote!(it));
    let is_into = paths.types.is_nominal(ty) && !paths.types.is_boxed(edge);
    Some(Conversion { tokens, is_into })
}

fn convert(paths: &Paths<'_, '_>, edge: Edge, ty: TypeId, value: &TokenStream) -> TokenStream {
    if paths.types.is_boxed(edge) {
        let inner = plain(paths, ty, &quote!((*#value)));
        quote!(Box::new(#inner))
    } else {
        plain(paths, ty, value)
    }
}

fn plain(paths: &Paths<'_, '_>, ty: TypeId, value: &TokenStream) -> TokenStream {
    if !paths.types.has_open_form(ty) {
        return value.clone();
    }
    if paths.types.is_nominal(ty) { quote!(#value.into()) } else { parts(paths, ty, value) }
}

/// As [`plain`], looking into a list, map or tuple.
fn parts(paths: &Paths<'_, '_>, ty: TypeId, value: &TokenStream) -> TokenStream {
    match paths.types.kind(ty) {
        TypeKind::List(list) => {
            let bounded = list.unique || list.min_items.unwrap_or(0) > 0 || list.max_items.is_some();
            let item = element(paths, list.item, list.nullable_items);
            let converted = match item {
                Some(item) if is_into(&item) => quote!(#value.into_iter().map(Into::into).collect()),
                Some(item) => quote!(#value.into_iter().map(|it| #item).collect()),
                None => value.clone(),
            };
            if bounded { rebound(paths, ty, &converted) } else { converted }
        }
        TypeKind::Map(map) => {
            let item = element(paths, map.value, map.nullable_values).unwrap_or_else(|| quote!(it));
            let key = map.key.and_then(|key| element(paths, key, false));
            let key = key.map_or_else(|| quote!(name), |convert| quote!({ let it = name; #convert }));
            let converted = quote!(#value.into_iter().map(|(name, it)| (#key, #item)).collect());
            let bounded = map.min_properties.unwrap_or(0) > 0 || map.max_properties.is_some();
            if bounded { rebound(paths, ty, &converted) } else { converted }
        }
        TypeKind::Tuple(items) => {
            let items = items.iter().enumerate().map(|(place, item)| {
                let index = proc_macro2::Literal::usize_unsuffixed(place);
                convert(paths, Edge { from: ty, place }, *item, &quote!(#value.#index))
            });
            quote!((#(#items,)*))
        }
        _ => quote!(#value.into()),
    }
}

/// How `it`, an item of a list or map, is converted; `None` when both forms are one type.
fn element(paths: &Paths<'_, '_>, ty: TypeId, nullable: bool) -> Option<TokenStream> {
    if !paths.types.has_open_form(ty) {
        return None;
    }
    let inner = plain(paths, ty, &quote!(it));
    Some(if nullable { quote!(it.map(|it| #inner)) } else { inner })
}

fn is_into(conversion: &TokenStream) -> bool {
    conversion.to_string() == quote!(it.into()).to_string()
}

/// The items again under their limits, which converting one by one keeps: neither their number nor which of them are
/// equal changes.
fn rebound(paths: &Paths<'_, '_>, ty: TypeId, items: &TokenStream) -> TokenStream {
    let name = match paths.types.kind(ty) {
        TypeKind::List(list) if list.unique => paths.wire("UniqueVec"),
        TypeKind::List(_) => paths.wire("BoundedVec"),
        _ => paths.wire("BoundedMap"),
    };
    quote!(#name::new(#items).expect("the limits of both forms are the same"))
}

fn choice(closed: &TokenStream, it: &Enum) -> TokenStream {
    let names: Vec<_> = it.values.iter().map(|value| ident(&value.name.variant())).collect();
    quote!(match value { #(#closed::#names => Self::#names,)* })
}

fn variants(paths: &Paths<'_, '_>, id: TypeId, closed: &TokenStream, it: &Union) -> TokenStream {
    let arms = it.variants.iter().enumerate().map(|(place, variant)| {
        let name = ident(&variant.name.variant());
        let value = convert(paths, Edge { from: id, place }, variant.ty, &quote!(it));
        quote!(#closed::#name(it) => Self::#name(#value),)
    });
    quote!(match value { #(#arms)* })
}
