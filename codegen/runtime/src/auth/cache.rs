//! Decisions by the hash of the token.

use std::collections::HashMap;

use sha2::{Digest, Sha256};
use stipule_wire::DateTime;

use super::claims::has_expired;
use super::verifier::Decision;

/// Most decisions that are kept.
const MOST: usize = 4096;

/// Good decisions of the past. Refusals aren't kept: strangers make them, in any number.
#[derive(Debug, Default)]
pub(super) struct Cache(HashMap<[u8; 32], Decision>);

/// The hash of a whole token: a decision is never found by anything less.
pub(super) fn hash(token: &str) -> [u8; 32] {
    Sha256::digest(token.as_bytes()).into()
}

impl Cache {
    pub(super) fn get(&mut self, hash: &[u8; 32], now: DateTime) -> Option<Decision> {
        let decision = self.0.get(hash)?;
        if decision.principal.expires.is_none_or(|expires| has_expired(expires, now)) {
            self.0.remove(hash);
            return None;
        }
        Some(decision.clone())
    }

    pub(super) fn insert(&mut self, hash: [u8; 32], decision: Decision, now: DateTime) {
        if self.0.len() >= MOST {
            self.0.retain(|_, kept| kept.principal.expires.is_some_and(|expires| !has_expired(expires, now)));
        }
        if self.0.len() >= MOST {
            self.0.clear();
        }
        self.0.insert(hash, decision);
    }

    pub(super) fn clear(&mut self) {
        self.0.clear();
    }
}
