//! Events as functions are called with them.

use std::collections::BTreeMap;

use serde_json::value::RawValue;
use serde_json::{Value, json};
use stipule_fuzz::Check;
use stipule_fuzz::corpus::Input;
use stipule_runtime::Envelope;
use stipule_runtime::event::Aggregate;
use stipule_runtime::wire::{Json, Limits};

use super::{with_token, world};
use crate::exchange::Request;
use crate::library::Noted;
use crate::proxy;
use crate::sandbox::{Account, Sandbox, Told, taken};
use crate::stored;

/// The functions; an input's name is that of one.
const HANDLERS: [&str; 7] = [
    "members.api",
    "members.events",
    "members.steps",
    "platform.authorizer",
    "platform.starter",
    "platform.publisher",
    "platform.sockets",
];

/// What API Gateway, the bus, queues, state machines and the stream of the table send.
pub(super) fn messages() -> Vec<Input> {
    let mut found = Vec::new();
    let mut add = |handler: &str, event: &Value| found.push(Input::new(handler, &event.to_string()));
    let known = json!({"principalId": "ada", "tenant": "north", "scopes": "members:read members:write loans:read", "expires": ""});
    for text in [
        "POST /members HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nIdempotency-Key: k\r\nContent-Length: 29\r\n\r\n{\"email\":\"a@b.c\",\"name\":\"Ada\"}",
        "GET /books/9780000000001/loans?limit=5&cursor=a%20b HTTP/1.1\r\nHost: a\r\n\r\n",
        "GET /shelves/x/a...b.json?tags=a&tags=b&day=2026-01-02 HTTP/1.1\r\nHost: a\r\nCookie: theme=dark\r\n\r\n",
    ] {
        let request = Request::of(text.as_bytes()).expect("a request");
        add("members.api", &proxy::event(&request, &known).expect("an event"));
        add("members.api", &proxy::event(&request, &Value::Null).expect("an event"));
    }
    let bearer = "GET / HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer TOKEN\r\n\r\n";
    let request = Request::of(bearer.as_bytes()).expect("a request");
    add("platform.authorizer", &proxy::question(&request).expect("a question"));
    let (on_time, late) = (returned(1, false), returned(2, true));
    let bus = |event: &Envelope| {
        let detail: Value = serde_json::from_str(&event.to_json()).expect("JSON");
        json!({"version": "0", "detail-type": event.name, "source": event.source, "detail": detail})
    };
    add("members.events", &bus(&on_time));
    let bodies = [bus(&on_time).to_string(), bus(&late).to_string(), "{}".to_owned()];
    add("members.events", &batch("library-live-members-on-loan-returned.fifo", &bodies));
    add("platform.starter", &batch("library-live-fines-start", &bodies));
    let time = on_time.time;
    let records: Vec<Value> = [&on_time, &late]
        .map(|event| stored::written(&event.to_item(&library_store::TABLE, &time)))
        .map(|image| json!({"eventName": "INSERT", "dynamodb": {"NewImage": image, "SequenceNumber": "1"}}))
        .into();
    add("platform.publisher", &json!({ "Records": records }));
    let context = json!({"tenant": "north", "time": "2026-01-02T03:04:05Z", "correlationId": "c", "causationId": "r", "traceId": "4bf92f3577b34da6a3ce929d0e0e4736"});
    add(
        "members.steps",
        &json!({"saga": "fines", "step": "charge", "key": "fines/run/charge", "attempt": 1, "context": context, "input": {"a": [1, null]}, "token": "t"}),
    );
    let socket = |kind: &str, body: &str| json!({"requestContext": {"eventType": kind, "connectionId": "c-1", "authorizer": known}, "body": body, "isBase64Encoded": false});
    for body in [
        r#"{"type": "subscribe", "topic": "book/9780000000001"}"#,
        r#"{"type": "subscribe", "topic": "everybody", "since": 3}"#,
        r#"{"type": "ack", "topic": "everybody", "seq": 9}"#,
        r#"{"type": "unsubscribe", "topic": "everybody"}"#,
        r#"{"type": "ping"}"#,
    ] {
        add("platform.sockets", &socket("MESSAGE", body));
    }
    add("platform.sockets", &socket("CONNECT", ""));
    add("platform.sockets", &socket("DISCONNECT", ""));
    add(
        "platform.sockets",
        &json!({"methodArn": "arn:a/live/$connect", "queryStringParameters": {"ticket": "AAAA"}}),
    );
    found
}

