//! What the news of other services does to an order, whatever the order of their arrival. How it ends, its sagas decide;
//! the news stand in its history, and say how far its cancellation is.

use commerce_model::types::{Order, OrderCancellation, OrderStatus};

/// News from the others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum News {
    /// Every line is promised.
    StockReserved,
    /// A line can't be had.
    StockRefused,
    /// Nothing is promised to the order any more.
    StockReleased,
    /// Nothing is promised to the order any more, because nobody paid in time.
    StockExpired,
    /// Its coupon is used.
    CouponRedeemed,
    /// Its coupon may be used again.
    CouponReleased,
    /// The order is believed to be honest.
    FraudApproved,
    /// A person has to decide whether it is.
    FraudFlagged,
    /// It is believed to be fraud.
    FraudRejected,
    /// The provider holds the total.
    PaymentAuthorized,
    /// The provider, or the bank, said no.
    PaymentDeclined,
    /// Nothing is held on the card, or nothing beyond what was taken.
    PaymentVoided,
    /// Money was taken for a parcel.
    Captured,
    /// Money could not be taken.
    CaptureFailed,
    /// Money was given back.
    Refunded,
    /// Money could not be given back.
    RefundFailed,
    /// The customer's bank took money back.
    Disputed,
    /// A warehouse has something to pack.
    Packing,
    /// A warehouse has found everything.
    Picked,
    /// Something was not on the shelf.
    ShortPicked,
    /// A parcel is on its way.
    Dispatched,
    /// A parcel has arrived.
    Delivered,
    /// A parcel could not be handed over.
    DeliveryFailed,
}

/// What the order does about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Step {
    /// Its stock is there; on to the payment.
    Reserve,
    /// Half of the cancellation is done.
    Unwind(OrderCancellation),
    /// Only the history takes note: the news came late, or confirms what the order knows.
    Note,
    /// The news contradicts what the order knows. A person has to look.
    Contradiction,
}

impl Step {
    /// The status after the step; `None` where the order stays as it is.
    pub(crate) fn leads_to(&self) -> Option<OrderStatus> {
        match self {
            Step::Reserve => Some(OrderStatus::Reserved),
            Step::Unwind(_) | Step::Note | Step::Contradiction => None,
        }
    }
}

impl News {
    /// Whether it may overtake the order itself: its checkout starts with it.
    pub(crate) fn is_of_a_checkout(self) -> bool {
        match self {
            News::StockReserved
            | News::StockRefused
            | News::StockReleased
            | News::StockExpired
            | News::CouponRedeemed
            | News::CouponReleased
            | News::FraudApproved
            | News::FraudFlagged
            | News::FraudRejected
            | News::PaymentAuthorized
            | News::PaymentDeclined
            | News::PaymentVoided => true,
            News::Captured
            | News::CaptureFailed
            | News::Refunded
            | News::RefundFailed
            | News::Disputed
            | News::Packing
            | News::Picked
            | News::ShortPicked
            | News::Dispatched
            | News::Delivered
            | News::DeliveryFailed => false,
        }
    }

    /// What it means for the order, for a person.
    pub(crate) fn note(self) -> &'static str {
        match self {
            News::StockReserved => "All of it is in stock and set aside",
            News::StockRefused => "Some of it is out of stock",
            News::StockReleased => "The stock is free again",
            News::StockExpired => "Nobody paid in time: the stock is free again",
            News::CouponRedeemed => "The coupon is used",
            News::CouponReleased => "The coupon may be used again",
            News::FraudApproved => "The order is believed to be honest",
            News::FraudFlagged => "Somebody has to look whether the order is honest",
            News::FraudRejected => "The order is believed to be fraud",
            News::PaymentAuthorized => "The payment is authorised",
            News::PaymentDeclined => "The payment was declined",
            News::PaymentVoided => "Nothing is held on the card any more",
            News::Captured => "A parcel is paid",
            News::CaptureFailed => "A parcel could not be paid",
            News::Refunded => "Money was given back",
            News::RefundFailed => "Money could not be given back: somebody has to look at it",
            News::Disputed => "The customer's bank took money back",
            News::Packing => "A warehouse has it to pack",
            News::Picked => "A warehouse has found all of its part",
            News::ShortPicked => "Something was not on the shelf, and isn't charged",
            News::Dispatched => "A parcel is on its way",
            News::Delivered => "A parcel has arrived",
            News::DeliveryFailed => "A parcel could not be handed over",
        }
    }
}

