//! Writes calls down.

use std::fs::File;
use std::io::Write;
use std::path::Path;
use std::sync::{Mutex, PoisonError};

use bytes::Bytes;
use http::request::Parts;
use stipule_runtime::Caller;
use stipule_runtime::wire::DateTime;

use super::{Exchange, TrafficError};

/// Headers that say who calls, or how it was sent; the ids that the gateway gives itself.
const LEFT_OUT: [&str; 9] = [
    "authorization",
    "cookie",
    "host",
    "connection",
    "content-length",
    "transfer-encoding",
    "x-api-key",
    "x-request-id",
    "x-correlation-id",
];

/// A file that calls are written down in, each once it is answered.
pub struct Tape(Mutex<File>);

/// A call that has come.
pub(crate) struct Taken(Exchange);

impl Tape {
    /// A new file; one of that name is replaced.
    ///
    /// # Errors
    /// When it can't be made.
    pub fn create(file: &Path) -> Result<Self, TrafficError> {
        let made = File::create(file).map(|made| Self(Mutex::new(made)));
        made.map_err(|source| TrafficError::File { file: file.to_owned(), source })
    }

    /// Keeps what a call says until its answer is known.
    pub(crate) fn take(&self, parts: &Parts, body: &Bytes, caller: Caller, now: DateTime) -> Taken {
        let told = parts.headers.iter().filter(|(name, _)| !LEFT_OUT.contains(&name.as_str()));
        let told = told.filter_map(|(name, value)| Some((name.to_string(), value.to_str().ok()?.to_owned())));
        let who = match caller {
            Caller::Known { tenant, principal } => {
                Some((tenant, principal.subject, principal.scopes.iter().cloned().collect()))
            }
            Caller::Anonymous | Caller::Refused(_) => None,
        };
        Taken(Exchange {
            at: now.unix_millis(),
            method: parts.method.to_string(),
            target: parts.uri.path_and_query().map(ToString::to_string).unwrap_or_default(),
            headers: told.collect(),
            body: String::from_utf8_lossy(body).into_owned(),
            who,
            status: 0,
            answer: String::new(),
        })
    }

    /// Writes a call down with its answer, at once: the process may end at any moment.
    pub(crate) fn answered(&self, taken: Taken, answer: &http::Response<Bytes>) {
        let answer_text = String::from_utf8_lossy(answer.body()).into_owned();
        let exchange = Exchange { status: answer.status().as_u16(), answer: answer_text, ..taken.0 };
        let line = format!("{}\n", exchange.to_json());
        let mut file = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Err(error) = file.write_all(line.as_bytes()) {
            tracing::error!(%error, "a call isn't written down");
        }
    }
}
