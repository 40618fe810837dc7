//! A client without a server, for the tests of programs that call one.

use std::collections::{BTreeMap, VecDeque};
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use bytes::Bytes;
use futures_util::FutureExt as _;
use futures_util::future::{BoxFuture, ready};
use http::header::{CONTENT_TYPE, HeaderName, HeaderValue};
use serde::Serialize;

use crate::builder::Builder;
use crate::client::Client;
use crate::operation::Operation;
use crate::transport::{Transport, TransportError};

/// Answers calls by the operation that they are of, and remembers them. Clones are one mock.
///
/// ```
/// use stipule_client::{Client, Mock};
///
/// let mock = Mock::new();
/// mock.on("getLoan").json(200, &7);
/// let client: Client = mock.client();
/// assert_eq!(mock.calls("getLoan").len(), 0);
/// # let _ = client;
/// ```
#[derive(Clone, Default)]
pub struct Mock {
    state: Arc<Mutex<State>>,
}

#[derive(Default)]
struct State {
    /// By operation: answers in the order they are given; the last is given for ever.
    answers: BTreeMap<String, VecDeque<Planned>>,
    seen: Vec<(&'static str, http::Request<Bytes>)>,
}

#[derive(Clone)]
enum Planned {
    Answer(http::Response<Bytes>),
    Broken,
    Unreachable,
}

impl Mock {
    /// Knows no operation yet: a call of any fails, and says of which.
    pub fn new() -> Self {
        Self::default()
    }

    /// What an operation, by its id in the contract, answers next. Said several times, each is an answer; the last one
    /// is given again and again.
    pub fn on(&self, operation: &str) -> Plan<'_> {
        Plan { mock: self, operation: operation.to_owned(), headers: Vec::new() }
    }

    /// A client that calls the mock, of whatever generated kind. Failures are not tried again unless a builder says so.
    pub fn client<C: From<Client>>(&self) -> C {
        let built = self.builder().build();
        built.expect("the address is sound, and nothing is set up for another transport")
    }

    /// As [`client`](Self::client), with settings of its own.
    pub fn builder<C: From<Client>>(&self) -> Builder<C> {
        Builder::new("https://mock.invalid").transport(self.clone()).retry(crate::Retry::NONE)
    }

    /// The calls of an operation, as they were sent.
    pub fn calls(&self, operation: &str) -> Vec<http::Request<Bytes>> {
        let state = self.state();
        state.seen.iter().filter(|(own, _)| *own == operation).map(|(_, request)| request.clone()).collect()
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn plan(&self, operation: String, planned: Planned) {
        self.state().answers.entry(operation).or_default().push_back(planned);
    }
}

impl fmt::Debug for Mock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Mock").field("calls", &self.state().seen.len()).finish_non_exhaustive()
    }
}

/// An answer while it is put together.
#[must_use = "nothing is answered until a body is given"]
pub struct Plan<'m> {
    mock: &'m Mock,
    operation: String,
    headers: Vec<(HeaderName, HeaderValue)>,
}

impl Plan<'_> {
    /// A header of the answer.
    ///
    /// # Panics
    /// When the name or the value can't stand in a header: a fault of the test.
    pub fn header(mut self, name: &str, value: &str) -> Self {
        let name = HeaderName::from_bytes(name.as_bytes()).expect("the name of a header");
        self.headers.push((name, HeaderValue::from_str(value).expect("the value of a header")));
        self
    }

    /// Answers with JSON: a value of the type that the operation declares for this status.
    ///
    /// # Panics
    /// When the value doesn't serialise or the status is none: a fault of the test.
    pub fn json<T: Serialize + ?Sized>(self, status: u16, body: &T) {
        let media_type = if status >= 400 { "application/problem+json" } else { "application/json" };
        let body = serde_json::to_vec(body).expect("the body can be written as JSON");
        self.bytes(status, media_type, body);
    }

    /// Answers without a body.
    ///
    /// # Panics
    /// When the status is none: a fault of the test.
    pub fn empty(self, status: u16) {
        let answer = self.answer(status, Bytes::new());
        self.mock.plan(self.operation, Planned::Answer(answer));
    }

    /// Answers with anything.
    ///
    /// # Panics
    /// When the status is none: a fault of the test.
    pub fn bytes(mut self, status: u16, media_type: &'static str, body: impl Into<Bytes>) {
        self.headers.push((CONTENT_TYPE, HeaderValue::from_static(media_type)));
        let answer = self.answer(status, body.into());
        self.mock.plan(self.operation, Planned::Answer(answer));
    }

    /// The connection breaks: nobody knows whether the server did the work.
    pub fn broken(self) {
        self.mock.plan(self.operation, Planned::Broken);
    }

    /// The server can't be reached.
    pub fn unreachable(self) {
        self.mock.plan(self.operation, Planned::Unreachable);
    }

    fn answer(&self, status: u16, body: Bytes) -> http::Response<Bytes> {
        let mut answer = http::Response::new(body);
        *answer.status_mut() = http::StatusCode::from_u16(status).expect("a status of HTTP");
        answer.headers_mut().extend(self.headers.iter().cloned());
        answer
    }
}

impl fmt::Debug for Plan<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Plan").field("operation", &self.operation).finish_non_exhaustive()
    }
}

impl Transport for Mock {
    fn send(
        &self,
        request: http::Request<Bytes>,
    ) -> BoxFuture<'_, Result<http::Response<Bytes>, TransportError>> {
        let operation = request.extensions().get::<&'static Operation>().map_or("", |operation| operation.id);
        let mut state = self.state();
        state.seen.push((operation, request));
        let planned = state.answers.get_mut(operation).and_then(|answers| {
            if answers.len() > 1 { answers.pop_front() } else { answers.front().cloned() }
        });
        let result = match planned {
            Some(Planned::Answer(answer)) => Ok(answer),
            Some(Planned::Broken) => Err(TransportError::interrupted("the mock breaks the connection")),
            Some(Planned::Unreachable) => Err(TransportError::connect("the mock can't be reached")),
            None => Err(TransportError::refused(format!("the mock has no answer for `{operation}`"))),
        };
        ready(result).boxed()
    }
}
