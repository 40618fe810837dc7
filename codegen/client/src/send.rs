//! Sending: tokens, tries, waits, time.

use std::marker::PhantomData;
use std::time::Duration;

use futures_util::StreamExt as _;
use futures_util::future::BoxFuture;
use http::{HeaderValue, StatusCode};
use stipule_wire::ByteStream;
use tracing::Instrument as _;

use crate::answer::{Answer, Meta, Received};
use crate::call::Call;
use crate::error::{Fault, Reason};
use crate::hook::Attempt;
use crate::operation::Idempotency;
use crate::outcome::Outcomes;
use crate::path::path;
use crate::payload::Payload;
use crate::random;
use crate::retry::{asked_wait, is_passing};
use crate::scheme::{Scheme, SchemeKind};
use crate::sending::Sending;
use crate::time::{Instant, sleep, timeout_at, today};
use crate::token::Token;
use crate::transport::TransportError;

const REQUEST_ID: &str = "x-request-id";
const IDEMPOTENCY_KEY: &str = "idempotency-key";

impl Call {
    /// Sends the call and reads its answer as an operation declares it.
    ///
    /// # Errors
    /// [`Error`](crate::Error): what the server says, or why there is no answer.
    pub fn send<K: Outcomes>(self) -> Sending<K> {
        Sending { answer: self.boxed(), reads: PhantomData }
    }

    fn boxed(self) -> BoxFuture<'static, Result<Answer, Fault>> {
        Box::pin(self.answer())
    }

    /// Sends the call and gives the answer as it is.
    ///
    /// # Errors
    /// [`Fault`] when there is none.
    pub async fn answer(self) -> Result<Answer, Fault> {
        let request_id = random::uuid().map(|id| id.to_string()).unwrap_or_default();
        let span = tracing::debug_span!(
            "call",
            operation = self.operation.id,
            method = self.operation.method.as_str(),
            path = self.operation.template,
            request_id,
        );
        let deadline = Instant::now() + self.timeout;
        let failed = |reason| Fault { request_id: request_id.clone(), reason };
        let sending = Tries::prepare(&self, &request_id).map_err(|reason| failed(Reason::Invalid(reason)))?;
        sending.run(deadline).instrument(span).await.map_err(failed)
    }
}

/// A call with everything that stays the same over its tries.
struct Tries<'c> {
    call: &'c Call,
    request: http::Request<Payload>,
    /// Whether a bearer token is to be sent.
    by_token: bool,
    request_id: &'c str,
    /// Whether a try that may have reached the server can be repeated.
    repeatable: bool,
}

impl<'c> Tries<'c> {
    fn prepare(call: &'c Call, request_id: &'c str) -> Result<Self, String> {
        if let Some(reason) = &call.invalid {
            return Err(reason.clone());
        }
        let settings = &call.client.0;
        let path = path(call.operation.template, &call.path)
            .map_err(|name| format!("`{name}` has a value that can't stand in a path"))?;
        let base = call.server.as_deref().or(call.operation.server).unwrap_or(&settings.base);
        let mut query = call.query_text();
        let mut secrets = http::HeaderMap::new();
        let alternative = settings.alternative(call.operation);
        for scheme in alternative {
            let fault = |name| format!("the secret of `{name}` can't be sent");
            settings.secrets.apply(scheme, &mut secrets, &mut query).map_err(fault)?;
        }
        let bearer =
            |scheme: &&&Scheme| scheme.kind == SchemeKind::Bearer && !settings.secrets.covers(scheme);
        let by_token = alternative.iter().any(|scheme| bearer(&scheme));
        let uri = format!("{base}{path}{query}");
        let request = http::Request::builder().method(call.operation.method.clone()).uri(uri);
        let mut request = request.body(call.body.clone()).map_err(|error| error.to_string())?;
        // Whoever carries it may want to know what it is.
        request.extensions_mut().insert(call.operation);
        let headers = request.headers_mut();
        headers.insert(http::header::USER_AGENT, settings.user_agent.clone());
        headers.insert(http::header::ACCEPT, HeaderValue::from_static(call.operation.accept));
        if let Ok(value) = HeaderValue::from_str(request_id) {
            headers.insert(REQUEST_ID, value);
        }
        let keyed = call.operation.idempotency == Idempotency::ByKey || call.key.is_some();
        if keyed {
            let key = match &call.key {
                Some(key) => key.clone(),
                None => random::uuid().map_err(|_| "the system has no randomness for a key")?.to_string(),
            };
            let value =
                HeaderValue::from_str(&key).map_err(|_| "the idempotency key can't stand in a header")?;
            headers.insert(IDEMPOTENCY_KEY, value);
        }
        headers.extend(secrets);
        headers.extend(call.headers.clone());
        let repeatable = keyed || call.operation.idempotency == Idempotency::ByMethod;
        Ok(Self { call, request, by_token, request_id, repeatable })
    }

