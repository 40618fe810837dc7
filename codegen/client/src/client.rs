//! The client that generated ones wrap.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use crate::builder::Builder;
use crate::call::Call;
use crate::hook::Hooks;
use crate::operation::Operation;
use crate::retry::Retry;
use crate::scheme::{Scheme, SchemeKind, Secrets};
use crate::token::Tokens;
use crate::transport::Transport;

/// Sends calls to one server. Cheap to clone: clones share connections and tokens.
#[derive(Clone)]
pub struct Client(pub(crate) Arc<Settings>);

pub(crate) struct Settings {
    /// `https://host/base`, without a slash at its end.
    pub(crate) base: String,
    pub(crate) transport: Box<dyn Transport>,
    pub(crate) tokens: Tokens,
    pub(crate) secrets: Secrets,
    pub(crate) retry: Retry,
    /// For a call with all its tries.
    pub(crate) timeout: Duration,
    /// For one try.
    pub(crate) attempt_timeout: Duration,
    pub(crate) user_agent: http::HeaderValue,
    /// Largest body of an answer, in bytes.
    pub(crate) most_bytes: usize,
    pub(crate) hooks: Hooks,
}

impl Settings {
    /// The schemes to call an operation with: the first alternative that there are secrets for; without any, none if
    /// that is allowed, else the first.
    pub(crate) fn alternative(&self, operation: &Operation) -> &'static [&'static Scheme] {
        let covers = |scheme: &&Scheme| {
            self.secrets.covers(scheme) || scheme.kind == SchemeKind::Bearer && !self.tokens.is_none()
        };
        let all = operation.security;
        let covered = all.iter().find(|all| !all.is_empty() && all.iter().all(&covers));
        match covered {
            Some(covered) => covered,
            None if operation.is_public() => &[],
            None => all.first().copied().unwrap_or_default(),
        }
    }
}

impl Client {
    /// A client for the server at this address: `https://library.example/v1`.
    pub fn builder(base_url: impl Into<String>) -> Builder {
        Builder::new(base_url)
    }

    /// A call of an operation, to be put together and sent.
    pub fn call(&self, operation: &'static Operation) -> Call {
        Call::new(self.clone(), operation)
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client").field("base", &self.0.base).finish_non_exhaustive()
    }
}
