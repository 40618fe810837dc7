//! `GET` and `POST /products/{productId}/reviews`, and what becomes of a review.

use serde_json::{Value, json};

use crate::house::{Customer, House};

async fn open() -> (House, String, Customer) {
    let house = House::new();
    let product = house.sell("MUG-BLUE", 1850, 5).await;
    house.settle().await;
    let ada = house.customer("ada", "tok_visa_4242").await;
    (house, format!("/products/{product}/reviews"), ada)
}

fn review(customer: &Customer, rating: i64, text: &str) -> Value {
    json!({ "customerId": customer.id, "rating": rating, "title": "What I think", "text": text, "author": "Ada M." })
}

#[tokio::test]
async fn a_review_is_looked_through_and_then_seen_and_counted() {
    let (house, path, ada) = open().await;
    let made = house.post(&path, review(&ada, 4, "It is blue.")).await;
    assert_eq!(made["status"], "PENDING");
    house.settle().await;
    let bob = house.customer("bob", "tok_visa_4242").await;
    house.post(&path, review(&bob, 5, "see www.cheap.example")).await;
    house.settle().await;
    let seen = house.get(&path).await;
    assert_eq!(seen["items"].as_array().map(Vec::len), Some(1), "the other is refused: {seen}");
    assert_eq!((&seen["items"][0]["status"], &seen["summary"]["reviews"]), (&json!("PUBLISHED"), &json!(1)));
    assert_eq!(seen["summary"]["stars"], 4);
    assert_eq!(house.published("Review.Submitted").await, 2);
    assert_eq!(house.published("Review.Moderated").await, 2);
    let found = house.get("/search?q=mug").await;
    assert_eq!((&found["items"][0]["reviews"], &found["items"][0]["stars"]), (&json!(1), &json!(4)));
    house.assert_replay_changes_nothing(&[&path, "/search?q=mug"]).await;
}

#[tokio::test]
async fn whoever_is_erased_leaves_the_review_without_a_name() {
    let (house, path, ada) = open().await;
    house.post(&path, review(&ada, 4, "It is blue.")).await;
    house.settle().await;
    house.ok("DELETE", &format!("/customers/{}", ada.id), None).await;
    house.settle().await;
    let seen = house.get(&path).await;
    assert_eq!((&seen["items"][0]["author"], &seen["summary"]["stars"]), (&json!("erased"), &json!(4)));
}

#[tokio::test]
async fn reviews_are_refused_where_the_contract_says_so() {
    let (house, path, ada) = open().await;
    let nothing = "/products/018f3a52-0000-7000-8000-0000000000b0/reviews";
    assert_eq!(house.call("GET", nothing, None).await.0, 404);
    assert_eq!(house.call("POST", nothing, Some(review(&ada, 4, "x"))).await.0, 404);
    let nobody = Customer {
        id: "018f3a52-0000-7000-8000-0000000000c1".to_owned(),
        ..house.customer("eve", "tok_visa_4242").await
    };
    assert_eq!(house.call("POST", &path, Some(review(&nobody, 4, "x"))).await.0, 404);
    assert_eq!(house.call("POST", &path, Some(review(&ada, 6, "x"))).await.0, 422);
    assert_eq!(house.call("GET", &format!("{path}?limit=0"), None).await.0, 400);
    house.post(&path, review(&ada, 4, "x")).await;
    assert_eq!(house.call("POST", &path, Some(review(&ada, 5, "y"))).await.0, 409, "said once");
    house.assert_guarded("GET", &path, None, true).await;
    house.assert_guarded("POST", &path, Some(review(&ada, 4, "x")), true).await;
}
