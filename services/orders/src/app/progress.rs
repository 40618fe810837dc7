//! What the news of other services does to an order, whatever the order of their arrival. Whether it is confirmed or
//! rejected, its checkout decides; the news end its cancellation.

use commerce_model::types::{Order, OrderCancellation, OrderStatus};

/// News from inventory, fraud or payments.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum News {
    /// Every line is promised.
    StockReserved,
    /// A line can't be had.
    StockRefused,
    /// Nothing is promised to the order any more.
    StockReleased,
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
    /// Nothing is held on the card.
    PaymentVoided,
}

/// What the order does about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Step {
    /// Its stock is there; on to the payment.
    Reserve,
    /// Half of the cancellation is done.
    Unwind(OrderCancellation),
    /// Both halves are done.
    Cancel(OrderCancellation),
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
            Step::Cancel(_) => Some(OrderStatus::Cancelled),
            Step::Unwind(_) | Step::Note | Step::Contradiction => None,
        }
    }
}

impl News {
    /// What it means for the order, for a person.
    pub(crate) fn note(self) -> &'static str {
        match self {
            News::StockReserved => "All of it is in stock and set aside",
            News::StockRefused => "Some of it is out of stock",
            News::StockReleased => "The stock is free again",
            News::FraudApproved => "The order is believed to be honest",
            News::FraudFlagged => "Somebody has to look whether the order is honest",
            News::FraudRejected => "The order is believed to be fraud",
            News::PaymentAuthorized => "The payment is authorised",
            News::PaymentDeclined => "The payment was declined",
            News::PaymentVoided => "Nothing is held on the card",
        }
    }
}

/// What an order does about news.
pub(crate) fn step(order: &Order, news: News) -> Step {
    use News::{
        FraudApproved, FraudFlagged, FraudRejected, PaymentAuthorized, PaymentDeclined, PaymentVoided,
        StockRefused, StockReleased, StockReserved,
    };
    use OrderStatus::{Cancelled, Cancelling, Completed, Confirmed, Placed, Rejected, Reserved};
    match (order.status, news) {
        (_, FraudApproved | FraudFlagged | FraudRejected) => Step::Note,
        (Placed, StockReserved) => Step::Reserve,
        (Cancelling, StockReleased | StockRefused | PaymentVoided | PaymentDeclined) => unwind(order, news),
        // The news may come after the checkout has decided, and after a cancellation.
        (Reserved | Confirmed | Completed | Rejected | Cancelling | Cancelled, StockReserved) => Step::Note,
        (_, PaymentAuthorized) => Step::Note,
        // On the way to the rejection: the checkout gives everything back first.
        (Placed, StockRefused) => Step::Note,
        (Placed | Reserved, StockReleased | PaymentDeclined | PaymentVoided) => Step::Note,
        (Rejected, StockRefused | StockReleased | PaymentDeclined | PaymentVoided) => Step::Note,
        _ => Step::Contradiction,
    }
}

/// Ticks off what the news says is undone. A refusal and a decline count too: then there was nothing to undo.
fn unwind(order: &Order, news: News) -> Step {
    let Some(before) = &order.cancellation else { return Step::Contradiction };
    let stock = matches!(news, News::StockReleased | News::StockRefused);
    let cancellation = OrderCancellation {
        stock_released: before.stock_released || stock,
        payment_voided: before.payment_voided || !stock,
        ..before.clone()
    };
    if cancellation.stock_released && cancellation.payment_voided {
        Step::Cancel(cancellation)
    } else {
        Step::Unwind(cancellation)
    }
}

#[cfg(test)]
mod tests {
    use super::News::{
        PaymentAuthorized, PaymentDeclined, PaymentVoided, StockRefused, StockReleased, StockReserved,
    };
    use super::*;
    use crate::app::samples::order;
    use crate::app::status::may_go;

    const STATUSES: [OrderStatus; 7] = [
        OrderStatus::Placed,
        OrderStatus::Reserved,
        OrderStatus::Confirmed,
        OrderStatus::Completed,
        OrderStatus::Rejected,
        OrderStatus::Cancelling,
        OrderStatus::Cancelled,
    ];
    const NEWS: [News; 9] = [
        StockReserved,
        StockRefused,
        StockReleased,
        News::FraudApproved,
        News::FraudFlagged,
        News::FraudRejected,
        PaymentAuthorized,
        PaymentDeclined,
        PaymentVoided,
    ];

    /// The order after a step.
    fn after(order: &Order, step: &Step) -> Order {
        let cancellation = match step {
            Step::Unwind(it) | Step::Cancel(it) => Some(it.clone()),
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
                assert!(after == status || may_go(status, after), "{status:?} -{news:?}-> {after:?}");
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
    fn a_cancellation_ends_whatever_was_under_way_and_however_the_news_arrives() {
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
                assert_eq!(end(OrderStatus::Cancelling, &news), Some(OrderStatus::Cancelled), "{news:?}");
            }
        }
    }

    #[test]
    fn half_a_cancellation_is_not_the_whole() {
        for news in [StockReleased, StockRefused, PaymentVoided, PaymentDeclined] {
            assert_eq!(end(OrderStatus::Cancelling, &[news]), Some(OrderStatus::Cancelling), "{news:?}");
        }
        assert_eq!(
            end(OrderStatus::Cancelling, &[StockReleased, StockReleased]),
            Some(OrderStatus::Cancelling)
        );
    }

    #[test]
    fn contradictions_are_left_to_a_person() {
        assert_eq!(end(OrderStatus::Confirmed, &[PaymentDeclined]), None);
        assert_eq!(end(OrderStatus::Reserved, &[StockRefused]), None);
        assert_eq!(end(OrderStatus::Confirmed, &[StockReleased]), None);
    }
}