pub(super) fn returned(number: u64, late: bool) -> Envelope {
    let id = library_tests::samples::id(number);
    let data = format!(r#"{{"loanId": "{id}", "memberId": "{id}", "late": {late}}}"#);
    Envelope {
        id,
        name: "Loan.Returned".to_owned(),
        source: "library.lending".to_owned(),
        version: 1,
        time: library_tests::samples::at(0),
        tenant: "north".to_owned(),
        aggregate: Aggregate { name: "Loan".to_owned(), id: id.to_string() },
        seq: number,
        ordering_key: id.to_string(),
        correlation_id: "c".to_owned(),
        causation_id: "r".to_owned(),
        trace_id: "4bf92f3577b34da6a3ce929d0e0e4736".to_owned(),
        data: Json::parse(data.as_bytes(), Limits::default()).expect("JSON").into_owned(),
    }
}

fn batch(queue: &str, bodies: &[String]) -> Value {
    let records = bodies.iter().enumerate().map(|(at, body)| {
        json!({
            "messageId": format!("m{at}"), "body": body, "attributes": {"MessageGroupId": "g"},
            "eventSource": "aws:sqs", "eventSourceARN": format!("arn:aws:sqs:us-east-1:123456789012:{queue}"),
        })
    });
    json!({ "Records": records.collect::<Vec<_>>() })
}

/// The functions of one account, all warm.
struct Functions {
    account: Account,
    warm: BTreeMap<&'static str, Sandbox>,
}

impl Functions {
    async fn open() -> Self {
        let account = Account::new();
        let mut warm = BTreeMap::new();
        for handler in HANDLERS {
            warm.insert(handler, Sandbox::open(&account, handler).await);
        }
        Self { account, warm }
    }

    async fn check(&mut self, input: &Input) {
        let Some(sandbox) = self.warm.get_mut(input.name.as_str()) else { return };
        let bytes = with_token(&input.bytes, &self.account.token);
        let told = sandbox.call(&bytes).await;
        let noted = self.account.notes.take();
        // What a function doesn't look at is only passed over: its depth, its surrogates, the size of its numbers, bytes that
        // are no text.
        let event = serde_json::from_slice::<Value>(&bytes);
        let passes = std::str::from_utf8(&bytes).map(serde_json::from_str::<&RawValue>);
        if event.is_err() && !matches!(passes, Ok(Err(_))) {
            return;
        }
        let (answer, event) = match (&told, event) {
            (Told::Failure(kind), event) => {
                let known = ["Event.Unreadable", "Event.NotHandled", "Outbox.NotCleared", "Unauthorized"];
                let own =
                    known.contains(&kind.as_str()) || kind.starts_with("Token.") || kind.starts_with("Step.");
                assert!(own, "{} fails with {kind}", input.name);
                assert!(kind != "Outbox.NotCleared" || event.is_ok(), "what can't be read is sent");
                return;
            }
            (Told::Answer(_), Err(error)) => panic!("{} answers what isn't JSON: {error}", input.name),
            (Told::Answer(answer), Ok(event)) => (answer.clone(), event),
        };
        match input.name.as_str() {
            "members.api" => self.called(&noted, &event, &answer),
            "platform.authorizer" => self.let_in(&event, &answer),
            "members.events" | "platform.starter" => self.delivered(&event, &answer),
            "platform.publisher" => self.published(&answer),
            "platform.sockets" => self.spoken(&event, &answer),
            _ => {}
        }
    }

    fn called(&self, noted: &[Noted], event: &Value, answer: &Value) {
        let status = answer["statusCode"].as_u64().expect("an answer has a status");
        assert!((200..500).contains(&status), "{answer}");
        let known = &event["requestContext"]["authorizer"];
        for noted in noted {
            let anonymous = noted.tenant.is_empty() && noted.subject.is_empty();
            let told = known["tenant"] == *noted.tenant && known["principalId"] == *noted.subject;
            assert!(anonymous || told, "{noted:?} is asked for by {known}");
        }
        if status >= 400 {
            let body = answer["body"].as_str().expect("a problem is text");
            let problem: Value = serde_json::from_str(body).unwrap_or_default();
            let is_head = event["httpMethod"] == "HEAD";
            assert!(is_head || problem["status"] == status, "{answer}");
        }
    }

    fn let_in(&self, event: &Value, answer: &Value) {
        let statement = &answer["policyDocument"]["Statement"][0];
        assert_eq!(statement["Effect"], "Allow", "{answer}");
        assert_eq!((&answer["principalId"], &answer["context"]["tenant"]), (&"ada".into(), &"north".into()));
        let text = event.to_string();
        assert!(text.contains(&self.account.token), "somebody is let in without the token");
        let method = event["methodArn"].as_str().expect("what is called");
        let resource = statement["Resource"].as_str().expect("what is allowed");
        let stage = resource.strip_suffix("/*").unwrap_or(resource);
        assert!(method.starts_with(stage), "{resource} is allowed for {method}");
    }

    fn delivered(&self, event: &Value, answer: &Value) {
        let ids: Vec<&Value> =
            event["Records"].as_array().into_iter().flatten().map(|record| &record["messageId"]).collect();
        for item in answer["batchItemFailures"].as_array().into_iter().flatten() {
            assert!(ids.contains(&&item["itemIdentifier"]), "{item} was never sent");
        }
        for start in taken(&self.account.out.starts) {
            let plain = |it: char| it.is_ascii_alphanumeric() || it == '-' || it == '_';
            let fits = (1..=80).contains(&start.name.len()) && start.name.chars().all(plain);
            assert!(fits, "no run may be called {:?}", start.name);
        }
    }

    fn published(&self, answer: &Value) {
        assert_eq!(*answer, json!({ "batchItemFailures": [] }));
        for entry in taken(&self.account.out.entries) {
            let envelope = Envelope::from_json(entry.detail.as_bytes());
            let envelope = envelope.unwrap_or_else(|error| panic!("{error}: {}", entry.detail));
            assert_eq!(envelope.to_json(), entry.detail, "written and read again it differs");
            assert_eq!((envelope.name, envelope.source), (entry.name, entry.source));
        }
    }

    fn spoken(&self, event: &Value, answer: &Value) {
        assert!(answer.get("policyDocument").is_none(), "{event} is let in without a ticket");
        let status = answer["statusCode"].as_u64();
        assert!(matches!(status, Some(200 | 201 | 401)), "{answer}");
        for post in taken(&self.account.out.posts) {
            let said: Value = serde_json::from_str(&post).expect("who listens is told JSON");
            assert!(said["type"].is_string(), "{said} is of no kind");
        }
    }
}

pub(super) fn check() -> Check {
    world(Functions::open, async |functions: &mut Functions, input| functions.check(input).await)
}
