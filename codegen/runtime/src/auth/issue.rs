//! Making tokens: for the local platform and for tests.

use std::fmt;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::rand::SystemRandom;
use ring::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, Ed25519KeyPair, KeyPair};
use serde_json::{Value, json};

use super::jwks::{self, Algorithm};

/// A private key with an id.
pub struct Signer {
    kid: String,
    key: Key,
}

enum Key {
    Es256(EcdsaKeyPair),
    EdDsa(Ed25519KeyPair),
}

/// Never the key.
impl fmt::Debug for Signer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Signer").field("kid", &self.kid).finish_non_exhaustive()
    }
}

/// A private key that can't be used or made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BadKey;

impl fmt::Display for BadKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the private key can't be used")
    }
}

impl std::error::Error for BadKey {}

impl Signer {
    /// A new private key as PKCS #8, to be kept.
    ///
    /// # Errors
    /// [`BadKey`] when the system has no randomness to give, and for RS256, whose keys are not made here.
    pub fn generate(algorithm: Algorithm) -> Result<Vec<u8>, BadKey> {
        let random = SystemRandom::new();
        let document = match algorithm {
            Algorithm::Es256 => EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &random),
            Algorithm::EdDsa => Ed25519KeyPair::generate_pkcs8(&random),
            Algorithm::Rs256 => return Err(BadKey),
        };
        document.map(|document| document.as_ref().to_vec()).map_err(|_| BadKey)
    }

    /// A signer from a private key that [`generate`](Self::generate) made.
    ///
    /// # Errors
    /// [`BadKey`] for anything else.
    pub fn new(kid: impl Into<String>, algorithm: Algorithm, pkcs8: &[u8]) -> Result<Self, BadKey> {
        let key = match algorithm {
            Algorithm::Es256 => {
                let random = SystemRandom::new();
                let pair = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, pkcs8, &random);
                Key::Es256(pair.map_err(|_| BadKey)?)
            }
            Algorithm::EdDsa => Key::EdDsa(Ed25519KeyPair::from_pkcs8(pkcs8).map_err(|_| BadKey)?),
            Algorithm::Rs256 => return Err(BadKey),
        };
        Ok(Self { kid: kid.into(), key })
    }

    /// The algorithm.
    pub fn algorithm(&self) -> Algorithm {
        match self.key {
            Key::Es256(_) => Algorithm::Es256,
            Key::EdDsa(_) => Algorithm::EdDsa,
        }
    }

    /// The public key as a JWK.
    pub fn jwk(&self) -> Value {
        let public = match &self.key {
            Key::Es256(pair) => jwks::Key::Es256(pair.public_key().as_ref().to_vec()),
            Key::EdDsa(pair) => jwks::Key::EdDsa(pair.public_key().as_ref().to_vec()),
        };
        public.jwk(&self.kid)
    }

    /// A token with these claims.
    ///
    /// # Errors
    /// [`BadKey`] when the system has no randomness to give.
    pub fn sign(&self, claims: &Value) -> Result<String, BadKey> {
        let header = json!({"alg": self.algorithm().as_str(), "kid": self.kid, "typ": "JWT"});
        self.sign_parts(&header.to_string(), &claims.to_string())
    }

    /// A token of any header and claims, good or bad.
    ///
    /// # Errors
    /// As [`sign`](Self::sign).
    pub fn sign_parts(&self, header: &str, claims: &str) -> Result<String, BadKey> {
        let message = format!("{}.{}", URL_SAFE_NO_PAD.encode(header), URL_SAFE_NO_PAD.encode(claims));
        let signature = match &self.key {
            Key::Es256(pair) => {
                let signature = pair.sign(&SystemRandom::new(), message.as_bytes()).map_err(|_| BadKey)?;
                signature.as_ref().to_vec()
            }
            Key::EdDsa(pair) => pair.sign(message.as_bytes()).as_ref().to_vec(),
        };
        Ok(format!("{message}.{}", URL_SAFE_NO_PAD.encode(signature)))
    }
}
