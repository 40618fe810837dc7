//! Who is let in: tokens, the keys that they are signed with, keys of the API.

use std::time::Duration;

use stipule_runtime::auth::Jwks;

use super::Local;

impl Local {
    /// A token for this platform.
    pub fn token(&self, tenant: &str, subject: &str, scopes: &[&str], lifetime: Duration) -> String {
        self.issuer.token(tenant, subject, scopes, lifetime)
    }

    /// Lets in the tokens of these keys too, in the place of what was let in so before. The platform's own go on. Functions
    /// in processes of their own are started anew with them.
    pub async fn trust(&self, keys: Jwks) {
        let keys = self.keys.clone().with(keys);
        if let Some(remote) = self.remote()
            && let Err(failed) = remote.trust(keys.document()).await
        {
            tracing::error!(%failed, "the functions keep the keys that they have");
        }
        self.verifier.replace_keys(keys);
    }

    /// The API key of a holder; none of a plan that the contracts don't know, or of a name with other than small letters,
    /// digits and dashes.
    pub fn api_key(&self, plan: &str, holder: &str) -> Option<String> {
        self.limits.key_of(plan, holder)
    }
}
