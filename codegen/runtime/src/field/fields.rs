//! The attributes of a stored object, read one by one.

use std::cell::Cell;
use std::collections::BTreeMap;

use stipule_wire::{Decode, Patch, Plain, Posture};

use super::Misfit;
use crate::item::{Attr, Item};

/// The attributes of an object. Those that the contract doesn't know are ignored: an older or newer version of it may
/// have written them.
#[derive(Clone, Debug)]
pub struct Fields<'a> {
    item: &'a Item,
    /// Behind the attribute found last: an item that was written in order is read in order.
    next: Cell<usize>,
}

impl<'a> Fields<'a> {
    /// The fields of a nested object.
    ///
    /// # Errors
    /// When it isn't one.
    pub fn of(attribute: &'a Attr) -> Result<Self, Misfit> {
        attribute.as_map().map(Self::from).ok_or_else(|| super::from::mismatch("an object", attribute))
    }

    /// A field that is always there.
    ///
    /// # Errors
    /// When it isn't, or doesn't fit.
    pub fn required<T>(
        &self,
        name: &str,
        read: impl FnOnce(&Attr) -> Result<T, Misfit>,
    ) -> Result<T, Misfit> {
        match self.optional(name, read)? {
            Some(value) => Ok(value),
            None => Err(Misfit::new("is missing").within(name)),
        }
    }

    /// A field that is always there and may be null.
    ///
    /// # Errors
    /// When it isn't, or doesn't fit.
    pub fn nullable<T>(
        &self,
        name: &str,
        read: impl FnOnce(&Attr) -> Result<T, Misfit>,
    ) -> Result<Option<T>, Misfit> {
        self.required(name, |attribute| super::from::nullable(attribute, read))
    }

    /// A field that may be absent.
    ///
    /// # Errors
    /// When it doesn't fit.
    pub fn optional<T>(
        &self,
        name: &str,
        read: impl FnOnce(&Attr) -> Result<T, Misfit>,
    ) -> Result<Option<T>, Misfit> {
        let Some((at, attribute)) = self.item.find(name, self.next.get()) else { return Ok(None) };
        self.next.set(at + 1);
        read(attribute).map(Some).map_err(|misfit| misfit.within(name))
    }

    /// A field that may be absent, with what it means then, as JSON.
    ///
    /// # Errors
    /// When it doesn't fit.
    pub fn defaulted<T: Decode>(
        &self,
        name: &str,
        read: impl FnOnce(&Attr) -> Result<T, Misfit>,
        default: &'static str,
    ) -> Result<T, Misfit> {
        if let Some(value) = self.optional(name, read)? {
            return Ok(value);
        }
        let default = stipule_wire::from_slice(default.as_bytes(), Posture::Open);
        default.map_err(|invalid| Misfit::new(invalid).within(name))
    }

    /// A field that may be absent or null.
    ///
    /// # Errors
    /// When it doesn't fit.
    pub fn patch<T>(
        &self,
        name: &str,
        read: impl FnOnce(&Attr) -> Result<T, Misfit>,
    ) -> Result<Patch<T>, Misfit> {
        Ok(match self.optional(name, |attribute| super::from::nullable(attribute, read))? {
            None => Patch::Absent,
            Some(None) => Patch::Null,
            Some(Some(value)) => Patch::Value(value),
        })
    }

    /// The properties beyond those that are known.
    ///
    /// # Errors
    /// When one of them doesn't fit.
    pub fn rest<K: Plain + Ord, V>(
        &self,
        known: &[&str],
        read: impl Fn(&Attr) -> Result<V, Misfit>,
    ) -> Result<BTreeMap<K, V>, Misfit> {
        let others = self.item.iter().filter(|(name, _)| !known.contains(name));
        super::from::entries(others, read)
    }
}

impl<'a> From<&'a Item> for Fields<'a> {
    fn from(item: &'a Item) -> Self {
        Self { item, next: Cell::new(0) }
    }
}
