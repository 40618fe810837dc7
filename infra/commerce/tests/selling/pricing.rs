//! `GET /prices`, `PUT /prices/{sku}`, and what follows from them.

use serde_json::{Value, json};

use crate::house::House;

fn cad(amount: i64) -> Value {
    json!({ "price": { "amount": amount, "currency": "CAD" } })
}

#[tokio::test]
async fn a_price_starts_with_the_product_s_and_changes_by_hand() {
    let house = House::new();
    house.sell("MUG-BLUE", 1850, 5).await;
    house.settle().await;
    let listed = house.get("/prices?sku=MUG-BLUE").await;
    assert_eq!(listed["items"][0]["amount"], 1850, "{listed}");
    let before = listed["items"][0]["updatedAt"].as_str().expect("a time").to_owned();
    let body = json!({ "price": { "amount": 1700, "currency": "CAD" }, "compareAt": 1850 });
    let set = house.ok("PUT", "/prices/MUG-BLUE", Some(body.clone())).await;
    assert_eq!((&set["amount"], &set["compareAt"]), (&json!(1700), &json!(1850)));
    house
        .ok("PUT", "/prices/MUG-BLUE", Some(json!({ "price": { "amount": 1500, "currency": "EUR" } })))
        .await;
    house.settle().await;
    assert_eq!(house.published("Pricing.PriceChanged").await, 3);
    house.ok("PUT", "/prices/MUG-BLUE", Some(body)).await;
    house.settle().await;
    assert_eq!(house.published("Pricing.PriceChanged").await, 3, "the same price again changes nothing");
    let then = house.get(&format!("/prices?sku=MUG-BLUE&at={before}")).await;
    assert_eq!(then["items"].as_array().map(Vec::len), Some(1), "there was no price in EUR: {then}");
    assert_eq!(then["items"][0]["amount"], 1850, "what it cost then");
    let ever = house.get("/prices?sku=MUG-BLUE&at=2020-01-01T00:00:00Z").await;
    assert_eq!(ever["items"], json!([]));
    house.assert_replay_changes_nothing(&["/prices?sku=MUG-BLUE"]).await;
}

#[tokio::test]
async fn carts_cost_the_new_price_and_orders_keep_theirs() {
    let house = House::new();
    house.sell("MUG-BLUE", 1850, 5).await;
    house.settle().await;
    let ada = house.customer("ada", "tok_visa_4242").await;
    let bought = house.cart(&ada, "MUG-BLUE", 2).await;
    let order = house.check_out(&ada, &bought).await;
    house.settle().await;
    let cart = house.cart(&ada, "MUG-BLUE", 2).await;
    house.ok("PUT", "/prices/MUG-BLUE", Some(cad(1500))).await;
    assert_eq!(house.get(&format!("/carts/{cart}")).await["total"]["amount"], 3000);
    assert_eq!(house.get(&format!("/orders/{order}")).await["total"]["amount"], 3700);
}

#[tokio::test]
async fn a_price_that_the_catalogue_changes_is_followed_and_one_that_it_repeats_is_not() {
    let house = House::new();
    let product = house.sell("MUG-BLUE", 1850, 0).await;
    house.settle().await;
    house.ok("PUT", "/prices/MUG-BLUE", Some(cad(1500))).await;
    let replace = |title: &str, amount: i64| json!({ "title": title, "price": { "amount": amount, "currency": "CAD" } });
    house.ok("PUT", &format!("/products/{product}"), Some(replace("Another title", 1850))).await;
    house.settle().await;
    assert_eq!(house.get("/prices?sku=MUG-BLUE").await["items"][0]["amount"], 1500);
    house.ok("PUT", &format!("/products/{product}"), Some(replace("Another title", 1990))).await;
    house.settle().await;
    assert_eq!(house.get("/prices?sku=MUG-BLUE").await["items"][0]["amount"], 1990);
    house.assert_replay_changes_nothing(&["/prices?sku=MUG-BLUE"]).await;
}

#[tokio::test]
async fn prices_are_refused_where_the_contract_says_so() {
    let house = House::new();
    assert_eq!(house.call("GET", "/prices?sku=NOBODYS", None).await.0, 404);
    assert_eq!(house.call("GET", "/prices", None).await.0, 400);
    assert_eq!(house.call("PUT", "/prices/NOBODYS", Some(cad(1))).await.0, 404);
    house.sell("MUG-BLUE", 1850, 0).await;
    house.settle().await;
    let low = json!({ "price": { "amount": 1700, "currency": "CAD" }, "compareAt": 1700 });
    assert_eq!(house.call("PUT", "/prices/MUG-BLUE", Some(low)).await.0, 409);
    let fraction = json!({ "price": { "amount": 17.5, "currency": "CAD" } });
    assert_eq!(house.call("PUT", "/prices/MUG-BLUE", Some(fraction)).await.0, 422);
    house.assert_guarded("GET", "/prices?sku=MUG-BLUE", None, true).await;
    house.assert_guarded("PUT", "/prices/MUG-BLUE", Some(cad(1)), true).await;
}
