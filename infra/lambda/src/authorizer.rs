//! Who calls: from the token to a policy, and to what functions behind the gateway are told. Source: "Output from an API
//! Gateway Lambda authorizer" of its developer guide.

use http::header::AUTHORIZATION;
use http::{HeaderMap, HeaderValue};
use serde::Deserialize;
use stipule_runtime::auth::{Refusal, Verifier};
use stipule_runtime::wire::DateTime;
use stipule_runtime::{Caller, Principal};

use crate::function::Fault;
use crate::text::{Pairs, Text};

/// What the gateway asks.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Question<'e> {
    /// What is called: `arn:aws:execute-api:<region>:<account>:<api>/<stage>/<method>/<path>`.
    #[serde(borrow)]
    method_arn: Text<'e>,
    #[serde(borrow, default)]
    headers: Pairs<'e>,
    /// Where a header stands there several times, `headers` has the last of its values.
    #[serde(borrow, default)]
    multi_value_headers: Pairs<'e>,
}

/// What a function behind the gateway is told of the caller: a text each.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Known<'e> {
    #[serde(borrow, default)]
    pub(crate) principal_id: Option<Text<'e>>,
    #[serde(borrow, default)]
    pub(crate) tenant: Option<Text<'e>>,
    #[serde(borrow, default)]
    pub(crate) scopes: Option<Text<'e>>,
    #[serde(borrow, default)]
    pub(crate) expires: Option<Text<'e>>,
}

/// The decision on a token.
///
/// # Errors
/// `Unauthorized`, which the gateway answers with a 401. Its kind, `Token.expired`, is for the logs: callers aren't told.
pub(crate) fn decide(verifier: &Verifier, now: DateTime, event: &[u8]) -> Result<Vec<u8>, Fault> {
    let question: Question<'_> = serde_json::from_slice(event).map_err(Fault::unreadable)?;
    let mut headers = HeaderMap::new();
    for value in question.shown() {
        let value = HeaderValue::from_str(value).map_err(|_| refused(Refusal::NotBearer.code()))?;
        headers.append(AUTHORIZATION, value);
    }
    match verifier.caller(&headers, now) {
        Caller::Known { tenant, principal } => Ok(allow(&question.method_arn, &tenant, &principal)),
        Caller::Anonymous => Err(Fault::new("Unauthorized", "Unauthorized")),
        Caller::Refused(reason) => Err(refused(reason)),
    }
}

impl Question<'_> {
    /// Every value of `Authorization`.
    fn shown(&self) -> Vec<&str> {
        let all = self.multi_value_headers.all(AUTHORIZATION.as_str());
        if all.is_empty() { self.headers.all(AUTHORIZATION.as_str()) } else { all }
    }
}

fn refused(reason: &str) -> Fault {
    tracing::info!(reason, "token refused");
    Fault::new(&format!("Token.{reason}"), "Unauthorized")
}

/// Who calls may do so, and whoever is called is told who it is.
pub(crate) fn allow(method: &str, tenant: &str, principal: &Principal) -> Vec<u8> {
    let scopes: Vec<&str> = principal.scopes.iter().map(String::as_str).collect();
    let answer = serde_json::json!({
        "principalId": principal.subject,
        "policyDocument": {
            "Version": "2012-10-17",
            "Statement": [{ "Action": "execute-api:Invoke", "Effect": "Allow", "Resource": whole(method) }],
        },
        "context": {
            "tenant": tenant,
            "scopes": scopes.join(" "),
            "expires": principal.expires.map(|it| it.to_string()).unwrap_or_default(),
        },
    });
    answer.to_string().into_bytes()
}

/// Who calls, as the authorizer said. Where it wasn't asked, nobody: operations that aren't public refuse them.
pub(crate) fn caller(known: Option<&Known<'_>>) -> Caller {
    let Some(known) = known else { return Caller::Anonymous };
    let (Some(subject), Some(tenant)) = (&known.principal_id, &known.tenant) else {
        return Caller::Anonymous;
    };
    if tenant.is_empty() {
        return Caller::Refused("no tenant");
    }
    let scopes = known.scopes.as_deref().unwrap_or_default().split_whitespace();
    let mut principal = Principal::new(&**subject, scopes);
    principal.expires = known.expires.as_ref().and_then(|expires| expires.parse().ok());
    Caller::Known { tenant: tenant.to_string(), principal }
}

/// Everything in the stage: the gateway keeps the decision for every operation, and scopes are judged behind it.
fn whole(method: &str) -> String {
    let mut parts = method.splitn(3, '/');
    match (parts.next(), parts.next()) {
        (Some(api), Some(stage)) => format!("{api}/{stage}/*"),
        _ => method.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_decision_is_for_the_whole_stage_and_no_other() {
        let whole = |method| whole(method);
        assert_eq!(
            whole("arn:aws:execute-api:r:1:api/live/GET/orders/7"),
            "arn:aws:execute-api:r:1:api/live/*"
        );
        assert_eq!(whole("arn:aws:execute-api:r:1:api/live/$connect"), "arn:aws:execute-api:r:1:api/live/*");
    }
}
