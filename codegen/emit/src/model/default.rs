//! Defaults of the contract as Rust expressions.

use proc_macro2::{Literal, TokenStream};
use quote::quote;
use serde_json::Value;
use stipule_ir::TypeId;
use stipule_ir::types::{EnumLiteral, Field, Scalar, TypeKind};

use crate::rust::ident;
use crate::types::Paths;

/// The value that an optional field has when it is absent.
pub(super) fn value(paths: &Paths<'_, '_>, field: &Field) -> TokenStream {
    let text = field.default.as_deref().unwrap_or("null");
    let plain = serde_json::from_str(text).ok().and_then(|json| plain(paths, field.ty, &json));
    // What has no short spelling is read from JSON; the rules have checked that it fits.
    plain.unwrap_or_else(|| {
        let text = Literal::string(text);
        quote!(stipule_wire::constant(#text))
    })
}

fn plain(paths: &Paths<'_, '_>, id: TypeId, json: &Value) -> Option<TokenStream> {
    match (paths.types.kind(id), json) {
        (TypeKind::Scalar(Scalar::Boolean), Value::Bool(value)) => Some(quote!(#value)),
        (TypeKind::Scalar(Scalar::Int32 | Scalar::Int64), Value::Number(number)) => {
            let value = Literal::i64_unsuffixed(number.as_i64()?);
            Some(quote!(#value))
        }
        (TypeKind::Scalar(Scalar::Float64), Value::Number(number)) => {
            let value = Literal::f64_unsuffixed(number.as_f64()?);
            Some(quote!(#value))
        }
        (TypeKind::Scalar(Scalar::String), Value::String(text)) => Some(quote!(#text.to_owned())),
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

fn is(literal: &EnumLiteral, json: &Value) -> bool {
    match literal {
        EnumLiteral::String(text) => json.as_str() == Some(text),
        EnumLiteral::Integer(integer) => json.as_i64() == Some(*integer),
        EnumLiteral::Boolean(boolean) => json.as_bool() == Some(*boolean),
    }
}
