//! Who calls: from the token to a policy, and to what functions behind the gateway are told. Source: "Output from an API
//! Gateway Lambda authorizer" of its developer guide.

use http::header::AUTHORIZATION;
use http::{HeaderMap, HeaderValue};
use serde::Deserialize;
use stipule_runtime::Caller;
use stipule_runtime::auth::Verifier;
use stipule_runtime::wire::DateTime;

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
    #[serde(borrow, default)]
    query_string_parameters: Pairs<'e>,
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

/// The decision on a token. A browser gives a socket its token in the query, because it can't give it headers.
///
/// # Errors
/// `Unauthorized`, which the gateway answers with a 401; nothing of the reason leaves the log.
pub(crate) fn decide(verifier: &Verifier, now: DateTime, event: &[u8]) -> Result<Vec<u8>, Fault> {
    let question: Question<'_> = serde_json::from_slice(event).map_err(Fault::unreadable)?;
    let unauthorized = || Fault::new("Unauthorized", "Unauthorized");
    let said = question.headers.get("authorization").map(str::to_owned);
    let asked = || question.query_string_parameters.get("token").map(|token| format!("Bearer {token}"));
    let said = said.or_else(asked).ok_or_else(unauthorized)?;
    let mut headers = HeaderMap::new();
    headers.insert(AUTHORIZATION, HeaderValue::from_str(&said).map_err(|_| unauthorized())?);
    match verifier.caller(&headers, now) {
        Caller::Known { tenant, principal } => {
            let scopes: Vec<&str> = principal.scopes.iter().map(String::as_str).collect();
            let answer = serde_json::json!({
                "principalId": principal.subject,
                "policyDocument": {
                    "Version": "2012-10-17",
                    "Statement": [{
                        "Action": "execute-api:Invoke",
                        "Effect": "Allow",
                        "Resource": whole(&question.method_arn),
                    }],
                },
                "context": {
                    "tenant": tenant,
                    "scopes": scopes.join(" "),
                    "expires": principal.expires.map(|it| it.to_string()).unwrap_or_default(),
                },
            });
            Ok(answer.to_string().into_bytes())
        }
        Caller::Anonymous => Err(unauthorized()),
        Caller::Refused(reason) => {
            tracing::info!(reason, "token refused");
            Err(unauthorized())
        }
    }
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
