//! Who calls, as the authorizer's function says; asked once for each token, and kept for a while as API Gateway keeps it.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use http::header::AUTHORIZATION;
use http::{HeaderMap, HeaderValue};
use quick_cache::sync::Cache;
use ring::digest;
use serde_json::{Value, json};
use stipule_runtime::auth::Refusal;
use stipule_runtime::wire::DateTime;
use stipule_runtime::{Caller, Principal};

use super::plan::{ACCOUNT, KEYS, REGION};
use super::{AUTHORIZER, Remote};
use crate::functions::Failed;

/// How long a decision is kept. Source: `authorizerResultTtlInSeconds` in `infra/stacks/api.json`.
const KEPT: Duration = Duration::from_secs(300);

/// Decisions that are kept.
const MOST: usize = 4_096;

/// Decisions by the digest of what was shown. Refusals aren't kept. Source: "For a valid policy, API Gateway caches the
/// returned policy", use of Lambda authorizers in its developer guide.
pub(super) struct Decisions {
    kept: Cache<[u8; 32], (Caller, DateTime)>,
    /// How often keys were changed: a decision that was asked for before is of other keys.
    edition: AtomicU64,
}

impl Default for Decisions {
    fn default() -> Self {
        Self { kept: Cache::new(MOST), edition: AtomicU64::new(0) }
    }
}

impl Decisions {
    fn edition(&self) -> u64 {
        self.edition.load(Ordering::SeqCst)
    }

    /// Forgets them all, those too that are being made.
    fn forget(&self) {
        self.edition.fetch_add(1, Ordering::SeqCst);
        self.kept.clear();
    }
}

impl Remote {
    /// Has the authorizer check tokens with other keys, a document of keys, from now on.
    ///
    /// # Errors
    /// When there is no authorizer.
    pub(crate) async fn trust(&self, keys: String) -> Result<(), Failed> {
        self.functions.configure(AUTHORIZER, KEYS, keys).await?;
        self.decisions.forget();
        Ok(())
    }

    /// Who calls, by what the authorizer makes of the headers.
    ///
    /// # Errors
    /// When it makes nothing of them.
    pub(crate) async fn caller(&self, headers: &HeaderMap, now: DateTime) -> Result<Caller, Failed> {
        let shown: Vec<&HeaderValue> = headers.get_all(AUTHORIZATION).iter().collect();
        if shown.is_empty() {
            return Ok(Caller::Anonymous);
        }
        let Some(key) = key(&shown) else { return Ok(Caller::Refused("no digest")) };
        if let Some((caller, until)) = self.decisions.kept.get(&key)
            && now < until
        {
            return Ok(caller);
        }
        let edition = self.decisions.edition();
        let caller = self.ask(&shown).await?;
        // What is kept is a policy: of a refusal there is none.
        if let Caller::Known { principal, .. } = &caller
            && edition == self.decisions.edition()
        {
            let until = now.checked_add(KEPT).unwrap_or(DateTime::MAX);
            let until = principal.expires.map_or(until, |expires| expires.min(until));
            self.decisions.kept.insert(key, (caller.clone(), until));
        }
        Ok(caller)
    }

    async fn ask(&self, shown: &[&HeaderValue]) -> Result<Caller, Failed> {
        let shown: Result<Vec<&str>, _> = shown.iter().map(|value| value.to_str()).collect();
        let Ok(shown) = shown else { return Ok(Caller::Refused(Refusal::NotBearer.code())) };
        let question = json!({
            "type": "REQUEST",
            "methodArn": format!("arn:aws:execute-api:{REGION}:{ACCOUNT}:local/local/GET/"),
            "headers": { "authorization": shown.last() },
            "multiValueHeaders": { "authorization": shown },
        });
        match self.functions.invoke_in_turn(AUTHORIZER, question.to_string().into()).await {
            Ok(answer) => Ok(known(&serde_json::from_slice(&answer).unwrap_or_default())),
            Err(Failed::Fault { message, kind }) if message == "Unauthorized" => {
                let reason = kind.strip_prefix("Token.").and_then(Refusal::code_named);
                Ok(Caller::Refused(reason.unwrap_or("the authorizer says no")))
            }
            Err(failed) => Err(failed),
        }
    }
}

/// The caller that a policy and its context tell of.
pub(super) fn known(answer: &Value) -> Caller {
    let text = |value: &Value| value.as_str().map(str::to_owned).filter(|text| !text.is_empty());
    let context = &answer["context"];
    let (Some(subject), Some(tenant)) = (text(&answer["principalId"]), text(&context["tenant"])) else {
        return Caller::Refused("the authorizer names nobody");
    };
    let scopes = text(&context["scopes"]).unwrap_or_default();
    let mut principal = Principal::new(subject, scopes.split_whitespace());
    principal.expires = text(&context["expires"]).and_then(|expires| expires.parse().ok());
    Caller::Known { tenant, principal }
}

/// Of all that was shown: one value after the other, each with its length before it.
fn key(shown: &[&HeaderValue]) -> Option<[u8; 32]> {
    let mut digest = digest::Context::new(&digest::SHA256);
    for value in shown {
        digest.update(&value.len().to_be_bytes());
        digest.update(value.as_bytes());
    }
    digest.finish().as_ref().try_into().ok()
}
