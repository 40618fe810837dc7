//! Bearer tokens, and the sets of keys that they are verified with.

use std::collections::BTreeSet;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use http::{HeaderMap, HeaderValue, header::AUTHORIZATION};
use serde_json::{Map, Value, json};
use stipule_runtime::Caller;
use stipule_runtime::auth::{Algorithm, Decision, Expected, Jwks, Signer, Verifier};
use stipule_runtime::wire::DateTime;

use super::Check;
use crate::corpus::{Input, files};

/// 2026-11-23T04:00:00Z, when the token of the independent signer is good.
const NOW: i64 = 1_795_406_400;

/// Seconds that clocks may be apart.
const SKEW: f64 = 60.0;

/// Ed25519 keys that sign nothing but these inputs: the private half is one byte over and over, this is the public one.
const KEYS: [(u8, &str); 2] =
    [(7, "6kpsY-KcUgq-9VB7Ey7F-ZVHdq6-vnuSQh7qaRRG0iw"), (9, "_RckOFqgx1tk-3jNYC-h2ZH96_drE8WO1wLqyDXp9hg")];

/// A signer whose signatures are the same in every run. Source of the form: RFC 8410, section 7.
fn signer(kid: &str, key: (u8, &str)) -> Signer {
    let head = [0x30, 0x51, 2, 1, 1, 0x30, 5, 6, 3, 0x2b, 0x65, 0x70, 4, 0x22, 4, 0x20];
    let public = URL_SAFE_NO_PAD.decode(key.1).expect("a public key");
    let pkcs8 = [&head[..], &[key.0; 32], &[0x81, 0x21, 0], &public].concat();
    Signer::new(kid, Algorithm::EdDsa, &pkcs8).expect("a private key")
}

fn expected() -> Expected {
    Expected {
        issuer: "https://library.example/".to_owned(),
        audience: "library".to_owned(),
        tenant_claim: "store".to_owned(),
    }
}

fn claims() -> Value {
    json!({
        "iss": "https://library.example/", "aud": "library", "sub": "ada", "store": "north",
        "token_use": "access", "scope": "loans shelves", "iat": NOW, "nbf": NOW - 1, "exp": NOW + 3600,
    })
}

/// The token and the key of a signer that is none of ours.
fn independent() -> (String, Value) {
    let fixture = files("codegen/runtime/tests/tokens", &["rs256.json"]);
    let fixture: Value = serde_json::from_str(&fixture[0].text()).expect("JSON");
    (fixture["token"].as_str().expect("a token").to_owned(), fixture["jwk"].clone())
}

/// Every token that is good, with the id of its key.
fn good() -> Vec<(&'static str, String)> {
    let [one, two] = KEYS;
    let sign = |kid, key, claims: &Value| (kid, signer(kid, key).sign(claims).expect("a token"));
    let mut other = claims();
    other["aud"] = json!(["else", "library"]);
    other["exp"] = json!(1_795_409_999.5);
    vec![
        sign("ed-1", one, &claims()),
        sign("ed-1", one, &other),
        sign("ed-2", two, &claims()),
        ("rsa-1", independent().0),
    ]
}

fn keys() -> Value {
    let [one, two] = KEYS;
    json!({ "keys": [signer("ed-1", one).jwk(), signer("ed-2", two).jwk(), independent().1] })
}

fn parsed(keys: &Value) -> Jwks {
    Jwks::parse(keys.to_string().as_bytes()).expect("a set of keys")
}

