//! What ends a deployment before its end.

use std::fmt;

/// What can go wrong.
#[derive(Clone, Debug)]
pub enum Fault {
    /// A service doesn't do what it was asked for.
    Refused(Refusal),
    /// No answer came.
    Unreachable(String),
    /// Something here: a sentence without a full stop, with the way out.
    Said(String),
}

/// What a service said.
#[derive(Clone, Debug)]
pub struct Refusal {
    /// `cloudformation`
    pub service: &'static str,
    /// `CreateChangeSet`
    pub action: &'static str,
    /// Of HTTP.
    pub status: u16,
    /// `ValidationError`
    pub code: String,
    /// In its words.
    pub message: String,
}

/// Codes of services that want callers to come later (as the retry handlers of AWS's own clients list them).
const LATER: [&str; 13] = [
    "BandwidthLimitExceeded",
    "InternalError",
    "InternalFailure",
    "LimitExceededException",
    "PriorRequestNotComplete",
    "RequestLimitExceeded",
    "RequestThrottled",
    "RequestTimeout",
    "ServiceUnavailable",
    "SlowDown",
    "Throttling",
    "ThrottlingException",
    "TooManyRequestsException",
];

/// Codes for keys whose time is over.
const EXPIRED: [&str; 3] = ["ExpiredToken", "ExpiredTokenException", "RequestExpired"];

/// Codes for keys that aren't known, or may not.
const UNKNOWN: [&str; 5] = [
    "InvalidAccessKeyId",
    "InvalidClientTokenId",
    "SignatureDoesNotMatch",
    "UnrecognizedClientException",
    "MissingAuthenticationToken",
];

impl Fault {
    /// Whether the same call may be answered later.
    pub(crate) fn passes(&self) -> bool {
        match self {
            Self::Refused(it) => it.status == 429 || it.status >= 500 || LATER.contains(&it.code.as_str()),
            Self::Unreachable(_) => true,
            Self::Said(_) => false,
        }
    }

    /// Whether the keys' time is over.
    pub(crate) fn is_expiry(&self) -> bool {
        matches!(self, Self::Refused(it) if EXPIRED.contains(&it.code.as_str()))
    }

    /// Whether a service gave this code, with these words somewhere in what it says.
    pub(crate) fn is(&self, code: &str, words: &str) -> bool {
        matches!(self, Self::Refused(it) if it.code.starts_with(code) && it.message.contains(words))
    }

    /// The same, with how often it was tried.
    pub(crate) fn after(self, tries: u32) -> Self {
        match self {
            Self::Unreachable(what) if tries > 1 => {
                Self::Unreachable(format!("{what} (tried {tries} times)"))
            }
            Self::Refused(mut it) if tries > 1 => {
                it.message = format!("{} (tried {tries} times)", it.message);
                Self::Refused(it)
            }
            other => other,
        }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Said(what) => f.write_str(what),
            Self::Unreachable(what) => write!(
                f,
                "{what}; is the region or --endpoint right, and the network there? The same command again goes on where \
                 it stopped"
            ),
            Self::Refused(Refusal { service, action, code, message, .. }) => {
                write!(f, "{service} refuses {action}: {code}: {message}")?;
                if EXPIRED.contains(&code.as_str()) {
                    f.write_str("; sign in again, and the same command goes on where it stopped")?;
                } else if UNKNOWN.contains(&code.as_str()) {
                    f.write_str(
                        "; are these the keys of that account? See AWS_PROFILE and AWS_ACCESS_KEY_ID",
                    )?;
                } else if code.starts_with("AccessDenied") {
                    f.write_str("; OPERATING.md says which rights a deployment needs")?;
                }
                Ok(())
            }
        }
    }
}

impl std::error::Error for Fault {}
