//! Request lines and headers bent out of shape.

use bytes::Bytes;
use http::header::{ACCEPT, CONTENT_ENCODING, CONTENT_TYPE, HeaderName, HeaderValue};
use http::{Method, Request, Uri};
use platform_tests::draw::Random;

const METHODS: [&str; 9] = ["GET", "PUT", "POST", "PATCH", "DELETE", "HEAD", "OPTIONS", "TRACE", "PURGE"];

const SEGMENTS: [&str; 13] = [
    "%00",
    "%2F",
    "%2e%2e",
    "..",
    ".",
    "%zz",
    "%",
    "%E2%80%AE",
    "%C3%28",
    "~",
    "a%23b%23c",
    ";a=b",
    "9223372036854775808",
];

const PARAMETERS: [&str; 14] = [
    "limit=0",
    "limit=-1",
    "limit=1e3",
    "limit=99999999999999999999",
    "limit=%31",
    "limit=1&limit=2",
    "cursor=",
    "cursor=AAAA",
    "cursor=%ff%fe",
    "q=%",
    "q=%00",
    "=",
    "&&&",
    "a[]=1&a[b]=2",
];

const VALUES: [&[u8]; 10] = [
    b"",
    b"*/*;q=0",
    b"application/json;charset=utf-16",
    b"text/html,*/*;q=0.1",
    b"multipart/form-data",
    b"gzip, gzip",
    b"\xff\xfe",
    b"a,b,,c;=;",
    b"00-00000000000000000000000000000000-0000000000000000-01",
    b"bearer",
];

const HEADERS: [HeaderName; 8] = [
    ACCEPT,
    CONTENT_TYPE,
    CONTENT_ENCODING,
    HeaderName::from_static("idempotency-key"),
    HeaderName::from_static("x-request-id"),
    HeaderName::from_static("x-correlation-id"),
    HeaderName::from_static("traceparent"),
    HeaderName::from_static("if-match"),
];

/// Bends what comes before the body; the request as it is where nothing came of it.
pub(crate) fn bend(request: &mut Request<Bytes>, random: &mut Random) {
    for _ in 0..=random.below(2) {
        match random.below(4) {
            0 => {
                let method = random.pick(&METHODS).and_then(|it| Method::from_bytes(it.as_bytes()).ok());
                *request.method_mut() = method.unwrap_or_default();
            }
            1 => bend_path(request.uri_mut(), random),
            2 => bend_query(request.uri_mut(), random),
            _ => {
                let name = random.pick(&HEADERS).cloned().unwrap_or(ACCEPT);
                let long = vec![b'a'; random.below(9_000)];
                let value =
                    if random.one_in(8) { &long } else { random.pick(&VALUES).copied().unwrap_or(b"") };
                if let Ok(value) = HeaderValue::from_bytes(value) {
                    if random.one_in(3) {
                        request.headers_mut().append(name, value);
                    } else {
                        request.headers_mut().insert(name, value);
                    }
                }
            }
        }
    }
}

fn bend_path(uri: &mut Uri, random: &mut Random) {
    let mut segments: Vec<String> = uri.path().split('/').map(str::to_owned).collect();
    let place = random.below(segments.len());
    let long = "x".repeat(random.below(9_000));
    match random.below(4) {
        0 => segments[place] = random.pick(&SEGMENTS).copied().unwrap_or_default().to_owned(),
        1 => segments[place].push_str(random.pick(&SEGMENTS).copied().unwrap_or_default()),
        2 => segments.insert(place, if random.one_in(4) { long } else { String::new() }),
        _ => {
            segments.remove(place);
        }
    }
    replace(uri, &format!("/{}", segments.join("/").trim_start_matches('/')), uri.query().map(str::to_owned));
}

fn bend_query(uri: &mut Uri, random: &mut Random) {
    let more = random.pick(&PARAMETERS).copied().unwrap_or_default();
    let query = match (uri.query(), random.below(3)) {
        (Some(query), 0) => format!("{query}&{query}"),
        (Some(query), 1) => format!("{query}&{more}"),
        _ => more.repeat(1 + random.below(2)),
    };
    let path = uri.path().to_owned();
    replace(uri, &path, Some(query));
}

fn replace(uri: &mut Uri, path: &str, query: Option<String>) {
    let text = query.map_or_else(|| path.to_owned(), |query| format!("{path}?{query}"));
    if let Ok(bent) = text.parse() {
        *uri = bent;
    }
}
