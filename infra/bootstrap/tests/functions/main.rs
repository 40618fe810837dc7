//! Every kind of function against a Runtime API on the loopback interface, with the services of the shop over a table in
//! memory.

mod releases;
mod sandbox;
mod shop;
mod sockets;
#[path = "../../../../tests/attacks/tokens.rs"]
mod tokens;

use std::process::{Command, Stdio};

use sandbox::{Sandbox, Told};
use serde_json::{Value, json};
use shop::{Shop, asking, batch, delivered, proxy, question};

fn ada() -> Option<Value> {
    Some(json!({ "email": "ada@example.com", "name": "Ada Moreau" }))
}

#[tokio::test]
async fn the_authorizer_tells_who_calls_and_lets_nobody_else_in() {
    let shop = Shop::new();
    let answer = shop.ok("platform.authorizer", &question(&shop.token("maple"))).await;
    assert_eq!((&answer["principalId"], &answer["context"]["tenant"]), (&"grace".into(), &"maple".into()));
    assert_eq!(
        answer["policyDocument"]["Statement"][0],
        json!({
            "Action": "execute-api:Invoke", "Effect": "Allow",
            "Resource": "arn:aws:execute-api:us-east-1:123456789012:api/live/*",
        })
    );
    let mut forged = shop.token("maple");
    forged.replace_range(forged.len() - 8.., "AAAAAAAA");
    let mut nobody = question("");
    nobody["headers"] = json!({});
    for event in [question(&forged), question(""), nobody, question(&Shop::new().token("maple"))] {
        let Told::Failure(said) = shop.call("platform.authorizer", &event).await else {
            panic!("let in: {event}")
        };
        assert_eq!(said["errorMessage"], "Unauthorized", "the gateway makes a 401 of this word alone");
    }
    let mut query = question("");
    query["headers"] = json!({});
    query["queryStringParameters"] = json!({ "token": shop.token("maple") });
    let told = shop.call("platform.authorizer", &query).await;
    assert!(matches!(told, Told::Failure(_)), "a token in an address ends up in logs: {told:?}");
}

#[tokio::test]
async fn the_authorizer_lets_no_forged_token_in() {
    let shop = Shop::new();
    let attacks = shop.forge("maple").attacks();
    let events: Vec<Value> = attacks.iter().map(|attack| asking(&attack.headers)).collect();
    let told = shop.call_all("platform.authorizer", &events).await;
    let is_refused = |reason: &str, told: &Told| {
        let kind = format!("Token.{reason}");
        matches!(told, Told::Failure(said) if said["errorMessage"] == "Unauthorized" && said["errorType"] == kind)
    };
    let let_in = attacks.iter().zip(&told).filter(|(attack, told)| !is_refused(attack.reason, told));
    let let_in: Vec<String> =
        let_in.map(|(attack, told)| format!("{} ({}): {told:?}", attack.name, attack.reason)).collect();
    assert!(let_in.is_empty(), "{}", let_in.join("\n"));
    assert!(attacks.len() >= 60, "{} attacks", attacks.len());
}

#[tokio::test]
async fn a_request_is_answered_and_refused_as_the_contract_says() {
    let shop = Shop::new();
    let (status, customer) = shop.request("customers.api", "POST", "/customers", ada()).await;
    assert_eq!((status, &customer["name"]), (201, &"Ada Moreau".into()), "{customer}");
    let path = format!("/customers/{}", customer["customerId"].as_str().expect("an id"));
    let (status, found) = shop.request("customers.api", "GET", &path, None).await;
    assert_eq!((status, &found["email"]), (200, &"ada@example.com".into()));
    let (status, problem) =
        shop.request("customers.api", "POST", "/customers", Some(json!({ "name": 7 }))).await;
    assert_eq!(status, 422, "{problem}");
    let stranger = shop.authorized("oak").await;
    let answers = [Value::Null, stranger].map(|known| proxy("GET", &path, None, &known));
    let told = shop.call_all("customers.api", &answers).await;
    let status = |told: &Told| match told {
        Told::Answer(answer) => answer["statusCode"].as_u64(),
        _ => None,
    };
    assert_eq!(
        told.iter().map(status).collect::<Vec<_>>(),
        [Some(401), Some(404)],
        "one sandbox, two requests"
    );
}

#[tokio::test]
async fn what_is_no_event_of_a_function_fails_and_the_next_one_is_served() {
    let shop = Shop::new();
    let known = shop.authorized("maple").await;
    let events = [json!({ "no": "request" }), proxy("GET", "/customers/x", None, &known)];
    let told = shop.call_all("customers.api", &events).await;
    assert!(matches!(&told[0], Told::Failure(said) if said["errorType"] == "Event.Unreadable"), "{told:?}");
    assert!(matches!(&told[1], Told::Answer(_)), "{told:?}");
}

