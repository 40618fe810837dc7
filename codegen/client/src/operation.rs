//! What is known of an operation before any call.

use http::Method;

use crate::scheme::Scheme;

/// Static description of one operation, generated from the contract.
///
/// Made with struct update from [`Operation::NEW`], so that a further field breaks nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Operation {
    /// `returnLoan`
    pub id: &'static str,
    /// The method.
    pub method: Method,
    /// The path template: `/loans/{loanId}/return`.
    pub template: &'static str,
    /// Where it runs, if not where the client does otherwise.
    pub server: Option<&'static str>,
    /// What a repeated call does, and with it what is tried again.
    pub idempotency: Idempotency,
    /// Who may call: any of these alternatives is enough. None, or an empty one, lets anybody call.
    pub security: &'static [&'static [&'static Scheme]],
    /// Media types of the answers that are understood, the best first.
    pub accept: &'static str,
    /// Whether a success is given piece by piece rather than as a whole.
    pub streams: bool,
}

impl Operation {
    /// `GET /`, for anybody, answered with JSON.
    pub const NEW: Self = Self {
        id: "",
        method: Method::GET,
        template: "/",
        server: None,
        idempotency: Idempotency::ByMethod,
        security: &[],
        accept: "application/json, application/problem+json",
        streams: false,
    };

    /// Whether anybody may call.
    pub(crate) fn is_public(&self) -> bool {
        self.security.is_empty() || self.security.iter().any(|all| all.is_empty())
    }
}

/// What a repeated call does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Idempotency {
    /// Repeating is harmless by the method's meaning.
    ByMethod,
    /// Repeating is harmless under one `Idempotency-Key`, which the client makes up for each call.
    ByKey,
    /// Repeating may do the work twice: nothing is tried again that may have reached the server.
    No,
}
