//! `GET` and `POST /promotions`, `PATCH /promotions/{promotionId}`, `POST /coupons/validate`.

use serde_json::{Value, json};

use crate::house::{House, text};

const LONG_AGO: &str = "2020-01-01T00:00:00Z";

/// A year is the longest, so the end is reckoned from now.
pub(crate) fn in_days(house: &House, days: u64) -> String {
    let now = house.local.ports().clock.now();
    now.checked_add(std::time::Duration::from_hours(days * 24)).expect("this century").to_string()
}

pub(crate) fn sale(house: &House, code: &str, limit: i64) -> Value {
    json!({
        "name": "Autumn sale", "discount": { "kind": "PERCENT", "percent": 15 }, "couponOnly": true,
        "startsAt": LONG_AGO, "endsAt": in_days(house, 7), "coupons": [{ "code": code, "limit": limit }]
    })
}

async fn status(house: &House, id: &str) -> String {
    for status in ["SCHEDULED", "ACTIVE", "PAUSED", "EXPIRED"] {
        let listed = house.get(&format!("/promotions?status={status}")).await;
        if listed["items"].as_array().expect("items").iter().any(|it| it["promotionId"] == *id) {
            return status.to_owned();
        }
    }
    panic!("{id} is in no status")
}

#[tokio::test]
async fn a_promotion_begins_by_itself_is_paused_resumed_and_ended() {
    let house = House::new();
    let made = house.post("/promotions", sale(&house, "SPRING26", 5)).await;
    let id = text(&made, "promotionId");
    house.settle().await;
    assert_eq!(status(&house, &id).await, "ACTIVE");
    assert_eq!(house.published("Promotion.Activated").await, 1);
    let path = format!("/promotions/{id}");
    assert_eq!(offered(&house).await, std::slice::from_ref(&id));
    for (to, shown) in [("PAUSED", false), ("ACTIVE", true), ("EXPIRED", false)] {
        let changed = house.ok("PATCH", &path, Some(json!({ "status": to }))).await;
        assert_eq!(changed["status"], to);
        house.settle().await;
        assert_eq!(offered(&house).await.contains(&id), shown, "{to}");
    }
    let (refused, problem) = house.call("PATCH", &path, Some(json!({ "status": "ACTIVE" }))).await;
    assert_eq!((refused, &problem["state"], &problem["allowed"]), (409, &json!("EXPIRED"), &json!([])));
    house.settle().await;
    assert_eq!(house.published("Promotion.Expired").await, 2, "paused, and ended");
    house.assert_replay_changes_nothing(&["/search?q=mug", "/promotions?status=EXPIRED"]).await;
}

/// Promotions that are shown beside what is found.
async fn offered(house: &House) -> Vec<String> {
    let found = house.get("/search?q=mug").await;
    found["offers"].as_array().expect("offers").iter().map(|it| text(it, "promotionId")).collect()
}

#[tokio::test]
async fn a_promotion_whose_time_is_over_expires_by_itself() {
    let house = House::new();
    let soon = house.local.ports().clock.now().checked_add(std::time::Duration::from_millis(300));
    let short = json!({
        "name": "A blink", "discount": { "kind": "PERCENT", "percent": 50 }, "couponOnly": false,
        "startsAt": LONG_AGO, "endsAt": soon.expect("this century").to_string()
    });
    let id = text(&house.post("/promotions", short).await, "promotionId");
    while status(&house, &id).await != "EXPIRED" {
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        house.settle().await;
    }
    house.settle().await;
    assert_eq!(house.published("Promotion.Expired").await, 1);
}

#[tokio::test]
async fn terms_change_and_a_moved_end_counts() {
    let house = House::new();
    let id = text(&house.post("/promotions", sale(&house, "SPRING26", 5)).await, "promotionId");
    house.settle().await;
    let later = in_days(&house, 9);
    let terms = json!({ "discount": { "kind": "AMOUNT", "amount": { "amount": 500, "currency": "CAD" } }, "endsAt": later });
    let changed = house.ok("PATCH", &format!("/promotions/{id}"), Some(terms)).await;
    assert_eq!((text(&changed, "endsAt"), text(&changed, "dueAt")), (later.clone(), later));
    let total = json!({ "code": "SPRING26", "total": { "amount": 3700, "currency": "CAD" } });
    assert_eq!(house.post("/coupons/validate", total).await["saves"]["amount"], 500);
}

