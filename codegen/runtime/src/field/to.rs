//! Values as attributes.

use serde::Serialize;
use stipule_wire::{DateTime, Patch, Plain};

use crate::item::{Attr, Item};

/// A value that is text in JSON.
pub fn text<T: Plain>(value: &T) -> Attr {
    Attr::S(value.to_text().into_owned())
}

/// A value that is a number in JSON.
pub fn number<T: Plain>(value: &T) -> Attr {
    Attr::N(value.to_text().into_owned())
}

/// A value that is `true` or `false` in JSON.
pub fn boolean<T: Plain>(value: &T) -> Attr {
    Attr::Bool(value.to_text() == "true")
}

/// An instant, as text of fixed width: so conditions compare instants as they compare text.
pub fn instant(value: &DateTime) -> Attr {
    Attr::S(value.fixed_width())
}

/// A value of any shape.
pub fn free<T: Serialize>(value: &T) -> Attr {
    // A tree of JSON has nothing that attributes don't have; what has keys that aren't text is stored as null.
    Attr::of(value).unwrap_or(Attr::Null)
}

/// A list, each item in its own way.
pub fn list<'v, T: 'v>(items: impl IntoIterator<Item = &'v T>, item: impl Fn(&T) -> Attr) -> Attr {
    Attr::list(items.into_iter().map(item))
}

/// An object with free keys, each value in its own way.
pub fn map<'v, K: Plain + 'v, V: 'v>(
    entries: impl IntoIterator<Item = (&'v K, &'v V)>,
    value: impl Fn(&V) -> Attr,
) -> Attr {
    Attr::map(entries.into_iter().map(|(key, entry)| (key.to_text().into_owned(), value(entry))))
}

/// A value that may be null.
pub fn nullable<T>(value: &Option<T>, inner: impl Fn(&T) -> Attr) -> Attr {
    value.as_ref().map_or(Attr::Null, inner)
}

/// A value that may be absent or null; `None` when it is absent.
pub fn patch<T>(value: &Patch<T>, inner: impl Fn(&T) -> Attr) -> Option<Attr> {
    match value {
        Patch::Absent => None,
        Patch::Null => Some(Attr::Null),
        Patch::Value(value) => Some(inner(value)),
    }
}

/// An object, attribute by attribute.
pub fn object(attributes: Item) -> Attr {
    Attr::M(attributes)
}

/// An object together with the property that tells which choice of a union it is.
pub fn tagged(property: &'static str, tag: &'static str, variant: Attr) -> Attr {
    match variant {
        Attr::M(mut entries) => {
            entries.insert(property, Attr::text(tag));
            Attr::M(entries)
        }
        other => other,
    }
}
