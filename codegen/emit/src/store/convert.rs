//! How values become attributes and come back: the functions of the runtime for scalars and lists, generated ones
//! for objects and unions.

use proc_macro2::{Ident, TokenStream};
use quote::quote;
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
        Scalar::String | Scalar::Uuid | Scalar::Date | Scalar::Email | Scalar::Uri | Scalar::Decimal => {
            Kind::Text
        }
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
    pub(super) fn attribute(&self, id: TypeId, reference: &TokenStream) -> TokenStream {
        match self.types.kind(id) {
            TypeKind::List(list) => {
                let item = self.item_to(list);
                quote!(to::list(#reference, #item))
            }
            TypeKind::Map(map) => {
                let value = self.value_to(map);
                quote!(to::map(#reference, #value))
            }
            TypeKind::Newtype(it) if is_named_instant(it) => {
                let place = reference.to_string();
                let place = crate::rust::tokens(place.trim_start_matches('&'));
                quote!(to::instant(#place.get()))
            }
            _ => {
                let function = self.to(id);
                quote!(#function(#reference))
            }
        }
    }

    fn item_to(&self, list: &List) -> TokenStream {
        let item = self.to(list.item);
        if list.nullable_items { quote!(|item| to::nullable(item, #item)) } else { item }
    }

    fn value_to(&self, map: &Map) -> TokenStream {
        let value = self.to(map.value);
        if map.nullable_values { quote!(|value| to::nullable(value, #value)) } else { value }
    }

    /// A function from a reference to the value to its attribute.
    pub(super) fn to(&self, id: TypeId) -> TokenStream {
        match self.types.kind(id) {
            TypeKind::Scalar(scalar) => self.scalar_to(*scalar),
            TypeKind::Newtype(it) if is_named_instant(it) => quote!(|at| to::instant(at.get())),
            TypeKind::Newtype(it) => self.scalar_to(it.base),
            TypeKind::Enum(it) if is_text(it) => quote!(to::text),
            TypeKind::Enum(_) => quote!(to::free),
            TypeKind::List(list) => {
                let item = self.item_to(list);
                quote!(|items| to::list(items, #item))
            }
            TypeKind::Map(map) => {
                let value = self.value_to(map);
                quote!(|entries| to::map(entries, #value))
            }
            TypeKind::Tuple(_) => quote!(to::free),
            TypeKind::Struct(_) | TypeKind::Union(_) => {
                let name = self.reach.function(id);
                if self.at_home { quote!(#name) } else { quote!(attributes::#name) }
            }
        }
    }

    /// A function from an attribute to the value.
    pub(super) fn from(&self, id: TypeId) -> TokenStream {
        match self.types.kind(id) {
            TypeKind::Scalar(scalar) => self.scalar_from(*scalar),
            TypeKind::Newtype(it) => self.scalar_from(it.base),
            TypeKind::Enum(it) if is_text(it) => quote!(from::text),
            TypeKind::Enum(_) | TypeKind::Tuple(_) => quote!(from::free),
            TypeKind::List(list) => {
                let item = self.from(list.item);
                let item =
                    if list.nullable_items { quote!(|item| from::nullable(item, #item)) } else { item };
                quote!(|items| from::list(items, #item))
            }
            TypeKind::Map(map) => {
                let value = self.from(map.value);
                let value =
                    if map.nullable_values { quote!(|value| from::nullable(value, #value)) } else { value };
                quote!(|entries| from::map(entries, #value))
            }
            TypeKind::Struct(_) | TypeKind::Union(_) => {
                let name = reader(self.reach.function(id));
                if self.at_home { quote!(#name) } else { quote!(attributes::#name) }
            }
        }
    }

    fn scalar_to(&self, scalar: Scalar) -> TokenStream {
        match kind(scalar) {
            Kind::Text => quote!(to::text),
            Kind::Number => quote!(to::number),
            Kind::Boolean => quote!(to::boolean),
            Kind::Instant => quote!(to::instant),
            Kind::Free => quote!(to::free),
        }
    }

    fn scalar_from(&self, scalar: Scalar) -> TokenStream {
        match kind(scalar) {
            Kind::Text | Kind::Instant => quote!(from::text),
            Kind::Number => quote!(from::number),
            Kind::Boolean => quote!(from::boolean),
            Kind::Free => quote!(from::free),
        }
    }
}

/// An instant in a type with a name of its own.
fn is_named_instant(it: &Newtype) -> bool {
    kind(it.base) == Kind::Instant
}

/// `read_address` beside `address`.
pub(super) fn reader(writer: &Ident) -> Ident {
    let name = writer.to_string();
    let plain = name.strip_prefix("r#").unwrap_or(&name);
    Ident::new(&format!("read_{plain}"), proc_macro2::Span::call_site())
}

fn is_text(it: &stipule_ir::types::Enum) -> bool {
    it.values.iter().all(|value| matches!(value.value, EnumLiteral::String(_)))
}
