//! Bearer tokens: what is accepted is little, and everything else has its reason.
#![allow(clippy::unwrap_used, reason = "a failed unwrap is a failed test")]

use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use http::HeaderMap;
use serde_json::{Value, json};
use stipule_runtime::Caller;
use stipule_runtime::auth::{Algorithm, Expected, Jwks, MAX_TOKEN, Refusal, Signer, Verifier};
use stipule_runtime::wire::DateTime;

/// 2026-11-23T04:00:00Z
const NOW: i64 = 1_795_406_400;

fn at(seconds: i64) -> DateTime {
    DateTime::from_unix(NOW + seconds, 0).unwrap()
}

fn signer(kid: &str, algorithm: Algorithm) -> Signer {
    Signer::new(kid, algorithm, &Signer::generate(algorithm).unwrap()).unwrap()
}

fn set(keys: &[Value]) -> Jwks {
    Jwks::parse(json!({"keys": keys}).to_string().as_bytes()).unwrap()
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
        "token_use": "access", "scope": "loans shelves", "iat": NOW, "exp": NOW + 3600,
    })
}

fn with(name: &str, value: Value) -> Value {
    let mut claims = claims();
    claims[name] = value;
    claims
}

struct Scene {
    signer: Signer,
    verifier: Verifier,
}

impl Scene {
    fn new() -> Self {
        let signer = signer("ed-1", Algorithm::EdDsa);
        Self { verifier: Verifier::new(set(&[signer.jwk()]), expected()), signer }
    }

    fn refusal(&self, token: &str) -> Option<Refusal> {
        self.verifier.verify(token, at(0)).err()
    }

    fn of_claims(&self, claims: &Value) -> Option<Refusal> {
        self.refusal(&self.signer.sign(claims).unwrap())
    }

    fn of_header(&self, header: &Value) -> Option<Refusal> {
        self.refusal(&self.signer.sign_parts(&header.to_string(), &claims().to_string()).unwrap())
    }
}

#[test]
fn a_good_token_says_who_for_whom_and_what() {
    for algorithm in [Algorithm::EdDsa, Algorithm::Es256] {
        let signer = signer("k", algorithm);
        let verifier = Verifier::new(set(&[signer.jwk()]), expected());
        let decision = verifier.verify(&signer.sign(&claims()).unwrap(), at(0)).unwrap();
        assert_eq!((decision.tenant.as_str(), decision.principal.subject.as_str()), ("north", "ada"));
        assert!(decision.principal.may("loans") && decision.principal.may("shelves"));
        assert!(!decision.principal.may("loans shelves") && !decision.principal.may(""));
        assert_eq!(decision.principal.expires, Some(at(3600)));
    }
}

#[test]
fn a_token_of_an_independent_rsa_signer_is_accepted() {
    let fixture: Value = serde_json::from_str(include_str!("rs256.json")).unwrap();
    let verifier = Verifier::new(set(&[fixture["jwk"].clone()]), expected());
    let token = fixture["token"].as_str().unwrap();
    assert_eq!(verifier.verify(token, at(0)).unwrap().tenant, "north");
    let (message, signature) = token.rsplit_once('.').unwrap();
    let changed = format!("{message}.{}", signature.replacen('J', "K", 1));
    assert_eq!(verifier.verify(&changed, at(0)), Err(Refusal::Signature));
}

#[test]
fn the_algorithm_is_the_keys_not_the_tokens() {
    let scene = Scene::new();
    for algorithm in ["none", "None", "HS256", "HS512", "RS256", "ES256", "ES512", "EdDSA ", ""] {
        let refusal = scene.of_header(&json!({"alg": algorithm, "kid": "ed-1", "typ": "JWT"}));
        assert_eq!(refusal, Some(Refusal::Algorithm), "{algorithm}");
    }
    assert_eq!(scene.of_header(&json!({"kid": "ed-1"})), Some(Refusal::Algorithm));
    let unsigned = |alg: &str| {
        let encode = |text: String| URL_SAFE_NO_PAD.encode(text);
        format!(
            "{}.{}.",
            encode(json!({"alg": alg, "kid": "ed-1"}).to_string()),
            encode(claims().to_string())
        )
    };
    assert_eq!(scene.refusal(&unsigned("none")), Some(Refusal::Algorithm));
    assert_eq!(scene.refusal(&unsigned("EdDSA")), Some(Refusal::Signature));
}

#[test]
fn a_header_that_brings_a_key_or_wants_more_is_refused() {
    let scene = Scene::new();
    let header = |name: &str, value: Value| {
        let mut header = json!({"alg": "EdDSA", "kid": "ed-1", "typ": "JWT"});
        header[name] = value;
        header
    };
    for name in ["jwk", "jku", "x5u", "x5c"] {
        assert_eq!(scene.of_header(&header(name, scene.signer.jwk())), Some(Refusal::EmbeddedKey), "{name}");
    }
    assert_eq!(scene.of_header(&header("crit", json!(["exp"]))), Some(Refusal::Critical));
    assert_eq!(scene.of_header(&header("b64", json!(false))), Some(Refusal::Critical));
    assert_eq!(scene.of_header(&header("typ", json!("secevent+jwt"))), Some(Refusal::Type));
    assert_eq!(scene.of_header(&header("typ", json!("at+JWT"))), None);
    assert_eq!(scene.of_header(&header("kid", json!("ed-2"))), Some(Refusal::UnknownKey));
    assert_eq!(scene.of_header(&header("kid", json!(1))), Some(Refusal::NoKey));
    assert_eq!(scene.of_header(&json!(["EdDSA"])), Some(Refusal::Malformed));
}

