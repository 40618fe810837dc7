//! Sets of public keys. Source: RFC 7517, RFC 7518 section 6, RFC 8037.

use std::collections::BTreeMap;
use std::fmt;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::signature::{ECDSA_P256_SHA256_FIXED, ED25519, RSA_PKCS1_2048_8192_SHA256};
use ring::signature::{RsaPublicKeyComponents, UnparsedPublicKey};
use serde_json::{Value, json};
use stipule_wire::{Json, Limits};

/// Algorithms that are accepted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Algorithm {
    /// ECDSA over P-256 with SHA-256.
    Es256,
    /// RSA PKCS #1 v1.5 with SHA-256, 2048 to 8192 bits.
    Rs256,
    /// Ed25519.
    EdDsa,
}

impl Algorithm {
    /// As in `alg`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Es256 => "ES256",
            Self::Rs256 => "RS256",
            Self::EdDsa => "EdDSA",
        }
    }
}

/// Public keys by their ids.
#[derive(Clone, Debug, Default)]
pub struct Jwks {
    keys: BTreeMap<String, Key>,
    skipped: Vec<String>,
}

/// A public key, pinned to its algorithm.
#[derive(Clone)]
pub(super) enum Key {
    Es256(Vec<u8>),
    Rs256 { n: Vec<u8>, e: Vec<u8> },
    EdDsa(Vec<u8>),
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.algorithm().as_str())
    }
}

impl Key {
    pub(super) fn algorithm(&self) -> Algorithm {
        match self {
            Self::Es256(_) => Algorithm::Es256,
            Self::Rs256 { .. } => Algorithm::Rs256,
            Self::EdDsa(_) => Algorithm::EdDsa,
        }
    }

    /// As [`read`] reads it.
    pub(super) fn jwk(&self, kid: &str) -> Value {
        let encode = |bytes: &[u8]| URL_SAFE_NO_PAD.encode(bytes);
        let mut jwk = match self {
            Self::Es256(point) => {
                // An uncompressed point: 4, x, y.
                let (x, y) = point[1..].split_at(32);
                json!({"kty": "EC", "crv": "P-256", "x": encode(x), "y": encode(y)})
            }
            Self::Rs256 { n, e } => json!({"kty": "RSA", "n": encode(n), "e": encode(e)}),
            Self::EdDsa(x) => json!({"kty": "OKP", "crv": "Ed25519", "x": encode(x)}),
        };
        jwk["kid"] = json!(kid);
        jwk["alg"] = json!(self.algorithm().as_str());
        jwk["use"] = json!("sig");
        jwk
    }

    pub(super) fn is_signed(&self, message: &[u8], signature: &[u8]) -> bool {
        let verified = match self {
            Self::Es256(point) => {
                UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, point).verify(message, signature)
            }
            Self::EdDsa(point) => UnparsedPublicKey::new(&ED25519, point).verify(message, signature),
            Self::Rs256 { n, e } => {
                RsaPublicKeyComponents { n, e }.verify(&RSA_PKCS1_2048_8192_SHA256, message, signature)
            }
        };
        verified.is_ok()
    }
}

/// A document that isn't a usable set of keys.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BadJwks(String);

impl fmt::Display for BadJwks {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "not a set of public keys: {}", self.0)
    }
}

impl std::error::Error for BadJwks {}

impl Jwks {
    /// Reads a JWKS document. Keys that we can't use (other curves, symmetric ones, for encryption) are skipped and
    /// [told](Self::skipped), so that an issuer may add some.
    ///
    /// # Errors
    /// [`BadJwks`] when it isn't such a document, holds a private key, or has one id twice.
    pub fn parse(document: &[u8]) -> Result<Self, BadJwks> {
        let bad = |reason: &str| BadJwks(reason.to_owned());
        let json = Json::parse(document, Limits::default()).map_err(|error| BadJwks(error.to_string()))?;
        let keys = json.get("keys").and_then(Json::as_array).ok_or_else(|| bad("it has no list `keys`"))?;
        let mut set = Self::default();
        for (place, jwk) in keys.iter().enumerate() {
            if ["d", "p", "q", "dp", "dq", "qi", "oth"].iter().any(|name| jwk.get(name).is_some()) {
                return Err(bad("it holds a private key: replace that key, it is known now"));
            }
            let kid = jwk.get("kid").and_then(Json::as_str).filter(|kid| !kid.is_empty());
            match (kid, read(jwk)) {
                (None, _) => set.skipped.push(format!("key {place}: it has no `kid`")),
                (Some(kid), Err(reason)) => set.skipped.push(format!("key {place} ({kid}): {reason}")),
                (Some(kid), Ok(key)) => {
                    if set.keys.insert(kid.to_owned(), key).is_some() {
                        return Err(bad("it has one `kid` twice"));
                    }
                }
            }
        }
        Ok(set)
    }

    /// Keys that were not taken, and why.
    pub fn skipped(&self) -> &[String] {
        &self.skipped
    }

    /// Ids and algorithms of the keys.
    pub fn keys(&self) -> impl Iterator<Item = (&str, Algorithm)> {
        self.keys.iter().map(|(kid, key)| (kid.as_str(), key.algorithm()))
    }

    /// With the keys of others too. Where both have an id, this one's key stays: nobody takes its place.
    #[must_use]
    pub fn with(mut self, others: Self) -> Self {
        for (kid, key) in others.keys {
            self.keys.entry(kid).or_insert(key);
        }
        self
    }

    /// A document of these keys, with no more of each than [`parse`](Self::parse) takes.
    pub fn document(&self) -> String {
        let keys: Vec<Value> = self.keys.iter().map(|(kid, key)| key.jwk(kid)).collect();
        json!({ "keys": keys }).to_string()
    }

    pub(super) fn get(&self, kid: &str) -> Option<&Key> {
        self.keys.get(kid)
    }
}

fn read(jwk: &Json<'_>) -> Result<Key, &'static str> {
    let text = |name: &str| jwk.get(name).and_then(Json::as_str);
    let bytes = |name: &str| {
        let decoded = text(name).and_then(|text| URL_SAFE_NO_PAD.decode(text).ok());
        decoded.ok_or("a number of the key isn't base64url")
    };
    if text("use").unwrap_or("sig") != "sig" {
        return Err("it isn't for signatures");
    }
    let verifies =
        |operations: &[Json<'_>]| operations.iter().any(|operation| operation.as_str() == Some("verify"));
    if !jwk.get("key_ops").is_none_or(|operations| operations.as_array().is_some_and(verifies)) {
        return Err("it isn't for verification");
    }
    let key = match (text("kty"), text("crv")) {
        (Some("EC"), Some("P-256")) => {
            let (x, y) = (bytes("x")?, bytes("y")?);
            if x.len() != 32 || y.len() != 32 {
                return Err("its point isn't one of P-256");
            }
            Key::Es256([&[4], &x[..], &y[..]].concat())
        }
        (Some("OKP"), Some("Ed25519")) => {
            let x = bytes("x")?;
            if x.len() != 32 {
                return Err("its point isn't one of Ed25519");
            }
            Key::EdDsa(x)
        }
        (Some("RSA"), _) => {
            let (n, e) = (bytes("n")?, bytes("e")?);
            if n.len() < 256 {
                return Err("an RSA key has at least 2048 bits");
            }
            Key::Rs256 { n, e }
        }
        _ => return Err("its type isn't supported"),
    };
    match text("alg") {
        Some(alg) if alg != key.algorithm().as_str() => Err("its algorithm isn't supported"),
        _ => Ok(key),
    }
}
