//! The process is cut before and after store calls of a subscription's renewals; after recovery every cycle was ordered and
//! charged once, or tried as often as it should be and given up.

use std::collections::BTreeSet;
use std::time::Duration;

use serde_json::{Value, json};
use tokio::task::JoinSet;

use crate::cut::Cut;
use crate::delivery::read;
use crate::process::Process;
use crate::story::{Client, Customer, Memory, QUANTITY, STOCK, open, text};
use crate::{AT_ONCE, ended};

const DAY: Duration = Duration::from_hours(24);

/// How the customer's card fares.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Way {
    /// It pays: the first order at once, another after a month.
    Renewed,
    /// It is declined at once and after 1, 3 and 7 days more; then the subscription ends.
    Dunned,
}

impl Way {
    fn card(self) -> &'static str {
        match self {
            Self::Renewed => "tok_visa_4242",
            Self::Dunned => "tok_visa_0002",
        }
    }

    /// Days between one rest and the next.
    fn days(self) -> &'static [u32] {
        match self {
            Self::Renewed => &[31],
            Self::Dunned => &[1, 3, 7],
        }
    }

    /// Statuses of all orders.
    fn orders(self) -> &'static [&'static str] {
        match self {
            Self::Renewed => &["CONFIRMED"; 2],
            Self::Dunned => &["REJECTED"; 4],
        }
    }
}

/// A subscriber, and how far the story was told: it outlives the platform's process.
struct Story {
    way: Way,
    wanted: Value,
    customer: String,
    memory: Memory,
    days_told: usize,
}

impl Story {
    /// Before anything is subscribed to.
    async fn begin(process: &Process, way: Way) -> Self {
        let memory = Memory::default();
        let shop = Client { process, memory: &memory };
        let Customer { id, address } = open(&shop).await.expect("nothing dies yet");
        let card = json!({ "customerId": id, "token": way.card() });
        let card = shop.post("/payment-methods", "card", &card).await.expect("nothing dies yet");
        assert!(process.settle().await);
        let wanted = json!({
            "customerId": id, "sku": "MUG-BLUE", "quantity": QUANTITY, "every": "MONTH",
            "addressId": address, "paymentMethodId": text(&card, "paymentMethodId")
        });
        Self { way, wanted, customer: id, memory, days_told: 0 }
    }

    /// Goes on with it until its last day is over; false when the process died on the way.
    async fn tell(&mut self, process: &Process) -> bool {
        let shop = Client { process, memory: &self.memory };
        if shop.post("/subscriptions", "subscribe", &self.wanted).await.is_none() || !process.settle().await {
            return false;
        }
        while let Some(days) = self.way.days().get(self.days_told) {
            process.advance(DAY * *days);
            // Whoever dies from here on wakes up on the same day.
            self.days_told += 1;
            if !process.settle().await {
                return false;
            }
        }
        true
    }
}

/// How often an event was published: its ids, however often each.
async fn published(process: &Process, name: &str) -> usize {
    let archive = process.local().queues().archived_between(0, i64::MAX, 0, 10_000).await;
    let ids: BTreeSet<String> = archive
        .expect("the archive is read")
        .iter()
        .filter_map(|it| serde_json::from_str::<Value>(&it.body).ok())
        .filter(|event| event["name"] == name)
        .map(|event| text(&event, "id"))
        .collect();
    ids.len()
}

async fn judge(process: &Process, story: &Story, case: &str) {
    let parked = process.local().runs().parked().await.expect("parked cases can be read");
    assert_eq!((parked.len(), process.parked().await), (0, Vec::new()), "{case}");
    let list = read(process, &format!("/subscriptions?customerId={}", story.customer)).await;
    let all = list["items"].as_array().expect("items");
    assert_eq!(all.len(), 1, "{case}: subscribed once");
    let stands = (&all[0]["status"], &all[0]["cycle"], &all[0]["failures"]);
    let page = read(process, &format!("/orders?customerId={}&limit=100", story.customer)).await;
    let orders = page["items"].as_array().expect("items");
    let statuses: Vec<&str> = orders.iter().filter_map(|it| it["status"].as_str()).collect();
    assert_eq!(statuses, story.way.orders(), "{case}");
    let level = read(process, "/stock/MUG-BLUE").await;
    let counts = ["onHand", "reserved", "available"].map(|it| level[it].as_i64().expect("a count"));
    let sold = match story.way {
        Way::Renewed => {
            assert_eq!(stands, (&json!("ACTIVE"), &json!(3), &json!(0)), "{case}");
            for order in orders {
                let order = read(process, &format!("/orders/{}", text(order, "orderId"))).await;
                let payment = read(process, &format!("/payments/{}", text(&order, "paymentId"))).await;
                assert_eq!(payment["capturable"], order["total"]["amount"], "{case}: held once, whole");
            }
            for event in ["Subscription.RenewalDue", "Subscription.Renewed", "Order.Confirmed"] {
                assert_eq!(published(process, event).await, 2, "{case}: {event}");
            }
            QUANTITY * 2
        }
        Way::Dunned => {
            assert_eq!(stands, (&json!("CANCELLED"), &json!(1), &json!(4)), "{case}");
            for (event, count) in [("Subscription.PaymentFailed", 4), ("Subscription.Cancelled", 1)] {
                assert_eq!(published(process, event).await, count, "{case}: {event}");
            }
            0
        }
    };
    assert_eq!(counts, [STOCK, sold, STOCK - sold], "{case}");
}

async fn run(cut: Cut, way: Way) -> u64 {
    let case = format!("{way:?}, cut {cut:?}");
    let folder = tempfile::tempdir().expect("a temporary folder");
    let mut process = Process::start(folder.path(), Cut::Never);
    let mut story = Story::begin(&process, way).await;
    process.arm(cut);
    let mut deaths = 0;
    while !story.tell(&process).await {
        deaths += 1;
        assert!(deaths < 3, "{case}: a process is cut once");
        process = process.again().await;
    }
    let calls = process.calls();
    process.spare();
    judge(&process, &story, &case).await;
    process.stop().await;
    calls
}

async fn cut_everywhere(way: Way) {
    let calls = run(Cut::Never, way).await;
    assert!(calls > 50, "the renewals reach the store: {calls} calls");
    let mut runs = JoinSet::new();
    // Every call under `STIPULE_DEEP=1`, else every 127th: these are the longest runs.
    let step = if std::env::var_os("STIPULE_DEEP").is_some() { 1 } else { 127 };
    for cut in (0..calls + 5).step_by(step).flat_map(|number| [Cut::Before(number), Cut::After(number)]) {
        if runs.len() == AT_ONCE {
            ended(runs.join_next().await);
        }
        runs.spawn(run(cut, way));
    }
    while !runs.is_empty() {
        ended(runs.join_next().await);
    }
    println!("{way:?}: cut around {calls} store calls, every cycle is settled once");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_subscription_is_renewed_once_a_month_whichever_store_call_the_process_dies_at() {
    cut_everywhere(Way::Renewed).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_declined_card_is_tried_four_times_whichever_store_call_the_process_dies_at() {
    cut_everywhere(Way::Dunned).await;
}
