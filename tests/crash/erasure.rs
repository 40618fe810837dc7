//! The process is cut before and after every store call of an erasure; after recovery nothing personal is left, and
//! there is one certificate that says so.

use std::sync::Arc;

use commerce_model::types::{CustomerId, LegalHold, OrderId};
use commerce_store::{Commerce, PlaceLegalHold};
use http::Method;
use serde_json::json;
use stipule_runtime::{Context, PageRequest};
use tokio::task::JoinSet;

use crate::cut::Cut;
use crate::process::{Answer, Process, TENANT};
use crate::story::{Ending, Memory, tell};
use crate::{AT_ONCE, ended};

/// Context of whoever looks inside.
fn inside(process: &Process) -> Context {
    Context::job(Arc::clone(process.local().ports()), TENANT, "test")
}

/// Three orders of one customer, all of them over.
async fn set_up(process: &Process) -> (CustomerId, Vec<OrderId>) {
    let Ending::Finished(told) = tell(process, &Memory::default()).await else { panic!("nothing dies yet") };
    let cancel = format!("/orders/{}/cancel", told.orders[0]);
    let body = json!({ "reason": "CUSTOMER_REQUEST" });
    let answer = process.call(Method::POST, &cancel, "cancel-first", Some(&body)).await;
    assert!(matches!(answer, Answer::Said(202, _)), "{answer:?}");
    assert!(process.settle().await);
    let orders: Vec<OrderId> = told.orders.iter().map(|id| id.parse().expect("an id")).collect();
    let cx = inside(process);
    let order = Commerce::of(&cx).order(&orders[0]).await.expect("the order is read").expect("it is there");
    (order.customer_id, orders)
}

/// Asks for the erasure until it is answered and everything came to rest; false when the process died on the way.
async fn erase(process: &Process, customer: CustomerId) -> bool {
    match process.call(Method::DELETE, &format!("/customers/{customer}"), "erase", None).await {
        // Whoever asks again after the answer was lost finds nobody any more.
        Answer::Said(204 | 404, _) => process.settle().await,
        Answer::Said(status, body) => panic!("{status}: {body}"),
        Answer::Died => false,
    }
}

async fn judge(process: &Process, customer: CustomerId, orders: &[OrderId], case: &str) {
    let runs = process.local().runs();
    let parked = runs.parked().await.expect("parked cases can be read");
    assert_eq!((parked.len(), process.parked().await), (0, Vec::new()), "{case}");
    let list = runs.list("erasure", 10).await.expect("runs can be read");
    let states: Vec<&str> = list.iter().map(|run| run.status.as_str()).collect();
    assert_eq!(states, ["SUCCEEDED"], "{case}: one run");
    let cx = inside(process);
    let store = Commerce::of(&cx);
    assert!(store.customer(&customer).await.expect("read").is_none(), "{case}");
    let methods = store.payment_methods_of_customer(&customer, PageRequest::first()).await.expect("read");
    assert!(methods.items.is_empty(), "{case}: payment methods are left");
    for order in orders {
        let order = store.order(order).await.expect("read").expect("an order stays");
        assert_eq!(order.shipping_address.recipient.as_str(), "erased", "{case}");
    }
    let certificate = store.erasure_certificate(&customer).await.expect("read").expect("a certificate");
    let said: Vec<(&str, i64)> =
        certificate.redacted.iter().map(|it| (it.service.as_str(), it.rows.get())).collect();
    assert_eq!(said, [("notifications", 1), ("orders", 3), ("payments", 3)], "{case}");
}

async fn run(cut: Cut) -> u64 {
    let case = format!("cut {cut:?}");
    let folder = tempfile::tempdir().expect("a temporary folder");
    let mut process = Process::start(folder.path(), Cut::Never);
    let (customer, orders) = set_up(&process).await;
    process.arm(cut);
    let mut deaths = 0;
    while !erase(&process, customer).await {
        deaths += 1;
        assert!(deaths < 3, "{case}: a process is cut once");
        process = process.again().await;
    }
    let calls = process.calls();
    process.spare();
    judge(&process, customer, &orders, &case).await;
    process.stop().await;
    calls
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_erasure_ends_whichever_store_call_the_process_dies_at() {
    let calls = run(Cut::Never).await;
    assert!(calls > 15, "the erasure reaches the store: {calls} calls");
    let mut runs = JoinSet::new();
    // Every call under `STIPULE_DEEP=1`, else every 37th: each run places three orders first.
    let step = if std::env::var_os("STIPULE_DEEP").is_some() { 1 } else { 37 };
    let cuts = (0..calls + 3).step_by(step).flat_map(|number| [Cut::Before(number), Cut::After(number)]);
    let mut cut_at = 0;
    for cut in cuts {
        cut_at += 1;
        if runs.len() == AT_ONCE {
            ended(runs.join_next().await);
        }
        runs.spawn(run(cut));
    }
    while !runs.is_empty() {
        ended(runs.join_next().await);
    }
    println!("{cut_at} cuts before and after {calls} store calls: the erasure ends");
}

#[tokio::test]
async fn a_legal_hold_blocks_an_erasure() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let process = Process::start(folder.path(), Cut::Never);
    let (customer, _) = set_up(&process).await;
    let cx = inside(&process);
    let legal_hold = LegalHold {
        customer_id: customer,
        reason: "Tax audit".parse().expect("a reason"),
        placed_by: "staff|grace".parse().expect("somebody"),
        placed_at: cx.now(),
    };
    let write = PlaceLegalHold { customer_id: customer, legal_hold };
    Commerce::of(&cx).place_legal_hold(write).commit().await.expect("the hold stands");
    let answer = process.call(Method::DELETE, &format!("/customers/{customer}"), "erase", None).await;
    assert!(matches!(answer, Answer::Said(409, _)), "{answer:?}");
    assert!(process.settle().await);
    assert_eq!(process.local().runs().list("erasure", 10).await.expect("runs can be read"), []);
    process.stop().await;
}
