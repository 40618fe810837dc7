//! Requests and answers of the account that isn't one.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};

use super::account::Account;

/// A request.
pub(super) struct Request {
    pub(super) method: String,
    /// With its query.
    pub(super) path: String,
    /// Names in lower case.
    pub(super) headers: Vec<(String, String)>,
    pub(super) body: Vec<u8>,
}

impl Request {
    pub(super) fn header(&self, name: &str) -> &str {
        self.headers.iter().find(|(it, _)| it == name).map_or("", |(_, value)| value.as_str())
    }

    /// An argument of a form; empty when there is none.
    pub(super) fn argument(&self, name: &str) -> String {
        let body = String::from_utf8_lossy(&self.body);
        let find = |pair: &str| {
            let (it, value) = pair.split_once('=')?;
            (it == name).then(|| decoded(value))
        };
        body.split('&').find_map(find).unwrap_or_default()
    }
}

fn decoded(text: &str) -> String {
    let (bytes, mut out, mut at) = (text.as_bytes(), Vec::new(), 0);
    while at < bytes.len() {
        match bytes[at] {
            b'%' => {
                out.push(u8::from_str_radix(&text[at + 1..at + 3], 16).expect("two digits"));
                at += 2;
            }
            b'+' => out.push(b' '),
            other => out.push(other),
        }
        at += 1;
    }
    String::from_utf8(out).expect("text")
}

/// Serves an account until the process ends; its address.
pub(super) fn serve(account: &Arc<Mutex<Account>>) -> String {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a free port");
    let address = format!("http://{}", listener.local_addr().expect("it has one"));
    let account = Arc::clone(account);
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let account = Arc::clone(&account);
            std::thread::spawn(move || answer(&stream, &account));
        }
    });
    address
}

fn answer(mut stream: &TcpStream, account: &Mutex<Account>) {
    let Some(request) = read(stream) else { return };
    let (status, body) = account.lock().expect("no test panicked in it").answer(&request);
    let length = if request.method == "HEAD" { 0 } else { body.len() };
    let head = format!("HTTP/1.1 {status} X\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n");
    let body = if request.method == "HEAD" { &[][..] } else { &body };
    // Whoever asked may be gone.
    let _ = stream.write_all(&[head.as_bytes(), body].concat());
}

fn read(stream: &TcpStream) -> Option<Request> {
    let mut reader = BufReader::new(stream);
    let mut line = String::new();
    reader.read_line(&mut line).ok()?;
    let mut words = line.split_whitespace();
    let (method, path) = (words.next()?.to_owned(), words.next()?.to_owned());
    let mut headers = Vec::new();
    loop {
        let mut line = String::new();
        reader.read_line(&mut line).ok()?;
        let Some((name, value)) = line.trim_end().split_once(':') else { break };
        headers.push((name.to_lowercase(), value.trim().to_owned()));
    }
    let mut request = Request { method, path, headers, body: Vec::new() };
    let length = request.header("content-length").parse().unwrap_or(0);
    request.body = vec![0; length];
    reader.read_exact(&mut request.body).ok()?;
    Some(request)
}
