//! A transport that answers by a script and remembers what it was sent, and a small API to call.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use futures_util::future::BoxFuture;
use stipule_client::{
    Answer, BEARER, Builder, Bytes, Call, Client, Empty, Error, Idempotency, Method, Operation, Outcomes,
    Transport, TransportError,
};

/// What comes of a request.
#[derive(Debug)]
pub(crate) enum Step {
    /// An answer with a status, headers and a body.
    Answer(u16, Vec<(&'static str, String)>, &'static str),
    /// The server can't be reached.
    Unreachable,
    /// The connection breaks.
    Broken,
    /// Nothing, for this long.
    Silence(Duration),
}

pub(crate) fn status(status: u16) -> Step {
    Step::Answer(status, Vec::new(), "")
}

pub(crate) fn json(status: u16, body: &'static str) -> Step {
    Step::Answer(status, vec![("content-type", "application/json".into())], body)
}

pub(crate) fn wait(status: u16, seconds: &str) -> Step {
    Step::Answer(status, vec![("retry-after", seconds.to_owned())], "")
}

/// Answers by a script.
#[derive(Clone, Default)]
pub(crate) struct Script {
    steps: Arc<Mutex<VecDeque<Step>>>,
    pub(crate) seen: Arc<Mutex<Vec<http::Request<Bytes>>>>,
}

impl Script {
    pub(crate) fn new(steps: impl IntoIterator<Item = Step>) -> Self {
        Self { steps: Arc::new(Mutex::new(steps.into_iter().collect())), seen: Arc::default() }
    }

    pub(crate) fn client(&self) -> Client {
        self.builder().build().unwrap()
    }

    pub(crate) fn builder(&self) -> Builder {
        Client::builder("https://library.example/v1/").transport(self.clone())
    }

    /// How many requests came.
    pub(crate) fn count(&self) -> usize {
        self.seen.lock().unwrap().len()
    }

    /// A header of every request.
    pub(crate) fn header(&self, name: &str) -> Vec<Option<String>> {
        let seen = self.seen.lock().unwrap();
        seen.iter().map(|it| Some(it.headers().get(name)?.to_str().unwrap().to_owned())).collect()
    }
}

impl Transport for Script {
    fn send(
        &self,
        request: http::Request<Bytes>,
    ) -> BoxFuture<'_, Result<http::Response<Bytes>, TransportError>> {
        self.seen.lock().unwrap().push(request);
        let step = self.steps.lock().unwrap().pop_front().expect("the script foresees every request");
        Box::pin(async move {
            match step {
                Step::Unreachable => Err(TransportError::connect("nobody is there")),
                Step::Broken => Err(TransportError::interrupted("gone")),
                Step::Silence(time) => {
                    tokio::time::sleep(time).await;
                    Err(TransportError::interrupted("too late to matter"))
                }
                Step::Answer(status, headers, body) => {
                    let mut response = http::Response::builder().status(status);
                    for (name, value) in headers {
                        response = response.header(name, value);
                    }
                    Ok(response.body(Bytes::from_static(body.as_bytes())).unwrap())
                }
            }
        })
    }
}

static READ: Operation = Operation {
    id: "readBook",
    method: Method::GET,
    template: "/books/{bookId}",
    idempotency: Idempotency::ByMethod,
    security: &[&[&BEARER]],
    ..Operation::NEW
};

static LEND: Operation = Operation {
    id: "lendBook",
    method: Method::POST,
    template: "/loans",
    idempotency: Idempotency::ByKey,
    security: &[&[&BEARER]],
    ..Operation::NEW
};

static RING: Operation = Operation {
    id: "ringBell",
    method: Method::POST,
    template: "/bell",
    idempotency: Idempotency::No,
    ..Operation::NEW
};

/// The answers of all three.
#[derive(Debug)]
pub(crate) struct Number;

stipule_client::failures! {
    /// How any of them fails.
    pub enum Refusal {
        /// There is none.
        404 => NotFound(Empty),
        /// Too many.
        429 => TooMany(Empty),
    }
}

impl Outcomes for Number {
    type Ok = i64;
    type Error = Refusal;

    fn read(answer: Answer) -> Result<i64, Error<Refusal>> {
        match answer.status() {
            200 => answer.content(),
            _ => Err(Refusal::read(answer)),
        }
    }
}

pub(crate) fn read(client: &Client) -> Call {
    client.call(&READ).path("bookId", &7_i64)
}

pub(crate) fn lend(client: &Client) -> Call {
    client.call(&LEND).body("application/json", &7)
}

pub(crate) fn ring(client: &Client) -> Call {
    client.call(&RING)
}
