//! How callers show who they are, besides bearer tokens.

use std::collections::BTreeMap;
use std::fmt;

use http::{HeaderMap, HeaderName, HeaderValue};

use crate::percent_text;

/// A scheme as a contract declares it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Scheme {
    /// Its name in the contract.
    pub name: &'static str,
    /// What it is.
    pub kind: SchemeKind,
}

/// Kinds of schemes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SchemeKind {
    /// `Authorization: Bearer …`
    Bearer,
    /// `Authorization: Basic …`
    Basic,
    /// Another scheme of the `Authorization` header.
    Other(&'static str),
    /// A secret in a header of this name.
    Header(&'static str),
    /// A secret in a query parameter of this name.
    Query(&'static str),
    /// A secret in a cookie of this name.
    Cookie(&'static str),
    /// A certificate: the transport shows it.
    MutualTls,
}

/// The bearer token of a contract that knows no other scheme.
pub static BEARER: Scheme = Scheme { name: "bearer", kind: SchemeKind::Bearer };

/// Secrets that don't change, by the name of their scheme; under the empty name for any scheme of their kind. `Debug`
/// doesn't show them.
#[derive(Clone, Default)]
pub(crate) struct Secrets {
    keys: BTreeMap<String, String>,
    basic: Option<String>,
}

impl Secrets {
    pub(crate) fn key(&mut self, scheme: &str, secret: String) {
        self.keys.insert(scheme.to_owned(), secret);
    }

    pub(crate) fn basic(&mut self, user: &str, password: &str) {
        self.basic = Some(stipule_wire::Base64::from(format!("{user}:{password}").into_bytes()).to_string());
    }

    /// The secret for a scheme, if there is one.
    fn of(&self, scheme: &Scheme) -> Option<&str> {
        let own = self.keys.get(scheme.name);
        let found = match scheme.kind {
            SchemeKind::Bearer | SchemeKind::MutualTls => own,
            SchemeKind::Basic => own.or(self.basic.as_ref()),
            _ => own.or_else(|| self.keys.get("")),
        };
        found.map(String::as_str)
    }

    /// Whether a scheme's secret is here, or needs none of us.
    pub(crate) fn covers(&self, scheme: &Scheme) -> bool {
        scheme.kind == SchemeKind::MutualTls || self.of(scheme).is_some()
    }

    /// Puts the secret of a scheme into a request. `Err` with the name of a scheme whose secret can't be sent.
    pub(crate) fn apply(
        &self,
        scheme: &Scheme,
        headers: &mut HeaderMap,
        query: &mut String,
    ) -> Result<(), &'static str> {
        let Some(secret) = self.of(scheme) else { return Ok(()) };
        let (name, value) = match scheme.kind {
            SchemeKind::MutualTls => return Ok(()),
            SchemeKind::Bearer => ("authorization", format!("Bearer {secret}")),
            SchemeKind::Basic => ("authorization", format!("Basic {secret}")),
            SchemeKind::Other(word) => ("authorization", format!("{word} {secret}")),
            SchemeKind::Header(name) => (name, secret.to_owned()),
            SchemeKind::Query(name) => {
                query.push(if query.is_empty() { '?' } else { '&' });
                query.push_str(&format!("{}={}", percent_text(name), percent_text(secret)));
                return Ok(());
            }
            SchemeKind::Cookie(name) => {
                let before = headers.get(http::header::COOKIE).and_then(|cookies| cookies.to_str().ok());
                let own = format!("{name}={}", percent_text(secret));
                ("cookie", before.map_or_else(|| own.clone(), |before| format!("{before}; {own}")))
            }
        };
        let parsed = HeaderName::from_bytes(name.as_bytes()).ok().zip(HeaderValue::from_str(&value).ok());
        let (name, mut value) = parsed.ok_or(scheme.name)?;
        value.set_sensitive(true);
        headers.insert(name, value);
        Ok(())
    }
}

impl fmt::Debug for Secrets {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Secrets").field("schemes", &self.keys.keys()).finish_non_exhaustive()
    }
}
