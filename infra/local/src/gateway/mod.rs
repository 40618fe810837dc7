//! The HTTP side, as API Gateway is one: reads a request within bounds, decides who calls, counts it, gives what was kept,
//! and hands it to the services.

mod admission;
mod answers;
mod bounds;
mod cors;
mod door;
mod form;
mod limits;

use std::net::SocketAddr;
use std::pin::pin;
use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::body::{Body, HttpBody};
use axum::extract::{ConnectInfo, Request, State};
use axum::response::Response;
use axum::routing::get;
use axum::{BoxError, Router};
use bytes::Bytes;
use http::header::ACCEPT_ENCODING;
use http::request::Parts;
use http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use hyper::body::Incoming;
use stipule_runtime::app::throttled;
use stipule_runtime::auth::Verifier;
use stipule_runtime::context::{CORRELATION_ID, REQUEST_ID};
use stipule_runtime::http::{Found, Operation, Problem};
use stipule_runtime::ports::Ports;
use stipule_runtime::store::{Get, PrimaryKey};
use stipule_runtime::{App, Caller, Trace, seen};
use tokio::net::TcpListener;
use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;
use tower::ServiceExt as _;

use crate::chaos::{self, Storm};
use crate::console::{self, Console};
use crate::happening::{Answered, Happening, Happenings, UNDER, Under};
use crate::live::{self, Hub, TICKET};
use crate::remote::Remote;
use crate::traffic::{Taken, Tape};
pub(crate) use admission::{Admission, Crowd, WAIT};
pub(crate) use answers::Answers;
use bounds::{Packing, Whole};
use cors::Cors;
pub use door::Patience;
pub(crate) use limits::Limits;

/// How long the table may take to answer who asks whether the platform is ready.
const PATIENCE: Duration = Duration::from_secs(1);

/// When somebody who was turned away should try again.
const COME_BACK: Duration = Duration::from_secs(1);

/// Where the console is.
const CONSOLE: &str = "/console";

/// Most sockets that are open at once.
pub(crate) const MOST_SOCKETS: u32 = 20_000;

/// What every request needs.
#[derive(Clone)]
pub(crate) struct Gateway {
    pub(crate) app: Arc<App>,
    pub(crate) ports: Arc<Ports>,
    pub(crate) verifier: Arc<Verifier>,
    pub(crate) hub: Arc<Hub>,
    pub(crate) happenings: Happenings,
    pub(crate) storm: Arc<Storm>,
    /// Where calls are written down.
    pub(crate) tape: Option<Arc<Tape>>,
    pub(crate) limits: Arc<Limits>,
    pub(crate) answers: Arc<Answers>,
    pub(crate) admission: Arc<Admission>,
    /// Where functions are processes of their own.
    pub(crate) remote: Option<Arc<Remote>>,
    /// How long clients may take.
    pub(crate) patience: Patience,
    /// A permit per open socket, of [`MOST_SOCKETS`].
    pub(crate) places: Arc<Semaphore>,
    /// Whether no more requests should come.
    pub(crate) draining: CancellationToken,
    /// Sockets don't end by themselves.
    pub(crate) stopping: CancellationToken,
}

impl Gateway {
    /// Serves until told to stop, then finishes the requests that have begun.
    pub(crate) async fn serve(self, console: Console, listener: TcpListener, stopping: CancellationToken) {
        let (places, patience) = (Arc::clone(&self.places), self.patience);
        let packing = Packing::from(self.app.gateway().compression);
        let gateway = Arc::new(self);
        let pages = Router::new()
            .route("/health", get(async || "ok\n"))
            .route("/ready", get(ready))
            .route("/live", get(live::connect))
            .fallback(unknown)
            .with_state(Arc::clone(&gateway))
            .nest(CONSOLE, console::router(console));
        door::serve(listener, Entrance { pages, gateway, packing }, patience, stopping).await;
        // Every socket says why it ends.
        drop(places.acquire_many(MOST_SOCKETS).await);
    }
}

