//! Locks: an item per unique value, written in the transaction that stores the value.

mod normalize;

pub use normalize::{Normalize, normalized};

use sha2::{Digest, Sha256};
use stipule_wire::DateTime;

use crate::failure::StoreFailure;
use crate::item::Attr;
use crate::key::KeyBuf;
use crate::store::{Expression, PrimaryKey};
use crate::write::Write;

/// What the type attribute of a lock says.
const ENTITY: &str = "Lock";

/// Most bytes of the values in the key of a lock; the whole key may have 2048. Longer ones are told apart by their
/// digest.
const MOST_BYTES: usize = 1024;

/// The key of the lock on a value of an entity: of one field, or of several together.
pub fn unique_lock(tenant: &str, entity: &str, name: &str, values: &[&str]) -> PrimaryKey {
    let length: usize = values.iter().map(|value| crate::key::escaped_len(value)).sum();
    let digest;
    let mut pk = KeyBuf::partition(tenant).literal("LOCK").text(entity).text(name);
    if length <= MOST_BYTES {
        for value in values {
            pk = pk.text(value);
        }
    } else {
        digest = digest_of(values);
        // A segment more than there are values: no short ones have this key.
        for _ in values {
            pk = pk.text("");
        }
        pk = pk.text(&digest);
    }
    PrimaryKey::new(pk.finish(), KeyBuf::new().literal("LOCK").finish())
}

fn digest_of(values: &[&str]) -> String {
    let mut hash = Sha256::new();
    for value in values {
        hash.update((value.len() as u64).to_be_bytes());
        hash.update(value.as_bytes());
    }
    hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
}

impl<E: From<StoreFailure>> Write<'_, E> {
    /// Takes a lock, if there is a value to lock; `index` and `taken` as in [`push`](Self::push).
    pub fn lock(&mut self, lock: impl Into<Option<PrimaryKey>>, index: usize, taken: fn(usize) -> E) {
        if let Some(lock) = lock.into() {
            let table = self.table();
            let item = lock.to_item(table).with(table.type_attribute, Attr::text(ENTITY));
            self.put_new(item, index, taken);
        }
    }

    /// As [`lock`](Self::lock), for an item that expires: so does the lock, and an expired one is free.
    pub fn lock_until(
        &mut self,
        lock: impl Into<Option<PrimaryKey>>,
        expiry: Option<Attr>,
        now: &DateTime,
        index: usize,
        taken: fn(usize) -> E,
    ) {
        if let Some(lock) = lock.into() {
            let table = self.table();
            let mut item = lock.to_item(table).with(table.type_attribute, Attr::text(ENTITY));
            item.insert_some(table.ttl_attribute(), expiry);
            self.put(item, Some(Expression::gone(table, now)), index, taken);
        }
    }

    /// Gives a lock back, if there is one. Whoever does so demands in the same transaction that the value it stands
    /// for is still the stored one.
    pub fn unlock(&mut self, lock: impl Into<Option<PrimaryKey>>) {
        let unconditional =
            |_| StoreFailure::Invalid("a delete without condition was denied".to_owned()).into();
        if let Some(lock) = lock.into() {
            self.delete(lock, None, 0, unconditional);
        }
    }

    /// Gives one lock back and takes another, unless they are the same.
    pub fn swap_lock(
        &mut self,
        old: impl Into<Option<PrimaryKey>>,
        new: impl Into<Option<PrimaryKey>>,
        index: usize,
        taken: fn(usize) -> E,
    ) {
        let (old, new) = (old.into(), new.into());
        if old != new {
            self.unlock(old);
            self.lock(new, index, taken);
        }
    }

    /// As [`swap_lock`](Self::swap_lock), for an item that expires.
    pub fn swap_lock_until(
        &mut self,
        old: impl Into<Option<PrimaryKey>>,
        new: impl Into<Option<PrimaryKey>>,
        expiry: Option<Attr>,
        now: &DateTime,
        index: usize,
        taken: fn(usize) -> E,
    ) {
        let (old, new) = (old.into(), new.into());
        if old != new {
            self.unlock(old);
            self.lock_until(new, expiry, now, index, taken);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lock_of_one_field_is_as_it_always_was() {
        let lock = unique_lock("north", "Member", "email", &["ada@example.org"]);
        assert_eq!(
            (lock.pk.as_str(), lock.sk.as_str()),
            ("north#LOCK#Member#email#ada@example.org#", "LOCK#")
        );
    }

    #[test]
    fn values_of_any_length_have_a_lock_each() {
        let long = "x".repeat(5000);
        let other = format!("{long}y");
        let locks = [
            unique_lock("t", "E", "f", &[&long, ""]),
            unique_lock("t", "E", "f", &["", &long]),
            unique_lock("t", "E", "f", &[&other, ""]),
            unique_lock("t", "E", "f", &["", ""]),
        ];
        for (at, lock) in locks.iter().enumerate() {
            assert!(lock.pk.len() < crate::key::MAX_PK_BYTES, "{}", lock.pk.len());
            assert!(!locks[..at].contains(lock));
        }
    }
}
