//! The real binary as a child process: started, asked, killed.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use serde_json::Value;

/// The platform.
pub(crate) const BINARY: &str = env!("CARGO_BIN_EXE_commerce");

/// What it is started with.
pub(crate) fn arguments<'c>(command: &'c mut Command, data: &Path) -> &'c mut Command {
    let command = command.args(["--port", "0", "--print-address", "json", "--no-seed", "--data"]).arg(data);
    command.env("STIPULE_LOG", "off").stdin(Stdio::null())
}

/// A running platform.
pub(crate) struct Server {
    child: Child,
    pub(crate) address: String,
    pub(crate) token: String,
}

impl Server {
    pub(crate) fn start(data: &Path) -> Self {
        Self::start_by(Command::new(BINARY), data)
    }

    /// Started by a command that takes the binary's arguments.
    pub(crate) fn start_by(mut command: Command, data: &Path) -> Self {
        let mut child = arguments(&mut command, data)
            .stdout(Stdio::piped())
            .stderr(Stdio::inherit())
            .spawn()
            .expect("the binary starts");
        let mut line = String::new();
        let output = child.stdout.take().expect("it is piped");
        BufReader::new(output).read_line(&mut line).expect("it says where it listens");
        let said: Value = serde_json::from_str(&line).unwrap_or_else(|error| panic!("{line:?}: {error}"));
        let address = said["address"].as_str().expect("an address").trim_start_matches("http://").to_owned();
        let token = said["token"].as_str().expect("a token").to_owned();
        Self { child, address, token }
    }

    /// Its process.
    pub(crate) fn id(&self) -> u32 {
        self.child.id()
    }

    /// SIGKILL: nothing is finished.
    pub(crate) fn kill(mut self) {
        self.child.kill().expect("it runs");
        self.child.wait().expect("it is ours");
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // A test that failed must not leave a process behind; one that was killed already doesn't mind.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// How to reach the platform of the moment.
#[derive(Clone, Debug)]
pub(crate) struct Door {
    pub(crate) address: String,
    pub(crate) token: String,
}

impl Door {
    /// One request on one connection; `None` when the connection broke, whatever was done by then.
    pub(crate) fn ask(
        &self,
        method: &str,
        path: &str,
        key: &str,
        body: Option<&Value>,
    ) -> Option<(u16, Value)> {
        let mut stream = TcpStream::connect(&self.address).ok()?;
        stream.set_read_timeout(Some(Duration::from_secs(10))).ok()?;
        let body = body.map(Value::to_string).unwrap_or_default();
        let content = if body.is_empty() { "" } else { "Content-Type: application/json\r\n" };
        let request = format!(
            "{method} {path} HTTP/1.1\r\nHost: {}\r\nAuthorization: Bearer {}\r\nIdempotency-Key: {key}\r\n\
             X-Stipule-Console: 1\r\n\
             {content}Content-Length: {}\r\nConnection: close\r\n\r\n{body}",
            self.address,
            self.token,
            body.len()
        );
        stream.write_all(request.as_bytes()).ok()?;
        let mut answer = String::new();
        stream.read_to_string(&mut answer).ok()?;
        let (head, body) = answer.split_once("\r\n\r\n")?;
        let status = head.split(' ').nth(1)?.parse().ok()?;
        let length = head.lines().find_map(|line| {
            let (name, value) = line.split_once(':')?;
            name.eq_ignore_ascii_case("content-length").then(|| value.trim().parse::<usize>().ok())?
        });
        // An answer that broke off isn't an answer.
        if length.is_some_and(|length| length != body.len()) {
            return None;
        }
        Some((status, serde_json::from_str(body).unwrap_or(Value::Null)))
    }
}