#[tokio::test]
async fn an_event_goes_from_the_table_through_the_bus_to_its_consumer() {
    let shop = Shop::new();
    let (_, customer) = shop.request("customers.api", "POST", "/customers", ada()).await;
    let id = customer["customerId"].as_str().expect("an id").to_owned();
    let loyalty = format!("/loyalty/{id}");
    assert_eq!(shop.request("loyalty.api", "GET", &loyalty, None).await.0, 404, "nobody told it yet");

    let records = shop.stream().await;
    *shop.out.refuses.lock().expect("alone") = true;
    assert!(matches!(shop.call("platform.publisher", &records).await, Told::Failure(_)));
    assert_eq!(shop.stream().await, records, "what wasn't taken stays in the outbox");
    *shop.out.refuses.lock().expect("alone") = false;
    let left = shop.ok("platform.sweeper", &json!({})).await;
    assert_eq!(left["sent"], 0, "young rows are the publisher's");
    shop.ok("platform.publisher", &records).await;
    assert_eq!(shop.stream().await["Records"], json!([]));
    let entries = shop.out.entries.lock().expect("alone").clone();
    let names: Vec<&str> = entries.iter().map(|entry| entry.name.as_str()).collect();
    assert_eq!(names, ["Customer.Registered"]);

    let bodies = [delivered(&entries[0]), "no event".to_owned(), delivered(&entries[0])];
    let queue = "commerce-test-loyalty-on-customer-registered";
    let answer = shop.ok("loyalty.events", &batch(queue, &bodies)).await;
    assert_eq!(
        answer,
        json!({ "batchItemFailures": [{ "itemIdentifier": "m1" }] }),
        "only what failed comes again"
    );
    let (status, statement) = shop.request("loyalty.api", "GET", &loyalty, None).await;
    assert_eq!((status, &statement["account"]["balance"]), (200, &0.into()), "{statement}");
}

#[tokio::test]
async fn in_an_ordered_queue_nothing_overtakes_what_failed() {
    let shop = Shop::new();
    let bodies = ["no event".to_owned(), "nor this".to_owned()];
    let answer =
        shop.ok("orders.events", &batch("commerce-test-orders-on-payment-voided.fifo", &bodies)).await;
    assert_eq!(answer["batchItemFailures"].as_array().map(Vec::len), Some(2));
    let answer = shop.ok("loyalty.events", &batch("commerce-test-strange", &["{}".to_owned()])).await;
    assert_eq!(
        answer["batchItemFailures"][0]["itemIdentifier"], "m0",
        "a queue that it doesn't know isn't emptied"
    );
}

#[tokio::test]
async fn a_saga_starts_by_its_event_and_its_steps_are_taken_by_the_service_that_has_them() {
    let shop = Shop::new();
    let app = commerce::app(commerce::Outside::local().expect("randomness"));
    let saga = app.sagas().iter().find(|saga| !saga.starts.is_empty()).expect("a saga that an event starts");
    let start = saga.starts[0];
    let mut data = json!({});
    data[start.name] = "018f3a52-0000-7000-8000-0000000000c1".into();
    let envelope = json!({
        "id": "018f3a52-0000-7000-8000-0000000000e1", "name": start.event, "source": "s", "version": start.version,
        "time": "2026-11-23T04:00:00Z", "tenant": "maple", "aggregate": { "name": "A", "id": "1" }, "seq": 1,
        "orderingKey": "1", "correlationId": "c", "causationId": "e", "traceId": "0", "data": data,
    });
    let body = json!({ "detail-type": start.event, "source": "s", "detail": envelope }).to_string();
    let queue = format!("commerce-test-{}-start", saga.name);
    let answer = shop.ok("platform.starter", &batch(&queue, &[body, "{}".to_owned()])).await;
    assert_eq!(answer["batchItemFailures"], json!([{ "itemIdentifier": "m1" }]));
    let starts = shop.out.starts.lock().expect("alone").clone();
    assert_eq!(starts.iter().map(|start| start.saga.as_str()).collect::<Vec<_>>(), [saga.name]);

    let mut task = json!({
        "saga": "abandonment", "step": "find_idle_carts", "key": "abandonment/r/find_idle_carts", "attempt": 0,
        "context": {
            "tenant": "maple", "time": "2026-11-27T00:00:00Z", "correlationId": "c", "causationId": "c",
            "traceId": "4bf92f3577b34da6a3ce929d0e0e4736",
        },
        "input": { "day": "2026-11-27", "wakeAt": "2026-11-28T00:00:00Z" },
    });
    assert_eq!(shop.ok("carts.steps", &task).await["carts"], json!([]));
    let Told::Failure(said) = shop.call("orders.steps", &task).await else { panic!("taken by another") };
    assert_eq!(said["errorType"], "Step.Permanent", "a state machine doesn't try this again");
    task["input"] = json!({ "day": "never" });
    let Told::Failure(said) = shop.call("carts.steps", &task).await else { panic!("no such day") };
    assert_eq!(said["errorType"], "Step.Permanent", "{said}");
}

/// The binary itself.
#[tokio::test]
async fn a_binary_that_lacks_something_says_all_of_it_where_lambda_shows_it() {
    for (handler, words) in [
        ("orders.api", &["AWS_REGION", "STIPULE_TABLE", "STIPULE_MACHINES", "STIPULE_SECRET"][..]),
        ("platform.nothing", &["platform.nothing", "platform.publisher"][..]),
    ] {
        let mut sandbox = Sandbox::open().await;
        let mut binary = Command::new(env!("CARGO_BIN_EXE_bootstrap"))
            .env_clear()
            .env("AWS_LAMBDA_RUNTIME_API", &sandbox.address)
            .env("_HANDLER", handler)
            .stdout(Stdio::null())
            .spawn()
            .expect("the binary starts");
        let (_, told) = sandbox.heard().await;
        let Told::NoStart(said) = told else { panic!("it started: {told:?}") };
        let message = said["errorMessage"].as_str().expect("words");
        for word in words {
            assert!(message.contains(word), "{message}");
        }
        let status = tokio::task::spawn_blocking(move || binary.wait()).await.expect("waits").expect("ends");
        assert!(!status.success());
    }
}