#[test]
fn the_form_of_a_token_is_strict() {
    let scene = Scene::new();
    let token = scene.signer.sign(&claims()).unwrap();
    let parts: Vec<&str> = token.split('.').collect();
    for (token, refusal) in [
        (String::new(), Refusal::Segments),
        ("a.b".to_owned(), Refusal::Segments),
        (format!("{token}.x"), Refusal::Segments),
        (format!("{token}."), Refusal::Segments),
        (format!("{token}="), Refusal::Encoding),
        (format!("{token} "), Refusal::Encoding),
        (format!("{}=.{}.{}", parts[0], parts[1], parts[2]), Refusal::Encoding),
        (format!("{}.{}", token, "x".repeat(MAX_TOKEN)), Refusal::Oversized),
        (format!("{}.{}.{}", parts[0], parts[1], &parts[2][..80]), Refusal::Signature),
        (format!("{}.{}.{}", parts[0], parts[0], parts[2]), Refusal::Signature),
    ] {
        assert_eq!(scene.refusal(&token), Some(refusal), "{token}");
    }
}

#[test]
fn repeated_names_are_refused_in_header_and_claims() {
    let scene = Scene::new();
    let twice = claims().to_string().replacen('{', r#"{"sub":"eve","#, 1);
    let header = r#"{"alg":"EdDSA","kid":"ed-1"}"#;
    let token = scene.signer.sign_parts(header, &twice).unwrap();
    assert_eq!(scene.refusal(&token), Some(Refusal::Duplicate));
    let header = r#"{"alg":"none","alg":"EdDSA","kid":"ed-1"}"#;
    let token = scene.signer.sign_parts(header, &claims().to_string()).unwrap();
    assert_eq!(scene.refusal(&token), Some(Refusal::Duplicate));
    let token = scene.signer.sign_parts(r#"{"alg":"EdDSA","kid":"ed-1"}"#, "[]").unwrap();
    assert_eq!(scene.refusal(&token), Some(Refusal::Malformed));
}

#[test]
fn claims_must_be_ours() {
    let scene = Scene::new();
    for (name, value, refusal) in [
        ("iss", json!("https://library.example"), Refusal::Issuer),
        ("iss", json!(["https://library.example/"]), Refusal::Claim("iss")),
        ("aud", json!("garage"), Refusal::Audience),
        ("aud", json!(["garage"]), Refusal::Audience),
        ("aud", Value::Null, Refusal::Audience),
        ("token_use", json!("id"), Refusal::Use),
        ("token_use", Value::Null, Refusal::Use),
        ("sub", json!(""), Refusal::Claim("sub")),
        ("store", json!(""), Refusal::Claim("tenant")),
        ("store", json!(7), Refusal::Claim("tenant")),
        ("store", json!("s".repeat(65)), Refusal::Claim("tenant")),
        ("store", json!("#".repeat(33)), Refusal::Claim("tenant")),
        ("scope", json!(["loans"]), Refusal::Claim("scope")),
        ("exp", json!("tomorrow"), Refusal::Claim("exp")),
        ("exp", json!(-1), Refusal::Claim("exp")),
        ("exp", json!(1e300), Refusal::Claim("exp")),
        ("nbf", json!("now"), Refusal::Claim("nbf")),
    ] {
        assert_eq!(scene.of_claims(&with(name, value.clone())), Some(refusal), "{name} {value}");
    }
    let mut endless = claims();
    endless.as_object_mut().unwrap().remove("exp");
    assert_eq!(scene.of_claims(&endless), Some(Refusal::Claim("exp")));
    assert_eq!(scene.of_claims(&with("aud", json!(["garage", "library"]))), None);
}

#[test]
fn times_hold_with_a_minute_of_skew() {
    let scene = Scene::new();
    for (name, seconds, refusal) in [
        ("exp", -59, None),
        ("exp", -60, Some(Refusal::Expired)),
        ("nbf", 60, None),
        ("nbf", 61, Some(Refusal::NotYetValid)),
        ("iat", 60, None),
        ("iat", 61, Some(Refusal::NotYetValid)),
    ] {
        assert_eq!(scene.of_claims(&with(name, json!(NOW + seconds))), refusal, "{name} {seconds}");
    }
}

#[test]
fn a_remembered_decision_expires_with_its_token() {
    let scene = Scene::new();
    let token = scene.signer.sign(&claims()).unwrap();
    assert!(scene.verifier.verify(&token, at(0)).is_ok());
    assert!(scene.verifier.verify(&token, at(3659)).is_ok());
    assert_eq!(scene.verifier.verify(&token, at(3660)), Err(Refusal::Expired));
}

#[test]
fn keys_rotate_with_overlap_and_a_removed_key_counts_no_more() {
    let scene = Scene::new();
    let next = signer("ed-2", Algorithm::EdDsa);
    let (old, new) = (scene.signer.sign(&claims()).unwrap(), next.sign(&claims()).unwrap());
    assert_eq!((scene.refusal(&old), scene.refusal(&new)), (None, Some(Refusal::UnknownKey)));
    scene.verifier.replace_keys(set(&[scene.signer.jwk(), next.jwk()]));
    assert_eq!((scene.refusal(&old), scene.refusal(&new)), (None, None));
    scene.verifier.replace_keys(set(&[next.jwk()]));
    assert_eq!((scene.refusal(&old), scene.refusal(&new)), (Some(Refusal::UnknownKey), None));
}

#[test]
fn a_key_under_anothers_id_does_not_verify() {
    let scene = Scene::new();
    let imposter = signer("ed-1", Algorithm::EdDsa);
    assert_eq!(scene.refusal(&imposter.sign(&claims()).unwrap()), Some(Refusal::Signature));
}

#[test]
fn sets_of_keys_are_read_strictly() {
    let key = signer("k", Algorithm::Es256).jwk();
    let changed = |name: &str, value: Value| {
        let mut key = key.clone();
        key[name] = value;
        key
    };
    for (name, value) in [
        ("kid", json!("")),
        ("use", json!("enc")),
        ("key_ops", json!(["sign"])),
        ("alg", json!("ES512")),
        ("alg", json!("HS256")),
        ("crv", json!("P-384")),
        ("kty", json!("oct")),
        ("x", json!("AAAA")),
        ("x", json!("not base64url!")),
    ] {
        let set = set(&[changed(name, value.clone())]);
        assert_eq!((set.keys().count(), set.skipped().len()), (0, 1), "{name} {value}");
    }
    let parse = |document: Value| Jwks::parse(document.to_string().as_bytes());
    assert!(parse(json!({"keys": [changed("d", json!("AAAA"))]})).is_err(), "a private key");
    assert!(parse(json!({"keys": [key, key]})).is_err(), "one id twice");
    assert!(parse(json!({"keys": {}})).is_err());
    assert!(Jwks::parse(b"{").is_err());
    let short = json!({"kty": "RSA", "kid": "r", "e": "AQAB", "n": URL_SAFE_NO_PAD.encode([0xc1; 128])});
    assert_eq!(set(&[short]).skipped().len(), 1, "1024 bits");
}

#[test]
fn a_document_of_keys_has_each_that_was_taken_and_no_more() {
    let fixture: Value = serde_json::from_str(include_str!("rs256.json")).unwrap();
    let own = [signer("ed", Algorithm::EdDsa), signer("es", Algorithm::Es256)];
    let keys = [own[0].jwk(), own[1].jwk(), fixture["jwk"].clone()];
    let mut talkative = keys.clone();
    talkative[1]["x5c"] = json!(["a certificate"]);
    let unusable = json!({"kty": "oct", "kid": "old", "k": "AAAA"});
    let document = set(&[&talkative[..], &[unusable]].concat()).document();
    assert_eq!(serde_json::from_str::<Value>(&document).unwrap(), json!({"keys": keys}));
    let verifier = Verifier::new(Jwks::parse(document.as_bytes()).unwrap(), expected());
    for signer in &own {
        assert!(verifier.verify(&signer.sign(&claims()).unwrap(), at(0)).is_ok());
    }
    assert!(verifier.verify(fixture["token"].as_str().unwrap(), at(0)).is_ok());
}

#[test]
fn the_header_is_one_bearer_token_or_refused() {
    let scene = Scene::new();
    let token = scene.signer.sign(&claims()).unwrap();
    let caller = |values: &[&str]| {
        let header = |value: &&str| (http::header::AUTHORIZATION, value.parse().unwrap());
        let mut headers = HeaderMap::new();
        for (name, value) in values.iter().map(header) {
            headers.append(name, value);
        }
        scene.verifier.caller(&headers, at(0))
    };
    assert!(
        matches!(caller(&[&format!("Bearer {token}")]), Caller::Known { tenant, .. } if tenant == "north")
    );
    assert!(matches!(caller(&[&format!("bearer {token}")]), Caller::Known { .. }));
    assert_eq!(caller(&[]), Caller::Anonymous);
    for values in [&["Basic YTpi"][..], &[&*token], &["Bearer "], &["Bearer a", "Bearer b"], &[""]] {
        assert_eq!(caller(values), Caller::Refused("not-bearer"), "{values:?}");
    }
    assert_eq!(caller(&["Bearer x"]), Caller::Refused("segments"));
}

#[test]
fn nothing_secret_is_shown() {
    let scene = Scene::new();
    let decision = scene.verifier.verify(&scene.signer.sign(&claims()).unwrap(), at(0)).unwrap();
    let shown = format!("{:?} {:?} {:?}", scene.signer, scene.verifier, decision);
    assert!(!shown.contains("ada"), "{shown}");
    assert!(Duration::from_secs(60) == stipule_runtime::auth::SKEW);
}
