//! What ties logs, events and answers of one story together.

use http::HeaderName;

use crate::id;
use crate::ports::Ids;

/// Header of a request's id, in both directions.
pub const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
/// Header of what a caller ties its calls together with.
pub const CORRELATION_ID: HeaderName = HeaderName::from_static("x-correlation-id");
const TRACEPARENT: HeaderName = HeaderName::from_static("traceparent");

/// Ids of one request and of the story it belongs to. All are safe to log and to show.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trace {
    /// Of this request or delivery.
    pub request_id: String,
    /// W3C trace id, 32 hexadecimal digits: one story, through calls, events and queues.
    pub trace_id: String,
    /// What the caller ties its calls together with; the request id if it says nothing.
    pub correlation_id: String,
    /// What caused this: the id of the event in hand, or of the request.
    pub causation_id: String,
}

impl Trace {
    /// The start of a story.
    pub fn start(ids: &dyn Ids) -> Self {
        let request_id = id::hashed(ids.random()).to_string();
        Self {
            trace_id: id::hex(&ids.random()),
            correlation_id: request_id.clone(),
            causation_id: request_id.clone(),
            request_id,
        }
    }

    /// The trace of a call, from its headers where they are well formed, from chance where they aren't.
    pub fn of_call(headers: &http::HeaderMap, ids: &dyn Ids) -> Self {
        let text = |name: HeaderName| headers.get(name).and_then(|value| value.to_str().ok());
        let mut trace = Self::start(ids);
        if let Some(id) = text(REQUEST_ID).filter(|id| is_plain(id)) {
            id.clone_into(&mut trace.request_id);
            id.clone_into(&mut trace.causation_id);
            id.clone_into(&mut trace.correlation_id);
        }
        if let Some(id) = text(CORRELATION_ID).filter(|id| is_plain(id)) {
            id.clone_into(&mut trace.correlation_id);
        }
        if let Some(id) = text(TRACEPARENT).and_then(trace_id_of) {
            id.clone_into(&mut trace.trace_id);
        }
        trace
    }
}

/// What we take over from strangers into logs, headers and events.
fn is_plain(id: &str) -> bool {
    (1..=128).contains(&id.len())
        && id.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.'))
}

/// The trace id of a `traceparent`: `00-<32 hex>-<16 hex>-<2 hex>`; later versions may append fields.
///
/// Source: W3C Trace Context, "traceparent header field values".
fn trace_id_of(header: &str) -> Option<&str> {
    let mut parts = header.split('-');
    let (version, trace, parent, flags) = (parts.next()?, parts.next()?, parts.next()?, parts.next()?);
    let hex = |text: &str, length: usize| {
        text.len() == length && text.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b'a'..=b'f'))
    };
    let zeros = |text: &str| text.bytes().all(|byte| byte == b'0');
    let known = version != "00" || parts.next().is_none();
    let well_formed = hex(version, 2) && hex(trace, 32) && hex(parent, 16) && hex(flags, 2);
    (well_formed && version != "ff" && known && !zeros(trace) && !zeros(parent)).then_some(trace)
}

#[cfg(test)]
mod tests {
    use super::*;

    const TRACE: &str = "4bf92f3577b34da6a3ce929d0e0e4736";

    #[test]
    fn a_traceparent_gives_its_trace_id() {
        assert_eq!(trace_id_of(&format!("00-{TRACE}-00f067aa0ba902b7-01")), Some(TRACE));
        assert_eq!(trace_id_of(&format!("42-{TRACE}-00f067aa0ba902b7-01-more")), Some(TRACE));
    }

    #[test]
    fn a_malformed_traceparent_gives_nothing() {
        for header in [
            String::new(),
            "00".to_owned(),
            format!("00-{TRACE}-00f067aa0ba902b7"),
            format!("ff-{TRACE}-00f067aa0ba902b7-01"),
            format!("00-{TRACE}-00f067aa0ba902b7-01-more"),
            format!("00-{}-00f067aa0ba902b7-01", "0".repeat(32)),
            format!("00-{TRACE}-0000000000000000-01"),
            format!("00-{}-00f067aa0ba902b7-01", TRACE.to_uppercase()),
        ] {
            assert_eq!(trace_id_of(&header), None, "{header}");
        }
    }

    #[test]
    fn ids_with_strange_characters_are_not_taken_over() {
        assert!(is_plain("a-B_9."));
        for id in ["", "a b", "a\"", "ä", &"x".repeat(129)] {
            assert!(!is_plain(id), "{id}");
        }
    }
}
