//! Load of two kinds: as it comes, whether answered or not, and one after the other.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use crate::series::{Log, NO_ANSWER, Report, is_done};
use crate::wire::Wire;

/// A prepared request.
#[derive(Clone)]
pub(crate) struct Call {
    kind: &'static str,
    bytes: Arc<[u8]>,
    /// Member of the answer that names what was made.
    keeps: Option<&'static str>,
}

impl Call {
    /// Has the ids of what it makes remembered: this member of the answer.
    pub(crate) fn keeping(self, member: &'static str) -> Self {
        Self { keeps: Some(member), ..self }
    }
}

pub(crate) fn get(path: &str, host: &str, token: &str) -> Call {
    let text = format!("GET {path} HTTP/1.1\r\nHost: {host}\r\nAuthorization: Bearer {token}\r\n\r\n");
    Call { kind: "read", bytes: text.into_bytes().into(), keeps: None }
}

pub(crate) fn post(path: &str, host: &str, token: &str, body: &str) -> Call {
    let text = format!(
        "POST {path} HTTP/1.1\r\nHost: {host}\r\nAuthorization: Bearer {token}\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    );
    Call { kind: "write", bytes: text.into_bytes().into(), keeps: None }
}

/// How many calls come, and for how long.
#[derive(Clone, Copy)]
pub(crate) struct Flow {
    /// A second.
    pub(crate) rate: u32,
    /// Connections; who has one waits for no other's answer.
    pub(crate) wires: usize,
    pub(crate) during: Duration,
}

/// So many a second, in turn, whether the last was answered or not. Time counts from when a request should have been sent.
pub(crate) async fn open(host: &str, calls: &[Call], flow: Flow, log: &Log) {
    let Flow { rate, wires, during } = flow;
    let (next, began) = (Arc::new(AtomicU64::new(0)), Instant::now() + Duration::from_millis(100));
    let total = (f64::from(rate) * during.as_secs_f64()) as u64;
    let tasks: Vec<_> = (0..wires)
        .map(|_| {
            let (host, calls, next, log) = (host.to_owned(), calls.to_vec(), Arc::clone(&next), log.clone());
            tokio::spawn(async move {
                let mut wire = None;
                loop {
                    let number = next.fetch_add(1, Ordering::Relaxed);
                    if number >= total {
                        return;
                    }
                    let due = began + Duration::from_secs_f64(number as f64 / f64::from(rate));
                    tokio::time::sleep_until(due.into()).await;
                    ask(&mut wire, &host, &calls[number as usize % calls.len()], due, &log).await;
                }
            })
        })
        .collect();
    for task in tasks {
        task.await.expect("the load has no fault");
    }
}

/// One after the other on each connection.
pub(crate) async fn closed(host: &str, calls: &[Call], wires: usize, during: Duration) -> Report {
    let log = Log::begin();
    let tasks: Vec<_> = (0..wires)
        .map(|_| {
            let (host, calls, log) = (host.to_owned(), calls.to_vec(), log.clone());
            tokio::spawn(async move {
                let mut wire = None;
                for call in calls.iter().cycle() {
                    if log.at() >= during {
                        return;
                    }
                    ask(&mut wire, &host, call, Instant::now(), &log).await;
                }
            })
        })
        .collect();
    for task in tasks {
        task.await.expect("the load has no fault");
    }
    log.phase()
}

/// Asks, and writes down what came of it. Where no answer comes, the connection is opened anew the next time.
pub(crate) async fn ask(wire: &mut Option<Wire>, host: &str, call: &Call, since: Instant, log: &Log) {
    if wire.is_none() {
        *wire = Wire::open(host).await.ok();
    }
    let answer = match wire {
        Some(open) => open.ask(&call.bytes).await.ok(),
        None => None,
    };
    let status = answer.as_ref().map_or(NO_ANSWER, |(status, _)| *status);
    log.note(call.kind, status, since.elapsed());
    match (answer, call.keeps) {
        (None, _) => *wire = None,
        (Some((_, body)), Some(member)) if is_done(status) => log.made(text_of(body, member)),
        _ => {}
    }
}

/// A member of an answer, found without reading all of it: whoever measures shares the machine with what is measured.
fn text_of<'b>(body: &'b [u8], member: &str) -> &'b str {
    let text = str::from_utf8(body).expect("JSON");
    let name = format!("\"{member}\":\"");
    let begin = text.find(&name).expect("it has one") + name.len();
    text[begin..].split('"').next().unwrap_or_default()
}
