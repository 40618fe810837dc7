//! Carts that nothing happens to for days.

use std::sync::Arc;
use std::time::Duration;

use commerce::parts;
use serde_json::json;
use stipule_local::Parts;
use stipule_local::system::MovableClock;
use stipule_local::table::Place;

use crate::house::House;

const DAY: Duration = Duration::from_hours(24);

fn open() -> (House, MovableClock) {
    let clock = MovableClock::new();
    let parts = Parts { clock: Arc::new(clock.clone()), ..parts(Place::Memory).expect("randomness") };
    (House::of(parts), clock)
}

#[tokio::test]
async fn a_filled_cart_is_abandoned_after_three_days_an_empty_one_never() {
    let (house, clock) = open();
    house.sell("MUG-BLUE", 1850, 50).await;
    let ada = house.customer("ada", "tok_visa_4242").await;
    let left = house.cart(&ada, "MUG-BLUE", 2).await;
    let empty = house.post("/carts", json!({ "customerId": ada.id, "currency": "CAD" })).await;
    clock.advance(DAY * 2);
    house.settle().await;
    let path = format!("/carts/{left}");
    assert_eq!(house.get(&path).await["status"], "OPEN");
    clock.advance(DAY * 2);
    house.settle().await;
    assert_eq!(house.get(&path).await["status"], "ABANDONED");
    let empty = format!("/carts/{}", empty["cartId"].as_str().expect("an id"));
    assert_eq!(house.get(&empty).await["status"], "OPEN");
    assert_eq!(house.published("Cart.Abandoned").await, 1);
    house.assert_replay_changes_nothing(&[&path, &empty]).await;
}

#[tokio::test]
async fn a_cart_that_somebody_comes_back_to_has_three_days_more() {
    let (house, clock) = open();
    house.sell("MUG-BLUE", 1850, 50).await;
    let ada = house.customer("ada", "tok_visa_4242").await;
    let cart = house.cart(&ada, "MUG-BLUE", 2).await;
    let (path, item) = (format!("/carts/{cart}"), format!("/carts/{cart}/items/MUG-BLUE"));
    for (days, status) in [(2, "OPEN"), (2, "OPEN"), (4, "ABANDONED")] {
        clock.advance(DAY * days);
        house.settle().await;
        assert_eq!(house.get(&path).await["status"], status);
        let back = house.ok("PUT", &item, Some(json!({ "quantity": days }))).await;
        assert_eq!(back["status"], "OPEN");
    }
    house.check_out(&ada, &cart).await;
    clock.advance(DAY * 9);
    house.settle().await;
    assert_eq!(house.get(&path).await["status"], "CHECKED_OUT", "what was bought is not left behind");
    assert_eq!(house.published("Cart.Abandoned").await, 1);
}
