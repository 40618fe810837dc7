//! Locks: an item per unique value, written in the transaction that stores the value.

use crate::failure::StoreFailure;
use crate::item::Attr;
use crate::key::KeyBuf;
use crate::store::{Action, Expression, PrimaryKey, TableSchema};
use crate::write::Write;

/// What the type attribute of a lock says.
const ENTITY: &str = "Lock";

/// The key of the lock on a value of a field of an entity.
pub fn unique_lock(tenant: &str, entity: &str, field: &str, value: &str) -> PrimaryKey {
    PrimaryKey::new(
        KeyBuf::partition(tenant).literal("LOCK").text(entity).text(field).text(value).finish(),
        KeyBuf::new().literal("LOCK").finish(),
    )
}

impl<E: From<StoreFailure>> Write<'_, E> {
    /// Takes a lock for the item `owner`; `index` and `taken` as in [`push`](Self::push).
    pub fn lock(
        &mut self,
        table: &TableSchema,
        lock: impl Into<Option<PrimaryKey>>,
        owner: &PrimaryKey,
        index: usize,
        taken: fn(usize) -> E,
    ) {
        let Some(lock) = lock.into() else { return };
        let item = lock
            .to_item(table)
            .with(table.type_attribute, Attr::text(ENTITY))
            .with("owner_pk", Attr::text(owner.pk.as_str()))
            .with("owner_sk", Attr::text(owner.sk.as_str()));
        self.put(item, Some(Expression::absent(table)), index, taken);
    }

    /// Gives a lock back. Whoever does so demands in the same transaction that the owner has not changed.
    pub fn unlock(&mut self, lock: impl Into<Option<PrimaryKey>>) {
        if let Some(key) = lock.into() {
            let unconditional =
                |_| StoreFailure::Invalid("a delete without condition was denied".to_owned()).into();
            self.push(Action::Delete { key, condition: None }, 0, unconditional);
        }
    }

    /// Gives one lock back and takes another, unless they are the same.
    pub fn swap_lock(
        &mut self,
        table: &TableSchema,
        old: impl Into<Option<PrimaryKey>>,
        new: impl Into<Option<PrimaryKey>>,
        owner: &PrimaryKey,
        index: usize,
        taken: fn(usize) -> E,
    ) {
        let (old, new) = (old.into(), new.into());
        if old != new {
            self.unlock(old);
            self.lock(table, new, owner, index, taken);
        }
    }
}
