//! Cursors: where the next page starts, signed, so that nobody can point them elsewhere.

use std::fmt;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, Mac};
use serde_json::Value;
use sha2::Sha256;

use crate::failure::StoreFailure;
use crate::item::{Attr, Item};
use crate::store::{Query, Sort};

/// Signs cursors: the same for all processes that serve the same callers.
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

/// Bytes of the signature: half of HMAC-SHA-256, as RFC 2104 allows.
const SIGNATURE: usize = 16;

/// Longest cursor that is looked at, in characters.
const LONGEST: usize = 16_384;

/// What a cursor is good for: one read, with one set of arguments, of one tenant.
pub(super) struct Scope<'a> {
    /// Name of the read.
    pub(super) pattern: &'static str,
    /// The tenant.
    pub(super) tenant: &'a str,
    /// All queries that the read makes: one, or one per shard.
    pub(super) queries: &'a [Query],
}

impl Scope<'_> {
    fn mac(&self, key: &CursorKey, payload: &[u8]) -> Hmac<Sha256> {
        let mut mac = Hmac::new_from_slice(&key.0).expect("HMAC takes keys of any length");
        let mut add = |part: &[u8]| {
            mac.update(&(part.len() as u64).to_be_bytes());
            mac.update(part);
        };
        add(self.pattern.as_bytes());
        add(self.tenant.as_bytes());
        for query in self.queries {
            add(query.index.unwrap_or_default().as_bytes());
            add(query.pk.as_bytes());
            let (kind, low, high) = match &query.sort {
                Sort::All => ("all", "", ""),
                Sort::Prefix(prefix) => ("prefix", prefix.as_str(), ""),
                Sort::Between(low, high) => ("between", low.as_str(), high.as_str()),
            };
            for part in [kind, low, high, if query.descending { "down" } else { "up" }] {
                add(part.as_bytes());
            }
        }
        add(payload);
        mac
    }

    /// The cursor for the places where the queries go on.
    pub(super) fn seal(&self, key: &CursorKey, places: &[Place]) -> String {
        let payload = Value::from(places.iter().map(Place::to_json).collect::<Vec<_>>()).to_string();
        let signature = self.mac(key, payload.as_bytes()).finalize().into_bytes();
        let mut bytes = signature[..SIGNATURE].to_vec();
        bytes.extend_from_slice(payload.as_bytes());
        URL_SAFE_NO_PAD.encode(bytes)
    }

    /// The places where the queries go on: one per query.
    pub(super) fn open(&self, key: &CursorKey, cursor: &str) -> Result<Vec<Place>, StoreFailure> {
        let bytes = if cursor.len() > LONGEST { None } else { URL_SAFE_NO_PAD.decode(cursor).ok() };
        let bytes = bytes.filter(|bytes| bytes.len() > SIGNATURE).ok_or(StoreFailure::BadCursor)?;
        let (signature, payload) = bytes.split_at(SIGNATURE);
        self.mac(key, payload).verify_truncated_left(signature).map_err(|_| StoreFailure::BadCursor)?;
        // Signed by us, so it has the form we gave it; another version of this code may have given it another one.
        let places: Vec<Value> = serde_json::from_slice(payload).map_err(|_| StoreFailure::BadCursor)?;
        let places: Option<Vec<Place>> = places.iter().map(Place::from_json).collect();
        places.filter(|places| places.len() == self.queries.len()).ok_or(StoreFailure::BadCursor)
    }
}

/// Where one query goes on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Place {
    /// From the first item.
    Start,
    /// After the item with these key attributes.
    After(Item),
    /// Nowhere: it is through.
    End,
}

impl Place {
    fn to_json(&self) -> Value {
        match self {
            Self::Start => Value::from(0),
            Self::End => Value::from(1),
            Self::After(key) => {
                // Key attributes are text: the schema has no others.
                key.iter().map(|(name, value)| (name.to_owned(), Value::from(value.as_text()))).collect()
            }
        }
    }

    fn from_json(json: &Value) -> Option<Self> {
        match json {
            Value::Number(number) if number.as_u64() == Some(0) => Some(Self::Start),
            Value::Number(number) if number.as_u64() == Some(1) => Some(Self::End),
            Value::Object(members) => {
                let attribute =
                    |(name, value): (&String, &Value)| Some((name.clone(), Attr::text(value.as_str()?)));
                members.iter().map(attribute).collect::<Option<Item>>().map(Self::After)
            }
            _ => None,
        }
    }
}
