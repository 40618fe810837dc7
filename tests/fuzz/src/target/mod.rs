//! What can be fuzzed.

mod item;
mod message;
mod request;

use std::cell::RefCell;

use stipule_fuzz::corpus::Input;
use stipule_fuzz::mutate::{MESSAGES, REQUESTS};
use stipule_fuzz::{Check, Target};

/// Every target.
pub const TARGETS: &[Target] = &[
    Target {
        name: "request",
        summary: "send bytes to the gateway; what a service is asked, or why not, is the same as behind API Gateway",
        seeds: request::requests,
        forms: REQUESTS,
        check: request::check,
    },
    Target {
        name: "message",
        summary: "call functions with events; each is answered or refused, and nobody is let in whom nobody knows",
        seeds: message::messages,
        forms: MESSAGES,
        check: message::check,
    },
    Target {
        name: "item",
        summary: "read stored items; what can be read is written back and read again the same, over both tables",
        seeds: item::items,
        forms: &[],
        check: item::check,
    },
];

/// Inputs after which a world is opened anew: what they leave in its table would fill the memory.
const LIFE: u32 = 20_000;

/// Has inputs meet a world that is opened once, and anew where one of them broke it. All of it runs on the thread of the
/// check, whose time is measured.
fn world<W: 'static>(
    open: impl AsyncFn() -> W + 'static,
    check: impl AsyncFn(&mut W, &Input) + 'static,
) -> Check {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    let opened = runtime.block_on(open());
    let kept = RefCell::new(Some((opened, 0)));
    Box::new(move |input| {
        let (mut world, age) = kept.take().unwrap_or_else(|| (runtime.block_on(open()), 0));
        runtime.block_on(check(&mut world, input));
        if age < LIFE {
            kept.replace(Some((world, age + 1)));
        }
    })
}

/// Stands in inputs for a token that is good.
const TOKEN: &str = "TOKEN";

/// The bytes with a token in the place of its sign.
fn with_token(bytes: &[u8], token: &str) -> Vec<u8> {
    let mut out = Vec::with_capacity(bytes.len() + token.len());
    let mut rest = bytes;
    while let Some(at) = rest.windows(TOKEN.len()).position(|part| part == TOKEN.as_bytes()) {
        out.extend(&rest[..at]);
        out.extend(token.as_bytes());
        rest = &rest[at + TOKEN.len()..];
    }
    out.extend(rest);
    out
}
