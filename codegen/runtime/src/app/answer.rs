//! What the platform itself answers.

use std::time::Duration;

use http::header::{ACCEPT_ENCODING, ALLOW, HeaderValue, RETRY_AFTER, WWW_AUTHENTICATE};
use http::{Method, StatusCode};

use crate::failure::{Failed, StoreFailure};
use crate::http::{In, Problem, Violation};

pub(super) fn not_found() -> Problem {
    Problem::new(StatusCode::NOT_FOUND, "no-such-path", "There is nothing at this path")
}

pub(super) fn malformed_path() -> Problem {
    Problem::bad_request("The path isn't well encoded.")
}

/// `allow` is the value of the `Allow` header.
pub(super) fn wrong_method(allow: HeaderValue) -> Problem {
    Problem::new(StatusCode::METHOD_NOT_ALLOWED, "wrong-method", "The path doesn't take this method")
        .header(ALLOW, allow)
}

/// The methods of a path, with those that come by themselves.
pub(super) fn allow(methods: &[&Method]) -> HeaderValue {
    let mut names: Vec<&str> = methods.iter().map(|method| method.as_str()).collect();
    if names.contains(&"GET") {
        names.push("HEAD");
    }
    names.push("OPTIONS");
    names.sort_unstable();
    names.dedup();
    HeaderValue::from_str(&names.join(", ")).expect("names of methods are tokens")
}

pub(super) fn without_token() -> Problem {
    Problem::new(StatusCode::UNAUTHORIZED, "no-token", "A bearer token is needed")
        .header(WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"))
}

pub(super) fn bad_token() -> Problem {
    Problem::new(StatusCode::UNAUTHORIZED, "bad-token", "The bearer token isn't accepted")
        .header(WWW_AUTHENTICATE, HeaderValue::from_static("Bearer error=\"invalid_token\""))
}

pub(super) fn missing_scope(scopes: &[&str]) -> Problem {
    let challenge = format!("Bearer error=\"insufficient_scope\", scope=\"{}\"", scopes.join(" "));
    let problem = Problem::new(StatusCode::FORBIDDEN, "missing-scope", "The token doesn't allow this")
        .detail(format!("Needed: {}.", scopes.join(", ")));
    match HeaderValue::from_str(&challenge) {
        Ok(challenge) => problem.header(WWW_AUTHENTICATE, challenge),
        Err(_) => problem,
    }
}

pub(super) fn too_large(limit: usize) -> Problem {
    Problem::new(StatusCode::PAYLOAD_TOO_LARGE, "body-too-large", "The body is too large")
        .detail(format!("At most {limit} bytes are taken."))
}

pub(super) fn wrong_media_type(consumes: &[&str]) -> Problem {
    Problem::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "wrong-media-type", "The body has another media type")
        .detail(format!("Taken: {}.", consumes.join(", ")))
}

pub(super) fn packed() -> Problem {
    Problem::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "packed", "The body is compressed")
        .detail("Bodies are taken as they are, without `Content-Encoding`.")
        .header(ACCEPT_ENCODING, HeaderValue::from_static("identity"))
}

pub(super) fn not_acceptable(produces: &[&str]) -> Problem {
    Problem::new(StatusCode::NOT_ACCEPTABLE, "not-acceptable", "The answer has another media type")
        .detail(format!("Given: {}.", produces.join(", ")))
}

pub(super) fn unexpected_body() -> Problem {
    Problem::bad_request("This operation takes no body.")
}

pub(super) fn key_missing() -> Problem {
    Problem::bad_request("This operation needs an `Idempotency-Key`.").violation(Violation::parameter(
        In::Header,
        "idempotency-key",
        "missing",
        "is required",
    ))
}

pub(super) fn key_malformed() -> Problem {
    Problem::bad_request("The `Idempotency-Key` can't be used.").violation(Violation::parameter(
        In::Header,
        "idempotency-key",
        "format",
        "must be given once and have 1 to 255 visible ASCII characters",
    ))
}

pub(super) fn key_reused() -> Problem {
    Problem::new(
        StatusCode::UNPROCESSABLE_ENTITY,
        "key-reused",
        "The `Idempotency-Key` was used for another request",
    )
    .detail("Send the same request again, or another key.")
}

/// What a caller is told of a failure: never its words.
pub(super) fn failed(failed: &Failed) -> Problem {
    let busy = |kind, title| {
        Problem::new(StatusCode::SERVICE_UNAVAILABLE, kind, title)
            .header(RETRY_AFTER, HeaderValue::from_static("1"))
    };
    match failed {
        Failed::Store(StoreFailure::Busy) => {
            busy("busy", "There is too much going on at once; nothing was done")
        }
        Failed::Store(StoreFailure::Unavailable(_)) | Failed::Unavailable(_) => {
            busy("unavailable", "Something that is needed can't be reached")
        }
        Failed::Store(StoreFailure::BadCursor) => {
            Problem::bad_request("The cursor doesn't belong to this list. Start again without it.")
        }
        Failed::Store(
            StoreFailure::Corrupt { .. }
            | StoreFailure::AlreadyHandled
            | StoreFailure::AlreadyAnswered
            | StoreFailure::SecondWrite
            | StoreFailure::Unanswered
            | StoreFailure::Invalid(_),
        )
        | Failed::Internal(_) => internal(),
    }
}

/// `wait` is how long it takes until one more is taken.
pub fn throttled(wait: Duration) -> Problem {
    // Whole seconds, at least one; nobody waits for longer than a day.
    let seconds = wait.as_secs_f64().ceil().clamp(1.0, 86_400.0) as u32;
    Problem::new(StatusCode::TOO_MANY_REQUESTS, "throttled", "There are too many requests")
        .detail("Nothing was done. Ask again a little later.")
        .header(RETRY_AFTER, HeaderValue::from(seconds))
}

pub(super) fn internal() -> Problem {
    Problem::new(StatusCode::INTERNAL_SERVER_ERROR, "internal", "Something went wrong here")
        .detail("It was noted down under the request id.")
}
