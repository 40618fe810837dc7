//! Defaults of the contract as Rust expressions.

use proc_macro2::{Literal, TokenStream};
use quote::quote;
use serde_json::Value;
use stipule_ir::TypeId;
use stipule_ir::types::{EnumLiteral, Scalar, TypeKind};

use super::{Paths, integer_bounds};
use crate::rust::ident;

/// Why `expect` in generated code doesn't panic.
const FITS: &str = "it fits its type";

/// The value of a type that compact JSON stands for. That it fits is the front's to say.
pub(crate) fn default_value(paths: &Paths<'_, '_>, id: TypeId, json: &str) -> TokenStream {
    let short = serde_json::from_str(json).ok().and_then(|value| short(paths, id, &value));
    short.unwrap_or_else(|| {
        let json = Literal::byte_string(json.as_bytes());
        quote!(stipule_wire::from_slice(#json, stipule_wire::Posture::Closed).expect(#FITS))
    })
}

/// A value of the generator's own, where it can be proven here that it fits its type.
pub(crate) fn literal(paths: &Paths<'_, '_>, id: TypeId, json: &Value) -> Option<TokenStream> {
    let fits = match (paths.types.kind(id), json) {
        (TypeKind::Newtype(it), Value::String(text)) => {
            let length = text.chars().count() as u64;
            it.limits.pattern.is_none()
                && it.limits.min_length.is_none_or(|min| length >= min)
                && it.limits.max_length.is_none_or(|max| length <= max)
                && matches!(it.base, Scalar::String | Scalar::Uri)
        }
        (TypeKind::Newtype(it), Value::Number(number)) => {
            let range = integer_bounds(it.base, &it.limits);
            it.limits.multiple_of.is_none() && number.as_i64().is_some_and(|it| range.contains(&it))
        }
        (TypeKind::Scalar(Scalar::Uri), Value::String(text)) => {
            return Some(quote!(#text.parse().expect(#FITS)));
        }
        (TypeKind::Scalar(_) | TypeKind::Enum(_), _) => true,
        _ => false,
    };
    if fits { short(paths, id, json) } else { None }
}

/// The short spelling of values that have one.
fn short(paths: &Paths<'_, '_>, id: TypeId, json: &Value) -> Option<TokenStream> {
    match (paths.types.kind(id), json) {
        (TypeKind::Scalar(Scalar::Boolean), Value::Bool(value)) => Some(quote!(#value)),
        (TypeKind::Scalar(Scalar::Int32 | Scalar::Int64), Value::Number(number)) => integer(number),
        (TypeKind::Scalar(Scalar::Float64), Value::Number(number)) => {
            let value = Literal::f64_unsuffixed(number.as_f64()?);
            Some(quote!(#value))
        }
        (TypeKind::Scalar(Scalar::String), Value::String(text)) => Some(quote!(#text.to_owned())),
        (TypeKind::Newtype(it), Value::String(text)) if is_text(it.base) => {
            Some(quote!(#text.parse().expect(#FITS)))
        }
        (TypeKind::Newtype(it), Value::Number(number))
            if matches!(it.base, Scalar::Int32 | Scalar::Int64) =>
        {
            let value = integer(number)?;
            let new = match paths.types.declaration(id) {
                Some(_) => {
                    let ty = paths.of(id);
                    quote!(#ty::new)
                }
                None => quote!(stipule_wire::Ranged::new),
            };
            Some(quote!(#new(#value).expect(#FITS)))
        }
        (TypeKind::Enum(it), json) => {
            let value = it.values.iter().find(|value| is(&value.value, json))?;
            let (ty, variant) = (paths.of(id), ident(&value.name.variant()));
            Some(quote!(#ty::#variant))
        }
        (TypeKind::List(list), Value::Array(items))
            if items.is_empty() && list.min_items.unwrap_or(0) == 0 =>
        {
            Some(quote!(Default::default()))
        }
        _ => None,
    }
}

fn integer(number: &serde_json::Number) -> Option<TokenStream> {
    let value = Literal::i64_unsuffixed(number.as_i64()?);
    Some(quote!(#value))
}

fn is_text(base: Scalar) -> bool {
    !matches!(
        base,
        Scalar::Boolean | Scalar::Int32 | Scalar::Int64 | Scalar::Float64 | Scalar::Any | Scalar::Null
    )
}

fn is(literal: &EnumLiteral, json: &Value) -> bool {
    match literal {
        EnumLiteral::String(text) => json.as_str() == Some(text),
        EnumLiteral::Integer(integer) => json.as_i64() == Some(*integer),
        EnumLiteral::Boolean(boolean) => json.as_bool() == Some(*boolean),
    }
}
