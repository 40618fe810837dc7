//! Changes of the lines of a request's head, and of what stands in them.

use std::ops::Range;

use super::{Dictionary, replace_range};
use crate::random::Random;

/// What gateways look at, with values at the edges of what they take.
const HEADERS: &[&str] = &[
    "Host: other.example",
    "Host:",
    "Content-Length: 0",
    "Content-Length: 5",
    "Content-Length: 18446744073709551616",
    "Content-Length: 2, 2",
    "Transfer-Encoding: chunked",
    "Transfer-Encoding: gzip, chunked",
    "Connection: close",
    "Connection: keep-alive, upgrade",
    "Upgrade: websocket",
    "Expect: 100-continue",
    "Authorization: Basic YTpi",
    "Authorization: Bearer",
    "authorization: BEARER  x.y.z",
    "Idempotency-Key: k-1",
    "Idempotency-Key:",
    "Idempotency-Key: a b",
    "If-Match: \"1\"",
    "If-Match: W/\"1\", *",
    "If-None-Match: *",
    "Content-Type: application/json",
    "Content-Type: application/json; charset=latin1",
    "Content-Type: APPLICATION/JSON;charset=\"UTF-8\";x",
    "Content-Type: text/plain",
    "Content-Encoding: gzip",
    "Content-Encoding: identity",
    "Accept: */*;q=0",
    "Accept: application/*;q=0.5, text/html;q=NaN",
    "Accept: application/json;q=1e999, /",
    "Accept-Encoding: gzip;q=0, br, *;q=1",
    "Accept-Encoding: gzip, identity;q=0",
    "Cookie: theme=dark; theme=light; =; a",
    "Cookie: theme=\"a b\"",
    "Origin: https://pages.example",
    "Access-Control-Request-Method: POST",
    "X-Request-Id: r-1",
    "X-Request-Id: a b",
    "X-Correlation-Id: \u{fc}",
    "X-Api-Key: a.b.c",
    "traceparent: 00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
    "traceparent: 00-00000000000000000000000000000000-0000000000000000-ff",
    "traceparent: ff-4bf92f3577b34da6a3ce929d0e0e4736",
    "Forwarded: for=1.2.3.4",
    "X-Forwarded-Proto: https",
    "X: \u{1f600}",
];

/// What makes readers disagree on where a line or a name ends.
const BENDS: &[&[u8]] = &[
    b"\r\n ", b"\r\n\t", b"\n", b"\r", b"\0", b" :", b"\t:", b":", b"::", b" ", b"\x0b", b"\x7f", b"\xa0",
    b"\r\n",
];

const METHODS: &[&str] = &[
    "GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "CONNECT", "get", "PRI", "M-SEARCH",
    "",
];

/// The lines of the head, each with its end, up to the empty one.
fn head(bytes: &[u8]) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut start = 0;
    for line in bytes.split_inclusive(|byte| *byte == b'\n') {
        if line == b"\r\n" || line == b"\n" {
            break;
        }
        found.push(start..start + line.len());
        start += line.len();
    }
    found
}

/// A header more, of those that are looked at.
pub(super) fn add(bytes: &mut Vec<u8>, _: &Dictionary, random: &mut Random) {
    let lines = head(bytes);
    let at = random.pick(&lines).map_or(0, |line| line.end);
    if let Some(header) = random.pick(HEADERS) {
        replace_range(bytes, at..at, format!("{header}\r\n").as_bytes());
    }
}

/// A line again elsewhere, perhaps under a name of other letters.
pub(super) fn double(bytes: &mut Vec<u8>, _: &Dictionary, random: &mut Random) {
    let lines = head(bytes);
    let (Some(line), Some(to)) = (random.pick(&lines), random.pick(&lines)) else { return };
    let mut copy = bytes[line.clone()].to_vec();
    let name = copy.iter().position(|byte| *byte == b':').unwrap_or(0);
    if random.once_in(2) {
        copy[..name].make_ascii_uppercase();
    }
    replace_range(bytes, to.end..to.end, &copy);
}

/// Something within a line on which readers disagree.
pub(super) fn bend(bytes: &mut Vec<u8>, _: &Dictionary, random: &mut Random) {
    let Some(line) = random.pick(&head(bytes)).cloned() else { return };
    let at = line.start + random.below(line.len() + 1);
    if let Some(bend) = random.pick(BENDS) {
        let until = if random.once_in(2) { at } else { (at + 1).min(line.end) };
        replace_range(bytes, at..until, bend);
    }
}

/// Another method.
pub(super) fn method(bytes: &mut Vec<u8>, _: &Dictionary, random: &mut Random) {
    let end = bytes.iter().position(|byte| *byte == b' ').unwrap_or(0);
    if let Some(method) = random.pick(METHODS) {
        replace_range(bytes, 0..end, method.as_bytes());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_head_ends_before_the_empty_line() {
        let text = "GET / HTTP/1.1\r\nHost: a\r\n\r\nbody: b\r\n";
        let found: Vec<&str> = head(text.as_bytes()).into_iter().map(|range| &text[range]).collect();
        assert_eq!(found, ["GET / HTTP/1.1\r\n", "Host: a\r\n"]);
    }
}
