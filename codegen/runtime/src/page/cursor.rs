//! Cursors: where the next page starts, sealed, so that nobody can point them elsewhere or read what is in them.
//!
//! A cursor is a version and the places where the queries of a read go on, encrypted and authenticated by
//! AES-256-GCM-SIV (RFC 8452) under a key of its own: HMAC-SHA-256, under the key of the ports, of everything that the
//! read asks for. So a cursor opens only for the same read, key template, tenant and arguments; for all else it is
//! noise. The scheme needs no nonce to stay safe, and so a place always has the same cursor.

use std::fmt;
use std::ops::Bound;

use aes_gcm_siv::aead::{Aead, KeyInit, Payload};
use aes_gcm_siv::{Aes256GcmSiv, Nonce};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, Mac};
use sha2::Sha256;

use super::Pattern;
use super::place::{Known, Place};
use crate::context::Context;
use crate::failure::StoreFailure;
use crate::item::Attr;
use crate::store::{KeyShape, Partition, Query, Scan, Sort, TableSchema};

/// Seals cursors: the same for all processes that serve the same callers.
#[derive(Clone)]
pub struct CursorKey([u8; 32]);

impl CursorKey {
    /// A key from 32 random bytes.
    pub const fn new(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }
}

/// Never the key.
impl fmt::Debug for CursorKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("CursorKey(secret)")
    }
}

/// The form of the cursors that this code makes: their first byte. Another form gets another number.
const VERSION: u8 = 1;

/// Longest cursor that is looked at, in characters. The longest of a read over one partition has 5,498; with 256
/// shards, each under a key of 240 bytes, it still is shorter.
const LONGEST: usize = 131_072;

/// What a cursor is good for: one read, with one set of arguments, of one tenant.
pub(super) struct Scope {
    cipher: Aes256GcmSiv,
    /// What a place of each query has in common with all others of it.
    queries: Vec<Known>,
}

impl Scope {
    /// Of all queries that a read makes: one, or one per shard.
    pub(super) fn of_queries(
        cx: &Context,
        pattern: &Pattern,
        queries: &[Query],
    ) -> Result<Self, StoreFailure> {
        let table = cx.ports().table;
        let mut told = Told::new(cx, "query", pattern);
        let mut known = Vec::with_capacity(queries.len());
        for query in queries {
            let key = key(table, query.index)?;
            told.add(query.index.unwrap_or_default());
            let values = query.partition.values();
            match &query.partition {
                Partition::Key(key) => told.add(key),
                Partition::Values(values) => values.iter().for_each(|value| told.value(value)),
            }
            told.sort(&query.sort);
            told.add(if query.descending { "down" } else { "up" });
            let partition = key.pk.iter().map(|attribute| attribute.name).zip(values).collect();
            known.push(Known { attributes: table.key_attributes(&key), partition });
        }
        Ok(Self { cipher: told.cipher(), queries: known })
    }

    /// Of a scan.
    pub(super) fn of_scan(cx: &Context, pattern: &Pattern, scan: &Scan) -> Result<Self, StoreFailure> {
        let table = cx.ports().table;
        let mut told = Told::new(cx, "scan", pattern);
        told.add(scan.index.unwrap_or_default());
        let (segment, of) = scan.segment.unwrap_or((0, 1));
        told.add(&format!("{segment}/{of}"));
        let attributes = table.key_attributes(&key(table, scan.index)?);
        Ok(Self { cipher: told.cipher(), queries: vec![Known { attributes, partition: Vec::new() }] })
    }

    /// The cursor for the places where the queries go on: one per query.
    pub(super) fn seal(&self, places: &[Place]) -> Result<String, StoreFailure> {
        let mut plain = Vec::new();
        for (place, known) in places.iter().zip(&self.queries) {
            place.write_to(&mut plain, known).ok_or_else(|| {
                StoreFailure::Invalid("the store gave a start of the next page that is no key".to_owned())
            })?;
        }
        let payload = Payload { msg: &plain, aad: &[VERSION] };
        let sealed = self.cipher.encrypt(&Nonce::default(), payload);
        let sealed = sealed.map_err(|_| StoreFailure::Invalid("a cursor is too large".to_owned()))?;
        let mut bytes = vec![VERSION];
        bytes.extend(sealed);
        Ok(URL_SAFE_NO_PAD.encode(bytes))
    }

