//! How far a walk is, and the row of the table that remembers it.

use super::Migration;
use crate::failure::StoreFailure;
use crate::item::{Attr, Item};
use crate::key::KeyBuf;
use crate::ports::Ports;
use crate::store::{Action, Get, PrimaryKey, TableSchema, TransactError, Transaction};

/// Type attribute of the row.
pub(crate) const TYPE: &str = "Migration";

/// How far a walk is.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Progress {
    /// Items of the entity that were looked at.
    pub seen: u64,
    /// Of those: changed.
    pub changed: u64,
    /// Of those: can't be read, and were left as they are. Each is in the log; the migration isn't over while there is one.
    pub unreadable: u64,
    /// Whether it went through the whole table.
    pub finished: bool,
    /// The page to go on with.
    pub(super) start: Option<Item>,
}

impl Progress {
    /// Whether every item is as it should be.
    pub fn is_complete(&self) -> bool {
        self.finished && self.unreadable == 0
    }

    /// What the row says; nothing done yet if there is none, or it is of another template.
    pub(super) async fn load(ports: &Ports, migration: &Migration) -> Result<Self, StoreFailure> {
        let get = Get { key: key(migration), consistent: true };
        let Some(row) = ports.store.get(get).await? else { return Ok(Self::default()) };
        if row.text("template") != Some(migration.template) {
            return Ok(Self::default());
        }
        let count = |name: &str| row.get(name).and_then(Attr::as_unsigned).unwrap_or(0);
        Ok(Self {
            seen: count("seen"),
            changed: count("changed"),
            unreadable: count("unreadable"),
            finished: row.get("finished").and_then(Attr::as_bool).unwrap_or(false),
            start: row.get("start").and_then(Attr::as_map).cloned(),
        })
    }

    /// Writes the row.
    pub(super) async fn save(&self, ports: &Ports, migration: &Migration) -> Result<(), StoreFailure> {
        let mut item = key(migration).to_item(ports.table);
        item.put(ports.table.type_attribute, Attr::text(TYPE));
        item.put("template", Attr::text(migration.template));
        item.put("seen", Attr::unsigned(self.seen));
        item.put("changed", Attr::unsigned(self.changed));
        item.put("unreadable", Attr::unsigned(self.unreadable));
        item.put("finished", Attr::Bool(self.finished));
        item.put_some("start", self.start.clone().map(Attr::M));
        item.put("savedAt", Attr::text(ports.clock.now().fixed_width()));
        done(ports, Action::Put { item, condition: None }).await
    }

    /// Removes the row.
    pub(super) async fn forget(ports: &Ports, migration: &Migration) -> Result<(), StoreFailure> {
        done(ports, Action::Delete { key: key(migration), condition: None }).await
    }
}

async fn done(ports: &Ports, action: Action) -> Result<(), StoreFailure> {
    let outcome = ports.store.transact(Transaction { actions: vec![action] }).await;
    outcome.map_err(|error| match error {
        TransactError::Store(error) => error.into(),
        TransactError::Cancelled(_) => StoreFailure::Busy,
    })
}

/// No tenant is the empty text: the row is nobody's.
fn key(migration: &Migration) -> PrimaryKey {
    let pk = KeyBuf::partition("").literal("MIGRATION").text(migration.name).finish();
    PrimaryKey::new(pk, KeyBuf::new().literal("MIGRATION").finish())
}

/// The tenant of an item: the first segment of its partition key.
pub(super) fn tenant(item: &Item, table: &TableSchema) -> Option<String> {
    let pk = item.text(table.pk)?;
    let segments = crate::key::parse(pk).ok()?;
    segments.first().map(|first| first.clone().into_owned())
}