/// Whether requests should come: not while the platform drains, and not while the table doesn't answer.
async fn ready(State(gateway): State<Arc<Gateway>>) -> (StatusCode, &'static str) {
    if gateway.draining.is_cancelled() || gateway.stopping.is_cancelled() {
        return (StatusCode::SERVICE_UNAVAILABLE, "draining\n");
    }
    let nothing = Get { key: PrimaryKey::new("#READY#", "#"), consistent: false };
    match tokio::time::timeout(PATIENCE, gateway.ports.store.get(nothing)).await {
        Ok(Ok(_)) => (StatusCode::OK, "ready\n"),
        _ => (StatusCode::SERVICE_UNAVAILABLE, "the table doesn't answer\n"),
    }
}

/// Where requests go: pages of the platform itself, and calls. Routes of services are the application's: a router before it
/// would look for each twice.
struct Entrance {
    pages: Router,
    gateway: Arc<Gateway>,
    packing: Packing,
}

impl Entrance {
    /// Whether a page is asked for.
    fn is_page(path: &str) -> bool {
        let inside = path.strip_prefix(CONSOLE).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
        inside || matches!(path, "/health" | "/ready" | "/live")
    }

    async fn page(&self, peer: SocketAddr, mut request: http::Request<Incoming>) -> http::Response<Whole> {
        request.extensions_mut().insert(ConnectInfo(peer));
        let Ok(answer) = self.pages.clone().oneshot(request.map(Body::new)).await;
        answer.map(Whole::Right)
    }

    /// What the application answers.
    async fn call(&self, request: http::Request<Incoming>) -> http::Response<Whole> {
        let takes = request.headers().get(ACCEPT_ENCODING).cloned();
        // On the heap, here and below: whatever takes part in a connection would each time move what is a few thousand bytes.
        let answer = Box::pin(answer(&self.gateway, request)).await;
        if self.packing.is_for(&answer) {
            Box::pin(self.packing.pack(takes, answer)).await.map(Whole::Right)
        } else {
            answer.map(bounds::whole)
        }
    }
}

/// A page that there isn't.
async fn unknown(State(gateway): State<Arc<Gateway>>, request: Request) -> Response {
    answer(&gateway, request).await.map(Body::from)
}

async fn answer<B>(gateway: &Arc<Gateway>, request: http::Request<B>) -> http::Response<Bytes>
where
    B: HttpBody<Data = Bytes, Error: Into<BoxError>>,
{
    let began = Instant::now();
    let (mut parts, body) = request.into_parts();
    let measured = bounds::measure(&parts);
    let trace = trace_of(&mut parts.headers, &gateway.ports);
    let (method, path) = (parts.method.clone(), parts.uri.path().to_owned());
    let cors = Cors::of(&gateway.app, &parts.headers);
    let (mut tenant, mut operation, mut kept) = (String::new(), None, false);
    let mut taken = None;
    let answered = match (measured, cors.preflight(&parts)) {
        (Err(problem), _) => Err(problem),
        (Ok(()), Some(answer)) => Ok(answer),
        (Ok(()), None) => match bounds::read(body, gateway.patience.body).await {
            Ok(body) => {
                taken = gateway.written(&parts, &body);
                let served = gateway.serve_call(parts, body, &trace, &mut tenant).await;
                served.map(|served| {
                    (operation, kept) = (served.operation, served.kept);
                    served.answer
                })
            }
            Err(problem) => Err(problem),
        },
    };
    let mut response = answered.unwrap_or_else(|problem| {
        let response = problem.to_response(&trace, &path);
        operation = gateway.app.operation_at(&method, &path);
        if let Some(refused) = operation {
            seen::answered(refused.id, &response);
        }
        response
    });
    if let Ok(id) = HeaderValue::from_str(&trace.request_id) {
        response.headers_mut().insert(REQUEST_ID, id);
    }
    response.headers_mut().insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    cors.dress(&mut response);
    if let (Some(tape), Some(taken)) = (&gateway.tape, taken) {
        tape.answered(taken, &response);
    }
    let (status, took) = (response.status().as_u16(), began.elapsed());
    tracing::info!(
        target: "access",
        %method,
        path,
        operation = operation.map_or("", |it| it.id),
        status,
        micros = took.as_micros(),
        bytes = response.body().len(),
        kept,
        tenant,
        request_id = trace.request_id,
        trace_id = trace.trace_id,
    );
    let Trace { request_id, correlation_id, .. } = Arc::unwrap_or_clone(trace);
    let answered = Answered { method, path, operation, status, took, request_id, correlation_id, tenant };
    gateway.happenings.tell(Happening::Answered(Arc::new(answered)));
    response
}

