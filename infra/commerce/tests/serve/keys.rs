//! Tokens of the contract's own issuer, by its keys.

use stipule_runtime::auth::{Algorithm, Signer};

use crate::{Server, refused};

/// A token of an issuer with this key, as the contract wants one.
fn foreign(signer: &Signer) -> String {
    let platform = &commerce_service::PLATFORM;
    let now =
        std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).expect("after 1970").as_secs();
    let mut claims = serde_json::json!({
        "iss": platform.issuer, "aud": platform.audience, "sub": "staff|ada", "token_use": "access",
        "exp": now + 600, "scope": commerce::scopes().join(" "),
    });
    claims[platform.tenant_claim] = "maple".into();
    signer.sign(&claims).expect("it signs")
}

fn signer(kid: &str) -> Signer {
    let key = Signer::generate(Algorithm::Es256).expect("randomness");
    Signer::new(kid, Algorithm::Es256, &key).expect("a key")
}

fn document(signers: &[&Signer]) -> String {
    serde_json::json!({ "keys": signers.iter().map(|it| it.jwk()).collect::<Vec<_>>() }).to_string()
}

#[test]
fn tokens_of_an_issuer_are_let_in_while_its_keys_change() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("jwks.json");
    // One of the issuer's keys has the id of the platform's own: it takes nobody's place.
    let [old, new, sly] = ["old", "new", "local"].map(signer);
    std::fs::write(&file, document(&[&old, &sly])).expect("it can be written");
    let mut server = Server::start(&["--jwks", file.to_str().expect("UTF-8")], &folder.path().join("data"));
    let own = server.token.clone();
    let mut status = |token: &str| -> u16 {
        server.token = token.to_owned();
        let answer = server.answer("/products", "");
        answer.split(' ').nth(1).and_then(|it| it.parse().ok()).expect("a status")
    };
    assert_eq!(status(&own), 200);
    assert_eq!(status(&foreign(&old)), 200);
    assert_eq!([status(&foreign(&new)), status(&foreign(&sly))], [401, 401]);
    // What is no set of keys changes nothing.
    std::fs::write(&file, "{}").expect("it can be written");
    std::thread::sleep(std::time::Duration::from_millis(1_500));
    assert_eq!(status(&foreign(&old)), 200);
    std::fs::write(&file, document(&[&new])).expect("it can be written");
    let changed = (0..300).any(|_| {
        std::thread::sleep(std::time::Duration::from_millis(100));
        status(&foreign(&new)) == 200
    });
    assert!(changed, "the new key is never let in");
    assert_eq!([status(&foreign(&old)), status(&own)], [401, 200]);
}

#[test]
fn keys_that_cannot_be_had_are_said_before_anything_is_served() {
    let folder = tempfile::tempdir().expect("a folder");
    let data = folder.path().join("data");
    let file = folder.path().join("jwks.json");
    let file = file.to_str().expect("UTF-8");
    let missing = refused(&["--port", "0", "--jwks", file], &data);
    assert!(missing.contains("jwks.json can't be read"), "{missing}");
    std::fs::write(file, "{}").expect("it can be written");
    let none = refused(&["--port", "0", "--jwks", file], &data);
    assert!(none.contains("not a set of public keys: it has no list `keys`"), "{none}");
    let nobody = refused(&["--port", "0", "--jwks", "http://127.0.0.1:9/jwks"], &data);
    assert!(nobody.contains("the keys of http://127.0.0.1:9/jwks can't be had"), "{nobody}");
    std::fs::write(file, " ".repeat(64 * 1024 + 1)).expect("it can be written");
    let large = refused(&["--port", "0", "--jwks", file], &data);
    assert!(large.contains("too large for keys: 65536 bytes"), "{large}");
}
