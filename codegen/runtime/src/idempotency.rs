//! The stored answers of commands with an `Idempotency-Key`, and the marks of all other causes.
//!
//! Every transaction carries one row that stands for its cause and holds only if there is none yet:
//!
//! | cause | row | kept |
//! | --- | --- | --- |
//! | event | `tenant#INBOX#subscriber#event#` | [`INBOX_RETENTION`] |
//! | step of a saga | `tenant#STEP#saga/run/step#` | [`INBOX_RETENTION`] |
//! | command with a key | `tenant#IDEM#principal#operation#hash of the key#` | [`ANSWER_RETENTION`] |
//! | command without, job | as above under what no key becomes: a blank and a random UUID | [`ONCE_RETENTION`] |
//!
//! The answer of a command is sealed by the caller's key: it may hold personal data, and nobody looks for it there who erases.
//! What a step gave isn't: sagas carry none (`SAG110`).
//!
//! Each row also holds a random *nonce* of the transaction that wrote it. So when an acknowledgement is lost, the
//! repetition that finds the row there reads it and knows: its own nonce means that the first try did commit, and
//! nothing is applied twice, with or without a key; another nonce means that somebody else handled the cause before.

use std::time::Duration;

use bytes::Bytes;
use http::{HeaderName, HeaderValue, StatusCode};
use stipule_wire::{DateTime, Json, Limits};

use crate::context::{Cause, Context};
use crate::expiry::is_expired;
use crate::http::Response;
use crate::id;
use crate::item::{Attr, Item};
use crate::key::KeyBuf;
use crate::mutant::Mutant;
use crate::saga::{PERMANENT, StepFailure};
use crate::seal::Kept;
use crate::store::{Expression, PrimaryKey, TableSchema};

/// How long handled events are remembered: longer than any archive and dead-letter queue keeps them.
pub const INBOX_RETENTION: Duration = Duration::from_hours(400 * 24);

/// How long answers are kept for replay.
pub const ANSWER_RETENTION: Duration = Duration::from_hours(48);

/// How long the marks of causes that nothing repeats are kept: only the retries inside one write need them.
pub const ONCE_RETENTION: Duration = Duration::from_hours(1);

/// Status of the record of a step that failed.
const FAILED: u16 = 409;

/// Largest answer that is recorded, in bytes: an item takes 400 KB, headers and keys included.
pub const MAX_ANSWER: usize = 350_000;

/// An answer as it is recorded.
#[derive(Clone, PartialEq, Eq)]
pub struct Recorded {
    /// Status code.
    pub status: u16,
    /// Names and values, in order.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: Vec<u8>,
}

impl Recorded {
    /// The record of an answer; `None` when it is too large, or a header isn't text.
    pub fn of(response: &Response) -> Option<Self> {
        let header = |(name, value): (&HeaderName, &HeaderValue)| {
            Some((name.as_str().to_owned(), value.to_str().ok()?.to_owned()))
        };
        let headers = response.headers().iter().map(header).collect::<Option<Vec<_>>>()?;
        let size: usize = headers.iter().map(|(name, value)| name.len() + value.len()).sum();
        (size + response.body().len() <= MAX_ANSWER).then(|| Self {
            status: response.status().as_u16(),
            headers,
            body: response.body().to_vec(),
        })
    }

    /// The record of what a step gave; `None` when it is too large.
    pub fn of_output(output: &stipule_wire::Any) -> Option<Self> {
        let body = output.to_text().into_bytes();
        (body.len() <= MAX_ANSWER).then(|| Self { status: 200, headers: Vec::new(), body })
    }

    /// The record of how a step failed; `None` when it is too large.
    pub(crate) fn of_failure(failure: &StepFailure) -> Option<Self> {
        let mut said = stipule_wire::Object::default();
        said.insert("error", Json::from(failure.error.clone()));
        said.insert("cause", Json::from(failure.cause.clone()));
        let body = Json::Object(said).to_text().into_bytes();
        (body.len() <= MAX_ANSWER).then(|| Self { status: FAILED, headers: Vec::new(), body })
    }

    /// How the step failed whose record this is; `None` for one that gave something.
    pub(crate) fn to_failure(&self) -> Option<StepFailure> {
        if self.status != FAILED {
            return None;
        }
        let said = Json::parse(&self.body, Limits::default()).ok();
        let text = |name: &str| Some(said.as_ref()?.get(name)?.as_str()?.to_owned());
        let error = text("error").unwrap_or_else(|| PERMANENT.to_owned());
        Some(StepFailure { error, cause: text("cause").unwrap_or_default() })
    }

