//! What must hold of the ways that the contract gives an order.

use commerce_model::types::OrderStatus;
use commerce_model::types::OrderStatus::Placed;

#[test]
fn no_status_leads_to_itself_or_back_to_placed() {
    for from in OrderStatus::ALL {
        assert!(!from.may_become(*from), "{from:?}");
        assert!(!from.may_become(Placed), "{from:?}");
    }
}

#[test]
fn every_order_can_end() {
    for from in OrderStatus::ALL {
        let mut reached = vec![*from];
        let mut at = 0;
        while let Some(status) = reached.get(at) {
            let next: Vec<_> = status.next().iter().filter(|to| !reached.contains(to)).copied().collect();
            reached.extend(next);
            at += 1;
        }
        assert!(reached.iter().any(|status| status.next().is_empty()), "{from:?} never ends");
    }
}
