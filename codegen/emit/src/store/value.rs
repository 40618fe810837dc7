//! Values in generated code, and the forms in which keys need them.

use stipule_ir::TypeId;
use stipule_ir::table::Codec;
use stipule_ir::types::{Limits, Scalar, TypeKind};

use crate::types::{Paths, Types};

/// An expression and what it gives.
#[derive(Clone)]
pub(super) enum Value {
    /// A place of the type itself: `loan.due`.
    Place(String),
    /// A reference to it: an argument, a binding of a pattern.
    Borrowed(String),
    /// A copy of it: an argument of a small type.
    Copied(String),
}

impl Value {
    /// Something to call a method on.
    pub(super) fn receiver(&self) -> &str {
        match self {
            Value::Place(code) | Value::Borrowed(code) | Value::Copied(code) => code,
        }
    }

    pub(super) fn borrowed(&self) -> String {
        match self {
            Value::Place(code) | Value::Copied(code) => format!("&{code}"),
            Value::Borrowed(code) => code.clone(),
        }
    }

    pub(super) fn copied(&self) -> String {
        match self {
            Value::Place(code) | Value::Copied(code) => code.clone(),
            Value::Borrowed(code) => format!("*{code}"),
        }
    }
}

/// How a value of the type is taken as an argument.
pub(super) fn argument(paths: &Paths<'_, '_>, id: TypeId) -> String {
    let ty = paths.text(id);
    match paths.types.kind(id) {
        TypeKind::Scalar(Scalar::String) => "&str".to_owned(),
        _ if is_small(paths.types, id) => ty,
        _ => format!("&{ty}"),
    }
}

/// The value of an argument of that name.
pub(super) fn of_argument(types: &Types<'_>, id: TypeId, name: String) -> Value {
    if is_small(types, id) { Value::Copied(name) } else { Value::Borrowed(name) }
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
pub(super) fn segment_call(types: &Types<'_>, id: TypeId, codec: Codec, value: &Value) -> String {
    let (name, _) = names(codec);
    format!(".{name}({})", encoded(types, id, codec, value))
}

/// `Segment::Integer(at.get())`: the segment of a value.
pub(super) fn segment(types: &Types<'_>, id: TypeId, codec: Codec, value: &Value) -> String {
    let (_, name) = names(codec);
    format!("Segment::{name}({})", encoded(types, id, codec, value))
}

/// What the runtime calls a codec: the method that adds a segment, and the segment.
fn names(codec: Codec) -> (&'static str, &'static str) {
    match codec {
        Codec::Text | Codec::EnumText => ("text", "Text"),
        Codec::PlainText => ("plain", "Plain"),
        Codec::Integer => ("integer", "Integer"),
        Codec::Decimal => ("decimal", "Decimal"),
        Codec::Number => ("number", "Number"),
        Codec::Boolean => ("boolean", "Boolean"),
        Codec::Date => ("date", "Date"),
        Codec::DateTime => ("date_time", "DateTime"),
        Codec::Uuid => ("uuid", "Uuid"),
        Codec::Ulid => ("ulid", "Ulid"),
        Codec::EnumRank => ("rank", "Rank"),
    }
}

/// The value as what a key takes.
fn encoded(types: &Types<'_>, id: TypeId, codec: Codec, value: &Value) -> String {
    match codec {
        Codec::Text | Codec::EnumText | Codec::PlainText => text(types, id, value),
        Codec::Integer => integer(types, id, value),
        Codec::Number => number(types, id, value),
        // A boolean with a name of its own is an alias.
        Codec::Boolean => value.copied(),
        Codec::Decimal | Codec::Date | Codec::DateTime | Codec::Uuid | Codec::Ulid => inner(types, id, value),
        Codec::EnumRank => format!("{}.rank()", value.receiver()),
    }
}

/// The value as `&str`.
pub(super) fn text(types: &Types<'_>, id: TypeId, value: &Value) -> String {
    let (receiver, borrowed) = (value.receiver(), value.borrowed());
    match base(types, id) {
        Base::Bare(Scalar::String) => borrowed,
        Base::Named(Scalar::String) => format!("{receiver}.get()"),
        Base::Limited(Scalar::String)
        | Base::Other
        | Base::Bare(Scalar::Email | Scalar::Uri | Scalar::Decimal) => {
            format!("{receiver}.as_str()")
        }
        Base::Named(Scalar::Email | Scalar::Uri | Scalar::Decimal) => format!("{receiver}.get().as_str()"),
        // Only locks are made from the text of these.
        Base::Bare(_) | Base::Limited(_) => format!("&{receiver}.to_string()"),
        Base::Named(_) => format!("&{receiver}.get().to_string()"),
    }
}

/// The value as a reference to what shows its text, which decides about its shard.
pub(super) fn shown(types: &Types<'_>, id: TypeId, value: &Value) -> String {
    match base(types, id) {
        Base::Bare(
            Scalar::Int32 | Scalar::Int64 | Scalar::Date | Scalar::DateTime | Scalar::Uuid | Scalar::Ulid,
        ) => value.borrowed(),
        Base::Named(Scalar::Int32 | Scalar::Int64) | Base::Limited(Scalar::Int32 | Scalar::Int64) => {
            format!("&{}.get()", value.receiver())
        }
        Base::Named(Scalar::Date | Scalar::DateTime | Scalar::Uuid | Scalar::Ulid) => {
            format!("{}.get()", value.receiver())
        }
        _ => text(types, id, value),
    }
}

/// The value as `i64`.
pub(super) fn integer(types: &Types<'_>, id: TypeId, value: &Value) -> String {
    let (receiver, copied) = (value.receiver(), value.copied());
    match base(types, id) {
        Base::Bare(Scalar::Int32) => format!("i64::from({copied})"),
        Base::Named(Scalar::Int32) => format!("i64::from({receiver}.get())"),
        Base::Bare(_) => copied,
        Base::Named(_) | Base::Limited(_) => format!("{receiver}.get()"),
        Base::Other => format!("{receiver}.value()"),
    }
}

/// The value as `f64`.
fn number(types: &Types<'_>, id: TypeId, value: &Value) -> String {
    match base(types, id) {
        Base::Bare(_) => value.copied(),
        _ => format!("{}.get()", value.receiver()),
    }
}

/// A reference to the bare scalar.
pub(super) fn inner(types: &Types<'_>, id: TypeId, value: &Value) -> String {
    let receiver = value.receiver();
    match base(types, id) {
        Base::Named(_) => format!("{receiver}.get()"),
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

/// Whether the type is a date rather than an instant.
pub(super) fn is_day(types: &Types<'_>, id: TypeId) -> bool {
    let (Base::Bare(scalar) | Base::Named(scalar) | Base::Limited(scalar)) = base(types, id) else {
        return false;
    };
    scalar == Scalar::Date
}