/// What came of a call.
struct Served {
    answer: http::Response<Bytes>,
    /// What was called, where there is such an operation.
    operation: Option<&'static Operation>,
    /// Whether the answer was kept from before.
    kept: bool,
}

impl Gateway {
    /// What is to be written down of a call, if anything is.
    fn written(&self, parts: &Parts, body: &Bytes) -> Option<Taken> {
        let now = self.ports.clock.now();
        self.tape.as_ref().map(|tape| tape.take(parts, body, self.verifier.caller(&parts.headers, now), now))
    }

    /// Who calls.
    pub(crate) async fn caller(&self, headers: &HeaderMap) -> Result<Caller, Problem> {
        let now = self.ports.clock.now();
        let Some(remote) = &self.remote else { return Ok(self.verifier.caller(headers, now)) };
        Box::pin(remote.caller(headers, now)).await.map_err(|failed| {
            tracing::error!(%failed, "nobody can tell who calls");
            chaos::killed()
        })
    }

    /// What the services say, here or in a process of their own.
    async fn handle(
        &self,
        found: Found<'_>,
        request: http::Request<Bytes>,
        caller: Caller,
        trace: &Arc<Trace>,
    ) -> Result<http::Response<Bytes>, Problem> {
        match &self.remote {
            None => Ok(self.app.answer(found, request, caller, &self.ports, trace).await),
            // On the heap: calls of this process needn't carry its size.
            Some(remote) => Box::pin(remote.handle(found, request, caller, &self.ports, trace)).await,
        }
    }

    /// What was kept, or what the services say. `tenant` becomes whose data it is about.
    async fn serve_call(
        &self,
        parts: Parts,
        body: Bytes,
        trace: &Arc<Trace>,
        tenant: &mut String,
    ) -> Result<Served, Problem> {
        let now = self.ports.clock.now();
        let found = self.app.find(&parts.method, parts.uri.path());
        let operation = found.operation();
        let is_ticket = parts.uri.path() == TICKET;
        let route = operation.map(|it| it.id).or_else(|| is_ticket.then_some(TICKET));
        self.limits.take(route, &parts.headers, now)?;
        if is_ticket && parts.method != Method::POST {
            return Err(only_posted());
        }
        let caller = self.caller(&parts.headers).await?;
        if let Caller::Known { tenant: known, .. } = &caller {
            tenant.clone_from(known);
        }
        let asked = operation.and_then(|it| self.answers.asked(it, &parts, &body, &caller));
        if let Some(answer) = asked.as_ref().and_then(|asked| self.answers.find(asked, now)) {
            return Ok(Served { answer, operation, kept: true });
        }
        let place = self.admission.enter(&parts.method, Instant::now());
        let _place = place.ok_or_else(|| throttled(COME_BACK))?;
        if is_ticket {
            let answer = Box::pin(live::issue(self, parts.headers, caller, trace)).await?;
            return Ok(Served { answer, operation, kept: false });
        }
        let under = Under {
            correlation_id: trace.correlation_id.clone(),
            tenant: tenant.clone(),
            cause: format!("call/{}", trace.request_id),
        };
        self.storm.take(&under)?;
        let request = http::Request::from_parts(parts, body);
        let handled = pin!(self.handle(found, request, caller, trace));
        let answer = UNDER.scope(under, self.storm.invoke(handled)).await.ok_or_else(chaos::killed)??;
        if let Some(asked) = asked {
            self.answers.keep(asked, &answer, now);
        }
        Ok(Served { answer, operation, kept: false })
    }
}

fn only_posted() -> Problem {
    Problem::new(StatusCode::METHOD_NOT_ALLOWED, "wrong-method", "The path doesn't take this method")
        .header(header::ALLOW, HeaderValue::from_static("OPTIONS, POST"))
}

/// The ids of a call, which its headers say from then on: the gateway knows them by the names that the services use.
fn trace_of(headers: &mut HeaderMap, ports: &Ports) -> Arc<Trace> {
    let trace = Trace::of_call(headers, &*ports.ids);
    for (name, id) in [(REQUEST_ID, &trace.request_id), (CORRELATION_ID, &trace.correlation_id)] {
        if let Ok(id) = HeaderValue::from_str(id) {
            headers.insert(name, id);
        }
    }
    Arc::new(trace)
}
