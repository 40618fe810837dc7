//! How sagas end of which a step fails for good before anything can't be undone any more.

use std::sync::Arc;

use commerce::parts;
use commerce_service::sagas;
use futures_util::FutureExt;
use serde_json::{Value, json};
use stipule_local::Parts;
use stipule_local::table::Place;
use stipule_local::workflow::RunKey;
use stipule_runtime::saga::{Saga, SagaStep, StepFailure};
use stipule_runtime::wire::{Decode, Posture, from_slice};
use stipule_runtime::{App, Context};

use crate::house::{House, STORES};
use crate::yard::{MUG, Yard};

const ID: &str = "018f3a52-0000-7000-8000-0000000000d0";

/// A shop in which a step of a saga fails: with a declared error, or for good.
fn house(saga: &str, step: &str, error: Option<&'static str>) -> House {
    let parts = parts(Place::Memory).expect("randomness");
    House::of(one_step_always(parts, saga, step, error))
}

fn read<T: Decode>(json: &Value) -> T {
    from_slice(json.to_string().as_bytes(), Posture::Closed).expect("the input keeps its contract")
}

/// States of the only run of a saga, in their order.
async fn states(house: &House, saga: &str) -> Vec<String> {
    house.local.settle().await.expect("the outbox can be read");
    let runs = house.local.runs().list(saga, 10).await.expect("runs are read");
    assert_eq!(runs.len(), 1, "{runs:?}");
    let key: &RunKey = &runs[0].key;
    let history = house.local.runs().history(key).await.expect("a history is read");
    let entered = history.into_iter().filter(|it| it.kind.ends_with("StateEntered"));
    entered.filter_map(|it| it.state).collect()
}

fn nobody(house: &House) -> Context {
    Context::job(Arc::clone(house.local.ports()), STORES[0], "a test".to_owned())
}

#[tokio::test]
async fn a_run_that_fails_before_it_did_anything_just_ends() {
    let shop = house("promotion", "begin_promotion", None);
    let past = json!({ "promotionId": ID, "startsAt": "2020-01-01T00:00:00Z", "endsAt": "2020-01-02T00:00:00Z", "setAt": "2020-01-01T00:00:00Z" });
    sagas::start_promotion(&nobody(&shop), "one", &read(&past)).await.expect("it starts");
    assert_eq!(states(&shop, "promotion").await.last().map(String::as_str), Some("End: failed"));

    let shop = house("abandonment", "find_idle_carts", None);
    let past = json!({ "day": "2020-01-01", "wakeAt": "2020-01-01T00:00:00Z" });
    sagas::start_abandonment(&nobody(&shop), "one", &read(&past)).await.expect("it starts");
    assert_eq!(states(&shop, "abandonment").await.last().map(String::as_str), Some("End: failed"));

    let shop = house("renewal", "begin_cycle", None);
    let past = json!({
        "subscriptionId": ID, "cycle": 1, "dueAt": "2020-01-01T00:00:00Z", "wakeAt": "2020-01-01T00:00:00Z",
        "setAt": "2020-01-01T00:00:00Z"
    });
    sagas::start_renewal(&nobody(&shop), "one", &read(&past)).await.expect("it starts");
    assert_eq!(states(&shop, "renewal").await.last().map(String::as_str), Some("End: failed"));

    let shop = house("cancellation", "take_up", None);
    let order = json!({ "orderId": ID, "stage": "PACKING" });
    sagas::start_cancellation(&nobody(&shop), "one", &read(&order)).await.expect("it starts");
    assert_eq!(states(&shop, "cancellation").await.last().map(String::as_str), Some("End: failed"));
}

#[tokio::test]
async fn an_order_that_can_t_be_cancelled_is_looked_at_by_a_person() {
    let shop = house("cancellation", "stop_packing", None);
    shop.sell("MUG-BLUE", MUG, 5).await;
    shop.settle().await;
    let ada = shop.customer("ada", "tok_visa_4242").await;
    let cart = shop.cart(&ada, "MUG-BLUE", 1).await;
    let order = shop.check_out(&ada, &cart).await;
    shop.settle().await;
    shop.post(&format!("/orders/{order}/cancel"), json!({ "reason": "CUSTOMER_REQUEST" })).await;
    assert_eq!(states(&shop, "cancellation").await, ["Take up", "Stop packing", "Park: stop packing"]);
    let parked = shop.local.runs().parked().await.expect("parked cases are read");
    assert_eq!(parked.len(), 1, "{parked:?}");
    assert_eq!(shop.get(&format!("/orders/{order}")).await["status"], "CANCELLING");
}

