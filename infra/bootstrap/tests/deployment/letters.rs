//! What becomes of an event that can't be handled yet, on this machine: `letters.py` lets the same happen where AWS is stood
//! in for.

use std::time::Duration;

use serde_json::{Value, json};
use stipule_local::Local;
use stipule_local::queue::{DeadLetter, Publication};
use stipule_local::system::MovableClock;
use stipule_runtime::ports::Clock;

const EARLY: &str = "loyalty.on-return-closed";
const LATE: &str = "loyalty.on-order-completed";

/// Longest wait between two tries, by the contract.
const PAUSE: Duration = Duration::from_mins(1);

/// What happens, as told of where AWS is stood in for. `points` reads those of a customer.
pub(crate) async fn wait_in_vain(
    local: &Local,
    clock: &MovableClock,
    points: impl AsyncFn(&str) -> Value,
) -> Vec<Value> {
    let archive = local.queues().archive("maple", 0, u32::MAX).await.expect("the archive");
    let parsed = archive.iter().map(|it| serde_json::from_str::<Value>(&it.body).expect("JSON"));
    let like = parsed.into_iter().find(|it| it["name"] == "Customer.Registered").expect("a customer");
    let customer = like["data"]["customerId"].as_str().expect("an id");
    let id = || local.ports().new_id().to_string();
    let [order, back] = [id(), id()];
    let refund = json!({ "amount": 1850, "currency": "CAD" });
    let data = json!({ "returnId": back, "orderId": order, "customerId": customer, "refund": refund, "restock": [] });
    let aggregate = json!({ "name": "Return", "id": back });
    let early = event(&like, id(), "Return.Closed", "commerce.returns", &aggregate, &data);
    send(local, EARLY, &early).await;
    let letter = parked(local, clock).await;
    let whole = serde_json::from_str::<Value>(&letter.message.body).expect("JSON") == early;
    let mut told = vec![json!({
        "step": "what comes too early waits among the dead letters, whole",
        "answer": [whole, points(customer).await],
    })];

    let total = json!({ "amount": 3700, "currency": "CAD" });
    let data =
        json!({ "orderId": order, "customerId": customer, "total": total, "completedAt": like["time"] });
    let aggregate = json!({ "name": "Order", "id": order });
    send(local, LATE, &event(&like, id(), "Order.Completed", "commerce.orders", &aggregate, &data)).await;
    local.settle().await.expect("everything is handled");
    let redriven = redrive(local, clock).await;
    told.push(json!({
        "step": "it is redriven when it can be handled",
        "answer": [redriven, points(customer).await],
    }));

    send(local, EARLY, &early).await;
    local.settle().await.expect("everything is handled");
    let again = redrive(local, clock).await;
    told.push(json!({
        "step": "what was handled comes again without effect",
        "answer": [again, points(customer).await],
    }));
    told
}

/// An event of the store that another one belongs to.
fn event(like: &Value, id: String, name: &str, source: &str, aggregate: &Value, data: &Value) -> Value {
    let mut event = like.clone();
    event["id"] = id.into();
    event["name"] = name.into();
    event["source"] = source.into();
    event["seq"] = 1.into();
    event["aggregate"] = aggregate.clone();
    event["data"] = data.clone();
    event
}

/// Puts an event into the queue of one consumer.
async fn send(local: &Local, subscription: &str, event: &Value) {
    let publication = Publication {
        event_id: event["id"].as_str().expect("an id").to_owned(),
        tenant: event["tenant"].as_str().expect("a store").to_owned(),
        published_at: 0,
        body: event.to_string().into(),
        to: vec![(subscription.to_owned(), None)],
    };
    local.queues().publish(vec![publication]).await.expect("the queue takes it");
}

/// The dead letter, when it was tried as often as the contract says.
async fn parked(local: &Local, clock: &MovableClock) -> DeadLetter {
    for _ in 0..600 {
        let mut letters = local.queues().dead_letters().await.expect("the dead letters");
        assert!(letters.len() <= 1, "{letters:?}");
        if let Some(letter) = letters.pop() {
            assert_eq!((&*letter.queue, letter.message.attempts), ("loyalty-dead", 11), "{letter:?}");
            return letter;
        }
        clock.advance(PAUSE);
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("nothing was given up");
}

/// How many letters there were; all are handled when this returns.
async fn redrive(local: &Local, clock: &MovableClock) -> usize {
    let letters = local.queues().dead_letters().await.expect("the dead letters");
    for letter in &letters {
        let (event, now) = (&letter.message.event_id, clock.now().unix_millis());
        assert!(local.queues().redrive(EARLY, event, now).await.expect("it is redriven"));
        assert!(!local.queues().redrive(EARLY, event, now).await.expect("it looks"), "only once");
    }
    local.settle().await.expect("everything is handled");
    letters.len()
}
