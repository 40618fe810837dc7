//! Makes written calls once more, in their order and with the pauses between them.

use std::collections::BTreeMap;
use std::fs;
use std::net::SocketAddr;
use std::path::Path;
use std::time::Duration;

use bytes::Bytes;
use http_body_util::{BodyExt, Collected, Full};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use serde_json::Value;

use super::{Exchange, TrafficError};
use crate::Local;

/// How long a token of a replay is good for.
const LIFETIME: Duration = Duration::from_hours(1);

/// Shorter texts are words that an answer chose, not names of what was made.
const SHORTEST_NAME: usize = 8;

/// What came of a replay.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Replayed {
    /// Calls that were made.
    pub calls: usize,
    /// Method, target, and what is another status than before.
    pub differ: Vec<String>,
}

/// Makes the calls of a file once more over HTTP, with new tokens for the same callers.
///
/// What was made then has other names now: where an answer names something else at the same place, later calls name that.
///
/// # Errors
/// When the file can't be read, or holds something else than calls; then none is made.
pub async fn replay(local: &Local, address: SocketAddr, file: &Path) -> Result<Replayed, TrafficError> {
    let text =
        fs::read_to_string(file).map_err(|source| TrafficError::File { file: file.to_owned(), source })?;
    let (mut exchanges, mut lines) = (Vec::new(), Vec::new());
    for (number, line) in (1..).zip(text.lines()) {
        match Exchange::from_json(line) {
            Some(exchange) => exchanges.push(exchange),
            None => lines.push(number),
        }
    }
    if !lines.is_empty() {
        return Err(TrafficError::Lines { file: file.to_owned(), lines });
    }
    // They were written when they were answered.
    exchanges.sort_by_key(|exchange| exchange.at);
    let mut names = Names::default();
    let mut replayed = Replayed::default();
    let client = Client::builder(TokioExecutor::new()).build_http();
    let mut before = exchanges.first().map_or(0, |first| first.at);
    for exchange in exchanges {
        let pause = u64::try_from(exchange.at - before).unwrap_or(0);
        before = exchange.at;
        tokio::time::sleep(Duration::from_millis(pause)).await;
        let (status, answer) = ask(&client, local, address, &exchange, &names).await;
        names.learn(&exchange.answer, &answer);
        replayed.calls += 1;
        if status != exchange.status {
            let Exchange { method, target, status: was, .. } = &exchange;
            replayed.differ.push(format!("{method} {target}: {status}, was {was}"));
        }
    }
    Ok(replayed)
}

/// Status and body of the answer; 0 where none came.
async fn ask(
    client: &Client<HttpConnector, Full<Bytes>>,
    local: &Local,
    address: SocketAddr,
    exchange: &Exchange,
    names: &Names,
) -> (u16, String) {
    let target = names.now(&exchange.target);
    let mut request =
        http::Request::builder().method(exchange.method.as_str()).uri(format!("http://{address}{target}"));
    for (name, value) in &exchange.headers {
        request = request.header(name, names.now(value));
    }
    if let Some((tenant, subject, scopes)) = &exchange.who {
        let scopes: Vec<&str> = scopes.iter().map(String::as_str).collect();
        let token = local.token(tenant, subject, &scopes, LIFETIME);
        request = request.header(http::header::AUTHORIZATION, format!("Bearer {token}"));
    }
    let Ok(request) = request.body(Full::from(names.now(&exchange.body))) else { return (0, String::new()) };
    let Ok(answer) = client.request(request).await else { return (0, String::new()) };
    let status = answer.status().as_u16();
    let body = answer.into_body().collect().await.map(Collected::to_bytes).unwrap_or_default();
    (status, String::from_utf8_lossy(&body).into_owned())
}

/// What was called something then is called something else now.
#[derive(Default)]
struct Names(BTreeMap<String, String>);

impl Names {
    /// Holds two answers to one call against each other.
    fn learn(&mut self, then: &str, now: &str) {
        if let (Ok(then), Ok(now)) = (serde_json::from_str(then), serde_json::from_str(now)) {
            self.pair(&then, &now);
        }
    }

    fn pair(&mut self, then: &Value, now: &Value) {
        match (then, now) {
            (Value::String(then), Value::String(now)) if then != now && then.len() >= SHORTEST_NAME => {
                self.0.insert(then.clone(), now.clone());
            }
            (Value::Array(then), Value::Array(now)) => {
                then.iter().zip(now).for_each(|(then, now)| self.pair(then, now));
            }
            (Value::Object(then), Value::Object(now)) => {
                for (member, then) in then {
                    if let Some(now) = now.get(member) {
                        self.pair(then, now);
                    }
                }
            }
            _ => {}
        }
    }

    fn now(&self, text: &str) -> String {
        let mut text = text.to_owned();
        for (then, now) in &self.0 {
            if text.contains(then.as_str()) {
                text = text.replace(then.as_str(), now);
            }
        }
        text
    }
}