    /// The answer again; `None` for a record that no answer gave.
    pub fn to_response(&self) -> Option<Response> {
        let mut response = Response::new(Bytes::from(self.body.clone()));
        *response.status_mut() = StatusCode::from_u16(self.status).ok()?;
        for (name, value) in &self.headers {
            response
                .headers_mut()
                .append(HeaderName::from_bytes(name.as_bytes()).ok()?, HeaderValue::from_str(value).ok()?);
        }
        Some(response)
    }
}

/// The row that stands for a cause.
pub(crate) struct Marker {
    pub(crate) key: PrimaryKey,
    kind: &'static str,
    nonce: String,
    fingerprint: String,
    retention: Duration,
    sealed: Option<Vec<u8>>,
    pub(crate) answer: Option<Recorded>,
}

/// What is found in the place of a [`Marker`].
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Found {
    /// Nothing, or a row that has expired.
    Nothing,
    /// The row of this very transaction: it did commit.
    Own,
    /// Somebody else's row, with the fingerprint of what they were sent.
    Other { fingerprint: String },
}

impl Marker {
    /// The row of the context's cause, for one transaction.
    pub(crate) fn new(cx: &Context, answer: Option<Recorded>) -> Self {
        let nonce = id::hex(&cx.ports().ids.random());
        let key = key_of(cx).filter(|_| !forgets(cx.cause())).unwrap_or_else(|| once_key(cx, &nonce));
        let (kind, fingerprint, retention) = match cx.cause() {
            Cause::Event { fingerprint, .. } => ("Inbox", fingerprint.clone(), INBOX_RETENTION),
            // A run takes a year at most.
            Cause::Step { fingerprint, .. } => ("Step", fingerprint.clone(), INBOX_RETENTION),
            Cause::Command { key: Some(key), .. } => {
                ("Idempotency", key.fingerprint.clone(), ANSWER_RETENTION)
            }
            Cause::Command { key: None, .. } | Cause::Job { .. } => ("Once", String::new(), ONCE_RETENTION),
        };
        let sealed = kept(cx).zip(answer.as_ref()).map(|(kept, answer)| kept.seal(answer));
        Self { key, kind, nonce, fingerprint, retention, sealed, answer }
    }

    /// Whether the transaction depends on the row not being there.
    pub(crate) fn is_demanded(&self) -> bool {
        !(self.kind == "Inbox" && Mutant::InboxUnconditional.is_on())
    }

    /// The sixteen bytes from which the ids of the transaction's events are made.
    pub(crate) fn seed(&self, cx: &Context) -> [u8; 16] {
        cx.seed().unwrap_or_else(|| id::digest(&[b"once", self.nonce.as_bytes()]))
    }

    /// The row.
    pub(crate) fn item(&self, table: &TableSchema, now: &DateTime) -> Item {
        let mut item = self.key.to_item(table);
        item.insert(table.type_attribute, Attr::from(self.kind));
        item.insert(NONCE, Attr::from(self.nonce.as_str()));
        item.insert(FINGERPRINT, Attr::from(self.fingerprint.as_str()));
        item.insert(
            table.ttl_attribute(),
            Attr::integer(seconds(now).saturating_add(as_seconds(self.retention))),
        );
        if let Some(answer) = &self.answer {
            item.insert("status", Attr::integer(answer.status));
            if let Some(sealed) = &self.sealed {
                item.insert(SEALED, Attr::B(sealed.clone()));
                return item;
            }
            let header =
                |(name, value): &(String, String)| Attr::list([name.as_str().into(), value.as_str().into()]);
            item.insert("headers", Attr::list(answer.headers.iter().map(header)));
            item.insert("body", Attr::B(answer.body.clone()));
        }
        item
    }

    /// The condition of the row: none there, or one that has expired and was not swept away yet.
    pub(crate) fn condition(table: &TableSchema, now: &DateTime) -> Expression {
        Expression::gone(table, now)
    }

    /// What stands in the row's place.
    pub(crate) fn compare(&self, item: Option<&Item>, table: &TableSchema, now: &DateTime) -> Found {
        match item.filter(|item| !is_expired(item, table, now)) {
            None => Found::Nothing,
            Some(item) if item.text(NONCE) == Some(self.nonce.as_str()) => Found::Own,
            Some(item) => Found::Other { fingerprint: item.text(FINGERPRINT).unwrap_or_default().to_owned() },
        }
    }
}

