//! Keys of the issuer whose tokens are let in beside the platform's own: of a file or an address, read again and again, so
//! that the issuer may change its keys.

use std::fmt;
use std::path::PathBuf;
use std::str::FromStr;
use std::time::Duration;

use bytes::Bytes;
use commerce_sdk::{Transport as _, TransportError, transport};
use http::{Request, StatusCode, Uri};
use stipule_local::Local;
use stipule_runtime::auth::{BadJwks, Jwks};
use thiserror::Error;

/// How long passes until a file is read again.
const FILE: Duration = Duration::from_secs(1);

/// How long passes until an address is asked again.
const ADDRESS: Duration = Duration::from_secs(60);

/// Largest set of keys, in bytes: a function in a process of its own has it in a variable, which may have twice that.
const LARGEST: usize = 64 * 1024;

/// Where keys are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Source {
    File(PathBuf),
    Address(Uri),
}

impl FromStr for Source {
    type Err = http::uri::InvalidUri;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text.starts_with("http://") || text.starts_with("https://") {
            true => text.parse().map(Self::Address),
            false => Ok(Self::File(text.into())),
        }
    }
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File(file) => write!(f, "{}", file.display()),
            Self::Address(uri) => write!(f, "{uri}"),
        }
    }
}

/// Why there are no keys.
#[derive(Debug, Error)]
pub(crate) enum KeysError {
    #[error("the keys of {from} can't be read: {reason}")]
    File { from: String, reason: std::io::Error },
    #[error("the keys of {from} can't be had: {reason}")]
    Address { from: String, reason: TransportError },
    #[error("the keys of {from} can't be had: it answers with {status}")]
    Status { from: String, status: StatusCode },
    #[error("{from} is {reason}")]
    Document { from: String, reason: BadJwks },
    #[error("{from} is too large for keys: {LARGEST} bytes at most are taken")]
    Large { from: String },
}

/// Keys that are looked after.
pub(crate) struct Keys {
    source: Source,
    http: transport::Http,
    known: Vec<u8>,
}

impl Keys {
    /// Reads them for the first time, if there are any, and lets them in.
    ///
    /// # Errors
    /// [`KeysError`], which is worth a word before anything is served.
    pub(super) async fn trusted(source: Option<&Source>, local: &Local) -> Result<Option<Self>, KeysError> {
        let Some(source) = source else { return Ok(None) };
        let http = transport::Http::new(LARGEST);
        let http = http.map_err(|reason| KeysError::File { from: source.to_string(), reason })?;
        let mut keys = Self { source: source.clone(), http, known: Vec::new() };
        keys.look(local).await?;
        Ok(Some(keys))
    }

    /// Looks for other keys from now on. What can't be read leaves those that there are.
    pub(super) async fn mind(mut self, local: &Local) {
        let pause = match self.source {
            Source::File(_) => FILE,
            Source::Address(_) => ADDRESS,
        };
        let mut failing = false;
        loop {
            tokio::time::sleep(pause).await;
            let looked = self.look(local).await;
            if let Err(error) = &looked
                && !failing
            {
                tracing::warn!(%error, "the keys of tokens stay as they are");
            }
            failing = looked.is_err();
        }
    }

    async fn look(&mut self, local: &Local) -> Result<(), KeysError> {
        let from = || self.source.to_string();
        let document = self.read().await?;
        if document == self.known {
            return Ok(());
        }
        let keys = Jwks::parse(&document).map_err(|reason| KeysError::Document { from: from(), reason })?;
        for skipped in keys.skipped() {
            tracing::warn!(from = from(), skipped, "a key isn't taken");
        }
        let named: Vec<&str> = keys.keys().map(|(kid, _)| kid).collect();
        tracing::info!(target: "keys", from = from(), keys = named.join(", "), "tokens of these keys are let in");
        local.trust(keys).await;
        self.known = document;
        Ok(())
    }

    async fn read(&self) -> Result<Vec<u8>, KeysError> {
        let from = || self.source.to_string();
        match &self.source {
            Source::File(file) => {
                let read = tokio::fs::read(file).await;
                let read = read.map_err(|reason| KeysError::File { from: from(), reason })?;
                if read.len() > LARGEST { Err(KeysError::Large { from: from() }) } else { Ok(read) }
            }
            Source::Address(uri) => {
                let mut request = Request::new(Bytes::new());
                *request.uri_mut() = uri.clone();
                let answer = self.http.send(request).await;
                let answer = answer.map_err(|reason| KeysError::Address { from: from(), reason })?;
                match answer.status() {
                    StatusCode::OK => Ok(answer.into_body().into()),
                    status => Err(KeysError::Status { from: from(), status }),
                }
            }
        }
    }
}
