//! The attributes of a stored object, taken one by one.

use std::collections::BTreeMap;

use stipule_wire::{Decode, Patch, Plain, Posture};

use super::Misfit;
use crate::item::{Attr, Item};

/// The attributes that have not been taken yet. What the contract doesn't know is left over and ignored: an older
/// or newer version of it may have written that.
#[derive(Debug)]
pub struct Fields(BTreeMap<String, Attr>);

impl Fields {
    /// The fields of a nested object.
    ///
    /// # Errors
    /// When it isn't one.
    pub fn of(attribute: Attr) -> Result<Self, Misfit> {
        match attribute {
            Attr::M(entries) => Ok(Self(entries)),
            other => Err(super::from::mismatch("an object", &other)),
        }
    }

    /// A field that is always there.
    ///
    /// # Errors
    /// When it isn't, or doesn't fit.
    pub fn required<T>(
        &mut self,
        name: &str,
        read: impl FnOnce(Attr) -> Result<T, Misfit>,
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
        &mut self,
        name: &str,
        read: impl FnOnce(Attr) -> Result<T, Misfit>,
    ) -> Result<Option<T>, Misfit> {
        self.required(name, |attribute| super::from::nullable(attribute, read))
    }

    /// A field that may be absent.
    ///
    /// # Errors
    /// When it doesn't fit.
    pub fn optional<T>(
        &mut self,
        name: &str,
        read: impl FnOnce(Attr) -> Result<T, Misfit>,
    ) -> Result<Option<T>, Misfit> {
        let attribute = self.0.remove(name);
        attribute.map(read).transpose().map_err(|misfit| misfit.within(name))
    }

    /// A field that may be absent, with what it means then, as JSON.
    ///
    /// # Errors
    /// When it doesn't fit.
    pub fn defaulted<T: Decode>(
        &mut self,
        name: &str,
        read: impl FnOnce(Attr) -> Result<T, Misfit>,
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
        &mut self,
        name: &str,
        read: impl FnOnce(Attr) -> Result<T, Misfit>,
    ) -> Result<Patch<T>, Misfit> {
        Ok(match self.optional(name, |attribute| super::from::nullable(attribute, read))? {
            None => Patch::Absent,
            Some(None) => Patch::Null,
            Some(Some(value)) => Patch::Value(value),
        })
    }

    /// The properties beyond those that were taken.
    ///
    /// # Errors
    /// When one of them doesn't fit.
    pub fn rest<K: Plain + Ord, V>(
        self,
        read: impl Fn(Attr) -> Result<V, Misfit>,
    ) -> Result<BTreeMap<K, V>, Misfit> {
        super::from::map(Attr::M(self.0), read)
    }
}

impl From<Item> for Fields {
    fn from(item: Item) -> Self {
        Self(item.into_inner())
    }
}
