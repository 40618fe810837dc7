//! The process is cut before and after store calls of a return's way; after recovery the books balance.

use http::Method;
use serde_json::{Value, json};
use tokio::task::JoinSet;

use crate::cut::Cut;
use crate::delivery::{read, set_up};
use crate::process::{Answer, Process};
use crate::story::{QUANTITY, STOCK};
use crate::{AT_ONCE, ended};

/// Pieces that come back.
const BACK: i64 = 1;

/// What is done, again and again until it is answered so; `None` when the process died on the way.
async fn insist(process: &Process, path: &str, body: &Value, wanted: u16) -> Option<Value> {
    loop {
        match process.call(Method::POST, path, path, Some(body)).await {
            Answer::Said(status, answer) if status == wanted => return Some(answer),
            // Something else changes the same at the same moment.
            Answer::Said(503, _) => {}
            Answer::Said(status, answer) => panic!("{path}: {status} {answer}"),
            Answer::Died => return None,
        }
    }
}

/// A carrier says that a parcel has arrived, until it is taken; false when the process died on the way.
async fn arrive(process: &Process, parcel: &Value) -> bool {
    let message = json!({
        "account": "maple", "carrier": parcel["carrier"], "trackingNumber": parcel["trackingNumber"],
        "kind": "DELIVERED", "at": "2026-11-09T08:14:00Z"
    });
    let id = parcel["trackingNumber"].as_str().expect("a number");
    loop {
        match process.tell("/webhooks/carrier", id, &message).await {
            Answer::Said(204, _) => return true,
            Answer::Said(503, _) => {}
            Answer::Said(status, answer) => panic!("{status} {answer}"),
            Answer::Died => return false,
        }
    }
}

/// An order that has arrived.
async fn delivered(process: &Process) -> String {
    let (order, part) = set_up(process).await;
    let picked = json!({ "lines": [{ "lineNo": 1, "picked": QUANTITY }] });
    insist(process, &format!("/fulfilments/{part}/pick"), &picked, 200).await.expect("nothing dies yet");
    let packed = json!({ "weightGrams": 840 });
    insist(process, &format!("/fulfilments/{part}/pack"), &packed, 200).await.expect("nothing dies yet");
    assert!(process.settle().await);
    assert!(arrive(process, &read(process, &format!("/shipments/{part}")).await).await);
    assert!(process.settle().await);
    order
}

/// Asks for the return, sends the parcel and looks into it, until everything came to rest; `None` when the process died.
async fn send_back(process: &Process, order: &str) -> Option<String> {
    let wish = json!({ "orderId": order, "reason": "DAMAGED", "lines": [{ "lineNo": 1, "quantity": BACK }] });
    let made = insist(process, "/returns", &wish, 201).await?;
    let id = made["returnId"].as_str().expect("an id").to_owned();
    if !process.settle().await {
        return None;
    }
    let Answer::Said(200, it) = process.call(Method::GET, &format!("/returns/{id}"), "read", None).await
    else {
        return None;
    };
    if !arrive(process, &it["parcel"]).await || !process.settle().await {
        return None;
    }
    let found = json!({ "lines": [{ "lineNo": 1, "condition": "AS_NEW" }] });
    insist(process, &format!("/returns/{id}/inspection"), &found, 200).await?;
    process.settle().await.then_some(id)
}

async fn judge(process: &Process, order: &str, id: &str, case: &str) {
    let runs = process.local().runs();
    let parked = runs.parked().await.expect("parked cases can be read");
    assert_eq!((parked.len(), process.parked().await), (0, Vec::new()), "{case}");
    let list = runs.list("returning", 10).await.expect("runs can be read");
    let states: Vec<&str> = list.iter().map(|run| run.status.as_str()).collect();
    assert_eq!(states, ["SUCCEEDED"], "{case}: one run");
    let it = read(process, &format!("/returns/{id}")).await;
    assert_eq!(it["status"], "CLOSED", "{case}");
    let found = read(process, &format!("/orders/{order}")).await;
    let payment =
        read(process, &format!("/payments/{}", found["paymentId"].as_str().unwrap_or_default())).await;
    let units = |value: &Value| value.as_i64().expect("minor units");
    let (taken, back) = (units(&payment["amount"]["amount"]), units(&it["refund"]["amount"]));
    assert_eq!((back, units(&payment["refundable"])), (taken * BACK / QUANTITY, taken - back), "{case}");
    let level = read(process, "/stock/MUG-BLUE").await;
    let counts = ["onHand", "reserved", "available"].map(|it| level[it].as_i64().expect("a count"));
    let left = STOCK - QUANTITY + BACK;
    assert_eq!(counts, [left, 0, left], "{case}");
    let all =
        read(process, &format!("/returns?customerId={}", it["customerId"].as_str().unwrap_or_default()))
            .await;
    assert_eq!(all["items"].as_array().map(Vec::len), Some(1), "{case}: asked for once");
}

async fn run(cut: Cut) -> u64 {
    let case = format!("cut {cut:?}");
    let folder = tempfile::tempdir().expect("a temporary folder");
    let mut process = Process::start(folder.path(), Cut::Never);
    let order = delivered(&process).await;
    process.arm(cut);
    let mut deaths = 0;
    let id = loop {
        if let Some(id) = send_back(&process, &order).await {
            break id;
        }
        deaths += 1;
        assert!(deaths < 3, "{case}: a process is cut once");
        process = process.again().await;
    };
    let calls = process.calls();
    process.spare();
    judge(&process, &order, &id, &case).await;
    process.stop().await;
    calls
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_return_is_refunded_and_restocked_once_whichever_store_call_the_process_dies_at() {
    let calls = run(Cut::Never).await;
    assert!(calls > 30, "the return reaches the store: {calls} calls");
    let mut runs = JoinSet::new();
    // Every call under `STIPULE_DEEP=1`, else every 47th: each run delivers an order first.
    let step = if std::env::var_os("STIPULE_DEEP").is_some() { 1 } else { 47 };
    for cut in (0..calls + 5).step_by(step).flat_map(|number| [Cut::Before(number), Cut::After(number)]) {
        if runs.len() == AT_ONCE {
            ended(runs.join_next().await);
        }
        runs.spawn(run(cut));
    }
    while !runs.is_empty() {
        ended(runs.join_next().await);
    }
    println!("cut around {calls} store calls: the return is settled once");
}
