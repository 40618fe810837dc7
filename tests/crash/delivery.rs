//! The process is cut before and after store calls of an order's way to its customer, and of one that is cancelled while
//! its parcel is packed; after recovery the books balance.

use commerce_store::Commerce;
use http::Method;
use serde_json::{Value, json};
use std::sync::Arc;
use stipule_runtime::{Context, PageRequest};
use tokio::task::JoinSet;

use crate::cut::Cut;
use crate::process::{Answer, Process, TENANT};
use crate::story::{Ending, Memory, QUANTITY, STOCK, tell};
use crate::{AT_ONCE, ended};

/// Which end an order comes to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Way {
    /// It is packed and sent.
    Sent,
    /// It is cancelled as soon as it is packed.
    Regretted,
}

/// A confirmed order, and the part of it that waits to be packed.
pub(crate) async fn set_up(process: &Process) -> (String, String) {
    let Ending::Finished(told) = tell(process, &Memory::default()).await else { panic!("nothing dies yet") };
    let order = told.orders[0].clone();
    let parts = read(process, &format!("/fulfilments?orderId={order}")).await;
    let part = parts["items"][0]["fulfilmentId"].as_str().expect("a part that waits").to_owned();
    (order, part)
}

pub(crate) async fn read(process: &Process, path: &str) -> Value {
    match process.call(Method::GET, path, "read", None).await {
        Answer::Said(200, body) => body,
        other => panic!("GET {path}: {other:?}"),
    }
}

/// What people do, each under a key, until everything came to rest; false when the process died on the way.
async fn work(process: &Process, order: &str, part: &str, way: Way) -> bool {
    let picked = json!({ "lines": [{ "lineNo": 1, "picked": QUANTITY }] });
    let mut commands = vec![
        (format!("/fulfilments/{part}/pick"), picked),
        (format!("/fulfilments/{part}/pack"), json!({ "weightGrams": 840 })),
    ];
    if way == Way::Regretted {
        commands.push((format!("/orders/{order}/cancel"), json!({ "reason": "CUSTOMER_REQUEST" })));
    }
    for (path, body) in &commands {
        loop {
            match process.call(Method::POST, path, path, Some(body)).await {
                Answer::Said(200 | 202, _) => break,
                // The order moves on at the same moment.
                Answer::Said(503, _) => {}
                Answer::Said(status, answer) => panic!("{path}: {status} {answer}"),
                Answer::Died => return false,
            }
        }
    }
    process.settle().await
}

async fn judge(process: &Process, order: &str, part: &str, way: Way, case: &str) {
    let parked = process.local().runs().parked().await.expect("parked cases can be read");
    assert_eq!((parked.len(), process.parked().await), (0, Vec::new()), "{case}");
    let found = read(process, &format!("/orders/{order}")).await;
    let payment =
        read(process, &format!("/payments/{}", found["paymentId"].as_str().unwrap_or_default())).await;
    let level = read(process, "/stock/MUG-BLUE").await;
    let units = |member: &str| payment[member].as_i64().expect("minor units");
    let counts = ["onHand", "reserved", "available"].map(|it| level[it].as_i64().expect("a count"));
    let total = payment["amount"]["amount"].as_i64().expect("an amount");
    let cx = Context::job(Arc::clone(process.local().ports()), TENANT, "test");
    let id = found["paymentId"].as_str().unwrap_or_default().parse().expect("an id");
    let moved = Commerce::of(&cx).payment_with_movements(&id).await.expect("read").expect("a payment");
    let refunds = moved.refunds.iter().map(|it| it.amount.amount.get()).sum::<i64>();
    assert_eq!(units("capturable"), 0, "{case}: nothing is held any more");
    match way {
        Way::Sent => {
            assert_eq!(found["status"], "SHIPPED", "{case}");
            assert_eq!((units("refundable"), moved.captures.len(), refunds), (total, 1, 0), "{case}");
            assert_eq!(counts, [STOCK - QUANTITY, 0, STOCK - QUANTITY], "{case}");
            assert_eq!(read(process, &format!("/shipments/{part}")).await["status"], "DISPATCHED", "{case}");
        }
        // Undone before it left, or stopped on its way: whoever was first. Carriers of a process that died know of no
        // parcel that they could stop.
        Way::Regretted => {
            let stopped = found["status"] == "CANCELLED";
            assert!(stopped || found["status"] == "SHIPPED", "{case}: {found}");
            assert_eq!(units("refundable"), if stopped { 0 } else { total }, "{case}");
            let left = if counts[0] == STOCK { STOCK } else { STOCK - QUANTITY };
            assert_eq!(counts, [left, 0, left], "{case}");
        }
    }
    let (store, id) = (Commerce::of(&cx), order.parse().expect("an id"));
    let parts = store.fulfilments_of_order(&id, PageRequest::first()).await.expect("read").items;
    assert_eq!(parts.len(), 1, "{case}: nothing is packed twice");
}

async fn run(cut: Cut, way: Way) -> u64 {
    let case = format!("{way:?}, cut {cut:?}");
    let folder = tempfile::tempdir().expect("a temporary folder");
    let mut process = Process::start(folder.path(), Cut::Never);
    let (order, part) = set_up(&process).await;
    process.arm(cut);
    let mut deaths = 0;
    while !work(&process, &order, &part, way).await {
        deaths += 1;
        assert!(deaths < 3, "{case}: a process is cut once");
        process = process.again().await;
    }
    let calls = process.calls();
    process.spare();
    judge(&process, &order, &part, way, &case).await;
    process.stop().await;
    calls
}

async fn cut_everywhere(way: Way) {
    let calls = run(Cut::Never, way).await;
    assert!(calls > 30, "the parcel's way reaches the store: {calls} calls");
    let mut runs = JoinSet::new();
    // Every call under `STIPULE_DEEP=1`, else every 47th: each run places three orders first.
    let step = if std::env::var_os("STIPULE_DEEP").is_some() { 1 } else { 47 };
    for cut in (0..calls + 5).step_by(step).flat_map(|number| [Cut::Before(number), Cut::After(number)]) {
        if runs.len() == AT_ONCE {
            ended(runs.join_next().await);
        }
        runs.spawn(run(cut, way));
    }
    while !runs.is_empty() {
        ended(runs.join_next().await);
    }
    println!("{way:?}: cut around {calls} store calls, the books balance");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_parcel_leaves_once_whichever_store_call_the_process_dies_at() {
    cut_everywhere(Way::Sent).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_cancellation_of_a_packed_order_ends_whichever_store_call_the_process_dies_at() {
    cut_everywhere(Way::Regretted).await;
}