/// What an order does about news.
pub(crate) fn step(order: &Order, news: News) -> Step {
    use News::{PaymentDeclined, PaymentVoided, StockExpired, StockRefused, StockReleased, StockReserved};
    use OrderStatus::{Cancelled, Cancelling, Completed, Confirmed, Placed, Rejected, Reserved, Shipped};
    match (order.status, news) {
        (Placed, StockReserved) => Step::Reserve,
        (Cancelling, StockReleased | StockExpired | StockRefused | PaymentVoided | PaymentDeclined) => {
            unwind(order, news)
        }
        // The news may come after the checkout has decided, and after a cancellation.
        (_, StockReserved) => Step::Note,
        // On the way to the rejection: the checkout gives everything back first.
        (Placed, StockRefused) => Step::Note,
        (Placed | Reserved, StockReleased | StockExpired | PaymentDeclined | PaymentVoided) => Step::Note,
        (
            Rejected | Cancelled,
            StockRefused | StockReleased | StockExpired | PaymentDeclined | PaymentVoided,
        ) => Step::Note,
        // What was held beyond what its parcels cost.
        (Confirmed | Shipped | Completed, PaymentVoided) => Step::Note,
        (_, StockRefused | StockReleased | StockExpired | PaymentDeclined) => Step::Contradiction,
        _ => Step::Note,
    }
}

/// Ticks off what the news says is undone. A refusal and a decline count too: then there was nothing to undo.
fn unwind(order: &Order, news: News) -> Step {
    let Some(before) = &order.cancellation else { return Step::Contradiction };
    let stock = matches!(news, News::StockReleased | News::StockExpired | News::StockRefused);
    let cancellation = OrderCancellation {
        stock_released: before.stock_released || stock,
        payment_voided: before.payment_voided || !stock,
        ..before.clone()
    };
    Step::Unwind(cancellation)
}

#[cfg(test)]
mod tests {
    use super::News::{
        PaymentAuthorized, PaymentDeclined, PaymentVoided, StockRefused, StockReleased, StockReserved,
    };
    use super::*;
    use crate::app::samples::order;

    const STATUSES: [OrderStatus; 8] = [
        OrderStatus::Placed,
        OrderStatus::Reserved,
        OrderStatus::Confirmed,
        OrderStatus::Shipped,
        OrderStatus::Completed,
        OrderStatus::Rejected,
        OrderStatus::Cancelling,
        OrderStatus::Cancelled,
    ];
    const NEWS: [News; 23] = [
        StockReserved,
        StockRefused,
        StockReleased,
        News::StockExpired,
        News::CouponRedeemed,
        News::CouponReleased,
        News::FraudApproved,
        News::FraudFlagged,
        News::FraudRejected,
        PaymentAuthorized,
        PaymentDeclined,
        PaymentVoided,
        News::Captured,
        News::CaptureFailed,
        News::Refunded,
        News::RefundFailed,
        News::Disputed,
        News::Packing,
        News::Picked,
        News::ShortPicked,
        News::Dispatched,
        News::Delivered,
        News::DeliveryFailed,
    ];

    /// The order after a step.
    fn after(order: &Order, step: &Step) -> Order {
        let cancellation = match step {
            Step::Unwind(it) => Some(it.clone()),
            _ => order.cancellation.clone(),
        };
        let status = step.leads_to().unwrap_or(order.status);
        Order { status, cancellation, ..order.clone() }
    }

    /// Where an order ends up when the news comes in this order; `None` if any of it is a contradiction.
    fn end(start: OrderStatus, news: &[News]) -> Option<OrderStatus> {
        let mut order = order(start);
        for news in news {
            let step = step(&order, *news);
            if step == Step::Contradiction {
                return None;
            }
            order = after(&order, &step);
        }
        Some(order.status)
    }

