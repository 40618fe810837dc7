//! How values become attributes and come back: the functions of the runtime for scalars and lists, generated ones
//! for objects and unions.

use stipule_ir::TypeId;
use stipule_ir::types::{EnumLiteral, List, Map, Newtype, Scalar, TypeKind};

use super::reach::Reach;
use crate::types::Types;

/// The kind of attribute that a scalar becomes.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Text,
    Number,
    Boolean,
    /// An instant, in the form that sorts.
    Instant,
    /// Decided by the value.
    Free,
}

fn kind(scalar: Scalar) -> Kind {
    match scalar {
        Scalar::Boolean => Kind::Boolean,
        Scalar::Int32 | Scalar::Int64 | Scalar::Float64 => Kind::Number,
        Scalar::DateTime => Kind::Instant,
        // Bytes as text are in no contract of ours.
        Scalar::String
        | Scalar::Bytes
        | Scalar::Uuid
        | Scalar::Ulid
        | Scalar::Date
        | Scalar::Email
        | Scalar::Uri
        | Scalar::Decimal => Kind::Text,
        Scalar::Any | Scalar::Null => Kind::Free,
    }
}

/// Conversions as they are written in one generated file.
pub(super) struct Convert<'a> {
    pub(super) types: &'a Types<'a>,
    pub(super) reach: &'a Reach,
    /// Whether the file is the one with the conversions of objects and unions.
    pub(super) at_home: bool,
}

impl Convert<'_> {
    /// The attribute of a value: `to::list(&member.interests, to::text)`.
    pub(super) fn attribute(&self, id: TypeId, reference: &str) -> String {
        match self.types.kind(id) {
            TypeKind::List(list) => format!("to::list({reference}, {})", self.item_to(list)),
            TypeKind::Map(map) => format!("to::map({reference}, {})", self.value_to(map)),
            TypeKind::Newtype(it) if is_named_instant(it) => {
                format!("to::instant({}.get())", reference.trim_start_matches('&'))
            }
            _ => format!("{}({reference})", self.to(id)),
        }
    }

    fn item_to(&self, list: &List) -> String {
        let item = self.to(list.item);
        if list.nullable_items { format!("|item| to::nullable(item, {item})") } else { item }
    }

    fn value_to(&self, map: &Map) -> String {
        let value = self.to(map.value);
        if map.nullable_values { format!("|value| to::nullable(value, {value})") } else { value }
    }

    /// A function from a reference to the value to its attribute.
    pub(super) fn to(&self, id: TypeId) -> String {
        match self.types.kind(id) {
            TypeKind::Scalar(scalar) => scalar_to(*scalar).to_owned(),
            TypeKind::Newtype(it) if is_named_instant(it) => "|at| to::instant(at.get())".to_owned(),
            TypeKind::Newtype(it) => scalar_to(it.base).to_owned(),
            TypeKind::Enum(it) if is_text(it) => "to::text".to_owned(),
            // A body of parts is never a part itself.
            TypeKind::Enum(_) | TypeKind::Tuple(_) | TypeKind::Multipart(_) => "to::free".to_owned(),
            TypeKind::List(list) => format!("|items| to::list(items, {})", self.item_to(list)),
            TypeKind::Map(map) => format!("|entries| to::map(entries, {})", self.value_to(map)),
            TypeKind::Struct(_) | TypeKind::Union(_) => self.own(self.reach.function(id)),
        }
    }

    /// A function from an attribute to the value.
    pub(super) fn from(&self, id: TypeId) -> String {
        match self.types.kind(id) {
            TypeKind::Scalar(scalar) => scalar_from(*scalar).to_owned(),
            TypeKind::Newtype(it) => scalar_from(it.base).to_owned(),
            TypeKind::Enum(it) if is_text(it) => "from::text".to_owned(),
            TypeKind::Enum(_) | TypeKind::Tuple(_) | TypeKind::Multipart(_) => "from::free".to_owned(),
            TypeKind::List(list) => {
                let item = self.from(list.item);
                let item =
                    if list.nullable_items { format!("|item| from::nullable(item, {item})") } else { item };
                format!("|items| from::list(items, {item})")
            }
            TypeKind::Map(map) => {
                let value = self.from(map.value);
                let value = if map.nullable_values {
                    format!("|value| from::nullable(value, {value})")
                } else {
                    value
                };
                format!("|entries| from::map(entries, {value})")
            }
            TypeKind::Struct(_) | TypeKind::Union(_) => self.own(&reader(self.reach.function(id))),
        }
    }

    /// A generated function, as this file calls it.
    fn own(&self, function: &str) -> String {
        if self.at_home { function.to_owned() } else { format!("attributes::{function}") }
    }
}

fn scalar_to(scalar: Scalar) -> &'static str {
    match kind(scalar) {
        Kind::Text => "to::text",
        Kind::Number => "to::number",
        Kind::Boolean => "to::boolean",
        Kind::Instant => "to::instant",
        Kind::Free => "to::free",
    }
}

fn scalar_from(scalar: Scalar) -> &'static str {
    match kind(scalar) {
        Kind::Text | Kind::Instant => "from::text",
        Kind::Number => "from::number",
        Kind::Boolean => "from::boolean",
        Kind::Free => "from::free",
    }
}

/// An instant in a type with a name of its own.
fn is_named_instant(it: &Newtype) -> bool {
    kind(it.base) == Kind::Instant
}

/// `read_address` beside `address`.
pub(super) fn reader(writer: &str) -> String {
    format!("read_{}", writer.strip_prefix("r#").unwrap_or(writer))
}

fn is_text(it: &stipule_ir::types::Enum) -> bool {
    it.values.iter().all(|value| matches!(value.value, EnumLiteral::String(_)))
}