/// Tokens as they come, `Authorization` headers with them, and headers and claims that are signed as they stand.
pub(super) fn tokens() -> Vec<Input> {
    let mut found: Vec<Input> = good().iter().map(|(_, token)| Input::new("token", token)).collect();
    let value =
        |scheme: &str, (_, token): &(&str, String)| Input::new("header", &format!("{scheme} {token}"));
    found.extend(good().iter().map(|it| value("Bearer", it)));
    found.extend(good().iter().take(1).map(|it| value("bEARER  ", it)));
    for header in [
        json!({"alg": "EdDSA", "kid": "ed-1", "typ": "JWT"}),
        json!({"alg": "EdDSA", "kid": "ed-1", "typ": "at+jwt", "x": [1, {"y": null}]}),
        json!({"alg": "ES256", "kid": "es-1"}),
    ] {
        found.push(Input::new("signed", &format!("{header}\n{}", claims())));
    }
    found
}

fn now() -> DateTime {
    DateTime::from_unix(NOW, 0).expect("an instant")
}

pub(super) fn check_tokens() -> Check {
    let good: BTreeSet<String> = good().into_iter().map(|(_, token)| token).collect();
    let elliptic = Signer::generate(Algorithm::Es256).expect("randomness");
    let elliptic = Signer::new("es-1", Algorithm::Es256, &elliptic).expect("a private key");
    let mut keys = keys();
    keys["keys"].as_array_mut().expect("a list").push(elliptic.jwk());
    let keys = parsed(&keys);
    for token in &good {
        assert!(Verifier::new(keys.clone(), expected()).verify(token, now()).is_ok(), "{token} is good");
    }
    let signers = [("ed-1", signer("ed-1", KEYS[0])), ("es-1", elliptic)];
    // One that remembers, as one that serves does.
    let verifier = Verifier::new(keys, expected());
    Box::new(move |input| match input.name.as_str() {
        "signed" => {
            let text = input.text();
            let (header, claims) = text.split_once('\n').unwrap_or((&text, ""));
            for (kid, signer) in &signers {
                let token = signer.sign_parts(header, claims).expect("randomness");
                if let Ok(decision) = verifier.verify(&token, now()) {
                    judge(header, claims, kid, signer.algorithm(), &decision);
                }
            }
        }
        "header" => {
            let Ok(value) = HeaderValue::from_bytes(&input.bytes) else { return };
            let headers = HeaderMap::from_iter([(AUTHORIZATION, value)]);
            if let Caller::Known { tenant, .. } = verifier.caller(&headers, now()) {
                let text = input.text();
                let (scheme, token) = text.split_once(' ').expect("a scheme and a token");
                assert!(scheme.eq_ignore_ascii_case("bearer"), "{scheme} is no scheme of ours");
                assert!(good.contains(token.trim_start_matches(' ')), "nobody signed this: {token}");
                assert_eq!(tenant, "north");
            }
        }
        _ => {
            let text = input.text();
            if verifier.verify(&text, now()).is_ok() {
                assert!(good.contains(&text), "nobody signed this: {text}");
            }
        }
    })
}

