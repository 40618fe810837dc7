//! What is known of an operation before any call.

use http::Method;

/// Static description of one operation, generated from the contract.
///
/// Made with struct update from [`Operation::NEW`], so that a further field breaks nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Operation {
    /// Unique over all services: `returnLoan`.
    pub id: &'static str,
    /// Name of the service.
    pub service: &'static str,
    /// The method.
    pub method: Method,
    /// The path template: `/loans/{loanId}/return`.
    pub template: &'static str,
    /// Whether anybody may call, without a token.
    pub public: bool,
    /// Scopes that the token must have, all of them.
    pub scopes: &'static [&'static str],
    /// What a repeated call does.
    pub idempotency: Idempotency,
    /// Names of the declared query parameters; others are refused. One that ends in `[` stands for all that begin so,
    /// `*` for any.
    pub query: &'static [&'static str],
    /// Media types of the request body; empty if there is none.
    pub consumes: &'static [&'static str],
    /// Media types of successful answers; empty if they have no body.
    pub produces: &'static [&'static str],
    /// Declared statuses.
    pub statuses: &'static [u16],
    /// Largest request body in bytes.
    pub body_limit: usize,
}

/// Largest request body in bytes unless the operation says otherwise: 1 MiB.
pub const BODY_LIMIT: usize = 1 << 20;

impl Operation {
    /// `GET /`, with a token, without parameters and bodies.
    pub const NEW: Self = Self {
        id: "",
        service: "",
        method: Method::GET,
        template: "/",
        public: false,
        scopes: &[],
        idempotency: Idempotency::ByMethod,
        query: &[],
        consumes: &[],
        produces: &["application/json"],
        statuses: &[200],
        body_limit: BODY_LIMIT,
    };
}

impl Operation {
    /// Whether a query parameter of this name is one of the operation.
    pub fn takes(&self, name: &str) -> bool {
        self.query
            .iter()
            .any(|known| *known == name || *known == "*" || known.ends_with('[') && name.starts_with(known))
    }
}

/// What a repeated call does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Idempotency {
    /// Repeating is harmless by the method's meaning; an `Idempotency-Key` is not looked at.
    ByMethod,
    /// An `Idempotency-Key` is honoured.
    KeyOptional,
    /// Without an `Idempotency-Key` the call is refused.
    KeyRequired,
}
