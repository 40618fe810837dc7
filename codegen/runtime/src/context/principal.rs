//! Who asks.

use std::collections::BTreeSet;
use std::fmt;
use std::sync::Arc;

use stipule_wire::DateTime;

/// Who asks, and what they may do.
#[derive(Clone, PartialEq, Eq)]
pub struct Principal {
    /// `sub` of the token; empty for callers without one; `platform:<name>` for the platform itself.
    pub subject: String,
    /// What the token allows: shared by all calls under it.
    pub scopes: Arc<BTreeSet<String>>,
    /// When the token expires.
    pub expires: Option<DateTime>,
}

impl Principal {
    /// Somebody with a token.
    pub fn new(subject: impl Into<String>, scopes: impl IntoIterator<Item = impl Into<String>>) -> Self {
        let scopes = scopes.into_iter().map(Into::into).collect();
        Self { subject: subject.into(), scopes: Arc::new(scopes), expires: None }
    }

    /// Nobody: the caller of a public operation.
    pub fn anonymous() -> Self {
        Self::new("", [""; 0])
    }

    /// The platform itself: the consumer of an event, a job.
    pub fn platform(name: &str) -> Self {
        Self::new(format!("platform:{name}"), [""; 0])
    }

    /// Whether there is nobody behind it.
    pub fn is_anonymous(&self) -> bool {
        self.subject.is_empty()
    }

    /// Whether the token allows this.
    pub fn may(&self, scope: &str) -> bool {
        self.scopes.contains(scope)
    }
}

/// The scopes; the subject is a person.
impl fmt::Debug for Principal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Principal").field("scopes", &self.scopes).finish_non_exhaustive()
    }
}
