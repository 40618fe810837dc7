//! The shop as a process of its own.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value;
use tempfile::TempDir;

use crate::wire::{Wire, request};

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

    /// The size of each file of its data, in megabytes.
    pub(crate) fn files(&self) -> Vec<(String, f64)> {
        let folder = self.folder.as_ref().expect("it has one of its own").path();
        let entries = std::fs::read_dir(folder).expect("it can be read").flatten();
        let size = |it: &std::fs::DirEntry| it.metadata().map_or(0, |it| it.len()) as f64 / 1e6;
        let mut files: Vec<_> =
            entries.map(|it| (it.file_name().to_string_lossy().into_owned(), size(&it))).collect();
        files.sort_by(|one, other| other.1.total_cmp(&one.1));
        files
    }

    pub(crate) fn host(&self) -> &str {
        &self.host
    }

    pub(crate) fn token(&self) -> &str {
        &self.token
    }

    /// What comes of a POST; who sends more than is taken waits.
    pub(crate) async fn post(&self, path: &str, body: &Value) -> Value {
        let body = Some(body).filter(|it| !it.is_null());
        self.insist("POST", path, body).await
    }

    /// What comes of a GET; who asks more than is taken waits.
    pub(crate) async fn get(&self, path: &str) -> Value {
        self.insist("GET", path, None).await
    }

    async fn insist(&self, method: &str, path: &str, body: Option<&Value>) -> Value {
        let mut wire = Wire::open(&self.host).await.expect("it listens");
        let (status, answer) = self.ask(&mut wire, method, path, body).await;
        assert!((200..300).contains(&status), "{path}: {status} {answer}");
        answer
    }

    /// What comes of a request, whatever that is but too many.
    pub(crate) async fn ask(
        &self,
        wire: &mut Wire,
        method: &str,
        path: &str,
        body: Option<&Value>,
    ) -> (u16, Value) {
        // The console answers who says that it is one of its pages.
        let bytes = request(method, path, &self.host, &self.token, "X-Stipule-Console: 1\r\n", body);
        loop {
            let (status, answer) = wire.ask(&bytes).await.expect("it answers");
            if status != 429 {
                return (status, serde_json::from_slice(answer).unwrap_or_default());
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
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
        .env("STIPULE_LOG", "error")
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .spawn()
        .expect("the binary starts");
    let mut line = String::new();
    let output = child.stdout.as_mut().expect("it is piped");
    BufReader::new(output).read_line(&mut line).expect("it says where it listens");
    (child, serde_json::from_str(&line).expect("one line of JSON"))
}
