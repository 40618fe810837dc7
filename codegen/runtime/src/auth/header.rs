//! The first segment of a token: which key, and that it asks for nothing else.

use stipule_wire::{Json, Limits, Reason};

use super::jwks::{Jwks, Key};
use super::refusal::Refusal;

/// The key that the header asks for.
pub(super) fn key<'k>(header: &[u8], keys: &'k Jwks) -> Result<&'k Key, Refusal> {
    let header = object(header)?;
    if header.get("crit").is_some() || header.get("b64").is_some() {
        return Err(Refusal::Critical);
    }
    if ["jwk", "jku", "x5u", "x5c"].iter().any(|name| header.get(name).is_some()) {
        return Err(Refusal::EmbeddedKey);
    }
    if let Some(kind) = header.get("typ") {
        let kind = kind.as_str().map(str::to_ascii_lowercase);
        if !matches!(kind.as_deref(), Some("jwt" | "at+jwt")) {
            return Err(Refusal::Type);
        }
    }
    let algorithm = header.get("alg").and_then(Json::as_str).ok_or(Refusal::Algorithm)?;
    if !["ES256", "RS256", "EdDSA"].contains(&algorithm) {
        return Err(Refusal::Algorithm);
    }
    let kid = header.get("kid").and_then(Json::as_str).ok_or(Refusal::NoKey)?;
    let key = keys.get(kid).ok_or(Refusal::UnknownKey)?;
    if key.algorithm().as_str() == algorithm { Ok(key) } else { Err(Refusal::Algorithm) }
}

/// A JSON object, strictly: no name twice.
pub(super) fn object(text: &[u8]) -> Result<Json<'_>, Refusal> {
    let json = Json::parse(text, Limits { depth: 8, values: 1000 }).map_err(|error| match error.reason {
        Reason::DuplicateKey => Refusal::Duplicate,
        _ => Refusal::Malformed,
    })?;
    if json.as_object().is_some() { Ok(json) } else { Err(Refusal::Malformed) }
}
