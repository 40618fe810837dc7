//! Calls: from a request to its answer.

use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use futures_util::FutureExt;
use http::header::{ALLOW, CONTENT_ENCODING, CONTENT_LENGTH, HeaderValue};
use http::{Method, StatusCode};
use tracing::Instrument;

use super::{App, Caller, answer, replay};
use crate::context::{Cause, Context, Principal, REQUEST_ID, Trace};
use crate::failure::{Failed, StoreFailure};
use crate::http::{Call, Found, Operation, Problem, Refused, Response, Route, accepts, is_of, media_type};
use crate::ports::Ports;
use crate::seen;
use crate::write::Backoff;

/// For how long a call that comes to nothing, because others write the same, is tried again.
const PATIENCE: Duration = Duration::from_secs(1);

impl App {
    /// Answers a request. Whatever happens, there is an answer, and it tells nothing of the inside.
    pub async fn handle(
        &self,
        request: http::Request<Bytes>,
        caller: Caller,
        ports: &Arc<Ports>,
    ) -> Response {
        let trace = Arc::new(Trace::of_call(request.headers(), &*ports.ids));
        let found = self.find(request.method(), request.uri().path());
        self.answer(found, request, caller, ports, &trace).await
    }

    /// Answers a request of which a gateway knows already where it goes and what it is part of.
    pub async fn answer(
        &self,
        found: Found<'_>,
        request: http::Request<Bytes>,
        caller: Caller,
        ports: &Arc<Ports>,
        trace: &Arc<Trace>,
    ) -> Response {
        let head = *request.method() == Method::HEAD;
        let instance = request.uri().path().to_owned();
        let mut response = match reached(found, request.method()) {
            Ok((route, path)) => {
                let answered = self.call(route, path, request, caller, ports, trace).await;
                let response = answered.unwrap_or_else(|problem| problem.to_response(trace, &instance));
                seen::answered(route.operation.id, &response);
                response
            }
            Err(Elsewhere::Options(methods)) => options(methods),
            Err(Elsewhere::Nowhere(problem)) => problem.to_response(trace, &instance),
        };
        if let Ok(id) = HeaderValue::from_str(&trace.request_id) {
            response.headers_mut().insert(REQUEST_ID, id);
        }
        if head {
            let length = response.body().len();
            response.headers_mut().insert(CONTENT_LENGTH, HeaderValue::from(length));
            *response.body_mut() = Bytes::new();
        }
        response
    }

    async fn call(
        &self,
        route: &Route,
        path: Vec<(&'static str, String)>,
        request: http::Request<Bytes>,
        caller: Caller,
        ports: &Arc<Ports>,
        trace: &Arc<Trace>,
    ) -> Result<Response, Problem> {
        let operation = route.operation;
        if let Some(Err(wait)) = self.throttle.as_ref().map(|it| it.take(ports.clock.now())) {
            return Err(answer::throttled(wait));
        }
        let (tenant, principal) = admit(operation, caller)?;
        let (parts, body) = request.into_parts();
        let call = Arc::new(Call::new(operation, path, parts.uri.query(), parts.headers, body));
        check(&call)?;
        let target = parts.uri.path_and_query().map_or("/", |target| target.as_str());
        let key = replay::key(operation, &call.headers, &principal.subject, target, &call.body)?;
        let cause = Cause::Command { operation: operation.id, key, request_id: trace.request_id.clone() };
        let cx = Context::new(ports.clone(), tenant, principal, cause, Arc::clone(trace));
        let span = tracing::info_span!(
            "call",
            operation = operation.id,
            service = operation.service,
            tenant = %cx.tenant(),
            request_id = %trace.request_id,
            correlation_id = %trace.correlation_id,
            trace_id = %trace.trace_id,
        );
        respond(route, cx, call).instrument(span).await
    }
}

/// What a call comes to that reaches no operation.
enum Elsewhere {
    /// Somebody asks what a path takes.
    Options(HeaderValue),
    Nowhere(Problem),
}

type Reached<'r> = (&'r Route, Vec<(&'static str, String)>);

/// The route of a call, with the values of its parameters.
fn reached<'r>(found: Found<'r>, method: &Method) -> Result<Reached<'r>, Elsewhere> {
    Err(match found {
        Found::Route(route, path) => return Ok((route, path)),
        Found::OtherMethods(methods) if *method == Method::OPTIONS => {
            Elsewhere::Options(answer::allow(&methods))
        }
        Found::OtherMethods(methods) => Elsewhere::Nowhere(answer::wrong_method(answer::allow(&methods))),
        Found::Nothing => Elsewhere::Nowhere(answer::not_found()),
        Found::Malformed => Elsewhere::Nowhere(answer::malformed_path()),
    })
}