const NONCE: &str = "nonce";
const FINGERPRINT: &str = "fingerprint";
const SEALED: &str = "sealed";

/// What was stored when a cause was handled before.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Handled {
    /// Of what was sent then.
    pub(crate) fingerprint: String,
    /// The answer of a command, or what a step gave.
    pub(crate) answer: Option<Recorded>,
}

impl Handled {
    /// Reads the row of the context's cause; `None` if it has expired.
    pub(crate) fn of(cx: &Context, item: &Item) -> Option<Self> {
        let (table, now) = (cx.ports().table, cx.ports().clock.now());
        let fingerprint = item.text(FINGERPRINT)?.to_owned();
        (!is_expired(item, table, &now)).then(|| Self { fingerprint, answer: recorded(cx, item) })
    }
}

fn recorded(cx: &Context, item: &Item) -> Option<Recorded> {
    if let Some(kept) = kept(cx) {
        let status = u16::try_from(item.integer("status")?).ok()?;
        return kept.open(status, item.get(SEALED)?.as_bytes()?);
    }
    let header = |header: &Attr| match header.as_list()? {
        [name, value] => Some((name.as_text()?.to_owned(), value.as_text()?.to_owned())),
        _ => None,
    };
    Some(Recorded {
        status: u16::try_from(item.integer("status")?).ok()?,
        headers: item.get("headers")?.as_list()?.iter().map(header).collect::<Option<_>>()?,
        body: item.get("body")?.as_bytes()?.to_vec(),
    })
}

/// Key of the row of a cause that may come again; `None` for one that doesn't.
pub(crate) fn key_of(cx: &Context) -> Option<PrimaryKey> {
    let partition = KeyBuf::partition(cx.home());
    match cx.cause() {
        Cause::Event { subscriber, event_id, .. } => {
            let subscriber = if Mutant::InboxShared.is_on() { "anybody" } else { subscriber };
            let pk = partition.literal("INBOX").text(subscriber).text(event_id).finish();
            Some(PrimaryKey::new(pk, KeyBuf::new().literal("INBOX").finish()))
        }
        Cause::Step { key, .. } => {
            let pk = partition.literal("STEP").text(key).finish();
            Some(PrimaryKey::new(pk, KeyBuf::new().literal("STEP").finish()))
        }
        Cause::Command { .. } => {
            let kept = kept(cx)?;
            let partition = partition.literal("IDEM").text(kept.principal);
            let pk = partition.text(kept.operation).text(&kept.name()).finish();
            Some(PrimaryKey::new(pk, KeyBuf::new().literal("IDEM").finish()))
        }
        Cause::Job { .. } => None,
    }
}

/// The command whose answer is kept; `None` for every other cause.
fn kept(cx: &Context) -> Option<Kept<'_>> {
    let Cause::Command { operation, key: Some(key), .. } = cx.cause() else { return None };
    let principal = if Mutant::AnswerShared.is_on() { "anybody" } else { &key.principal };
    Some(Kept { tenant: cx.home(), principal, operation, key: &key.key })
}

/// Whether a mutant forgets what was done for the cause.
fn forgets(cause: &Cause) -> bool {
    match cause {
        Cause::Event { .. } => Mutant::InboxForgotten.is_on(),
        Cause::Step { .. } => Mutant::StepForgotten.is_on(),
        Cause::Command { .. } => Mutant::AnswerForgotten.is_on(),
        Cause::Job { .. } => false,
    }
}

fn once_key(cx: &Context, nonce: &str) -> PrimaryKey {
    let cause = match cx.cause() {
        Cause::Command { operation, .. } => operation,
        Cause::Event { subscriber, .. } => subscriber,
        Cause::Step { step, .. } => step,
        Cause::Job { name } => name.as_str(),
    };
    // A blank is in no hash: this is the name of nobody's key.
    let key = format!(" {nonce}");
    let partition = KeyBuf::partition(cx.home()).literal("IDEM");
    let pk = partition.text(&cx.principal().subject).text(cause).text(&key).finish();
    PrimaryKey::new(pk, KeyBuf::new().literal("IDEM").finish())
}

fn seconds(instant: &DateTime) -> i64 {
    instant.unix_seconds()
}

fn as_seconds(time: Duration) -> i64 {
    i64::try_from(time.as_secs()).unwrap_or(i64::MAX)
}
