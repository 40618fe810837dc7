//! The second segment of a token: who, for whom, what, and until when.

use std::time::Duration;

use stipule_wire::{DateTime, Json};

use super::refusal::Refusal;
use super::verifier::{Decision, Expected, SKEW};
use crate::context::Principal;
use crate::key::{MAX_TENANT_BYTES, escaped_len};

/// The decision that the claims of a signed token make.
pub(super) fn decide(claims: &Json<'_>, expected: &Expected, now: DateTime) -> Result<Decision, Refusal> {
    if text(claims, "iss")? != expected.issuer {
        return Err(Refusal::Issuer);
    }
    if !is_audience(claims, &expected.audience) {
        return Err(Refusal::Audience);
    }
    if claims.get("token_use").and_then(Json::as_str) != Some("access") {
        return Err(Refusal::Use);
    }
    let expires = instant(claims, "exp")?.ok_or(Refusal::Claim("exp"))?;
    if has_expired(expires, now) {
        return Err(Refusal::Expired);
    }
    for name in ["nbf", "iat"] {
        let from = instant(claims, name)?;
        if from.is_some_and(|from| now.checked_add(SKEW).is_some_and(|latest| from > latest)) {
            return Err(Refusal::NotYetValid);
        }
    }
    // It leads every partition key.
    let fits = |tenant: &&str| !tenant.is_empty() && escaped_len(tenant) <= MAX_TENANT_BYTES;
    let tenant = claims.get(&expected.tenant_claim).and_then(Json::as_str).filter(fits);
    let scopes = match claims.get("scope") {
        None => "",
        Some(scope) => scope.as_str().ok_or(Refusal::Claim("scope"))?,
    };
    let mut principal =
        Principal::new(text(claims, "sub")?, scopes.split(' ').filter(|scope| !scope.is_empty()));
    principal.expires = Some(expires);
    Ok(Decision { tenant: tenant.ok_or(Refusal::Claim("tenant"))?.to_owned(), principal })
}

/// Whether a token that is good until `expires` isn't any more.
pub(super) fn has_expired(expires: DateTime, now: DateTime) -> bool {
    expires.checked_add(SKEW).is_some_and(|last| last <= now)
}

fn text<'c>(claims: &'c Json<'_>, name: &'static str) -> Result<&'c str, Refusal> {
    claims.get(name).and_then(Json::as_str).filter(|text| !text.is_empty()).ok_or(Refusal::Claim(name))
}

fn is_audience(claims: &Json<'_>, audience: &str) -> bool {
    match claims.get("aud") {
        Some(Json::String(own)) => own == audience,
        Some(Json::Array(several)) => several.iter().any(|own| own.as_str() == Some(audience)),
        _ => false,
    }
}

/// A `NumericDate`: seconds since 1970, perhaps with a fraction. Source: RFC 7519, section 2.
fn instant(claims: &Json<'_>, name: &'static str) -> Result<Option<DateTime>, Refusal> {
    let Some(claim) = claims.get(name) else { return Ok(None) };
    let seconds = claim.as_number().map(stipule_wire::Number::as_f64).filter(|seconds| *seconds >= 0.0);
    let seconds = seconds.ok_or(Refusal::Claim(name))?;
    let time = Duration::try_from_secs_f64(seconds).map_err(|_| Refusal::Claim(name))?;
    DateTime::UNIX_EPOCH.checked_add(time).map(Some).ok_or(Refusal::Claim(name))
}
