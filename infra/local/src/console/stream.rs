//! What happens, line by line while it happens: JSON documents, one a line, with an empty line when it is quiet.

use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use axum::extract::{RawQuery, State};
use axum::response::Response;
use futures_util::stream::{self, Stream};
use http::StatusCode;
use tokio::sync::broadcast::Receiver;
use tokio::sync::broadcast::error::RecvError;
use tokio_util::sync::CancellationToken;

use super::{Shared, respond};
use crate::log;

/// Wait before an empty line: without it nobody finds out that the page is gone.
const QUIET: Duration = Duration::from_secs(5);

/// `GET live?after=N`: what happened after a number, and what happens.
pub(super) async fn live(State(console): Shared, RawQuery(query): RawQuery) -> Response {
    let after = query.as_deref().and_then(|query| query.strip_prefix("after=")?.parse().ok()).unwrap_or(0);
    let (before, receiver) = console.recorder.watch(after);
    let before: String = before.iter().map(|sign| format!("{}\n", sign.to_json(&console.app))).collect();
    let app = Arc::clone(&console.app);
    let lines = lines(receiver, console.stopping.clone(), move |sign| sign.to_json(&app).to_string());
    streamed(before, lines)
}

/// `GET log`: the last lines of the log, and those to come.
pub(super) async fn log(State(console): Shared) -> Response {
    let (before, receiver) = log::lines().watch();
    let before: String = before.iter().map(|line| format!("{line}\n")).collect();
    streamed(before, lines(receiver, console.stopping.clone(), |line| line.to_string()))
}

type Line = Result<String, std::convert::Infallible>;

fn streamed(before: String, lines: impl Stream<Item = Line> + Send + 'static) -> Response {
    use futures_util::StreamExt as _;
    let all = stream::once(async { Ok(before + "\n") }).chain(lines);
    respond(StatusCode::OK, "application/x-ndjson", Body::from_stream(all))
}

fn lines<T: Clone + Send + 'static>(
    receiver: Receiver<T>,
    stopping: CancellationToken,
    write: impl Fn(T) -> String + Send + 'static,
) -> impl Stream<Item = Line> + Send {
    stream::unfold((receiver, stopping, write), async |(mut receiver, stopping, write)| {
        let line = tokio::select! {
            () = stopping.cancelled() => return None,
            told = receiver.recv() => match told {
                Ok(told) => write(told) + "\n",
                Err(RecvError::Lagged(missed)) => format!("{{\"kind\":\"missed\",\"count\":{missed}}}\n"),
                Err(RecvError::Closed) => return None,
            },
            () = tokio::time::sleep(QUIET) => "\n".to_owned(),
        };
        Some((Ok(line), (receiver, stopping, write)))
    })
}
