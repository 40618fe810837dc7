//! Why a token isn't accepted.

use std::fmt;

/// Why a token isn't accepted. For logs and metrics: callers are told only that it isn't.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Refusal {
    /// The `Authorization` header isn't one bearer token.
    NotBearer,
    /// Larger than [`MAX_TOKEN`](super::MAX_TOKEN).
    Oversized,
    /// Not exactly three segments.
    Segments,
    /// A segment isn't base64url without padding.
    Encoding,
    /// Header or claims aren't one JSON object.
    Malformed,
    /// A header parameter or claim stands there twice.
    Duplicate,
    /// The header names a critical extension.
    Critical,
    /// The header brings a key or says where to fetch one.
    EmbeddedKey,
    /// The header's `typ` isn't that of an access token.
    Type,
    /// The algorithm isn't the one that the key is pinned to: `none` and HMAC always.
    Algorithm,
    /// The header doesn't say which key.
    NoKey,
    /// The key isn't in our set.
    UnknownKey,
    /// The signature is wrong.
    Signature,
    /// A claim is missing or not of its type, or too long.
    Claim(&'static str),
    /// `iss` is somebody else.
    Issuer,
    /// `aud` is somebody else.
    Audience,
    /// `token_use` isn't `access`.
    Use,
    /// `exp` has passed, skew included.
    Expired,
    /// `nbf` or `iat` is yet to come, skew included.
    NotYetValid,
}

/// One of each.
const ALL: [Refusal; 19] = [
    Refusal::NotBearer,
    Refusal::Oversized,
    Refusal::Segments,
    Refusal::Encoding,
    Refusal::Malformed,
    Refusal::Duplicate,
    Refusal::Critical,
    Refusal::EmbeddedKey,
    Refusal::Type,
    Refusal::Algorithm,
    Refusal::NoKey,
    Refusal::UnknownKey,
    Refusal::Signature,
    Refusal::Claim(""),
    Refusal::Issuer,
    Refusal::Audience,
    Refusal::Use,
    Refusal::Expired,
    Refusal::NotYetValid,
];

impl Refusal {
    /// The short name that a text is: what another process tells of a token that it refused. None for any other text.
    pub fn code_named(text: &str) -> Option<&'static str> {
        ALL.iter().map(|it| it.code()).find(|code| *code == text)
    }

    /// A short name for logs and metrics.
    pub const fn code(self) -> &'static str {
        match self {
            Self::NotBearer => "not-bearer",
            Self::Oversized => "oversized",
            Self::Segments => "segments",
            Self::Encoding => "encoding",
            Self::Malformed => "malformed",
            Self::Duplicate => "duplicate",
            Self::Critical => "critical",
            Self::EmbeddedKey => "embedded-key",
            Self::Type => "type",
            Self::Algorithm => "algorithm",
            Self::NoKey => "no-key",
            Self::UnknownKey => "unknown-key",
            Self::Signature => "signature",
            Self::Claim(_) => "claim",
            Self::Issuer => "issuer",
            Self::Audience => "audience",
            Self::Use => "use",
            Self::Expired => "expired",
            Self::NotYetValid => "not-yet-valid",
        }
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Claim(name) => {
                write!(f, "the token isn't accepted: claim `{name}` is missing or malformed")
            }
            other => write!(f, "the token isn't accepted: {}", other.code()),
        }
    }
}

impl std::error::Error for Refusal {}
