//! The door: takes connections, and ends those whose clients take too long. Whoever sends half a request, or reads no answer,
//! would have one for as long as they like.

use std::convert::Infallible;
use std::io;
use std::net::SocketAddr;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::time::Duration;

use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::{TcpListener, TcpStream};
use tokio_io_timeout::TimeoutWriter;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use super::bounds::{self, Whole};
use super::{Entrance, form};

/// How long nobody is let in after the system had no room for one more.
const NO_ROOM: Duration = Duration::from_secs(1);

/// How long clients may take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Patience {
    /// From the end of one request, or the beginning of the connection, to the end of the next head. Longer than clients
    /// keep a connection that they don't use, or they would send into one that just ended.
    pub head: Duration,
    /// For a body.
    pub body: Duration,
    /// Without reading anything of an answer.
    pub answer: Duration,
}

impl Default for Patience {
    fn default() -> Self {
        let [head, body, answer] = [75, 30, 60].map(Duration::from_secs);
        Self { head, body, answer }
    }
}

/// Serves until told to stop, then finishes the requests that have begun.
pub(super) async fn serve(
    listener: TcpListener,
    entrance: Entrance,
    patience: Patience,
    stopping: CancellationToken,
) {
    let entrance = Arc::new(entrance);
    let mut protocol = http1::Builder::new();
    // Head and body in one piece: most answers are small, and a list of pieces costs the system more than the copy.
    protocol.timer(TokioTimer::new()).header_read_timeout(patience.head).writev(false);
    let open = TaskTracker::new();
    loop {
        let accepted = tokio::select! {
            biased;
            () = stopping.cancelled() => break,
            accepted = listener.accept() => accepted,
        };
        let (stream, peer) = match accepted {
            Ok(accepted) => accepted,
            Err(error) => {
                rest_after(&error).await;
                continue;
            }
        };
        let entrance = Arc::clone(&entrance);
        let service = service_fn(move |request| answer(Arc::clone(&entrance), peer, request));
        let connection = protocol.serve_connection(timed(stream, patience), service).with_upgrades();
        let stopping = stopping.clone();
        open.spawn(async move {
            let mut connection = pin!(connection);
            let ended = tokio::select! {
                ended = connection.as_mut() => ended,
                () = stopping.cancelled() => {
                    connection.as_mut().graceful_shutdown();
                    connection.await
                }
            };
            if let Err(error) = ended {
                tracing::debug!(%error, "a connection ended");
            }
        });
    }
    // Nobody else is let in.
    drop(listener);
    open.close();
    open.wait().await;
}

type Connection = TokioIo<Pin<Box<TimeoutWriter<TcpStream>>>>;

fn timed(stream: TcpStream, patience: Patience) -> Connection {
    let mut stream = TimeoutWriter::new(stream);
    stream.set_timeout(Some(patience.answer));
    TokioIo::new(Box::pin(stream))
}

async fn answer(
    entrance: Arc<Entrance>,
    peer: SocketAddr,
    request: http::Request<Incoming>,
) -> Result<http::Response<Whole>, Infallible> {
    if let Err(why) = form::judge(&request) {
        return Ok(form::refuse(request, why, &entrance.gateway.ports).map(bounds::whole));
    }
    let comes_in_chunks = form::comes_in_chunks(&request);
    let mut answer = if Entrance::is_page(request.uri().path()) {
        Box::pin(entrance.page(peer, request)).await
    } else {
        entrance.call(request).await
    };
    if comes_in_chunks {
        form::close(&mut answer);
    }
    Ok(answer)
}

/// What went wrong with one connection is its client's business; else the system has no room, and needs time.
async fn rest_after(error: &io::Error) {
    let of_a_client =
        [io::ErrorKind::ConnectionRefused, io::ErrorKind::ConnectionAborted, io::ErrorKind::ConnectionReset];
    if !of_a_client.contains(&error.kind()) {
        tracing::error!(%error, "nobody can be let in for a moment");
        tokio::time::sleep(NO_ROOM).await;
    }
}
