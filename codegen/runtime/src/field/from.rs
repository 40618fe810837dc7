//! Attributes as values.

use std::collections::BTreeMap;

use stipule_wire::{Decode, Plain};

use super::Misfit;
use crate::item::Attr;

/// A value that is text in JSON.
///
/// # Errors
/// When the attribute isn't text, or breaks a rule of the type.
pub fn text<T: Plain>(attribute: &Attr) -> Result<T, Misfit> {
    match attribute {
        Attr::S(text) => plain(text),
        other => Err(mismatch("text", other)),
    }
}

/// A value that is a number in JSON.
///
/// # Errors
/// When the attribute isn't a number, or breaks a rule of the type.
pub fn number<T: Plain>(attribute: &Attr) -> Result<T, Misfit> {
    let Attr::N(digits) = attribute else { return Err(mismatch("a number", attribute)) };
    // The store may hand a number back in another form than it was given: `1E+2` for `100`.
    T::from_text(digits).or_else(|fault| match (attribute.as_integer(), attribute.as_float()) {
        (Some(integer), _) => plain(&integer.to_string()),
        (None, Some(float)) => plain(&float.to_string()),
        (None, None) => Err(Misfit::new(fault)),
    })
}

/// A value that is `true` or `false` in JSON.
///
/// # Errors
/// When the attribute isn't a boolean, or breaks a rule of the type.
pub fn boolean<T: Plain>(attribute: &Attr) -> Result<T, Misfit> {
    match attribute {
        Attr::Bool(value) => plain(if *value { "true" } else { "false" }),
        other => Err(mismatch("a boolean", other)),
    }
}

/// A value of any shape.
///
/// # Errors
/// When the attribute breaks a rule of the type.
pub fn free<T: Decode>(attribute: &Attr) -> Result<T, Misfit> {
    attribute.decode().map_err(Misfit::new)
}

/// A list, each item in its own way.
///
/// # Errors
/// When the attribute isn't a list, an item doesn't fit, or the list breaks a rule of its type.
pub fn list<T, L: TryFrom<Vec<T>, Error: std::fmt::Display>>(
    attribute: &Attr,
    read: impl Fn(&Attr) -> Result<T, Misfit>,
) -> Result<L, Misfit> {
    let Attr::L(items) = attribute else { return Err(mismatch("a list", attribute)) };
    let mut read_items = Vec::with_capacity(items.len());
    for (at, item) in items.iter().enumerate() {
        read_items.push(read(item).map_err(|misfit| misfit.within(at))?);
    }
    L::try_from(read_items).map_err(Misfit::new)
}

/// An object with free keys, each value in its own way.
///
/// # Errors
/// When the attribute isn't an object, an entry doesn't fit, or the object breaks a rule of its type.
pub fn map<K: Plain + Ord, V, M: TryFrom<BTreeMap<K, V>, Error: std::fmt::Display>>(
    attribute: &Attr,
    read: impl Fn(&Attr) -> Result<V, Misfit>,
) -> Result<M, Misfit> {
    let Attr::M(entries) = attribute else { return Err(mismatch("an object", attribute)) };
    M::try_from(self::entries(entries.iter(), read)?).map_err(Misfit::new)
}

pub(super) fn entries<'a, K: Plain + Ord, V>(
    entries: impl IntoIterator<Item = (&'a str, &'a Attr)>,
    read: impl Fn(&Attr) -> Result<V, Misfit>,
) -> Result<BTreeMap<K, V>, Misfit> {
    let entry =
        |(name, value): (&str, &Attr)| Ok((plain(name)?, read(value).map_err(|misfit| misfit.within(name))?));
    entries.into_iter().map(entry).collect()
}

/// A value that may be null.
///
/// # Errors
/// When the value doesn't fit.
pub fn nullable<T>(
    attribute: &Attr,
    read: impl FnOnce(&Attr) -> Result<T, Misfit>,
) -> Result<Option<T>, Misfit> {
    if *attribute == Attr::Null { Ok(None) } else { read(attribute).map(Some) }
}

/// The text of the property that tells which choice of a union an object is.
///
/// # Errors
/// When the attribute isn't an object with such a property.
pub fn tag<'a>(attribute: &'a Attr, property: &str) -> Result<&'a str, Misfit> {
    let entries = attribute.as_map().ok_or_else(|| mismatch("an object", attribute))?;
    let tag = entries.get(property).and_then(Attr::as_text);
    tag.ok_or_else(|| Misfit::new("must be there and text").within(property))
}

/// The misfit of a tag that no choice of the union has.
pub fn unknown_tag(property: &str) -> Misfit {
    Misfit::new("is none of the known choices").within(property)
}

pub(super) fn mismatch(expected: &str, found: &Attr) -> Misfit {
    Misfit::new(format_args!("must be {expected}, not {}", found.kind()))
}

fn plain<T: Plain>(text: &str) -> Result<T, Misfit> {
    T::from_text(text).map_err(Misfit::new)
}
