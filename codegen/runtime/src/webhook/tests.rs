use http::{HeaderMap, HeaderName, HeaderValue};
use stipule_wire::DateTime;

use super::{ID, NoSecret, Refusal, SIGNATURE, Secret, TIMESTAMP, TOLERANCE};

const BODY: &[u8] = br#"{"kind": "DELIVERED"}"#;

fn secret() -> Secret {
    Secret::new([7; 32]).unwrap()
}

fn noon() -> DateTime {
    "2026-11-02T12:00:00Z".parse().unwrap()
}

fn headers(pairs: &[(&'static str, String)]) -> HeaderMap {
    let header = |(name, value): &(&'static str, String)| {
        (HeaderName::from_static(name), HeaderValue::from_str(value).unwrap())
    };
    pairs.iter().map(header).collect()
}

fn signed() -> HeaderMap {
    headers(&secret().sign("evt_1", noon(), BODY))
}

fn changed(name: &'static str, value: &str) -> Result<String, Refusal> {
    let mut headers = signed();
    headers.insert(name, HeaderValue::from_str(value).unwrap());
    secret().verify(&headers, BODY, noon()).map(|message| message.id.to_owned())
}

#[test]
fn what_was_signed_is_believed_and_has_its_id() {
    assert_eq!(secret().verify(&signed(), BODY, noon()).unwrap().id, "evt_1");
}

/// The example of the specification's own libraries, so that others' senders are understood.
#[test]
fn the_example_of_the_specification_is_understood() {
    let secret = Secret::parse("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw").unwrap();
    let headers = headers(&[
        (ID, "msg_p5jXN8AQM9LWM0D4loKWxJek".to_owned()),
        (TIMESTAMP, "1614265330".to_owned()),
        (SIGNATURE, "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=".to_owned()),
    ]);
    let then = "2021-02-25T15:02:10Z".parse().unwrap();
    assert!(secret.verify(&headers, br#"{"test": 2432232314}"#, then).is_ok());
}

#[test]
fn every_bit_of_the_body_counts() {
    for at in 0..BODY.len() {
        let mut body = BODY.to_vec();
        body[at] ^= 1;
        assert_eq!(secret().verify(&signed(), &body, noon()), Err(Refusal::BadSignature), "byte {at}");
    }
    assert_eq!(secret().verify(&signed(), b"", noon()), Err(Refusal::BadSignature));
}

#[test]
fn what_is_signed_is_the_id_and_the_time_too() {
    assert_eq!(changed(ID, "evt_2"), Err(Refusal::BadSignature));
    let later = (noon().unix_seconds() + 1).to_string();
    assert_eq!(changed(TIMESTAMP, &later), Err(Refusal::BadSignature));
}

#[test]
fn another_secret_is_not_believed() {
    let other = Secret::new([8; 32]).unwrap();
    assert_eq!(other.verify(&signed(), BODY, noon()), Err(Refusal::BadSignature));
}

#[test]
fn an_old_message_is_not_believed_and_neither_is_one_of_the_future() {
    let at = |seconds: u64| noon().checked_add(std::time::Duration::from_secs(seconds)).unwrap();
    let window = TOLERANCE.as_secs();
    assert!(secret().verify(&signed(), BODY, at(window)).is_ok());
    assert_eq!(secret().verify(&signed(), BODY, at(window + 1)), Err(Refusal::TooOld));
    let future = headers(&secret().sign("evt_1", at(window + 1), BODY));
    assert_eq!(secret().verify(&future, BODY, noon()), Err(Refusal::TooNew));
}

#[test]
fn headers_that_are_missing_or_no_headers_of_ours_are_said() {
    for name in [ID, TIMESTAMP, SIGNATURE] {
        let mut headers = signed();
        headers.remove(name);
        assert_eq!(secret().verify(&headers, BODY, noon()), Err(Refusal::Missing(name)));
        let mut headers = signed();
        headers.append(name, HeaderValue::from_static("again"));
        assert_eq!(secret().verify(&headers, BODY, noon()), Err(Refusal::Missing(name)));
    }
    assert_eq!(changed(TIMESTAMP, "noon"), Err(Refusal::Malformed(TIMESTAMP)));
    assert_eq!(changed(TIMESTAMP, "9223372036854775807"), Err(Refusal::TooNew));
    assert_eq!(changed(TIMESTAMP, "-9223372036854775808"), Err(Refusal::TooOld));
    assert_eq!(changed(ID, ""), Err(Refusal::Malformed(ID)));
    for signature in ["", "v1,", "v1,!", "v2,AAAA", "AAAA"] {
        assert_eq!(changed(SIGNATURE, signature), Err(Refusal::BadSignature), "{signature}");
    }
}

#[test]
fn one_good_signature_among_others_is_enough_while_a_secret_is_changed() {
    let good = signed()[SIGNATURE].to_str().unwrap().to_owned();
    assert!(changed(SIGNATURE, &format!("v1,AAAA {good}")).is_ok());
    let many = "v1,AAAA ".repeat(100) + &good;
    assert_eq!(changed(SIGNATURE, &many), Err(Refusal::BadSignature), "nobody tries for ever");
}

#[test]
fn a_secret_can_be_written_down_and_is_never_shown() {
    assert_eq!(Secret::parse(&secret().to_text()), Ok(secret()));
    for text in
        ["", "whsec_", "whsec_AAAA", "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "whsec_no base64 at all, surely not"]
    {
        assert_eq!(Secret::parse(text), Err(NoSecret), "{text}");
    }
    assert_eq!(format!("{:?}", secret()), "Secret(…)");
}
