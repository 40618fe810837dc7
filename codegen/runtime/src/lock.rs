//! Locks: an item per unique value, written in the transaction that stores the value.

use crate::failure::StoreFailure;
use crate::item::Attr;
use crate::key::KeyBuf;
use crate::store::PrimaryKey;
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
    /// Takes a lock; `index` and `taken` as in [`push`](Self::push).
    pub fn lock(&mut self, lock: &PrimaryKey, index: usize, taken: fn(usize) -> E) {
        let table = self.table();
        let item = lock.to_item(table).with(table.type_attribute, Attr::text(ENTITY));
        self.put_new(item, index, taken);
    }

    /// Gives a lock back. Whoever does so demands in the same transaction that the value it stands for is still
    /// the stored one.
    pub fn unlock(&mut self, lock: PrimaryKey) {
        let unconditional =
            |_| StoreFailure::Invalid("a delete without condition was denied".to_owned()).into();
        self.delete(lock, None, 0, unconditional);
    }

    /// Gives one lock back and takes another, unless they are the same.
    pub fn swap_lock(&mut self, old: PrimaryKey, new: &PrimaryKey, index: usize, taken: fn(usize) -> E) {
        if old != *new {
            self.unlock(old);
            self.lock(new, index, taken);
        }
    }
}