#[tokio::test]
async fn prices_that_can_t_be_looked_at_reject_the_order() {
    let shop = house("checkout", "check_prices", None);
    shop.sell("MUG-BLUE", MUG, 5).await;
    shop.settle().await;
    let ada = shop.customer("ada", "tok_visa_4242").await;
    let cart = shop.cart(&ada, "MUG-BLUE", 1).await;
    let order = shop.check_out(&ada, &cart).await;
    assert_eq!(states(&shop, "checkout").await[..2], ["Check prices", "Reject order"]);
    assert_eq!(shop.get(&format!("/orders/{order}")).await["status"], "REJECTED");
}

#[tokio::test]
async fn an_order_that_nobody_can_split_is_given_up() {
    let shop = house("fulfilment", "split_order", None);
    shop.sell("MUG-BLUE", MUG, 5).await;
    shop.settle().await;
    let ada = shop.customer("ada", "tok_visa_4242").await;
    let cart = shop.cart(&ada, "MUG-BLUE", 1).await;
    shop.check_out(&ada, &cart).await;
    shop.settle().await;
    assert_eq!(states(&shop, "fulfilment").await[..2], ["Split order", "Give up"]);
}

#[tokio::test]
async fn a_legal_hold_is_an_answer_and_a_failure_is_none() {
    for (error, end) in [(Some("OnHold"), "End: undone"), (None, "End: failed")] {
        let shop = house("erasure", "check_hold", error);
        let ada = shop.customer("ada", "tok_visa_4242").await;
        shop.ok("DELETE", &format!("/customers/{}", ada.id), None).await;
        let states = states(&shop, "erasure").await;
        assert_eq!(states, ["Check hold", "End: was it an answer", end]);
        let left = shop.get(&format!("/payment-methods?customerId={}", ada.id)).await;
        assert_eq!(left["items"].as_array().map(Vec::len), Some(1), "nothing was forgotten: {left}");
    }
}

#[tokio::test]
async fn goods_that_can_t_be_taken_in_are_looked_at_by_a_person() {
    let yard = Yard::open_with(|parts| one_step_always(parts, "returning", "receive", None)).await;
    let ada = yard.buyer("tok_visa_4242", "H2X 1X1").await;
    let order = yard.order_of(&ada, 1).await;
    let part = yard.send(&order, 1).await;
    assert_eq!(yard.seen(&part, "DELIVERED").await.0, 204);
    let wish = json!({ "orderId": order, "reason": "DAMAGED", "lines": [{ "lineNo": 1, "quantity": 1 }] });
    let made = yard.post("/returns", wish).await;
    yard.settle().await;
    let path = format!("/returns/{}", made["returnId"].as_str().expect("an id"));
    let parcel = yard.get(&path).await["parcel"].clone();
    let message = json!({
        "account": "maple", "carrier": parcel["carrier"], "trackingNumber": parcel["trackingNumber"],
        "kind": "DELIVERED", "at": "2026-11-09T08:14:00Z"
    });
    yard.told("/webhooks/carrier", "nr-1", &message).await;
    let states = states(&yard, "returning").await;
    assert_eq!(states[states.len() - 3..], ["Receive", "Cancel parcel", "Park: cancel parcel"], "{states:?}");
    let parked = yard.local.runs().parked().await.expect("parked cases are read");
    assert_eq!(parked.len(), 1, "what has arrived is nothing to be cancelled: a person looks at it");
    assert_eq!(yard.get(&path).await["status"], "APPROVED");
}

/// The same platform, but a step of a saga always fails: with an error that the contract declares, or for good.
fn one_step_always(parts: Parts, saga: &str, failing: &str, error: Option<&'static str>) -> Parts {
    let app = parts.app;
    let sagas: Vec<Saga> = app.sagas().to_vec();
    let steps = app.steps().cloned().map(|step| {
        if (step.saga, step.step) != (saga, failing) {
            return step;
        }
        let failure = move || match error {
            Some(error) => StepFailure::declared(error, "as the test wishes"),
            None => StepFailure::permanent("as the test wishes"),
        };
        SagaStep { handler: Arc::new(move |_, _| async move { Err(failure()) }.boxed()), ..step }
    });
    let steps: Vec<SagaStep> = steps.collect();
    let app: App = app.with_sagas(sagas, steps);
    Parts { app, ..parts }
}