#[tokio::test]
async fn a_coupon_says_what_it_saves_or_why_not() {
    let house = House::new();
    let mut dear = sale(&house, "SPRING26", 1);
    dear["minimumTotal"] = json!({ "amount": 2000, "currency": "CAD" });
    let id = text(&house.post("/promotions", dear).await, "promotionId");
    house.settle().await;
    let ask = |amount: i64, currency: &str| json!({ "code": "SPRING26", "total": { "amount": amount, "currency": currency } });
    let good = house.post("/coupons/validate", ask(3700, "CAD")).await;
    assert_eq!((&good["valid"], &good["saves"]["amount"]), (&json!(true), &json!(555)));
    for (amount, currency, why) in [(1999, "CAD", "MINIMUM"), (3700, "EUR", "OTHER_CURRENCY")] {
        let bad = house.post("/coupons/validate", ask(amount, currency)).await;
        assert_eq!(
            (&bad["valid"], &bad["saves"]["amount"], &bad["why"]),
            (&json!(false), &json!(0), &json!(why))
        );
    }
    house.ok("PATCH", &format!("/promotions/{id}"), Some(json!({ "status": "PAUSED" }))).await;
    assert_eq!(house.post("/coupons/validate", ask(3700, "CAD")).await["why"], "PAUSED");
}

#[tokio::test]
async fn promotions_are_refused_where_the_contract_says_so() {
    let house = House::new();
    let good = sale(&house, "SPRING26", 5);
    let refused = |change: fn(&mut Value)| {
        let mut body = good.clone();
        change(&mut body);
        body
    };
    let contradictions = [
        refused(|it| it["endsAt"] = json!(LONG_AGO)),
        refused(|it| it["endsAt"] = json!("2999-01-01T00:00:00Z")),
        refused(|it| it["discount"] = json!({ "kind": "AMOUNT", "percent": 5 })),
        refused(|it| it["coupons"] = json!([])),
        refused(|it| it["couponOnly"] = json!(false)),
        refused(|it| {
            it["coupons"] = json!([{ "code": "TWICE", "limit": 1 }, { "code": "TWICE", "limit": 2 }]);
        }),
    ];
    for body in contradictions {
        assert_eq!(house.call("POST", "/promotions", Some(body.clone())).await.0, 409, "{body}");
    }
    let id = text(&house.post("/promotions", good.clone()).await, "promotionId");
    house.settle().await;
    let (taken, problem) = house.call("POST", "/promotions", Some(good.clone())).await;
    assert_eq!((taken, text(&problem, "detail").contains("SPRING26")), (409, true));
    assert_eq!(house.call("POST", "/promotions", Some(json!({}))).await.0, 422);
    let path = format!("/promotions/{id}");
    let both = json!({ "status": "PAUSED", "name": "Both" });
    assert_eq!(house.call("PATCH", &path, Some(both)).await.0, 409);
    let nobody = "/promotions/018f3a52-0000-7000-8000-0000000000a0";
    assert_eq!(house.call("PATCH", nobody, Some(json!({ "status": "PAUSED" }))).await.0, 404);
    let code = json!({ "code": "NOBODY", "total": { "amount": 1, "currency": "CAD" } });
    assert_eq!(house.call("POST", "/coupons/validate", Some(code)).await.0, 404);
    let mine = json!({ "code": "SPRING26", "total": { "amount": 1, "currency": "CAD" } });
    house.assert_guarded("POST", "/coupons/validate", Some(mine), true).await;
    house.assert_guarded("PATCH", &path, Some(json!({ "status": "PAUSED" })), true).await;
    house.assert_guarded("GET", "/promotions", None, false).await;
    house.assert_guarded("POST", "/promotions", Some(good), false).await;
}
