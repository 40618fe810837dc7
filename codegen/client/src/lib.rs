//! What generated clients stand on.
//!
//! A generated client names operations and types; everything that doesn't vary from contract to contract is here:
//! how a call is put together and sent ([`Call`]), who calls ([`TokenProvider`]), what is tried again and when
//! ([`Retry`]), what can go wrong ([`Error`]), how an answer becomes a value ([`Outcomes`]), and how pages become one
//! stream ([`Pages`]). It knows no API of its own, so that every generated client shares it.
//!
//! Calls travel over HTTP/1.1 by [`transport::Http`] (in a browser, by its `fetch`), or over any other [`Transport`]: in a test straight into the
//! program that answers. A [`Mock`] answers by itself; a [`Hook`] looks at every try.

mod answer;
mod builder;
mod call;
mod client;
mod download;
mod error;
mod hook;
mod macros;
mod mock;
mod operation;
mod outcome;
mod pages;
mod path;
mod payload;
mod random;
mod retry;
mod scheme;
mod send;
mod sending;
mod time;
mod token;
pub mod transport;

pub use answer::{Answer, AnyJson, Content, Empty, Meta, Misfit, PlainText, RawBody, Reply};
pub use builder::{BuildError, Builder};
pub use call::{Call, Place};
pub use client::Client;
pub use download::{Documents, Download, Framing};
pub use error::{Declared, Error, Fault};
pub use hook::{Attempt, Hook};
pub use mock::{Mock, Plan};
pub use operation::{Idempotency, Operation};
pub use outcome::Outcomes;
pub use pages::{Pages, Split};
pub use payload::Payload;
pub use retry::Retry;
pub use scheme::{BEARER, Scheme, SchemeKind};
pub use sending::Sending;
pub use stipule_wire::style::{FormField, Shape, Style};
pub use token::{BoxError, Token, TokenProvider};
pub use transport::{Transport, TransportError};

#[doc(hidden)]
pub use bytes::Bytes;
#[doc(hidden)]
pub use http::Method;

/// A text with all but unreserved characters escaped.
fn percent_text(text: &str) -> String {
    let mut out = String::new();
    stipule_wire::percent::encode(text, &mut out);
    out
}
