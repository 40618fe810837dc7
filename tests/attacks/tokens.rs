//! What somebody may send instead of a token of theirs: forged, stolen from elsewhere, expired, or bent. Each with the
//! reason that the log has to name.

use serde_json::{Value, json};
use stipule_runtime::auth::{Algorithm, MAX_TOKEN, Signer};

/// An attack.
pub(crate) struct Attack {
    pub(crate) name: String,
    /// Values of `Authorization`, mostly one.
    pub(crate) headers: Vec<String>,
    /// What the log says of it.
    pub(crate) reason: &'static str,
}

/// Where attackers begin: what the platform's own issuer signs with, and a good token's claims.
pub(crate) struct Forge<'a> {
    pub(crate) signer: &'a Signer,
    pub(crate) claims: Value,
    /// The claim that names the store.
    pub(crate) tenant_claim: &'a str,
    /// Seconds since 1970.
    pub(crate) now: i64,
}

impl Forge<'_> {
    /// Every attack; none of their tokens is good.
    pub(crate) fn attacks(&self) -> Vec<Attack> {
        let mut all = self.algorithms();
        all.extend(self.headers());
        all.extend(self.forms());
        all.extend(self.claims());
        all.extend(self.times());
        all.extend(self.schemes());
        all
    }

    /// What isn't attacked.
    pub(crate) fn good(&self) -> String {
        self.signer.sign(&self.claims).expect("a token")
    }

    fn kid(&self) -> Value {
        self.signer.jwk()["kid"].clone()
    }

    fn header(&self) -> Value {
        json!({ "alg": "EdDSA", "kid": self.kid(), "typ": "JWT" })
    }

    fn signed(&self, header: &Value) -> String {
        self.raw(&header.to_string(), &self.claims.to_string())
    }

    fn raw(&self, header: &str, claims: &str) -> String {
        self.signer.sign_parts(header, claims).expect("any text is signed")
    }

    /// The algorithm belongs to the key, whatever a token says, signed or not.
    fn algorithms(&self) -> Vec<Attack> {
        let mut all = Vec::new();
        let names = [
            "none", "None", "NONE", "nOnE", "HS256", "HS384", "HS512", "RS256", "RS512", "PS256", "ES256",
            "ES384", "ES512", "eddsa", "EdDSA ", "Ed25519", "",
        ];
        for name in names {
            let token = self.signed(&json!({ "alg": name, "kid": self.kid() }));
            let (message, _) = token.rsplit_once('.').expect("three segments");
            all.push(bearer(&format!("alg {name:?}, unsigned"), &format!("{message}."), "algorithm"));
            all.push(bearer(&format!("alg {name:?}, signed"), &token, "algorithm"));
        }
        all.push(bearer("no alg", &self.signed(&json!({ "kid": self.kid() })), "algorithm"));
        all.push(bearer(
            "alg of a number",
            &self.signed(&json!({ "alg": 1, "kid": self.kid() })),
            "algorithm",
        ));
        all
    }

    /// Headers that bring a key, ask for more, or name another key.
    fn headers(&self) -> Vec<Attack> {
        let key = Signer::generate(Algorithm::EdDsa).expect("a key");
        let own = Signer::new("mine", Algorithm::EdDsa, &key).expect("a signer");
        let name = self.kid().as_str().expect("a name").to_owned();
        let imposter = Signer::new(name, Algorithm::EdDsa, &key).expect("a signer");
        let with = |name: &str, value: Value| {
            let mut header = self.header();
            header[name] = value;
            header
        };
        let mut all = vec![
            bearer("own key", &own.sign(&self.claims).expect("a token"), "unknown-key"),
            bearer(
                "own key under the platform's name",
                &imposter.sign(&self.claims).expect("a token"),
                "signature",
            ),
            bearer("crit", &self.signed(&with("crit", json!(["exp"]))), "critical"),
            bearer("b64", &self.signed(&with("b64", json!(false))), "critical"),
            bearer("another type", &self.signed(&with("typ", json!("secevent+jwt"))), "type"),
            bearer("kid of a number", &self.signed(&with("kid", json!(1))), "no-key"),
            bearer("no kid", &self.signed(&json!({ "alg": "EdDSA" })), "no-key"),
        ];
        for name in ["jwk", "jku", "x5u", "x5c"] {
            let header = with(name, own.jwk()).to_string();
            let token = own.sign_parts(&header, &self.claims.to_string()).expect("a token");
            all.push(bearer(&format!("own key as {name}"), &token, "embedded-key"));
        }
        for name in ["../../../dev/null", "' OR '1'='1", "x\u{0}y", "https://evil.example/key"] {
            all.push(bearer(
                &format!("kid {name:?}"),
                &self.signed(&with("kid", json!(name))),
                "unknown-key",
            ));
        }
        all
    }

    /// What isn't a token, or not one in the one form that there is.
    fn forms(&self) -> Vec<Attack> {
        let token = self.good();
        let parts: Vec<&str> = token.split('.').collect();
        let [header, claims, signature] = parts[..] else { panic!("three segments") };
        let mut richer = self.claims.clone();
        richer[self.tenant_claim] = json!("oak");
        let other = self.signer.sign(&richer).expect("a token");
        let others = other.split('.').nth(1).expect("claims");
        let twice = |name: &str, value: &str| {
            let claims = self.claims.to_string().replacen('{', &format!("{{\"{name}\":{value},"), 1);
            self.raw(&self.header().to_string(), &claims)
        };
        let two_algorithms = self.header().to_string().replacen('{', "{\"alg\":\"none\",", 1);
        vec![
            bearer("one segment", "token", "segments"),
            bearer("two segments", "a.b", "segments"),
            bearer("four segments", &format!("{token}.x"), "segments"),
            bearer("five segments, as of an encrypted one", &format!("{token}.x.y"), "segments"),
            bearer("a dot at the end", &format!("{token}."), "segments"),
            bearer("padding at the end", &format!("{token}="), "encoding"),
            bearer("padding in the middle", &format!("{header}=.{claims}.{signature}"), "encoding"),
            bearer(
                "letters of another alphabet",
                &format!("{header}.{claims}.+/{}", &signature[2..]),
                "encoding",
            ),
            bearer("other letters for the same bytes", &loose(&token), "encoding"),
            bearer("no header", &format!(".{claims}.{signature}"), "malformed"),
            bearer("the header as claims", &format!("{header}.{header}.{signature}"), "signature"),
            bearer("another's claims", &format!("{header}.{others}.{signature}"), "signature"),
            bearer("no signature", &format!("{header}.{claims}."), "signature"),
            bearer("half a signature", &format!("{header}.{claims}.{}", &signature[..40]), "signature"),
            bearer("a signature of zeros", &format!("{header}.{claims}.{}", "A".repeat(86)), "signature"),
            bearer("longer than any", &format!("{token}{}", "A".repeat(MAX_TOKEN)), "oversized"),
            bearer("a list as claims", &self.raw(&self.header().to_string(), "[]"), "malformed"),
            bearer("a list as header", &self.raw("[\"EdDSA\"]", &self.claims.to_string()), "malformed"),
            bearer(
                "claims that aren't JSON",
                &self.raw(&self.header().to_string(), "{\"sub\":"),
                "malformed",
            ),
            bearer("a subject twice", &twice("sub", "\"eve\""), "duplicate"),
            bearer("a store twice", &twice(self.tenant_claim, "\"oak\""), "duplicate"),
            bearer("an end twice", &twice("exp", "99999999999"), "duplicate"),
            bearer("two algorithms", &self.raw(&two_algorithms, &self.claims.to_string()), "duplicate"),
        ]
    }

    /// Tokens of the same issuer for something else, and such that say too little or too much.
    fn claims(&self) -> Vec<Attack> {
        let issuer = self.claims["iss"].as_str().expect("an issuer");
        let store = self.tenant_claim;
        let rows = [
            ("iss", json!(format!("{issuer}/")), "issuer"),
            ("iss", json!("https://evil.example"), "issuer"),
            ("iss", json!([issuer]), "claim"),
            ("aud", json!("another"), "audience"),
            ("aud", json!(["another"]), "audience"),
            ("aud", json!([]), "audience"),
            ("aud", Value::Null, "audience"),
            ("token_use", json!("id"), "use"),
            ("token_use", json!("refresh"), "use"),
            ("token_use", Value::Null, "use"),
            ("sub", json!(""), "claim"),
            ("sub", json!(7), "claim"),
            (store, json!(""), "claim"),
            (store, json!(7), "claim"),
            (store, Value::Null, "claim"),
            (store, json!("s".repeat(65)), "claim"),
            (store, json!(["maple", "oak"]), "claim"),
            ("scope", json!(["orders"]), "claim"),
            ("exp", json!("tomorrow"), "claim"),
            ("exp", json!(-1), "claim"),
            ("exp", json!(1e300), "claim"),
            ("exp", Value::Null, "claim"),
            ("nbf", json!("now"), "claim"),
        ];
        let attack = |(name, value, reason): (&str, Value, &'static str)| {
            let mut claims = self.claims.clone();
            let about = format!("{name} {}", value.to_string().chars().take(40).collect::<String>());
            claims[name] = value;
            bearer(&about, &self.signer.sign(&claims).expect("a token"), reason)
        };
        rows.into_iter().map(attack).collect()
    }

    /// Tokens that were good, or will be.
    fn times(&self) -> Vec<Attack> {
        let rows = [
            ("exp", -61, "expired"),
            ("exp", -86_400, "expired"),
            ("nbf", 3_600, "not-yet-valid"),
            ("iat", 3_600, "not-yet-valid"),
        ];
        let attack = |(name, seconds, reason): (&str, i64, &'static str)| {
            let mut claims = self.claims.clone();
            claims[name] = json!(self.now + seconds);
            bearer(&format!("{name} {seconds} s"), &self.signer.sign(&claims).expect("a token"), reason)
        };
        rows.into_iter().map(attack).collect()
    }

    /// A good token where it doesn't belong.
    fn schemes(&self) -> Vec<Attack> {
        let token = self.good();
        let attack = |name: &str, headers: &[&str]| Attack {
            name: name.to_owned(),
            headers: headers.iter().map(|it| (*it).to_owned()).collect(),
            reason: "not-bearer",
        };
        let good = format!("Bearer {token}");
        vec![
            attack("no scheme", &[&token]),
            attack("Basic", &[&format!("Basic {token}")]),
            attack("DPoP", &[&format!("DPoP {token}")]),
            attack("no token", &["Bearer"]),
            attack("nothing", &[""]),
            attack("two headers", &[&good, &good]),
            attack("two headers, one good", &["Bearer x", &good]),
        ]
    }
}

fn bearer(name: &str, token: &str, reason: &'static str) -> Attack {
    Attack { name: name.to_owned(), headers: vec![format!("Bearer {token}")], reason }
}

/// The last letter stands for two bits, and has room for six: another one that stands for the same two.
fn loose(token: &str) -> String {
    let (rest, last) = token.split_at(token.len() - 1);
    let next = char::from(last.as_bytes()[0] + 1);
    format!("{rest}{next}")
}
