//! Values in generated code, and the forms in which keys need them.

use proc_macro2::TokenStream;
use quote::quote;
use stipule_ir::TypeId;
use stipule_ir::table::Codec;
use stipule_ir::types::{Limits, Scalar, TypeKind};

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

/// What a value is underneath.
#[derive(Clone, Copy)]
enum Base {
    /// The scalar itself.
    Bare(Scalar),
    /// In a type of the model with a name of its own.
    Named(Scalar),
    /// In a type of the wire that carries its limits: `Text<1, 80>`, `Ranged<0, 9>`.
    Limited(Scalar),
    /// Something else: an enum.
    Other,
}

fn base(types: &Types<'_>, id: TypeId) -> Base {
    match types.kind(id) {
        TypeKind::Scalar(scalar) => Base::Bare(*scalar),
        TypeKind::Newtype(it) if types.declaration(id).is_some() => Base::Named(it.base),
        TypeKind::Newtype(it) if it.limits == Limits::default() => Base::Bare(it.base),
        TypeKind::Newtype(it) => Base::Limited(it.base),
        _ => Base::Other,
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
    let (receiver, borrowed) = (value.receiver(), value.borrowed());
    match base(types, id) {
        Base::Bare(Scalar::String) => borrowed,
        Base::Named(Scalar::String) => quote!(#receiver.get()),
        Base::Limited(Scalar::String)
        | Base::Other
        | Base::Bare(Scalar::Email | Scalar::Uri | Scalar::Decimal) => {
            quote!(#receiver.as_str())
        }
        Base::Named(Scalar::Email | Scalar::Uri | Scalar::Decimal) => quote!(#receiver.get().as_str()),
        // Only shards and locks are made from the text of these.
        Base::Bare(_) | Base::Limited(_) => quote!(&#receiver.to_string()),
        Base::Named(_) => quote!(&#receiver.get().to_string()),
    }
}

/// The value as `i64`.
pub(super) fn integer(types: &Types<'_>, id: TypeId, value: &Value) -> TokenStream {
    let (receiver, copied) = (value.receiver(), value.copied());
    match base(types, id) {
        Base::Bare(Scalar::Int32) => quote!(i64::from(#copied)),
        Base::Named(Scalar::Int32) => quote!(i64::from(#receiver.get())),
        Base::Bare(_) => copied,
        Base::Named(_) | Base::Limited(_) => quote!(#receiver.get()),
        Base::Other => quote!(#receiver.value()),
    }
}

/// A reference to the bare scalar.
fn inner(types: &Types<'_>, id: TypeId, value: &Value) -> TokenStream {
    let receiver = value.receiver();
    match base(types, id) {
        Base::Named(_) => quote!(#receiver.get()),
        _ => value.borrowed(),
    }
}

/// Whether the type is an integer, with or without limits.
pub(super) fn is_integer(types: &Types<'_>, id: TypeId) -> bool {
    let (Base::Bare(scalar) | Base::Named(scalar) | Base::Limited(scalar)) = base(types, id) else {
        return false;
    };
    matches!(scalar, Scalar::Int32 | Scalar::Int64)
}
