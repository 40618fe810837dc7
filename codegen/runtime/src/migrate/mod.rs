//! Migrations: items from before get a key in an index that they didn't have, or lose one that nothing uses.
//!
//! They run beside the system. Every write stores the new key already, so one walk through the table is enough; it goes
//! page by page, notes how far it is after each, and goes on from there when it is run again. An item is changed only
//! while the fields that its key is made of are those that were read, so a write that comes between is never undone;
//! its version stays as it is, so nobody's change is refused because of the walk.

mod progress;
mod walk;

pub use progress::Progress;
pub(crate) use progress::TYPE;
pub use walk::{check, restart, run};

use crate::entity::Entity;
use crate::failure::StoreFailure;
use crate::item::{Attr, Item};
use crate::store::{IndexSchema, PrimaryKey};

/// A key of an entity in an index on its way in or out.
#[derive(Clone, Copy, Debug)]
pub struct Migration {
    /// `Order.gsi2`
    pub name: &'static str,
    /// Whose items.
    pub entity: &'static Entity,
    /// Where their key changes.
    pub place: Place,
    /// The template of the key, as people write it; empty for a key on its way out. A walk for another template than this
    /// begins anew.
    pub template: &'static str,
    /// The attributes that decide what the key is.
    pub fields: &'static [&'static str],
    /// The key that an item of this tenant has in the index; `None` for one that has none.
    pub key: fn(&str, &Item) -> Result<Option<PrimaryKey>, StoreFailure>,
}

/// The attributes that change.
#[derive(Clone, Copy, Debug)]
pub enum Place {
    /// Those of the key in this index.
    Index(&'static IndexSchema),
    /// The one with the tenant, of this name, which lets an item into indexes over fields: the key is the tenant alone.
    Tenant(&'static str),
}

impl Place {
    /// What the attributes hold when an item has this key; all of them, each with `None` where it isn't there.
    fn attributes(self, key: Option<&PrimaryKey>) -> Vec<(&'static str, Option<Attr>)> {
        let text = |text: &String| Attr::text(text.as_str());
        match self {
            Self::Index(index) => {
                vec![(index.pk, key.map(|key| text(&key.pk))), (index.sk, key.map(|key| text(&key.sk)))]
            }
            Self::Tenant(name) => vec![(name, key.map(|key| text(&key.pk)))],
        }
    }
}

/// The tenant, for the attribute that lets an item into indexes over fields.
///
/// # Errors
/// Never; the signature is that of [`Migration::key`].
pub fn tenant(tenant: &str, _: &Item) -> Result<Option<PrimaryKey>, StoreFailure> {
    Ok(Some(PrimaryKey::new(tenant, "")))
}

/// The key of an item that is not in an index, whatever it is: for keys on their way out.
///
/// # Errors
/// Never; the signature is that of [`Migration::key`].
pub fn none(_: &str, _: &Item) -> Result<Option<PrimaryKey>, StoreFailure> {
    Ok(None)
}