/// Who may call. Of a public operation nobody is asked who they are, and whoever says so all the same isn't known either:
/// no authorizer stands before it in an account.
fn admit(operation: &Operation, caller: Caller) -> Result<(String, Principal), Problem> {
    if operation.public {
        return Ok((String::new(), Principal::anonymous()));
    }
    let (tenant, principal) = known(operation.id, caller)?;
    if !operation.scopes.iter().all(|scope| principal.may(scope)) {
        return Err(answer::missing_scope(operation.scopes));
    }
    Ok((tenant, principal))
}

/// Who calls what everybody with a token may call: their tenant, and who they are. `operation` is what the log says of it.
///
/// # Errors
/// 401 for everybody else.
pub fn known(operation: &str, caller: Caller) -> Result<(String, Principal), Problem> {
    match caller {
        Caller::Known { tenant, principal } => Ok((tenant, principal)),
        Caller::Anonymous => Err(answer::without_token()),
        Caller::Refused(reason) => {
            tracing::info!(operation, reason, "token refused");
            Err(answer::bad_token())
        }
    }
}

/// What can be said of a call without reading it.
fn check(call: &Call) -> Result<(), Problem> {
    let operation = call.operation;
    if call.body.len() > operation.body_limit {
        return Err(answer::too_large(operation.body_limit));
    }
    if !call.body.is_empty() {
        if operation.consumes.is_empty() {
            return Err(answer::unexpected_body());
        }
        // Nothing is unpacked here, so nothing can blow up.
        if call.headers.get_all(CONTENT_ENCODING).iter().any(|coding| coding != "identity") {
            return Err(answer::packed());
        }
        let media = media_type(&call.headers);
        let taken = |media: &String| operation.consumes.iter().any(|range| is_of(range, media));
        if !media.as_ref().is_some_and(taken) {
            return Err(answer::wrong_media_type(operation.consumes));
        }
    }
    if !accepts(&call.headers, operation.produces) {
        return Err(answer::not_acceptable(operation.produces));
    }
    Ok(())
}

/// The recorded answer if there is one; otherwise the handler's.
async fn respond(route: &Route, cx: Context, call: Arc<Call>) -> Result<Response, Problem> {
    let outcome = match replay::recorded(&cx).await {
        Ok(Some(response)) => Ok(response),
        Ok(None) => run(route, &cx, call).await,
        Err(refused) => Err(refused),
    };
    match outcome {
        Ok(response) => {
            if response.status().is_server_error() {
                tracing::error!(status = response.status().as_u16(), "answered");
            } else {
                tracing::info!(status = response.status().as_u16(), "answered");
            }
            Ok(response)
        }
        Err(Refused::Problem(problem)) => {
            tracing::info!(status = problem.status.as_u16(), kind = problem.kind, "refused");
            Err(*problem)
        }
        Err(Refused::Failed(failed)) => {
            tracing::error!(reason = %failed, "failed");
            Err(answer::failed(&failed))
        }
    }
}

/// Handles the call, and again while others are faster to write what it is about: as if the caller had come again, but
/// without telling them.
async fn run(route: &Route, cx: &Context, call: Arc<Call>) -> Result<Response, Refused> {
    let mut backoff = Backoff::new(cx.ports());
    let mut cx = cx.clone();
    let began = cx.now();
    loop {
        let outcome = once(route, &cx, Arc::clone(&call)).await;
        let busy = matches!(outcome, Err(Refused::Failed(Failed::Store(StoreFailure::Busy))));
        if !busy || !is_harmless_again(&cx, route.operation) {
            return outcome;
        }
        let passed = cx.ports().clock.now().since(began);
        if passed.is_none_or(|passed| passed >= PATIENCE) || !backoff.again().await {
            return outcome;
        }
        cx = cx.anew();
    }
}

/// Nothing is written yet, and what was done outside is recognised there when it is done again: by the key, or since the
/// method says so ([RFC 9110, 9.2.2](https://www.rfc-editor.org/rfc/rfc9110#section-9.2.2)).
fn is_harmless_again(cx: &Context, operation: &Operation) -> bool {
    !cx.has_written() && (cx.seed().is_some() || operation.method.is_idempotent())
}

async fn once(route: &Route, cx: &Context, call: Arc<Call>) -> Result<Response, Refused> {
    let handler = route.handler.clone();
    let handled = AssertUnwindSafe(async { handler(cx.clone(), call).await }).catch_unwind().await;
    let outcome = handled.unwrap_or_else(|_| Err(Failed::internal("the handler panicked").into()));
    match outcome {
        // Somebody sent the same command at the same time and was faster: theirs is the answer.
        Err(Refused::Failed(Failed::Store(StoreFailure::AlreadyAnswered))) => {
            let recorded = replay::recorded(cx).await?;
            recorded.ok_or_else(|| Failed::Store(StoreFailure::Busy).into())
        }
        outcome => outcome,
    }
}

fn options(allow: HeaderValue) -> Response {
    let mut response = Response::new(Bytes::new());
    *response.status_mut() = StatusCode::NO_CONTENT;
    response.headers_mut().insert(ALLOW, allow);
    response
}
