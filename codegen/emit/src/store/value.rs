//! Values in generated code, and the forms in which keys need them.

use proc_macro2::TokenStream;
use quote::quote;
use stipule_ir::TypeId;
use stipule_ir::table::Codec;
use stipule_ir::types::{Scalar, TypeKind};

use crate::types::{Paths, Types};

/// An expression and what it gives.
#[derive(Clone)]
pub(super) enum Value {
    /// A place of the type itself: `loan.due`.
    Place(TokenStream),
    /// A reference to it: an argument, a binding of a pattern.
    Borrowed(TokenStream),
    /// A copy of it: an argument of a small type.
    Copied(TokenStream),
}

impl Value {
    /// Something to call a method on.
    pub(super) fn receiver(&self) -> &TokenStream {
        match self {
            Value::Place(tokens) | Value::Borrowed(tokens) | Value::Copied(tokens) => tokens,
        }
    }

    pub(super) fn borrowed(&self) -> TokenStream {
        match self {
            Value::Place(tokens) | Value::Copied(tokens) => quote!(&#tokens),
            Value::Borrowed(tokens) => tokens.clone(),
        }
    }

    pub(super) fn copied(&self) -> TokenStream {
        match self {
            Value::Place(tokens) | Value::Copied(tokens) => tokens.clone(),
            Value::Borrowed(tokens) => quote!(*#tokens),
        }
    }
}

/// How a value of the type is taken as an argument.
pub(super) fn argument(paths: &Paths<'_, '_>, id: TypeId) -> TokenStream {
    let ty = paths.of(id);
    match paths.types.kind(id) {
        TypeKind::Scalar(Scalar::String) => quote!(&str),
        _ if is_small(paths.types, id) => ty,
        _ => quote!(&#ty),
    }
}

/// The value of an argument of that name.
pub(super) fn of_argument(types: &Types<'_>, id: TypeId, name: &proc_macro2::Ident) -> Value {
    if is_small(types, id) { Value::Copied(quote!(#name)) } else { Value::Borrowed(quote!(#name)) }
}

/// Whether arguments of the type are passed by value: bare numbers and booleans.
fn is_small(types: &Types<'_>, id: TypeId) -> bool {
    matches!(
        types.kind(id),
        TypeKind::Scalar(Scalar::Boolean | Scalar::Int32 | Scalar::Int64 | Scalar::Float64)
    )
}

/// What a value is underneath: a bare scalar, a scalar with limits, or one of a list.
fn base(types: &Types<'_>, id: TypeId) -> Option<(Scalar, bool)> {
    match types.kind(id) {
        TypeKind::Scalar(scalar) => Some((*scalar, false)),
        TypeKind::Newtype(it) => Some((it.base, true)),
        _ => None,
    }
}

/// `.integer(line.number.get())`: the call that adds a value to a key.
pub(super) fn segment_call(types: &Types<'_>, id: TypeId, codec: Codec, value: &Value) -> TokenStream {
    match codec {
        Codec::Text | Codec::EnumText => {
            let text = text(types, id, value);
            quote!(.text(#text))
        }
        Codec::PlainText => {
            let text = text(types, id, value);
            quote!(.plain(#text))
        }
        Codec::Integer => {
            let integer = integer(types, id, value);
            quote!(.integer(#integer))
        }
        Codec::Date => {
            let date = inner(types, id, value);
            quote!(.date(#date))
        }
        Codec::DateTime => {
            let instant = inner(types, id, value);
            quote!(.date_time(#instant))
        }
        Codec::Uuid => {
            let uuid = inner(types, id, value);
            quote!(.uuid(#uuid))
        }
    }
}

/// `Segment::Integer(at.get())`: the segment of a value.
pub(super) fn segment(types: &Types<'_>, id: TypeId, codec: Codec, value: &Value) -> TokenStream {
    let (name, inner) = match codec {
        Codec::Text | Codec::EnumText => (quote!(Text), text(types, id, value)),
        Codec::PlainText => (quote!(Plain), text(types, id, value)),
        Codec::Integer => (quote!(Integer), integer(types, id, value)),
        Codec::Date => (quote!(Date), inner(types, id, value)),
        Codec::DateTime => (quote!(DateTime), inner(types, id, value)),
        Codec::Uuid => (quote!(Uuid), inner(types, id, value)),
    };
    quote!(Segment::#name(#inner))
}

/// The value as `&str`.
pub(super) fn text(types: &Types<'_>, id: TypeId, value: &Value) -> TokenStream {
    match base(types, id) {
        Some((Scalar::String, false)) => value.borrowed(),
        // Whatever has a text form: for values that only shards are drawn from.
        Some((Scalar::Uuid | Scalar::Date | Scalar::DateTime | Scalar::Int32 | Scalar::Int64, _)) => {
            let value = value.receiver();
            quote!(&#value.to_string())
        }
        _ => {
            let value = value.receiver();
            quote!(#value.as_str())
        }
    }
}

/// The value as `i64`.
pub(super) fn integer(types: &Types<'_>, id: TypeId, value: &Value) -> TokenStream {
    match base(types, id) {
        Some((Scalar::Int64, false)) => value.copied(),
        Some((Scalar::Int32, false)) => {
            let value = value.copied();
            quote!(i64::from(#value))
        }
        Some(_) => {
            let value = value.receiver();
            quote!(#value.get())
        }
        None => {
            let value = value.receiver();
            quote!(#value.value())
        }
    }
}

/// A reference to the bare scalar.
fn inner(types: &Types<'_>, id: TypeId, value: &Value) -> TokenStream {
    match base(types, id) {
        Some((_, true)) => {
            let value = value.receiver();
            quote!(#value.get())
        }
        _ => value.borrowed(),
    }
}
