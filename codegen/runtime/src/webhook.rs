//! Messages of others, signed over their bytes: HMAC-SHA-256 of `id.timestamp.body`, in three headers, as the
//! Standard Webhooks specification has it.
//! Source: <https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md>.
//!
//! A message that is signed well was said by whoever knows the secret, a short while ago. It may still come several
//! times: its [`id`](Message::id) is the same each time, and whoever handles it remembers that.

use std::fmt;
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, Mac};
use http::HeaderMap;
use sha2::Sha256;
use stipule_wire::DateTime;

use crate::http::Raw;

/// Header of the message's id.
pub const ID: &str = "webhook-id";

/// Header of the time at which it was sent, in seconds since 1970.
pub const TIMESTAMP: &str = "webhook-timestamp";

/// Header of its signatures, parted by blanks: `v1,` and the HMAC in Base64. Several while a secret is changed.
pub const SIGNATURE: &str = "webhook-signature";

/// How far the time of a message may be from ours, either way: what was recorded can't be sent again later.
pub const TOLERANCE: Duration = Duration::from_mins(5);

/// Most signatures that are looked at.
const MOST_SIGNATURES: usize = 8;

/// Longest id, in bytes.
const LONGEST_ID: usize = 200;

/// What secrets begin with when they are written down.
const PREFIX: &str = "whsec_";

/// Fewest and most bytes of a secret.
const SIZE: std::ops::RangeInclusive<usize> = 24..=64;

/// What the one who signs and the one who checks share.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(Vec<u8>);

/// A text that is no secret. It isn't repeated here: it may nearly be one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NoSecret;

impl fmt::Display for NoSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a webhook secret is `whsec_` and 24 to 64 random bytes in Base64")
    }
}

impl std::error::Error for NoSecret {}

impl Secret {
    /// A secret of 24 to 64 random bytes.
    ///
    /// # Errors
    /// [`NoSecret`] for fewer or more.
    pub fn new(bytes: impl Into<Vec<u8>>) -> Result<Self, NoSecret> {
        let bytes = bytes.into();
        if SIZE.contains(&bytes.len()) { Ok(Self(bytes)) } else { Err(NoSecret) }
    }

    /// A secret that was written down: `whsec_…`.
    ///
    /// # Errors
    /// [`NoSecret`] for anything else.
    pub fn parse(text: &str) -> Result<Self, NoSecret> {
        let coded = text.trim().strip_prefix(PREFIX).ok_or(NoSecret)?;
        Self::new(STANDARD.decode(coded).map_err(|_| NoSecret)?)
    }

    /// To write it down.
    pub fn to_text(&self) -> String {
        format!("{PREFIX}{}", STANDARD.encode(&self.0))
    }

    /// The headers of a message: names and values.
    pub fn sign(&self, id: &str, at: DateTime, body: &[u8]) -> [(&'static str, String); 3] {
        let seconds = at.unix_seconds().to_string();
        let signature = self.mac(id, &seconds, body).finalize().into_bytes();
        let signature = format!("v1,{}", STANDARD.encode(signature));
        [(ID, id.to_owned()), (TIMESTAMP, seconds), (SIGNATURE, signature)]
    }

    /// Checks a body against its headers.
    ///
    /// # Errors
    /// [`Refusal`] for the log: whoever sent the message is only told that it isn't taken.
    pub fn verify<'h>(
        &self,
        headers: &'h HeaderMap,
        body: &[u8],
        now: DateTime,
    ) -> Result<Message<'h>, Refusal> {
        let id = only(headers, ID)?;
        if id.is_empty() || id.len() > LONGEST_ID {
            return Err(Refusal::Malformed(ID));
        }
        let seconds = only(headers, TIMESTAMP)?;
        let sent: i64 = seconds.parse().map_err(|_| Refusal::Malformed(TIMESTAMP))?;
        let tolerance = i64::try_from(TOLERANCE.as_secs()).unwrap_or(i64::MAX);
        match now.unix_seconds().saturating_sub(sent) {
            late if late > tolerance => return Err(Refusal::TooOld),
            early if early < -tolerance => return Err(Refusal::TooNew),
            _ => {}
        }
        let signatures = only(headers, SIGNATURE)?;
        let good = signatures.split(' ').take(MOST_SIGNATURES).any(|signature| {
            let coded = signature.strip_prefix("v1,").and_then(|coded| STANDARD.decode(coded).ok());
            // The comparison takes the same time wherever the two differ.
            coded.is_some_and(|coded| self.mac(id, seconds, body).verify_slice(&coded).is_ok())
        });
        if good { Ok(Message { id }) } else { Err(Refusal::BadSignature) }
    }

    fn mac(&self, id: &str, seconds: &str, body: &[u8]) -> Hmac<Sha256> {
        let mut mac = Hmac::<Sha256>::new_from_slice(&self.0).expect("HMAC takes keys of any length");
        for part in [id.as_bytes(), b".", seconds.as_bytes(), b".", body] {
            mac.update(part);
        }
        mac
    }
}

/// Never the secret.
impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}

/// A message that was signed well.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Message<'h> {
    /// What its sender calls it: the same however often it comes.
    pub id: &'h str,
}

impl<T> Raw<T> {
    /// Checks the body against its headers, by a secret.
    ///
    /// # Errors
    /// As [`Secret::verify`].
    pub fn verify(&self, secret: &Secret, now: DateTime) -> Result<Message<'_>, Refusal> {
        secret.verify(&self.headers, &self.bytes, now)
    }
}

/// Why a message isn't believed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// A header isn't there, or is there twice.
    Missing(&'static str),
    /// A header can't be read.
    Malformed(&'static str),
    /// It was sent too long ago.
    TooOld,
    /// It was sent in the future.
    TooNew,
    /// None of its signatures is of this body under this secret.
    BadSignature,
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Missing(name) => write!(f, "the header `{name}` isn't there once"),
            Self::Malformed(name) => write!(f, "the header `{name}` can't be read"),
            Self::TooOld => f.write_str("it was sent too long ago"),
            Self::TooNew => f.write_str("it was sent in the future"),
            Self::BadSignature => f.write_str("no signature is of this body under this secret"),
        }
    }
}

impl std::error::Error for Refusal {}

/// The value of a header that is there once.
fn only<'h>(headers: &'h HeaderMap, name: &'static str) -> Result<&'h str, Refusal> {
    let mut values = headers.get_all(name).iter();
    match (values.next(), values.next()) {
        (Some(value), None) => value.to_str().map_err(|_| Refusal::Malformed(name)),
        _ => Err(Refusal::Missing(name)),
    }
}

#[cfg(test)]
mod tests;
