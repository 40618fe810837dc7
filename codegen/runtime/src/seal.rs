//! What is kept for one caller, sealed by what only that caller sends.
//!
//! The answer of a command is kept for a repetition of it, and may hold personal data. No row of the table that an erasure
//! looks for leads to it, and so nothing of it may be readable there: it is encrypted by AES-256-GCM-SIV (RFC 8452) under a
//! key made of the caller's own `Idempotency-Key`, and the row is named by a hash of that. Whoever repeats the command has the
//! key, as they had the answer; whoever reads the table, a backup or a copy of it has neither. So it is as strong as the key
//! is hard to guess: callers are told to send a random UUID. The scheme needs no nonce to stay safe.

use aes_gcm_siv::aead::{Aead, KeyInit, Payload};
use aes_gcm_siv::{Aes256GcmSiv, Nonce};
use hmac::{Hmac, Mac};
use sha2::Sha256;

use crate::id;
use crate::idempotency::Recorded;

/// The form of what this code seals: another one gets another number.
const VERSION: u8 = 1;

/// The command of a caller, for which an answer is kept.
#[derive(Clone, Copy)]
pub(crate) struct Kept<'c> {
    pub(crate) tenant: &'c str,
    pub(crate) principal: &'c str,
    pub(crate) operation: &'c str,
    /// The caller's `Idempotency-Key`.
    pub(crate) key: &'c str,
}

impl Kept<'_> {
    /// What stands in place of the caller's key in the name of the row.
    pub(crate) fn name(&self) -> String {
        id::hex(&self.made("name")[..16])
    }

    /// Seals headers and body; the status isn't told to anybody who doesn't know it.
    pub(crate) fn seal(&self, answer: &Recorded) -> Vec<u8> {
        let mut plain = Vec::with_capacity(answer.body.len() + 64);
        write(&mut plain, &answer.body);
        for (name, value) in &answer.headers {
            write(&mut plain, name.as_bytes());
            write(&mut plain, value.as_bytes());
        }
        let payload = Payload { msg: &plain, aad: &[VERSION] };
        let sealed = self.cipher().encrypt(&Nonce::default(), payload);
        sealed.expect("an answer is far smaller than what the scheme takes")
    }

    /// Opens what [`seal`](Self::seal) made for the same command; `None` for all else.
    pub(crate) fn open(&self, status: u16, sealed: &[u8]) -> Option<Recorded> {
        let payload = Payload { msg: sealed, aad: &[VERSION] };
        let plain = self.cipher().decrypt(&Nonce::default(), payload).ok()?;
        let mut rest = plain.as_slice();
        let body = read(&mut rest)?.to_vec();
        let mut headers = Vec::new();
        while !rest.is_empty() {
            let mut text = || String::from_utf8(read(&mut rest)?.to_vec()).ok();
            headers.push((text()?, text()?));
        }
        Some(Recorded { status, headers, body })
    }

    fn cipher(&self) -> Aes256GcmSiv {
        Aes256GcmSiv::new(&self.made("answer").into())
    }

    /// Thirty-two bytes that only who has the key can make.
    fn made(&self, purpose: &str) -> [u8; 32] {
        let mac = <Hmac<Sha256> as Mac>::new_from_slice(self.key.as_bytes());
        let mut mac = mac.expect("HMAC takes keys of any length");
        for part in ["kept answer 1", purpose, self.tenant, self.principal, self.operation] {
            mac.update(&(part.len() as u64).to_be_bytes());
            mac.update(part.as_bytes());
        }
        mac.finalize().into_bytes().into()
    }
}

/// Appends a part, led by its length.
fn write(to: &mut Vec<u8>, part: &[u8]) {
    to.extend((part.len() as u64).to_be_bytes());
    to.extend(part);
}

/// Takes a part off the front.
fn read<'p>(from: &mut &'p [u8]) -> Option<&'p [u8]> {
    let (length, rest) = from.split_first_chunk::<8>()?;
    let length = usize::try_from(u64::from_be_bytes(*length)).ok()?;
    let (part, rest) = rest.split_at_checked(length)?;
    *from = rest;
    Some(part)
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEPT: Kept<'static> =
        Kept { tenant: "maple", principal: "ada", operation: "registerCustomer", key: "5f1c" };

    fn answer() -> Recorded {
        Recorded {
            status: 201,
            headers: vec![("content-type".to_owned(), "application/json".to_owned())],
            body: br#"{"name":"Ada Moreau"}"#.to_vec(),
        }
    }

    fn has(bytes: &[u8], text: &str) -> bool {
        bytes.windows(text.len()).any(|window| window == text.as_bytes())
    }

    #[test]
    fn whoever_repeats_the_command_gets_its_answer() {
        let sealed = KEPT.seal(&answer());
        assert!(KEPT.open(201, &sealed).is_some_and(|opened| opened == answer()));
        assert!(!has(&sealed, "Ada") && !has(&sealed, "json"), "{sealed:?}");
        assert!(!KEPT.name().contains(KEPT.key));
    }

    #[test]
    fn nobody_else_does() {
        let sealed = KEPT.seal(&answer());
        let others = [
            Kept { tenant: "birch", ..KEPT },
            Kept { principal: "bob", ..KEPT },
            Kept { operation: "updateCustomer", ..KEPT },
            Kept { key: "5f1d", ..KEPT },
        ];
        for other in others {
            assert!(other.open(201, &sealed).is_none());
            assert_ne!(other.name(), KEPT.name());
        }
    }

    #[test]
    fn what_was_changed_or_cut_opens_for_nobody() {
        let sealed = KEPT.seal(&answer());
        for at in 0..sealed.len() {
            let mut changed = sealed.clone();
            changed[at] ^= 1;
            assert!(KEPT.open(201, &changed).is_none() && KEPT.open(201, &sealed[..at]).is_none());
        }
    }
}
