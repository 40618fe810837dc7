//! The shop as a process of its own.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value;
use tempfile::TempDir;

/// A running shop. Killed at its end.
pub(crate) struct Shop {
    child: Child,
    folder: Option<TempDir>,
    host: String,
    token: String,
}

impl Shop {
    /// A new one, with its seed.
    pub(crate) fn open(arguments: &[&str]) -> Self {
        Self::open_in(tempfile::tempdir().expect("a folder"), arguments)
    }

    pub(crate) fn open_in(folder: TempDir, arguments: &[&str]) -> Self {
        let (child, said) = start(&folder, arguments);
        let text = |member: &str| said[member].as_str().expect("it says so").to_owned();
        let (host, token) = (text("address").trim_start_matches("http://").to_owned(), text("token"));
        Self { child, folder: Some(folder), host, token }
    }

    /// Starts over data that is there; how long it takes until a list of products was answered.
    pub(crate) fn boot(folder: &TempDir) -> (Self, Duration) {
        let began = Instant::now();
        let (child, said) = start(folder, &[]);
        let text = |member: &str| said[member].as_str().expect("it says so").to_owned();
        let (host, token) = (text("address").trim_start_matches("http://").to_owned(), text("token"));
        let mut stream = TcpStream::connect(&host).expect("it listens");
        let request = format!(
            "GET /products HTTP/1.1\r\nHost: {host}\r\nAuthorization: Bearer {token}\r\nConnection: close\r\n\r\n"
        );
        stream.write_all(request.as_bytes()).expect("it reads");
        let mut answer = String::new();
        stream.read_to_string(&mut answer).expect("it answers");
        let took = began.elapsed();
        assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
        (Self { child, folder: None, host, token }, took)
    }

    /// Ends it; its data.
    pub(crate) fn end(mut self) -> TempDir {
        self.folder.take().expect("it has one of its own")
    }

    pub(crate) fn id(&self) -> u32 {
        self.child.id()
    }

    pub(crate) fn host(&self) -> &str {
        &self.host
    }

    pub(crate) fn token(&self) -> &str {
        &self.token
    }

    /// What comes of a POST; who sends more than is taken waits.
    pub(crate) async fn post(&self, path: &str, body: &Value) -> Value {
        let mut wire = crate::wire::Wire::open(&self.host).await.expect("it listens");
        let body = if body.is_null() { String::new() } else { body.to_string() };
        let (host, token, length) = (&self.host, &self.token, body.len());
        let media = if body.is_empty() { "" } else { "Content-Type: application/json\r\n" };
        let request = format!(
            "POST {path} HTTP/1.1\r\nHost: {host}\r\nAuthorization: Bearer {token}\r\n{media}Content-Length: {length}\r\n\r\n{body}"
        );
        let (status, answer) = loop {
            let (status, answer) = wire.ask(request.as_bytes()).await.expect("it answers");
            if status != 429 {
                break (status, answer.to_vec());
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        };
        assert!((200..300).contains(&status), "{path}: {status} {}", String::from_utf8_lossy(&answer));
        serde_json::from_slice(&answer).expect("JSON")
    }
}

impl Drop for Shop {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn start(folder: &TempDir, arguments: &[&str]) -> (Child, Value) {
    let mut child = Command::new(env!("CARGO_BIN_EXE_commerce"))
        .args(["--port", "0", "--print-address", "json", "--data"])
        .arg(folder.path())
        .args(arguments)
        .env("STIPULE_LOG", "warn")
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .spawn()
        .expect("the binary starts");
    let mut line = String::new();
    let output = child.stdout.as_mut().expect("it is piped");
    BufReader::new(output).read_line(&mut line).expect("it says where it listens");
    (child, serde_json::from_str(&line).expect("one line of JSON"))
}

/// Megabytes that a process has in memory; `/proc` knows, where there is one.
pub(crate) fn resident(process: u32) -> f64 {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap_or("0");
    let kilobytes: f64 = line.trim().trim_end_matches(" kB").parse().unwrap_or(f64::NAN);
    kilobytes * 1024.0 / 1e6
}
