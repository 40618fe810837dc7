//! How events arrive: by pattern, straight, through a topic, in batches, in order with and without gaps.

mod desk;

use std::time::Duration;

use stipule_runtime::subscription::{Delivery, Failure, Gap};

use desk::{Desk, consumer, settings};

const ALL: &str = r#"{"detail-type":["Loan.Returned"]}"#;
const LATE: &str = r#"{"detail-type":["Loan.Returned"],"detail":{"data":{"late":[true]}}}"#;
const OTHER: &str = r#"{"detail-type":["Loan.Started"]}"#;

const PARK: Delivery = Delivery::OrderedQueue { gap: Gap::Park };
const SKIP: Delivery = Delivery::OrderedQueue { gap: Gap::Skip };

#[tokio::test]
async fn an_event_goes_where_a_rule_takes_it() {
    let desk = Desk::open(|log| {
        [
            consumer("all", ALL, Delivery::Queue, log.keeps("all")),
            consumer("late", LATE, Delivery::Queue, log.keeps("late")),
            consumer("straight", LATE, Delivery::Direct, log.keeps("straight")),
            consumer("topic", LATE, Delivery::FanOut { topic: "returns" }, log.keeps("topic")),
            consumer("other", OTHER, Delivery::Queue, log.keeps("other")),
        ]
    });
    for (number, late) in [(1, false), (2, true), (3, true)] {
        desk.returned(number, 7, late).await;
    }
    desk.settle().await;
    let [all, late, straight, topic, other] = ["all", "late", "straight", "topic", "other"].map(|it| {
        let mut seen = desk.seen(it);
        seen.sort_unstable();
        seen
    });
    assert_eq!(all, [1, 2, 3]);
    assert_eq!((late, straight, topic), (vec![2, 3], vec![2, 3], vec![2, 3]));
    assert!(other.is_empty());
    desk.stop().await;
}

#[tokio::test]
async fn a_rule_that_the_bus_would_refuse_stops_the_start() {
    let fault = Desk::try_open(|log| [consumer("broken", "{}", Delivery::Queue, log.keeps("broken"))]);
    let Err(fault) = fault else { panic!("an empty pattern was taken") };
    assert!(fault.to_string().starts_with("the rule of broken: "), "{fault}");
}

#[tokio::test]
async fn behind_a_dead_letter_an_ordered_key_waits_and_comes_back_in_order() {
    let desk = Desk::open(|log| [consumer("fines", ALL, PARK, log.refuses("fines", 1))]);
    for number in 1..=3 {
        desk.returned(number, 7, true).await;
    }
    desk.returned(4, 8, true).await;
    desk.settle().await;
    assert_eq!(desk.seen("fines"), [4], "another key goes on");
    let letters = desk.letters().await;
    let reasons: Vec<&str> = letters.iter().map(|it| it.reason.as_str()).collect();
    let first = letters[0].message.event_id.clone();
    let behind = format!("it stands behind {first}, which is in the dead letters");
    assert_eq!(reasons, ["not this one", &behind, &behind]);
    assert_eq!(letters.iter().map(|it| it.behind.is_some()).collect::<Vec<_>>(), [false, true, true]);

    desk.redrive("fines", &letters[1].message.event_id).await;
    desk.settle().await;
    assert_eq!(desk.letters().await.len(), 3, "one that stands behind is parked again");

    desk.mend();
    desk.redrive("fines", &first).await;
    desk.settle().await;
    assert_eq!(desk.seen("fines"), [4, 1, 2, 3]);
    assert_eq!(desk.letters().await, []);
    desk.stop().await;
}

#[tokio::test]
async fn where_a_gap_is_skipped_the_key_goes_on() {
    let desk = Desk::open(|log| [consumer("fines", ALL, SKIP, log.refuses("fines", 1))]);
    for number in 1..=3 {
        desk.returned(number, 7, true).await;
    }
    desk.settle().await;
    assert_eq!(desk.seen("fines"), [2, 3]);
    assert_eq!(desk.letters().await.len(), 1);
    desk.stop().await;
}

#[tokio::test]
async fn of_a_batch_only_what_failed_comes_again() {
    let desk = Desk::open(|log| {
        let mut one = consumer("mail", ALL, Delivery::Queue, log.fails("mail", 2, 1));
        settings(&mut one, 10, 1);
        [one]
    });
    for number in 1..=4 {
        desk.returned(number, number, true).await;
    }
    desk.settle().await;
    let mut seen = desk.seen("mail");
    assert_eq!(desk.tries("mail"), 5, "four, and one of them once more");
    seen.sort_unstable();
    assert_eq!(seen, [1, 2, 3, 4]);
    desk.stop().await;
}

#[tokio::test]
async fn a_direct_delivery_is_tried_after_one_minute_and_after_two_more() {
    let desk = Desk::open(|log| {
        let mut one = consumer("straight", ALL, Delivery::Direct, log.fails("straight", 1, 9));
        one.max_attempts = 3;
        one.backoff = Duration::from_secs(60);
        one.max_backoff = Duration::from_secs(120);
        [one]
    });
    desk.returned(1, 1, true).await;
    for (wait, tries) in [(0, 1), (30, 1), (30, 2), (60, 2), (60, 3)] {
        desk.pass(Duration::from_secs(wait)).await;
        desk.until_tried("straight", tries).await;
    }
    desk.settle().await;
    assert_eq!(desk.letters().await[0].reason, "not yet (after 3 tries)");
    desk.stop().await;
}

/// The failures that handlers give in these tests.
fn refusal() -> Failure {
    Failure::park("not this one")
}