    async fn run(&self, deadline: Instant) -> Result<Answer, Reason> {
        let settings = &self.call.client.0;
        let mut failed = 0;
        let mut token = self.token(None, deadline).await?;
        let mut refreshed = false;
        let mut number = 0;
        loop {
            number += 1;
            let attempt = Attempt { operation: self.call.operation, number, request_id: self.request_id };
            let result = self.attempt(&attempt, token.as_ref(), deadline).await;
            settings.hooks.after(&attempt, result.as_ref().map(Answer::meta));
            if let Ok(answer) = &result
                && answer.status() == StatusCode::UNAUTHORIZED.as_u16()
                && token.is_some()
                && settings.tokens.can_refresh()
                && !refreshed
            {
                // Refused before anything was done: safe for every operation.
                refreshed = true;
                token = self.token(token.as_ref(), deadline).await?;
                continue;
            }
            failed += 1;
            let wait = match &result {
                _ if failed >= settings.retry.attempts => None,
                Ok(answer) => self.wait_after(answer, failed),
                Err(error) if error.is_connect() || (self.repeatable && error.is_passing()) => {
                    Some(settings.retry.wait(failed))
                }
                Err(_) => None,
            };
            let Some(wait) = wait.filter(|wait| Instant::now() + *wait < deadline) else {
                return result.map_err(Reason::Transport);
            };
            tracing::debug!(failed, wait_ms = wait.as_millis(), "trying again");
            sleep(wait).await;
        }
    }

    /// Wait before the next try, if the answer leaves hope for one.
    fn wait_after(&self, answer: &Answer, failed: u32) -> Option<Duration> {
        let retry = &self.call.client.0.retry;
        let status = StatusCode::from_u16(answer.status()).ok()?;
        if !is_passing(status) || !self.repeatable {
            return None;
        }
        match asked_wait(&answer.meta.headers, today()) {
            Some(asked) if asked > retry.longest_wait => None,
            // Some jitter on top, so that all who were told the same don't come back at once.
            Some(asked) => Some(asked + retry.wait(1).min(retry.first_wait)),
            None => Some(retry.wait(failed)),
        }
    }

    async fn token(&self, refused: Option<&Token>, deadline: Instant) -> Result<Option<Token>, Reason> {
        if !self.by_token {
            return Ok(None);
        }
        let token = timeout_at(deadline, self.call.client.0.tokens.token(refused)).await;
        match token {
            Ok(token) => token.map_err(Reason::Token),
            Err(_) => Err(Reason::Transport(TransportError::timed_out())),
        }
    }

    async fn attempt(
        &self,
        attempt: &Attempt<'_>,
        token: Option<&Token>,
        deadline: Instant,
    ) -> Result<Answer, TransportError> {
        let settings = &self.call.client.0;
        let mut request = self.request.clone();
        if let Some(token) = token {
            let value = HeaderValue::from_str(&format!("Bearer {}", token.secret()));
            let mut value = value.map_err(TransportError::connect)?;
            value.set_sensitive(true);
            request.headers_mut().insert(http::header::AUTHORIZATION, value);
        }
        let until = deadline.min(Instant::now() + settings.attempt_timeout);
        let sent = timeout_at(until, async {
            let request = self.hooked(attempt, request).await?;
            self.receive(request).await
        });
        let sent = sent.await;
        let (parts, body) = sent.unwrap_or_else(|_| Err(TransportError::timed_out()))?;
        let given = parts.headers.get(REQUEST_ID).and_then(|value| value.to_str().ok());
        let request_id = given.unwrap_or(self.request_id).to_owned();
        let meta = Meta { status: parts.status.as_u16(), headers: parts.headers, request_id };
        Ok(Answer { meta, body })
    }

    /// The request as the hooks of the client want it.
    async fn hooked(
        &self,
        attempt: &Attempt<'_>,
        request: http::Request<Payload>,
    ) -> Result<http::Request<Payload>, TransportError> {
        let hooks = &self.call.client.0.hooks;
        if hooks.is_empty() {
            return Ok(request);
        }
        let (mut parts, body) = request.into_parts();
        hooks.before(attempt, &mut parts).await.map_err(TransportError::refused)?;
        Ok(http::Request::from_parts(parts, body))
    }

    /// Sends a request; what comes is taken as a whole, unless it is a success that is given piece by piece.
    async fn receive(
        &self,
        request: http::Request<Payload>,
    ) -> Result<(http::response::Parts, Received), TransportError> {
        let settings = &self.call.client.0;
        let whole = request.body().whole();
        if let Some(body) = whole.filter(|_| !self.call.operation.streams) {
            let response = settings.transport.send(request.map(|_| body)).await?;
            let (parts, body) = response.into_parts();
            return Ok((parts, Received::Whole(body)));
        }
        let (parts, pieces) = settings.transport.stream(request).await?.into_parts();
        if self.call.operation.streams && parts.status.is_success() {
            return Ok((parts, Received::Pieces(pieces)));
        }
        Ok((parts, Received::Whole(collect(pieces, settings.most_bytes).await?)))
    }
}

/// All of a body that isn't too large.
async fn collect(mut pieces: ByteStream, most: usize) -> Result<bytes::Bytes, TransportError> {
    let mut all = Vec::new();
    while let Some(piece) = pieces.next().await {
        let piece = piece.map_err(TransportError::interrupted)?;
        if all.len() + piece.len() > most {
            return Err(TransportError::too_large());
        }
        all.extend_from_slice(&piece);
    }
    Ok(all.into())
}
