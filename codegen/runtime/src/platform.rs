//! What a platform says of itself.

use crate::app::Throttle;

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
    /// What its gateway does.
    pub gateway: Gateway,
    /// Its functions, where it runs on Lambda.
    pub functions: &'static [Function],
}

/// A function on Lambda.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Function {
    /// What the binary calls it: `orders.steps`.
    pub handler: &'static str,
    /// Seconds that one call may take; then its process is killed.
    pub timeout: u32,
}

impl Function {
    /// A function by its handler, and for how many seconds it may run.
    pub const fn new(handler: &'static str, timeout: u32) -> Self {
        Self { handler, timeout }
    }
}

/// What a gateway does in front of the services.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Gateway {
    /// How many calls are taken of each operation that says nothing else.
    pub throttle: Throttle,
    /// Bytes from which an answer is compressed for who takes that.
    pub compression: u32,
    /// Sites whose pages may call from a browser: `https://shop.example`; `*` alone for all.
    pub origins: &'static [&'static str],
    /// Seconds that a browser need not ask again.
    pub origin_seconds: u32,
    /// What holders of API keys may ask.
    pub plans: &'static [Plan],
}

impl Gateway {
    /// What a contract has that says nothing of its gateway.
    pub const NEW: Self = Self {
        throttle: Throttle { rate: 500, burst: 1000 },
        compression: 1024,
        origins: &[],
        origin_seconds: 600,
        plans: &[],
    };
}

/// What a holder of an API key may ask.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Plan {
    /// `partner`
    pub name: &'static str,
    /// How many calls are taken of each holder.
    pub throttle: Throttle,
    /// How many on a day, UTC.
    pub day: Option<u32>,
}

/// A scope of tokens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Scope {
    /// As it stands in a token: `cars:read`.
    pub name: &'static str,
    /// What it allows, for people.
    pub meaning: &'static str,
}
