//! What generated clients stand on.
//!
//! A generated client names operations and types; everything that doesn't vary from contract to contract is here:
//! how a call is put together and sent ([`Call`]), who calls ([`TokenProvider`]), what is tried again and when
//! ([`Retry`]), what can go wrong ([`Error`]), how an answer becomes a value ([`Outcomes`]), and how pages become one
//! stream ([`Pages`]). It knows no API of its own, so that every generated client shares it.
//!
//! Calls travel over HTTP/1.1 by [`transport::Http`], or over any other [`Transport`]: in a test straight into the
//! program that answers.

mod answer;
mod builder;
mod call;
mod client;
mod error;
mod macros;
mod operation;
mod outcome;
mod pages;
mod percent;
mod random;
mod retry;
mod send;
mod token;
pub mod transport;

pub use answer::{Answer, Content, Empty, Meta, Misfit, Reply};
pub use builder::{BuildError, Builder};
pub use call::{Call, Style};
pub use client::Client;
pub use error::{Declared, Error, Fault};
pub use operation::{Idempotency, Operation};
pub use outcome::Outcomes;
pub use pages::{Pages, Split};
pub use retry::Retry;
pub use token::{BoxError, Token, TokenProvider};
pub use transport::{Transport, TransportError};

#[doc(hidden)]
pub use bytes::Bytes;
#[doc(hidden)]
pub use http::Method;
