//! Makes tokens for this platform.

use std::sync::Arc;
use std::time::Duration;

use serde_json::json;
use stipule_runtime::auth::{Expected, Signer};
use stipule_runtime::ports::Clock;

/// Whoever makes tokens.
pub(crate) struct Issuer {
    pub(crate) signer: Signer,
    pub(crate) expected: Expected,
    pub(crate) clock: Arc<dyn Clock>,
}

impl Issuer {
    /// A token for a tenant.
    pub(crate) fn token(&self, tenant: &str, subject: &str, scopes: &[&str], lifetime: Duration) -> String {
        let now = self.clock.now().unix_seconds();
        let expires = now.saturating_add(i64::try_from(lifetime.as_secs()).unwrap_or(i64::MAX / 2));
        let mut claims = json!({
            "iss": self.expected.issuer,
            "aud": self.expected.audience,
            "sub": subject,
            "iat": now,
            "exp": expires,
            "token_use": "access",
            "scope": scopes.join(" "),
        });
        claims[&self.expected.tenant_claim] = json!(tenant);
        // Signing with a key that was just read can fail only for want of randomness, which EdDSA doesn't need.
        self.signer.sign(&claims).expect("EdDSA signs any message")
    }
}
