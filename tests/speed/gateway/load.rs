//! Load of two kinds: as it comes, whether answered or not, and one after the other.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::wire::Wire;

/// A prepared request.
#[derive(Clone)]
pub(crate) struct Call {
    kind: &'static str,
    bytes: Arc<[u8]>,
}

pub(crate) fn get(path: &str, host: &str, token: &str) -> Call {
    let text = format!("GET {path} HTTP/1.1\r\nHost: {host}\r\nAuthorization: Bearer {token}\r\n\r\n");
    Call { kind: "read", bytes: text.into_bytes().into() }
}

pub(crate) fn post(path: &str, host: &str, token: &str, body: &str) -> Call {
    let text = format!(
        "POST {path} HTTP/1.1\r\nHost: {host}\r\nAuthorization: Bearer {token}\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    );
    Call { kind: "write", bytes: text.into_bytes().into() }
}

/// What came of it.
#[derive(Default)]
pub(crate) struct Report {
    /// Kind, status, time; 0 where no answer came.
    asked: Vec<(&'static str, u16, Duration)>,
    /// The bodies of writes that were acknowledged.
    made: Vec<Vec<u8>>,
    took: Duration,
}

impl Report {
    pub(crate) fn asked(&self) -> usize {
        self.asked.len()
    }

    /// What was acknowledged: the value of a member of each answer to a write.
    pub(crate) fn made(&self, member: &str) -> Vec<String> {
        let read = |body: &Vec<u8>| serde_json::from_slice::<Value>(body).expect("JSON");
        self.made.iter().map(|body| read(body)[member].as_str().expect("it has one").to_owned()).collect()
    }

    /// Takes in what came of asking once more.
    pub(crate) fn add(&mut self, other: Self) {
        self.asked.extend(other.asked);
        self.made.extend(other.made);
        self.took += other.took;
    }

    /// Answers a second.
    pub(crate) fn rate(&self) -> f64 {
        self.asked.iter().filter(|(_, status, _)| *status != 0).count() as f64 / self.took.as_secs_f64()
    }

    pub(crate) fn share(&self, status: u16) -> f64 {
        self.asked.iter().filter(|(_, it, _)| *it == status).count() as f64 / self.asked.len().max(1) as f64
    }

    pub(crate) fn percentile(&self, kind: &str, percent: f64) -> Duration {
        percentile(self.asked.iter().filter(|it| it.0 == kind).map(|it| it.2).collect(), percent)
    }

    /// Of everything that wasn't turned away.
    pub(crate) fn taken(&self, percent: f64) -> Duration {
        percentile(self.asked.iter().filter(|it| it.1 != 429).map(|it| it.2).collect(), percent)
    }

    pub(crate) fn statuses(&self) -> String {
        let mut counts = BTreeMap::new();
        for (_, status, _) in &self.asked {
            *counts.entry(*status).or_insert(0_u32) += 1;
        }
        let name = |status: u16| if status == 0 { "no answer".to_owned() } else { status.to_string() };
        counts
            .into_iter()
            .map(|(status, count)| format!("{}: {count}", name(status)))
            .collect::<Vec<_>>()
            .join(", ")
    }
}

pub(crate) fn percentile(mut times: Vec<Duration>, percent: f64) -> Duration {
    times.sort_unstable();
    let at = (times.len() as f64 * percent / 100.0).ceil() as usize;
    times.get(at.saturating_sub(1)).copied().unwrap_or_default()
}

/// So many a second, in turn, whether the last was answered or not. Time counts from when a request should have been sent.
pub(crate) async fn open(host: &str, calls: &[Call], rate: u32, wires: usize, during: Duration) -> Report {
    let (next, began) = (Arc::new(AtomicU64::new(0)), Instant::now() + Duration::from_millis(100));
    let total = (f64::from(rate) * during.as_secs_f64()) as u64;
    let tasks = (0..wires).map(|_| {
        let (host, calls, next) = (host.to_owned(), calls.to_vec(), Arc::clone(&next));
        tokio::spawn(async move {
            let (mut wire, mut asked, mut made) = (None, Vec::new(), Vec::new());
            loop {
                let number = next.fetch_add(1, Ordering::Relaxed);
                if number >= total {
                    return (asked, made);
                }
                let due = began + Duration::from_secs_f64(number as f64 / f64::from(rate));
                tokio::time::sleep_until(due.into()).await;
                let call = &calls[number as usize % calls.len()];
                let status = ask(&mut wire, &host, call, &mut made).await;
                asked.push((call.kind, status, due.elapsed()));
            }
        })
    });
    gather(tasks.collect(), began).await
}

/// One after the other on each connection.
pub(crate) async fn closed(host: &str, calls: &[Call], wires: usize, during: Duration) -> Report {
    let began = Instant::now();
    let tasks = (0..wires).map(|_| {
        let (host, calls) = (host.to_owned(), calls.to_vec());
        tokio::spawn(async move {
            let (mut wire, mut asked, mut made) = (None, Vec::new(), Vec::new());
            while began.elapsed() < during {
                let call = &calls[asked.len() % calls.len()];
                let sent = Instant::now();
                let status = ask(&mut wire, &host, call, &mut made).await;
                asked.push((call.kind, status, sent.elapsed()));
            }
            (asked, made)
        })
    });
    gather(tasks.collect(), began).await
}

type Asked = (Vec<(&'static str, u16, Duration)>, Vec<Vec<u8>>);

async fn gather(tasks: Vec<tokio::task::JoinHandle<Asked>>, began: Instant) -> Report {
    let mut report = Report::default();
    for task in tasks {
        let (asked, made) = task.await.expect("the load has no fault");
        report.asked.extend(asked);
        report.made.extend(made);
    }
    report.took = began.elapsed();
    report
}

/// The status, and what was acknowledged goes to `made`; 0 where no answer came, and the connection is opened anew.
async fn ask(wire: &mut Option<Wire>, host: &str, call: &Call, made: &mut Vec<Vec<u8>>) -> u16 {
    if wire.is_none() {
        *wire = Wire::open(host).await.ok();
    }
    let Some(open) = wire else { return 0 };
    match open.ask(&call.bytes).await {
        Ok((status, body)) => {
            if call.kind == "write" && status == 201 {
                made.push(body.to_vec());
            }
            status
        }
        Err(_) => {
            *wire = None;
            0
        }
    }
}
