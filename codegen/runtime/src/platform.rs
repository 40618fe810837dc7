//! What a platform says of itself.

/// What the contracts say about the platform as a whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Platform {
    /// Its name: `garage`.
    pub name: &'static str,
    /// Its name for people.
    pub title: &'static str,
    /// Its services, in the order of the contract.
    pub services: &'static [&'static str],
    /// What a token's `iss` must be.
    pub issuer: &'static str,
    /// What a token's `aud` must have.
    pub audience: &'static str,
    /// The claim that carries the tenant.
    pub tenant_claim: &'static str,
    /// Every scope that a token may have.
    pub scopes: &'static [Scope],
}

/// A scope of tokens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Scope {
    /// As it stands in a token: `cars:read`.
    pub name: &'static str,
    /// What it allows, for people.
    pub meaning: &'static str,
}
