//! What the items of one entity have in common.

use crate::failure::StoreFailure;
use crate::field::{Fields, Misfit};
use crate::item::{Attr, Item};
use crate::store::{IndexSchema, PrimaryKey, TableSchema};
use crate::stored::Stored;

/// Attribute with the version of an item.
pub const VERSION: &str = "_v";

/// An entity as the generated store knows it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Entity {
    /// Its name, as it stands in the type attribute of its items.
    pub name: &'static str,
    /// The table.
    pub table: &'static TableSchema,
    /// Most attributes of an item: room for them is made at once.
    pub attributes: usize,
}

impl Entity {
    /// An item of the entity with its key and name, and nothing else yet.
    pub fn item(&self, key: PrimaryKey) -> Item {
        let mut item = Item::with_capacity(self.attributes);
        item.put(self.table.pk, Attr::S(key.pk));
        item.put(self.table.sk, Attr::S(key.sk));
        item.put(self.table.type_attribute, Attr::text(self.name));
        item
    }

    /// Whether a stored item is of the entity.
    pub fn owns(&self, item: &Item) -> bool {
        item.text(self.table.type_attribute) == Some(self.name)
    }

    /// The value of a stored item.
    ///
    /// # Errors
    /// [`StoreFailure::Corrupt`] when the item isn't of this entity or doesn't fit its type.
    pub fn read<T>(
        &self,
        item: &Item,
        read: impl FnOnce(&Fields<'_>) -> Result<T, Misfit>,
    ) -> Result<T, StoreFailure> {
        let value = if self.owns(item) {
            read(&Fields::from(item))
        } else {
            Err(Misfit::new("is of another entity").within(self.table.type_attribute))
        };
        value.map_err(|misfit| self.corrupt(item, misfit))
    }

    /// The value of a stored item, with its version.
    ///
    /// # Errors
    /// As [`read`](Self::read), and when the item has no version.
    pub fn read_versioned<T>(
        &self,
        item: &Item,
        read: impl FnOnce(&Fields<'_>) -> Result<T, Misfit>,
    ) -> Result<Stored<T>, StoreFailure> {
        let value = self.read(item, read)?;
        match item.get(VERSION).and_then(Attr::as_unsigned) {
            Some(version) => Ok(Stored::new(value, version)),
            None => Err(self.corrupt(item, Misfit::new("must be a version").within(VERSION))),
        }
    }

    fn corrupt(&self, item: &Item, misfit: Misfit) -> StoreFailure {
        let key = PrimaryKey::of(item, self.table).unwrap_or_else(|| PrimaryKey::new("", ""));
        StoreFailure::corrupt(&key.pk, &key.sk, misfit.within(self.name))
    }
}

impl Item {
    /// Sets the version.
    #[must_use]
    pub fn with_version(mut self, version: u64) -> Self {
        self.put(VERSION, Attr::unsigned(version));
        self
    }

    /// Sets the keys in an index; without any, the item is not in the index.
    #[must_use]
    pub fn with_index(mut self, index: &IndexSchema, key: impl Into<Option<PrimaryKey>>) -> Self {
        if let Some(PrimaryKey { pk, sk }) = key.into() {
            self.put(index.pk, Attr::S(pk));
            self.put(index.sk, Attr::S(sk));
        }
        self
    }
}