/// What an accepted token must say, by another reader. That reader takes the last of two members with one name: ours refuses
/// them.
fn judge(header: &str, claims: &str, kid: &str, algorithm: Algorithm, decision: &Decision) {
    let object = |text: &str| serde_json::from_str::<Map<String, Value>>(text).expect("an object");
    let (header, claims) = (object(header), object(claims));
    let text = |object: &Map<String, Value>, name: &str| {
        object.get(name).and_then(Value::as_str).map(str::to_owned).unwrap_or_default()
    };
    assert_eq!(text(&header, "alg"), algorithm.as_str(), "the algorithm is the key's");
    assert_eq!(text(&header, "kid"), kid, "the key is the one that signed");
    for name in ["crit", "b64", "jwk", "jku", "x5u", "x5c"] {
        assert!(!header.contains_key(name), "a header with `{name}` is accepted");
    }
    let kind = header.get("typ").map(|kind| kind.as_str().unwrap_or("none").to_lowercase());
    assert!(kind.is_none_or(|kind| kind == "jwt" || kind == "at+jwt"), "it is no access token");
    assert_eq!(text(&claims, "iss"), expected().issuer);
    let audience = claims.get("aud").cloned().unwrap_or_default();
    let listed = audience.as_array().is_some_and(|all| all.contains(&json!("library")));
    assert!(audience == "library" || listed, "it is for somebody else");
    assert_eq!(text(&claims, "token_use"), "access");
    let seconds = |name: &str| claims.get(name).map(|it| it.as_f64().expect("a number of seconds"));
    let present = NOW as f64;
    assert!(seconds("exp").expect("it ends") + SKEW > present - 1.0, "it has expired");
    for name in ["iat", "nbf"] {
        assert!(seconds(name).is_none_or(|from| from <= present + SKEW + 1.0), "it isn't good yet");
    }
    assert_eq!(decision.tenant, text(&claims, "store"));
    assert!(!decision.tenant.is_empty(), "it is for nobody");
    assert_eq!(decision.principal.subject, text(&claims, "sub"));
    let scope = text(&claims, "scope");
    for scope in scope.split(' ').filter(|scope| !scope.is_empty()) {
        assert!(decision.principal.may(scope), "`{scope}` is lost");
    }
    let scopes = decision.principal.scopes.iter().map(String::as_str).collect::<Vec<_>>();
    assert!(scopes.iter().all(|own| scope.split(' ').any(|it| it == *own)), "{scopes:?} are too many");
}

pub(super) fn key_sets() -> Vec<Input> {
    let elliptic = json!({
        "kty": "EC", "crv": "P-256", "kid": "es-1", "alg": "ES256", "key_ops": ["verify"],
        "x": "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",
        "y": "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0",
    });
    let foreign =
        json!({ "keys": [elliptic, {"kty": "oct", "kid": "h", "k": "AAAA"}, {"kty": "EC", "crv": "P-384"}] });
    let mut sets = vec![keys(), foreign, json!({ "keys": [] })];
    sets.extend(keys()["keys"].as_array().into_iter().flatten().map(|key| json!({ "keys": [key] })));
    sets.iter().map(|set| Input::new("jwks", &set.to_string())).collect()
}

pub(super) fn check_key_sets() -> Check {
    let (good, known) = (good(), keys());
    Box::new(move |input| {
        let Ok(set) = Jwks::parse(&input.bytes) else { return };
        let document: Value = serde_json::from_slice(&input.bytes).expect("another reader reads it");
        let keys = document["keys"].as_array().expect("a list of keys");
        let ids: Vec<(String, Algorithm)> = set.keys().map(|(kid, it)| (kid.to_owned(), it)).collect();
        assert_eq!(ids.len() + set.skipped().len(), keys.len(), "a key is taken or told of");
        for name in ["d", "p", "q", "dp", "dq", "qi", "oth"] {
            assert!(keys.iter().all(|key| key.get(name).is_none()), "`{name}` is half of a private key");
        }
        let again = Jwks::parse(set.document().as_bytes()).expect("what was written can be read");
        assert_eq!(again.document(), set.document(), "written and read again it differs");
        assert!(again.skipped().is_empty(), "{:?}", again.skipped());
        assert!(again.keys().map(|(kid, it)| (kid.to_owned(), it)).eq(ids), "the keys differ");
        let verifier = Verifier::new(set, expected());
        for (kid, token) in &good {
            if verifier.verify(token, now()).is_ok() {
                let real = known["keys"].as_array().expect("a list").iter().find(|key| key["kid"] == *kid);
                let real = real.and_then(Value::as_object).expect("a key of ours");
                // A key may say more than its kind asks for, and one that can't be used may have the same id.
                let own = keys.iter().filter(|key| key["kid"] == *kid);
                let members =
                    real.iter().filter(|(name, _)| ["kty", "crv", "x", "n", "e"].contains(&name.as_str()));
                let taken =
                    own.into_iter().any(|key| members.clone().all(|(name, value)| key[name] == *value));
                assert!(taken, "the token of {kid} is taken by another key");
            }
        }
    })
}
