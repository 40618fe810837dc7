//! Traffic as it was: calls and their answers written down, a line of JSON each, and made once more.
//!
//! No token is written down: whoever replays makes new ones for the same callers. Bodies are, with all that they say of
//! people.

mod again;
mod tape;

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use serde_json::{Map, Value, json};
use thiserror::Error;

pub use again::{Replayed, replay};
pub(crate) use tape::Taken;
pub use tape::Tape;

/// Why traffic can't be written down or made again.
#[derive(Debug, Error)]
pub enum TrafficError {
    /// The file can't be opened, read or written.
    #[error("{}: {source}", .file.display())]
    File {
        /// Which.
        file: PathBuf,
        /// What the system says.
        source: std::io::Error,
    },
    /// Lines that are no calls, all of them by their numbers.
    #[error("{}: no calls in the lines {}", .file.display(), .lines.iter().map(ToString::to_string).collect::<Vec<_>>().join(", "))]
    Lines {
        /// Which.
        file: PathBuf,
        /// From 1.
        lines: Vec<usize>,
    },
}

/// A call and its answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Exchange {
    /// Milliseconds since 1970 at which it came.
    pub(crate) at: i64,
    pub(crate) method: String,
    /// Path and query.
    pub(crate) target: String,
    /// Without those that say who calls, or how it was sent.
    pub(crate) headers: BTreeMap<String, String>,
    pub(crate) body: String,
    /// Tenant, subject and scopes of somebody with a token.
    pub(crate) who: Option<(String, String, BTreeSet<String>)>,
    pub(crate) status: u16,
    pub(crate) answer: String,
}

impl Exchange {
    fn to_json(&self) -> Value {
        let who = self.who.as_ref().map(
            |(tenant, subject, scopes)| json!({ "tenant": tenant, "subject": subject, "scopes": scopes }),
        );
        json!({
            "at": self.at, "method": self.method, "target": self.target, "headers": self.headers, "body": self.body,
            "who": who, "status": self.status, "answer": self.answer,
        })
    }

    fn from_json(line: &str) -> Option<Self> {
        let told: Map<String, Value> = serde_json::from_str(line).ok()?;
        let text = |of: &Value| of.as_str().map(str::to_owned);
        let headers = told.get("headers")?.as_object()?;
        let headers = headers.iter().map(|(name, value)| Some((name.clone(), text(value)?)));
        let who = match told.get("who")? {
            Value::Null => None,
            who => {
                let scopes = who.get("scopes")?.as_array()?.iter().map(text).collect::<Option<_>>()?;
                Some((text(who.get("tenant")?)?, text(who.get("subject")?)?, scopes))
            }
        };
        Some(Self {
            at: told.get("at")?.as_i64()?,
            method: text(told.get("method")?)?,
            target: text(told.get("target")?)?,
            headers: headers.collect::<Option<_>>()?,
            body: text(told.get("body")?)?,
            who,
            status: u16::try_from(told.get("status")?.as_u64()?).ok()?,
            answer: text(told.get("answer")?)?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read() {
        let who = ("maple".to_owned(), "ada".to_owned(), BTreeSet::from(["orders:read".to_owned()]));
        let headers = BTreeMap::from([("accept".to_owned(), "*/*".to_owned())]);
        for who in [Some(who), None] {
            let exchange = Exchange {
                at: 1_000,
                method: "GET".to_owned(),
                target: "/orders?limit=2".to_owned(),
                headers: headers.clone(),
                body: "\"\n".to_owned(),
                who,
                status: 200,
                answer: "{}".to_owned(),
            };
            assert_eq!(Exchange::from_json(&exchange.to_json().to_string()), Some(exchange));
        }
        assert_eq!(Exchange::from_json("{\"at\":1}"), None);
    }
}
