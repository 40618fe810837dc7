//! `POST /shipping/quotes`.

use serde_json::json;

use crate::house::House;

#[tokio::test]
async fn carriers_say_what_it_costs_the_cheapest_first() {
    let house = House::new();
    let wanted = json!({ "country": "CA", "postalCode": "H2X 1X1", "weightGrams": 840 });
    let quote = house.post("/shipping/quotes", wanted).await;
    let prices: Vec<i64> = quote["options"]
        .as_array()
        .expect("options")
        .iter()
        .map(|option| option["price"]["amount"].as_i64().expect("an amount"))
        .collect();
    assert_eq!(prices, [1074, 2274]);
    assert_eq!(quote["options"][0]["carrier"], "NORTHPOST");
    let abroad = json!({ "country": "FR", "weightGrams": 840 });
    let abroad = house.post("/shipping/quotes", abroad).await;
    assert!(abroad["options"][0]["price"]["amount"].as_i64() > Some(prices[0]), "{abroad}");
}

#[tokio::test]
async fn a_quote_is_refused_where_the_contract_says_so() {
    let house = House::new();
    let nowhere = json!({ "country": "CA", "postalCode": "00001", "weightGrams": 840 });
    assert_eq!(house.call("POST", "/shipping/quotes", Some(nowhere)).await.0, 409);
    for bad in [
        json!({ "country": "CA" }),
        json!({ "country": "Canada", "weightGrams": 840 }),
        json!({ "country": "CA", "weightGrams": 0 }),
        json!({ "country": "CA", "weightGrams": 840, "insured": true }),
    ] {
        assert_eq!(house.call("POST", "/shipping/quotes", Some(bad.clone())).await.0, 422, "{bad}");
    }
    let good = json!({ "country": "CA", "weightGrams": 840 });
    house.assert_guarded("POST", "/shipping/quotes", Some(good), false).await;
}
