//! `contracts/platform.yaml`: what the contracts are put together to.

use crate::deployment::{Deployment, Functions};
use crate::name::Name;
use crate::span::{Span, Spanned};
use crate::types::Docs;

/// The platform.
#[derive(Clone, Debug)]
pub struct Platform {
    /// `commerce`: leads the names of generated crates and of the client.
    pub name: Name,
    /// For the reader.
    pub docs: Docs,
    /// `tenant`: how the contracts call a tenant (`store`), and the token claim that carries it.
    pub tenant: Tenant,
    /// Services in order, each with its event source.
    pub services: Vec<PlatformService>,
    /// The token that callers bring.
    pub token: Token,
    /// What it may cost.
    pub budget: Option<Budget>,
    /// What is assumed otherwise than [`ASSUMPTIONS`](crate::assumption::ASSUMPTIONS) say, by key.
    pub assumptions: Vec<(Spanned<String>, f64)>,
    /// How it runs on AWS.
    pub deployment: Deployment,
    /// Where it was written.
    pub span: Span,
}

/// The tenant of a request.
#[derive(Clone, Debug)]
pub struct Tenant {
    /// What it is called: `store`.
    pub name: Name,
    /// Token claim with its id.
    pub claim: String,
}

/// A service as the platform knows it.
#[derive(Clone, Debug)]
pub struct PlatformService {
    /// Equals the name of its HTTP document, if it has one.
    pub name: Spanned<Name>,
    /// For the reader.
    pub docs: Docs,
    /// The stack that its functions are in.
    pub domain: Option<Spanned<String>>,
    /// Settings of its functions.
    pub functions: Functions,
}

/// What a token must say.
#[derive(Clone, Debug)]
pub struct Token {
    /// `iss`.
    pub issuer: String,
    /// `aud`.
    pub audience: String,
    /// Every scope that exists, with its meaning.
    pub scopes: Vec<(Spanned<String>, String)>,
}

/// What a platform may cost a month, in whole units of the currency of the prices.
#[derive(Clone, Debug)]
pub struct Budget {
    /// All of it.
    pub month: Option<Spanned<u64>>,
    /// What belongs to a service, by its name.
    pub services: Vec<(Spanned<String>, u64)>,
    /// Where it was written.
    pub span: Span,
}
