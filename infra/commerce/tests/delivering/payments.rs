//! Captures and refunds: nothing is taken twice, and nothing given back beyond what was taken.

use futures_util::future::join_all;
use serde_json::json;

use crate::yard::{MUG, Yard};

#[tokio::test]
async fn an_authorisation_that_has_expired_cancels_the_order_and_gives_everything_back() {
    let yard = Yard::open().await;
    let ada = yard.buyer("tok_visa_0341", "H2X 1X1").await;
    let order = yard.order_of(&ada, 2).await;
    let part = yard.send(&order, 2).await;
    let found = yard.order(&order).await;
    assert_eq!(
        (&found["status"], &found["cancellation"]["reason"]),
        (&json!("CANCELLED"), &json!("PAYMENT_FAILED"))
    );
    assert_eq!(yard.published("Payment.CaptureFailed").await, 1);
    assert_eq!(yard.money(&order).await, ("VOIDED".to_owned(), 0, 0));
    assert_eq!(yard.mugs().await, [10, 0, 10]);
    assert_eq!(yard.shipment(&part).await["status"], "CANCELLED", "nobody expects the parcel any more");
    // The step, asked again under its own key or another: what was refused stays refused.
    let input =
        json!({ "orderId": order, "fulfilmentId": part, "amount": { "amount": 2 * MUG, "currency": "CAD" } });
    for key in ["test/first", "test/second"] {
        let again = yard.perform(("fulfilment", "capture"), key, input.clone()).await;
        assert_eq!(again, Err("CaptureRefused".to_owned()), "{key}");
    }
}

#[tokio::test]
async fn a_capture_that_is_refused_is_refused_at_every_try() {
    let yard = Yard::open().await;
    let ada = yard.buyer("tok_visa_0341", "H2X 1X1").await;
    let order = yard.order_of(&ada, 2).await;
    let part = yard.part(&order).await;
    let input =
        json!({ "orderId": order, "fulfilmentId": part, "amount": { "amount": 2 * MUG, "currency": "CAD" } });
    let aside = ("fulfilment", "set_capture_aside");
    assert_eq!(yard.perform(aside, "test/aside", input.clone()).await, Ok(()));
    for _ in 0..2 {
        let tried = yard.perform(("fulfilment", "capture"), "test/capture", input.clone()).await;
        assert_eq!(tried, Err("CaptureRefused".to_owned()));
    }
    yard.settle().await;
    assert_eq!(yard.published("Payment.CaptureFailed").await, 1);
    assert_eq!(yard.money(&order).await, ("AUTHORIZED".to_owned(), 2 * MUG, 0), "it is free again");
}

#[tokio::test]
async fn more_than_was_authorised_is_never_set_aside() {
    let yard = Yard::open().await;
    let ada = yard.buyer("tok_visa_4242", "H2X 1X1").await;
    let order = yard.order_of(&ada, 2).await;
    let part = yard.part(&order).await;
    let input = json!({ "orderId": order, "fulfilmentId": part, "amount": { "amount": 2 * MUG + 1, "currency": "CAD" } });
    let tried = yard.perform(("fulfilment", "set_capture_aside"), "test/aside", input).await;
    assert_eq!(tried, Err("Step.Permanent".to_owned()));
    assert_eq!(yard.money(&order).await, ("AUTHORIZED".to_owned(), 2 * MUG, 0));
}

#[tokio::test]
async fn a_refund_that_the_provider_refuses_is_still_owed() {
    let yard = Yard::open().await;
    let ada = yard.buyer("tok_visa_5126", "00005").await;
    let order = yard.order_of(&ada, 2).await;
    yard.send(&order, 2).await;
    yard.let_it_come().await;
    assert_eq!(yard.published("Payment.RefundFailed").await, 1);
    assert_eq!(
        yard.money(&order).await,
        ("CAPTURED".to_owned(), 0, 2 * MUG),
        "it is owed, and a person sees it"
    );
    yard.assert_replay_changes_nothing(&[&format!("/orders/{order}/history?limit=100")]).await;
    assert!(yard.history(&order).await.contains(&"Payment.RefundFailed".to_owned()));
    assert_eq!(yard.status(&order).await, "CANCELLED");
}

/// Fifty refunds at once, each of a parcel of its own, of a payment that has taken enough for seven of them.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_storm_of_refunds_gives_back_what_was_taken_and_no_more() {
    const REFUNDS: usize = 50;
    const TAKEN: i64 = 7 * MUG;
    let yard = Yard::open().await;
    let ada = yard.buyer("tok_visa_4242", "H2X 1X1").await;
    let order = yard.order_of(&ada, 7).await;
    let part = yard.part(&order).await;
    // A capture of one mug each for seven parcels.
    let parcel = |number: usize| format!("{}{number:03}", &part[..part.len() - 3]);
    let of = |number: usize| json!({ "orderId": order, "fulfilmentId": parcel(number) });
    for number in 0..7 {
        let mut input = of(number);
        input["amount"] = json!({ "amount": MUG, "currency": "CAD" });
        for step in ["set_capture_aside", "capture"] {
            let done =
                yard.perform(("fulfilment", step), &format!("test/{step}/{number}"), input.clone()).await;
            assert_eq!(done, Ok(()), "{step} {number}");
        }
    }
    assert_eq!(yard.money(&order).await, ("CAPTURED".to_owned(), 0, TAKEN));
    let storm = (0..REFUNDS).map(|number| {
        let (yard, input) = (&yard, of(number % 7));
        async move {
            // As a state machine does: what is busy is tried again, under the same key.
            for step in ["set_parcel_refund_aside", "refund_parcel"] {
                let key = format!("test/{step}/{number}");
                while let Err(error) = yard.perform(("fulfilment", step), &key, input.clone()).await {
                    assert_eq!(error, "Step.Transient");
                    tokio::task::yield_now().await;
                }
            }
        }
    });
    join_all(storm).await;
    yard.settle().await;
    assert_eq!(yard.money(&order).await, ("CAPTURED".to_owned(), 0, 0));
    assert_eq!(yard.outside.provider.taken(), 0, "neither more nor less was given back");
    assert_eq!(yard.published("Payment.Refunded").await, 7);
}

/// Everything of one payment is wanted back at once for fifty reasons: by the cancellation, and by its parcel.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn refunds_for_different_reasons_share_what_was_taken() {
    let yard = Yard::open().await;
    let ada = yard.buyer("tok_visa_4242", "H2X 1X1").await;
    let order = yard.order_of(&ada, 2).await;
    let part = yard.send(&order, 2).await;
    let storm = (0..50).map(|number| {
        let yard = &yard;
        let (saga, steps, input) = match number % 2 {
            0 => ("cancellation", ["set_refund_aside", "refund"], json!({ "orderId": order })),
            _ => {
                let input = json!({ "orderId": order, "fulfilmentId": part });
                ("fulfilment", ["set_parcel_refund_aside", "refund_parcel"], input)
            }
        };
        async move {
            for step in steps {
                let key = format!("test/{step}/{number}");
                while let Err(error) = yard.perform((saga, step), &key, input.clone()).await {
                    assert_eq!(error, "Step.Transient");
                    tokio::task::yield_now().await;
                }
            }
        }
    });
    join_all(storm).await;
    yard.settle().await;
    assert_eq!(yard.money(&order).await, ("CAPTURED".to_owned(), 0, 0));
    assert_eq!((yard.outside.provider.taken(), yard.published("Payment.Refunded").await), (0, 1));
}