    /// The places where the queries go on: one per query.
    ///
    /// # Errors
    /// [`StoreFailure::BadCursor`] for anything that [`seal`](Self::seal) of the same scope didn't make. The tag is
    /// compared in constant time.
    pub(super) fn open(&self, cursor: &str) -> Result<Vec<Place>, StoreFailure> {
        self.places(cursor).ok_or(StoreFailure::BadCursor)
    }

    fn places(&self, cursor: &str) -> Option<Vec<Place>> {
        let bytes = if cursor.len() > LONGEST { None } else { URL_SAFE_NO_PAD.decode(cursor).ok() }?;
        let (version, sealed) = bytes.split_first()?;
        if *version != VERSION {
            return None;
        }
        let payload = Payload { msg: sealed, aad: &[VERSION] };
        let plain = self.cipher.decrypt(&Nonce::default(), payload).ok()?;
        // Sealed by us, so it has the form we gave it; it is read with care all the same.
        let mut rest = plain.as_slice();
        let places: Option<Vec<Place>> =
            self.queries.iter().map(|known| Place::read_from(&mut rest, known)).collect();
        places.filter(|_| rest.is_empty())
    }
}

/// The key of what is read.
pub(super) fn key(table: &TableSchema, index: Option<&str>) -> Result<KeyShape, StoreFailure> {
    let missing = || StoreFailure::Invalid(format!("there is no index `{}`", index.unwrap_or_default()));
    table.key_shape(index).ok_or_else(missing)
}

/// Everything that a read asks for, part by part.
struct Told(Hmac<Sha256>);

impl Told {
    fn new(cx: &Context, kind: &str, pattern: &Pattern) -> Self {
        let key = &cx.ports().cursor_key.0;
        let mac = <Hmac<Sha256> as Mac>::new_from_slice(key);
        let mut told = Self(mac.expect("HMAC takes keys of any length"));
        for part in ["cursor 1", cx.ports().table.name, kind, pattern.name, pattern.template, cx.tenant()] {
            told.add(part);
        }
        told
    }

    /// Adds a part with its length, so that no two lists of parts are told alike.
    fn add(&mut self, part: &str) {
        self.0.update(&(part.len() as u64).to_be_bytes());
        self.0.update(part.as_bytes());
    }

    /// Adds a value of a key attribute with its kind.
    fn value(&mut self, value: &Attr) {
        self.add(if matches!(value, Attr::N(_)) { "N" } else { "S" });
        self.add(value.as_key_text().unwrap_or_default());
    }

    fn bound(&mut self, bound: &Bound<Attr>) {
        match bound {
            Bound::Unbounded => self.add("open"),
            Bound::Included(value) => {
                self.add("with");
                self.value(value);
            }
            Bound::Excluded(value) => {
                self.add("without");
                self.value(value);
            }
        }
    }

    fn sort(&mut self, sort: &Sort) {
        match sort {
            Sort::All => ["all", "", ""].into_iter().for_each(|part| self.add(part)),
            Sort::Prefix(prefix) => ["prefix", prefix, ""].into_iter().for_each(|part| self.add(part)),
            Sort::Between(low, high) => ["between", low, high].into_iter().for_each(|part| self.add(part)),
            Sort::Values { equal, from, to } => {
                self.add("values");
                self.add(&equal.len().to_string());
                equal.iter().for_each(|value| self.value(value));
                self.bound(from);
                self.bound(to);
            }
        }
    }

    fn cipher(self) -> Aes256GcmSiv {
        Aes256GcmSiv::new(&self.0.finalize().into_bytes())
    }
}
