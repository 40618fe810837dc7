//! What can go wrong with a call.

use std::fmt;

use bytes::Bytes;

use crate::answer::{Meta, Misfit, Reply};
use crate::token::BoxError;
use crate::transport::TransportError;

/// A failure that an operation declares; generated for each.
pub trait Declared: fmt::Debug {
    /// Status, headers and id of the answer.
    fn meta(&self) -> &Meta;
}

/// Why a call has no result. `E` is what the operation declares.
#[derive(Debug)]
#[non_exhaustive]
pub enum Error<E> {
    /// The server says why, as the contract foresees.
    Api(E),
    /// The server answered with a status that the operation doesn't declare.
    Undeclared(Reply<Bytes>),
    /// The server's answer isn't what the contract says.
    Misfit(Reply<Misfit>),
    /// There is no answer, or nothing was sent.
    Failed(Fault),
}

/// Why there is no answer, with the id that the request was sent under.
#[derive(Debug)]
pub struct Fault {
    pub(crate) request_id: String,
    pub(crate) reason: Reason,
}

#[derive(Debug)]
pub(crate) enum Reason {
    /// Network, time, size.
    Transport(TransportError),
    /// The token provider had no token.
    Token(BoxError),
    /// The call can't be sent as it was put together.
    Invalid(String),
}

impl Fault {
    /// What went wrong on the way, if something was sent.
    pub fn transport(&self) -> Option<&TransportError> {
        if let Reason::Transport(error) = &self.reason { Some(error) } else { None }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.reason {
            Reason::Transport(error) => error.fmt(f),
            Reason::Token(_) => f.write_str("the token provider gave no token"),
            Reason::Invalid(reason) => write!(f, "the call can't be sent: {reason}"),
        }
    }
}

impl std::error::Error for Fault {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match &self.reason {
            Reason::Transport(error) => error.source(),
            Reason::Token(error) => Some(&**error),
            Reason::Invalid(_) => None,
        }
    }
}

impl<E: Declared> Error<E> {
    /// The id to ask by; it leads to the server's log.
    pub fn request_id(&self) -> &str {
        match self {
            Self::Failed(fault) => &fault.request_id,
            answered => answered.meta().map_or("", Meta::request_id),
        }
    }

    /// The status, if there was an answer.
    pub fn status(&self) -> Option<u16> {
        self.meta().map(Meta::status)
    }

    /// Status, headers and id of the answer, if there was one.
    pub fn meta(&self) -> Option<&Meta> {
        match self {
            Self::Api(error) => Some(error.meta()),
            Self::Undeclared(reply) => Some(reply.meta()),
            Self::Misfit(reply) => Some(reply.meta()),
            Self::Failed(_) => None,
        }
    }

    /// Whether there was no answer in time.
    pub fn is_timeout(&self) -> bool {
        matches!(self, Self::Failed(fault) if fault.transport().is_some_and(TransportError::is_timeout))
    }
}

impl<E: Declared> fmt::Display for Error<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Api(error) => {
                let status = error.meta().status();
                match http::StatusCode::from_u16(status).ok().and_then(|status| status.canonical_reason()) {
                    Some(reason) => write!(f, "{status} {reason}"),
                    None => write!(f, "{status}"),
                }
            }
            Self::Undeclared(reply) => {
                write!(f, "the contract doesn't know the status {}", reply.meta().status())
            }
            Self::Misfit(reply) => write!(f, "the answer isn't what the contract says: {}", **reply),
            Self::Failed(fault) => fault.fmt(f),
        }
    }
}

impl<E: Declared> std::error::Error for Error<E> {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        if let Self::Failed(fault) = self { fault.source() } else { None }
    }
}

impl<E> From<Fault> for Error<E> {
    fn from(fault: Fault) -> Self {
        Self::Failed(fault)
    }
}
