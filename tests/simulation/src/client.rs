//! A client as it should be: every command has a key, and is repeated under it until it is answered.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use http::{Method, Request};
use serde_json::Value;

use crate::world::Process;

/// Tries of one command.
const MOST_TRIES: u32 = 500;

/// What the client was answered, by the key of the command: it outlives the platform's process.
#[derive(Debug, Default)]
pub(crate) struct Memory {
    answers: Mutex<BTreeMap<String, Result<Value, u16>>>,
    complaints: Mutex<Vec<String>>,
}

impl Memory {
    fn recall(&self, key: &str) -> Option<Result<Value, u16>> {
        self.answers.lock().unwrap_or_else(PoisonError::into_inner).get(key).cloned()
    }

    fn keep(&self, key: &str, answer: Result<Value, u16>) {
        self.answers.lock().unwrap_or_else(PoisonError::into_inner).insert(key.to_owned(), answer);
    }

    fn complain(&self, words: String) {
        self.complaints.lock().unwrap_or_else(PoisonError::into_inner).push(words);
    }

    /// What the platform should never have answered.
    pub(crate) fn complaints(&self) -> Vec<String> {
        self.complaints.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

/// Somebody who talks to the platform.
pub(crate) struct Client<'p> {
    pub(crate) process: &'p Process,
    pub(crate) memory: &'p Memory,
}

impl Client<'_> {
    /// A command that is expected to succeed; `Null` when it didn't, which is complained of.
    pub(crate) async fn post(&self, path: &str, key: &str, body: &Value) -> Value {
        self.command(Method::POST, path, key, Some(body)).await
    }

    /// As [`post`](Self::post), of any method.
    pub(crate) async fn command(&self, method: Method, path: &str, key: &str, body: Option<&Value>) -> Value {
        match self.attempt(method.clone(), path, key, body).await {
            Ok(answer) => answer,
            Err(status) => {
                self.memory.complain(format!("{method} {path} ({key}) was refused with {status}"));
                Value::Null
            }
        }
    }

    /// A command that may be refused: its answer, or the status.
    pub(crate) async fn attempt(
        &self,
        method: Method,
        path: &str,
        key: &str,
        body: Option<&Value>,
    ) -> Result<Value, u16> {
        if let Some(answer) = self.memory.recall(key) {
            return answer;
        }
        for attempt in 0..MOST_TRIES {
            let request = Request::builder().method(method.clone()).uri(path).header("idempotency-key", key);
            let (status, answer) = self.process.ask(request, body).await;
            self.process.tell(format!("{method} {path} ({key}): {status}"));
            let answer = match status {
                200..=299 => Ok(answer),
                429 | 500..=599 => {
                    self.process.pause(Duration::from_millis(100 * u64::from(attempt.min(20)))).await;
                    continue;
                }
                status => Err(status),
            };
            self.memory.keep(key, answer.clone());
            return answer;
        }
        self.memory.complain(format!("{method} {path} ({key}) is never answered"));
        Err(503)
    }

    /// A read, repeated until it is answered.
    pub(crate) async fn read(&self, path: &str) -> (u16, Value) {
        for _ in 0..MOST_TRIES {
            let (status, answer) = self.process.ask(Request::get(path), None).await;
            if status != 429 && status < 500 {
                return (status, answer);
            }
            self.process.pause(Duration::from_millis(200)).await;
        }
        (503, Value::Null)
    }
}

/// A member of an answer as text; empty when it isn't there.
pub(crate) fn text(value: &Value, member: &str) -> String {
    value[member].as_str().unwrap_or_default().to_owned()
}
