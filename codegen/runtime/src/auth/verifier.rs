//! From a token to a decision.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use http::HeaderMap;
use http::header::AUTHORIZATION;
use stipule_wire::DateTime;

use super::cache::{self, Cache};
use super::claims;
use super::header;
use super::jwks::Jwks;
use super::refusal::Refusal;
use crate::app::Caller;
use crate::context::Principal;

/// Largest token in bytes.
pub const MAX_TOKEN: usize = 8192;

/// How far clocks may be apart.
pub const SKEW: Duration = Duration::from_secs(60);

/// What every token must say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Expected {
    /// `iss`
    pub issuer: String,
    /// `aud`, or one of them.
    pub audience: String,
    /// Name of the claim with the tenant.
    pub tenant_claim: String,
}

/// What a good token says.
#[derive(Clone, PartialEq, Eq)]
pub struct Decision {
    /// Whose data its bearer may touch; never empty.
    pub tenant: String,
    /// Who they are, what they may do, and until when.
    pub principal: Principal,
}

impl fmt::Debug for Decision {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Decision").field("tenant", &self.tenant).finish_non_exhaustive()
    }
}

/// Verifies tokens and remembers good ones by their hash.
#[derive(Debug)]
pub struct Verifier {
    expected: Expected,
    state: Mutex<State>,
}

#[derive(Debug)]
struct State {
    keys: Arc<Jwks>,
    cache: Cache,
}

impl Verifier {
    /// A verifier with these keys.
    pub fn new(keys: Jwks, expected: Expected) -> Self {
        Self { expected, state: Mutex::new(State { keys: Arc::new(keys), cache: Cache::default() }) }
    }

    /// Takes other keys from now on. For a rotation hand over a set with the old and the new key first, and one
    /// without the old key when its last token has expired. Nothing that was decided before is believed any more.
    pub fn replace_keys(&self, keys: Jwks) {
        let mut state = self.state();
        state.keys = Arc::new(keys);
        state.cache.clear();
    }

    /// Who calls, by the `Authorization` header.
    pub fn caller(&self, headers: &HeaderMap, now: DateTime) -> Caller {
        let mut values = headers.get_all(AUTHORIZATION).iter();
        let Some(value) = values.next() else { return Caller::Anonymous };
        let token = value.to_str().ok().and_then(bearer).filter(|_| values.next().is_none());
        match token.ok_or(Refusal::NotBearer).and_then(|token| self.verify(token, now)) {
            Ok(Decision { tenant, principal }) => Caller::Known { tenant, principal },
            Err(refusal) => Caller::Refused(refusal.code()),
        }
    }

    /// The decision on a token.
    ///
    /// # Errors
    /// [`Refusal`], for the log.
    pub fn verify(&self, token: &str, now: DateTime) -> Result<Decision, Refusal> {
        if token.len() > MAX_TOKEN {
            return Err(Refusal::Oversized);
        }
        let hash = cache::hash(token);
        let keys = {
            let mut state = self.state();
            if let Some(decision) = state.cache.get(&hash, now) {
                return Ok(decision);
            }
            state.keys.clone()
        };
        let decision = verify(token, &keys, &self.expected, now)?;
        let mut state = self.state();
        // Keys may have been replaced meanwhile: then it counts this once, and isn't remembered.
        if Arc::ptr_eq(&state.keys, &keys) {
            state.cache.insert(hash, decision.clone(), now);
        }
        Ok(decision)
    }

    fn state(&self) -> std::sync::MutexGuard<'_, State> {
        // Nothing that runs under the lock leaves it half done.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn verify(token: &str, keys: &Jwks, expected: &Expected, now: DateTime) -> Result<Decision, Refusal> {
    let (message, signature) = token.rsplit_once('.').ok_or(Refusal::Segments)?;
    let (header, payload) = message.split_once('.').ok_or(Refusal::Segments)?;
    if payload.contains('.') {
        return Err(Refusal::Segments);
    }
    let bytes = |segment: &str| URL_SAFE_NO_PAD.decode(segment).map_err(|_| Refusal::Encoding);
    let key = header::key(&bytes(header)?, keys)?;
    if !key.is_signed(message.as_bytes(), &bytes(signature)?) {
        return Err(Refusal::Signature);
    }
    claims::decide(&header::object(&bytes(payload)?)?, expected, now)
}

/// The token of `Bearer <token>`. Source: RFC 6750, section 2.1.
fn bearer(value: &str) -> Option<&str> {
    let (scheme, token) = value.split_once(' ')?;
    let token = token.trim_start_matches(' ');
    (scheme.eq_ignore_ascii_case("bearer") && !token.is_empty()).then_some(token)
}
