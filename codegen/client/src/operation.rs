//! What is known of an operation before any call.

use http::Method;

/// Static description of one operation, generated from the contract.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Operation {
    /// `returnLoan`
    pub id: &'static str,
    /// The method.
    pub method: Method,
    /// The path template: `/loans/{loanId}/return`.
    pub template: &'static str,
    /// What a repeated call does, and with it what is tried again.
    pub idempotency: Idempotency,
    /// Whether anybody may call: no token is sent.
    pub public: bool,
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
