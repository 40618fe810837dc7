//! What is suspicious about an order, in points.
//!
//! | signal | points | when |
//! | --- | --- | --- |
//! | `UNUSUAL_TOTAL` | 45 | 100,000 minor units or more, and twice what the customer's dearest order came to |
//! | `FIRST_ORDER` | 15 | the customer has no other order that came about |
//! | `MANY_ORDERS` | 15 | five others within a day |
//! | `MANY_CARDS` | 15 | three others on other cards |
//! | `DECLINED_BEFORE` | 15 | a card of the customer was declined |
//! | `COUNTRY_DIFFERS` | 15 | it goes to a country that no other order went to |
//!
//! No more than 49 pass; from 85 on an order is refused; in between a person decides. What is little by itself
//! (a regular who buys often, with several cards) passes; it counts when the total is unusual too.

use std::collections::BTreeSet;
use std::time::Duration;

use commerce_model::types::{FraudSignal, Order, OrderStatus, RejectionReason};

const UNUSUAL: i64 = 100_000;
const MOST_TO_PASS: i32 = 49;
const LEAST_TO_REFUSE: i32 = 85;
const DAY: Duration = Duration::from_hours(24);

/// The sum and what it is made of.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Score {
    pub(crate) points: i32,
    pub(crate) signals: Vec<FraudSignal>,
}

/// What follows from a score.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// The order is honest.
    Pass,
    /// A person decides.
    Ask,
    /// The order is fraud.
    Refuse,
}

impl Score {
    pub(crate) fn verdict(&self) -> Verdict {
        match self.points {
            ..=MOST_TO_PASS => Verdict::Pass,
            LEAST_TO_REFUSE.. => Verdict::Refuse,
            _ => Verdict::Ask,
        }
    }
}

/// Whether an order is still on its way to being confirmed.
pub(crate) fn is_under_way(status: OrderStatus) -> bool {
    matches!(status, OrderStatus::Placed | OrderStatus::Reserved)
}

/// Scores an order beside the latest orders of its customer.
pub(crate) fn score<'o, O>(order: &Order, orders: &'o [O]) -> Score
where
    O: std::ops::Deref<Target = Order> + 'o,
{
    let others: Vec<&Order> =
        orders.iter().map(|it| &**it).filter(|it| it.order_id != order.order_id).collect();
    let came_about: Vec<&Order> = others.iter().copied().filter(|it| came_about(it.status)).collect();
    let dearest = came_about.iter().map(|it| it.total.amount.get()).max().unwrap_or(0);
    let total = order.total.amount.get();
    let since = order.placed_at.checked_sub(DAY).unwrap_or(order.placed_at);
    let cards: BTreeSet<String> = others
        .iter()
        .filter(|it| it.payment_method_id != order.payment_method_id)
        .map(|it| it.payment_method_id.to_string())
        .collect();
    let declined = |it: &&Order| it.rejection == Some(RejectionReason::PaymentDeclined);
    let here = |it: &&Order| it.shipping_address.country == order.shipping_address.country;
    let rules = [
        (FraudSignal::UnusualTotal, 45, total >= UNUSUAL && total >= dearest.saturating_mul(2)),
        (FraudSignal::FirstOrder, 15, came_about.is_empty()),
        (FraudSignal::ManyOrders, 15, others.iter().filter(|it| it.placed_at >= since).count() >= 5),
        (FraudSignal::ManyCards, 15, cards.len() >= 3),
        (FraudSignal::DeclinedBefore, 15, others.iter().any(declined)),
        (FraudSignal::CountryDiffers, 15, !others.is_empty() && !others.iter().any(here)),
    ];
    let mut score = Score::default();
    for (signal, points, _) in rules.into_iter().filter(|(_, _, holds)| *holds) {
        score.points += points;
        score.signals.push(signal);
    }
    score.points = score.points.min(100);
    score
}

fn came_about(status: OrderStatus) -> bool {
    matches!(status, OrderStatus::Confirmed | OrderStatus::Completed)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::samples::order;

    fn judged(order: &Order, others: &[Order]) -> (Verdict, Vec<FraudSignal>) {
        let others: Vec<Box<Order>> = others.iter().cloned().map(Box::new).collect();
        let score = score(order, &others);
        (score.verdict(), score.signals)
    }

    fn declined(number: u8, card: u8) -> Order {
        let mut it = order(number, 1000);
        it.status = OrderStatus::Rejected;
        it.rejection = Some(RejectionReason::PaymentDeclined);
        it.payment_method_id = order(card, 1).order_id.get().to_owned().into();
        it
    }

    #[test]
    fn an_ordinary_order_passes_even_if_it_is_the_first() {
        assert_eq!(judged(&order(1, 3700), &[]), (Verdict::Pass, vec![FraudSignal::FirstOrder]));
        assert_eq!(judged(&order(1, 3700), &[order(2, 3000)]), (Verdict::Pass, Vec::new()));
    }

    #[test]
    fn a_dear_first_order_is_for_a_person_and_a_regular_s_dear_order_is_not() {
        let signals = vec![FraudSignal::UnusualTotal, FraudSignal::FirstOrder];
        assert_eq!(judged(&order(1, 100_000), &[]), (Verdict::Ask, signals));
        assert_eq!(judged(&order(1, 99_999), &[]).0, Verdict::Pass);
        assert_eq!(judged(&order(1, 100_000), &[order(2, 60_000)]).0, Verdict::Pass);
    }

    #[test]
    fn whoever_buys_often_with_many_cards_passes_and_with_a_dear_order_is_refused() {
        let others: Vec<Order> = (10..16).map(|number| declined(number, number + 20)).collect();
        let signals = [
            FraudSignal::FirstOrder,
            FraudSignal::ManyOrders,
            FraudSignal::ManyCards,
            FraudSignal::DeclinedBefore,
        ];
        assert_eq!(judged(&order(1, 3700), &others), (Verdict::Ask, signals.to_vec()));
        assert_eq!(judged(&order(1, 150_000), &others).0, Verdict::Refuse);
        let regular = [others, vec![order(40, 3000)]].concat();
        assert_eq!(judged(&order(1, 3700), &regular).0, Verdict::Pass);
    }

    #[test]
    fn the_order_itself_is_no_other_order() {
        assert_eq!(judged(&order(1, 3700), &[order(1, 3700)]).1, [FraudSignal::FirstOrder]);
    }

    #[test]
    fn another_country_counts() {
        let mut abroad = order(2, 3000);
        abroad.shipping_address.country = "FR".parse().unwrap();
        assert_eq!(judged(&order(1, 3700), &[abroad.clone()]).1, [FraudSignal::CountryDiffers]);
        assert_eq!(judged(&order(1, 3700), &[abroad, order(3, 1)]).1, []);
    }
}
