//! What is known of an operation before any call.

use http::Method;

use crate::app::Throttle;

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
    /// How many calls are taken of all callers together; as many as the gateway takes of any operation, unless said.
    pub limit: Option<Throttle>,
    /// How long an answer is kept for who got it.
    pub keep: Option<Keep>,
}

/// How long an answer is kept for who got it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Keep {
    /// Seconds.
    pub seconds: u32,
    /// Headers of requests that tell answers apart, beside path and query.
    pub headers: &'static [&'static str],
    /// Names of events after which nothing from before is given.
    pub until: &'static [&'static str],
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
        limit: None,
        keep: None,
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
