//! `GET /search` and `GET /search/suggest`, and what they are fed by.

use serde_json::{Value, json};

use crate::house::{House, STORES, text};

async fn open() -> House {
    let house = House::new();
    for (sku, title, cents, pieces) in [
        ("MUG-BLUE", "Blue mug", 1850, 5),
        ("POT-BLUE", "Blue teapot", 8900, 0),
        ("TRAY-ASH", "Plateau de frêne", 4600, 2),
    ] {
        let id = house.sell(sku, cents, pieces).await;
        let price = json!({ "amount": cents, "currency": "CAD" });
        house.ok("PUT", &format!("/products/{id}"), Some(json!({ "title": title, "price": price }))).await;
    }
    house.settle().await;
    house
}

async fn titles(house: &House, query: &str) -> Vec<String> {
    let found = house.get(&format!("/search?q={query}")).await;
    found["items"].as_array().expect("items").iter().map(|it| text(it, "title")).collect()
}

#[tokio::test]
async fn products_are_found_by_words_beginnings_and_mistyped_words() {
    let house = open().await;
    assert_eq!(titles(&house, "blue").await, ["Blue mug", "Blue teapot"]);
    assert_eq!(titles(&house, "blue%20tea").await, ["Blue teapot"]);
    assert_eq!(titles(&house, "frene").await, ["Plateau de frêne"], "accents don't count");
    assert_eq!(titles(&house, "MUG-BLUE").await, ["Blue mug"]);
    assert_eq!(titles(&house, "spoon").await, [""; 0]);
    let mistyped = house.get("/search?q=blue%20teaopt").await;
    assert_eq!(
        (&mistyped["items"][0]["title"], &mistyped["taken"]),
        (&json!("Blue teapot"), &json!("blue teapot"))
    );
    assert_eq!(house.get("/search?q=blue&limit=1").await["items"].as_array().map(Vec::len), Some(1));
}

#[tokio::test]
async fn what_was_found_is_counted_and_can_be_narrowed() {
    let house = open().await;
    let found = house.get("/search?q=blue").await;
    assert_eq!(
        (&found["found"], &found["facets"]["inStock"], &found["facets"]["outOfStock"]),
        (&json!(2), &json!(1), &json!(1))
    );
    let band = |from: i64, to: i64| json!({ "currency": "CAD", "from": from, "to": to, "products": 1 });
    assert_eq!(found["facets"]["prices"], json!([band(1000, 2499), band(5000, 9999)]));
    assert_eq!(titles(&house, "blue&inStock=true").await, ["Blue mug"]);
    assert_eq!(titles(&house, "blue&priceFrom=1851").await, ["Blue teapot"]);
    assert_eq!(titles(&house, "blue&priceTo=1850").await, ["Blue mug"]);
}

#[tokio::test]
async fn words_are_suggested_while_one_is_typed() {
    let house = open().await;
    let said = house.get("/search/suggest?q=bl").await;
    assert_eq!(said["items"], json!([{ "term": "blue", "products": 2 }]));
    assert_eq!(house.get("/search/suggest?q=blue%20tea").await["items"][0]["term"], "teapot");
    assert_eq!(house.get("/search/suggest?q=x").await["items"], json!([]), "one letter is too little");
}

#[tokio::test]
async fn the_index_follows_titles_prices_stock_and_retirement() {
    let house = open().await;
    let found = house.get("/search?q=mug").await;
    let id = text(&found["items"][0], "productId");
    let price = json!({ "amount": 1850, "currency": "CAD" });
    house.ok("PUT", &format!("/products/{id}"), Some(json!({ "title": "Red cup", "price": price }))).await;
    house
        .ok("PUT", "/prices/MUG-BLUE", Some(json!({ "price": { "amount": 1500, "currency": "CAD" } })))
        .await;
    let gone = json!({ "warehouse": "YUL1", "change": -5, "reason": "DAMAGE" });
    house.post("/stock/MUG-BLUE/adjustments", gone).await;
    house.settle().await;
    let cup = house.get("/search?q=cup").await;
    let it: &Value = &cup["items"][0];
    assert_eq!(
        (&it["title"], &it["price"]["amount"], &it["inStock"]),
        (&json!("Red cup"), &json!(1500), &json!(false))
    );
    house.assert_replay_changes_nothing(&["/search?q=cup", "/search?q=blue", "/search/suggest?q=re"]).await;
    house.ok("DELETE", &format!("/products/{id}"), None).await;
    house.settle().await;
    assert_eq!(titles(&house, "cup").await, [""; 0]);
}

#[tokio::test]
async fn a_search_is_refused_where_the_contract_says_so_and_stays_in_its_store() {
    let house = open().await;
    for path in
        ["/search", "/search?q=", "/search?q=x&limit=0", "/search?q=x&priceFrom=-1", "/search/suggest"]
    {
        assert_eq!(house.call("GET", path, None).await.0, 400, "{path}");
    }
    house.assert_guarded("GET", "/search?q=blue", None, false).await;
    house.assert_guarded("GET", "/search/suggest?q=bl", None, false).await;
    let other = house.call_as(Some((STORES[1], &["catalog:read"])), "GET", "/search?q=blue", None).await;
    assert_eq!(other.1["found"], 0);
}
