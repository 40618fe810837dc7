//! Messages that somebody else sends in a partner's name: none is believed, none leaves a row.

use std::path::Path;
use std::time::Duration;

use bytes::Bytes;
use http::{HeaderName, HeaderValue};
use platform_tests::asking::strangers::{self, House as _};
use platform_tests::asking::{Ask, asks_of};
use platform_tests::contracts::contract;
use stipule_runtime::Caller;
use stipule_runtime::webhook::{SIGNATURE, Secret, TIMESTAMP, TOLERANCE};
use stipule_runtime::wire::DateTime;

use crate::house::House;

/// Names and values of headers, and the body, of a message.
struct Message {
    headers: Vec<(&'static str, String)>,
    body: Vec<u8>,
}

impl Message {
    fn signed(secret: &Secret, at: DateTime, body: &[u8]) -> Self {
        Self { headers: secret.sign("msg_forged", at, body).to_vec(), body: body.to_vec() }
    }

    /// With another value of a header; without it if there is none.
    fn with(mut self, name: &str, change: impl FnOnce(&str) -> Option<String>) -> Self {
        let at = self.headers.iter().position(|(own, _)| *own == name).expect("it has this header");
        match change(&self.headers[at].1) {
            Some(value) => self.headers[at].1 = value,
            None => drop(self.headers.remove(at)),
        }
        self
    }

    fn of(self, ask: Ask) -> http::Request<Bytes> {
        let mut request = ask.unsigned().with_body(self.body).request();
        for name in ["webhook-id", TIMESTAMP, SIGNATURE] {
            request.headers_mut().remove(name);
        }
        for (name, value) in self.headers {
            let value = HeaderValue::from_str(&value).expect("a header");
            request.headers_mut().append(HeaderName::from_static(name), value);
        }
        request
    }
}

/// What is tried with the message that the platform would believe.
fn forged(secret: &Secret, now: DateTime, body: &[u8]) -> Vec<(&'static str, Message)> {
    let own = Secret::new([7; 32]).expect("a secret");
    let signed = |at| Message::signed(secret, at, body);
    let shifted = |seconds: i64| DateTime::from_unix(now.unix_seconds() + seconds, 0).expect("a time");
    let late = i64::try_from((TOLERANCE + Duration::from_secs(5)).as_secs()).expect("minutes");
    let good = || signed(now);
    let mut other = body.to_vec();
    other.push(b' ');
    let mut twice = good();
    twice.headers.push((SIGNATURE, twice.headers[2].1.clone()));
    vec![
        ("another secret", Message::signed(&own, now, body)),
        ("recorded, and sent again later", signed(shifted(-late))),
        ("of the future", signed(shifted(late))),
        ("another body", Message { body: other, ..good() }),
        ("another time", good().with(TIMESTAMP, |_| Some((now.unix_seconds() - 1).to_string()))),
        ("another id", good().with("webhook-id", |_| Some("msg_other".to_owned()))),
        ("no id", good().with("webhook-id", |_| None)),
        ("no time", good().with(TIMESTAMP, |_| None)),
        ("a time in words", good().with(TIMESTAMP, |_| Some("now".to_owned()))),
        ("no signature", good().with(SIGNATURE, |_| None)),
        ("an empty signature", good().with(SIGNATURE, |_| Some(String::new()))),
        ("no bytes", good().with(SIGNATURE, |_| Some("v1,".to_owned()))),
        ("another version", good().with(SIGNATURE, |it| Some(it.replacen("v1,", "v1a,", 1)))),
        ("no version", good().with(SIGNATURE, |it| it.strip_prefix("v1,").map(str::to_owned))),
        ("half a signature", good().with(SIGNATURE, |it| Some(it[..24].to_owned()))),
        ("another letter", good().with(SIGNATURE, |it| Some(other_letter(it)))),
        ("two headers of it", twice),
        ("a hundred others before it", good().with(SIGNATURE, |it| Some("v1,AAAA ".repeat(100) + it))),
    ]
}

/// The first letter of the signature is another one.
fn other_letter(signature: &str) -> String {
    let other = if &signature[3..4] == "A" { "B" } else { "A" };
    format!("{}{other}{}", &signature[..3], &signature[4..])
}

#[tokio::test]
async fn nobody_speaks_in_a_partners_name() {
    let contract = contract(Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the repository"));
    let house = House::open();
    let now = house.local.ports().clock.now();
    let before = strangers::rows(&house, &contract).await.len();
    let hearing: Vec<(String, Ask)> = asks_of(&contract)
        .into_iter()
        .filter(|(_, ask)| ask.clone().request().headers().contains_key(SIGNATURE))
        .collect();
    let (mut believed, mut tried) = (Vec::new(), 0);
    for (operation, ask) in &hearing {
        let body = ask.clone().request().into_body();
        let status = async |message: Message| {
            let request = message.of(ask.clone());
            house.local.app().handle(request, Caller::Anonymous, house.local.ports()).await.status().as_u16()
        };
        // The trap works: what is signed well is believed, though it is of something that isn't there.
        assert_eq!(status(Message::signed(&house.secret, now, &body)).await, 404, "{operation}");
        for (name, message) in forged(&house.secret, now, &body) {
            tried += 1;
            let status = status(message).await;
            // What isn't there or is no number at all is refused by the contract already.
            if !matches!(status, 400 | 401 | 422) {
                believed.push(format!("{operation}, {name}: {status}"));
            }
        }
    }
    assert!(believed.is_empty(), "{}", believed.join("\n"));
    assert!(hearing.len() >= 2 && tried >= 36, "{tried} messages to {} operations", hearing.len());
    assert_eq!(strangers::rows(&house, &contract).await.len(), before, "nothing is kept of them");
}
