//! Bearer tokens: strict verification of JSON Web Tokens against a set of public keys.
//!
//! What is accepted is little, on purpose: ES256, RS256 and EdDSA, each key pinned to its one algorithm, chosen by `kid`
//! out of our own set. A token that brings its key, names a critical extension, repeats a claim, has a further segment
//! or is larger than [`MAX_TOKEN`] is refused before anything of it is believed.

mod cache;
mod claims;
mod header;
mod issue;
mod jwks;
mod refusal;
mod verifier;

pub use issue::{BadKey, Signer};
pub use jwks::{Algorithm, BadJwks, Jwks};
pub use refusal::Refusal;
pub use verifier::{Decision, Expected, MAX_TOKEN, SKEW, Verifier};
