//! `POST /carts/{cartId}/coupon`, and what it does to the order.

use serde_json::json;

use crate::house::House;
use crate::promotions::sale;

#[tokio::test]
async fn a_coupon_makes_the_cart_and_its_order_cheaper_to_the_cent() {
    let house = House::new();
    house.sell("MUG-BLUE", 1850, 5).await;
    house.sell("TEA-EARL", 333, 5).await;
    house.post("/promotions", sale(&house, "SPRING26", 5)).await;
    house.settle().await;
    let ada = house.customer("ada", "tok_visa_4242").await;
    let cart = house.cart(&ada, "MUG-BLUE", 1).await;
    house.ok("PUT", &format!("/carts/{cart}/items/TEA-EARL"), Some(json!({ "quantity": 2 }))).await;
    let shown = house.post(&format!("/carts/{cart}/coupon"), json!({ "code": "SPRING26" })).await;
    // 1850 + 2 × 333 = 2516, of which 15 % are 377.40.
    assert_eq!(
        (&shown["saved"]["amount"], &shown["total"]["amount"]),
        (&json!(377), &json!(2139)),
        "{shown}"
    );
    assert_eq!(shown["coupon"]["saved"]["amount"], 377);
    assert_eq!(house.get(&format!("/carts/{cart}")).await["total"]["amount"], 2139);
    let order = house.check_out(&ada, &cart).await;
    house.settle().await;
    let order = house.get(&format!("/orders/{order}")).await;
    assert_eq!((&order["status"], &order["total"]["amount"]), (&json!("CONFIRMED"), &json!(2139)));
    assert_eq!(order["coupon"]["code"], "SPRING26");
    let lines = order["lines"].as_array().expect("lines");
    let sum = |of: &str| lines.iter().filter_map(|line| line[of]["amount"].as_i64()).sum::<i64>();
    assert_eq!((sum("lineTotal"), sum("discount")), (2139, 377));
    let payment = house.get(&format!("/payments/{}", order["paymentId"].as_str().expect("an id"))).await;
    assert_eq!(payment["amount"]["amount"], 2139);
}

#[tokio::test]
async fn a_promotion_without_coupon_is_every_order_s() {
    let house = House::new();
    house.sell("MUG-BLUE", 1850, 5).await;
    let mut open = sale(&house, "UNUSED", 1);
    open["couponOnly"] = json!(false);
    open["coupons"] = json!([]);
    house.post("/promotions", open).await;
    house.settle().await;
    let ada = house.customer("ada", "tok_visa_4242").await;
    let cart = house.cart(&ada, "MUG-BLUE", 2).await;
    let shown = house.get(&format!("/carts/{cart}")).await;
    assert_eq!((&shown["saved"]["amount"], &shown["total"]["amount"]), (&json!(555), &json!(3145)));
    assert!(shown["coupon"].is_null());
}

#[tokio::test]
async fn coupons_are_refused_where_the_contract_says_so() {
    let house = House::new();
    house.sell("MUG-BLUE", 1850, 5).await;
    let mut dear = sale(&house, "SPRING26", 5);
    dear["minimumTotal"] = json!({ "amount": 2000, "currency": "CAD" });
    house.post("/promotions", dear).await;
    house.settle().await;
    let ada = house.customer("ada", "tok_visa_4242").await;
    let cart = house.cart(&ada, "MUG-BLUE", 1).await;
    let path = format!("/carts/{cart}/coupon");
    let code = |code: &str| Some(json!({ "code": code }));
    assert_eq!(house.call("POST", &path, code("NOBODY")).await.0, 404);
    let nobody = "/carts/018f3a52-0000-7000-8000-0000000000ca/coupon";
    assert_eq!(house.call("POST", nobody, code("SPRING26")).await.0, 404);
    let (status, problem) = house.call("POST", &path, code("SPRING26")).await;
    assert_eq!((status, &problem["state"]), (409, &json!("OPEN")), "it comes to too little");
    assert_eq!(house.call("POST", &path, code("no code")).await.0, 422);
    house.assert_guarded("POST", &path, code("SPRING26"), true).await;
    house.check_out(&ada, &cart).await;
    let (status, problem) = house.call("POST", &path, code("SPRING26")).await;
    assert_eq!((status, &problem["allowed"]), (409, &json!([])), "it is checked out");
}