    fn permutations(news: &[News]) -> Vec<Vec<News>> {
        if news.is_empty() {
            return vec![Vec::new()];
        }
        let mut all = Vec::new();
        for (at, first) in news.iter().enumerate() {
            let rest: Vec<News> =
                news.iter().enumerate().filter(|(i, _)| *i != at).map(|(_, it)| *it).collect();
            all.extend(permutations(&rest).into_iter().map(|rest| [vec![*first], rest].concat()));
        }
        all
    }

    #[test]
    fn every_step_is_a_legal_transition() {
        for status in STATUSES {
            for news in NEWS {
                let before = order(status);
                let after = after(&before, &step(&before, news)).status;
                assert!(after == status || status.may_become(after), "{status:?} -{news:?}-> {after:?}");
            }
        }
    }

    #[test]
    fn news_alone_neither_confirms_nor_rejects_an_order() {
        for news in permutations(&[StockReserved, News::FraudApproved, PaymentAuthorized]) {
            assert_eq!(end(OrderStatus::Placed, &news), Some(OrderStatus::Reserved), "{news:?}");
            assert_eq!(end(OrderStatus::Confirmed, &news), Some(OrderStatus::Confirmed), "{news:?}");
        }
        assert_eq!(end(OrderStatus::Placed, &[StockRefused]), Some(OrderStatus::Placed));
    }

    #[test]
    fn a_rejected_order_takes_note_of_what_is_given_back_before_and_after() {
        for news in permutations(&[StockReserved, PaymentDeclined, StockReleased]) {
            assert!(end(OrderStatus::Placed, &news).is_some(), "{news:?}");
            assert_eq!(end(OrderStatus::Rejected, &news), Some(OrderStatus::Rejected), "{news:?}");
        }
    }

    #[test]
    fn a_cancellation_is_ticked_off_however_the_news_arrives_and_ended_by_none() {
        let stories: [&[News]; 5] = [
            // Before anybody had heard of the order.
            &[StockReleased, PaymentVoided],
            // After the reservation, with or without the payment.
            &[StockReserved, StockReleased, PaymentVoided],
            &[StockReserved, PaymentAuthorized, StockReleased, PaymentVoided],
            // While it was failing anyway.
            &[StockRefused, PaymentVoided],
            &[StockReserved, PaymentDeclined, StockReleased],
        ];
        for story in stories {
            for news in permutations(story) {
                let mut order = order(OrderStatus::Cancelling);
                for news in &news {
                    order = after(&order, &step(&order, *news));
                }
                let ticked = order.cancellation.as_ref().map(|it| (it.stock_released, it.payment_voided));
                assert_eq!((order.status, ticked), (OrderStatus::Cancelling, Some((true, true))), "{news:?}");
                assert_eq!(end(OrderStatus::Cancelled, &news), Some(OrderStatus::Cancelled), "{news:?}");
            }
        }
    }

    #[test]
    fn half_a_cancellation_is_not_the_whole() {
        let before = order(OrderStatus::Cancelling);
        for (news, wanted) in [
            (StockReleased, (true, false)),
            (StockRefused, (true, false)),
            (News::StockExpired, (true, false)),
            (PaymentVoided, (false, true)),
            (PaymentDeclined, (false, true)),
        ] {
            let order = after(&before, &step(&before, news));
            let ticked = order.cancellation.map(|it| (it.stock_released, it.payment_voided));
            assert_eq!(ticked, Some(wanted), "{news:?}");
        }
    }

    #[test]
    fn what_happens_to_parcels_and_money_is_noted_wherever_the_order_stands() {
        for status in STATUSES {
            for news in [News::Captured, News::Refunded, News::Dispatched, News::Delivered, News::ShortPicked]
            {
                assert_eq!(step(&order(status), news), Step::Note, "{status:?} {news:?}");
            }
        }
        assert_eq!(step(&order(OrderStatus::Shipped), PaymentVoided), Step::Note);
    }

    #[test]
    fn contradictions_are_left_to_a_person() {
        assert_eq!(end(OrderStatus::Confirmed, &[PaymentDeclined]), None);
        assert_eq!(end(OrderStatus::Reserved, &[StockRefused]), None);
        assert_eq!(end(OrderStatus::Confirmed, &[StockReleased]), None);
    }
}
