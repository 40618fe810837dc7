//! `GET` and `POST /categories`.

use serde_json::json;

use crate::house::{House, text};

#[tokio::test]
async fn shelves_form_a_tree() {
    let house = House::new();
    let root = house.post("/categories", json!({ "name": "Kitchen" })).await;
    assert_eq!((&root["position"], &root["parentId"]), (&json!(0), &json!(null)));
    let leaf = json!({ "name": "Tableware", "parentId": root["categoryId"], "position": 3 });
    let leaf = house.post("/categories", leaf).await;
    let listed = house.get("/categories").await;
    let mut ids: Vec<String> =
        listed["items"].as_array().expect("items").iter().map(|it| text(it, "categoryId")).collect();
    ids.sort();
    let mut both = vec![text(&root, "categoryId"), text(&leaf, "categoryId")];
    both.sort();
    assert_eq!(ids, both);
    let first = house.get("/categories?limit=1").await;
    let next = format!("/categories?limit=1&cursor={}", text(&first, "nextCursor"));
    assert_ne!(house.get(&next).await["items"], first["items"]);
}

#[tokio::test]
async fn a_shelf_needs_a_name_and_a_parent_that_is_there() {
    let house = House::new();
    let orphan = json!({ "name": "Tableware", "parentId": "018f3a52-0000-7000-8000-0000000000ce" });
    assert_eq!(house.call("POST", "/categories", Some(orphan)).await.0, 404);
    assert_eq!(house.call("POST", "/categories", Some(json!({ "name": "" }))).await.0, 422);
    assert_eq!(house.call("GET", "/categories?limit=0", None).await.0, 400);
    house.post("/categories", json!({ "name": "Kitchen" })).await;
    house.assert_guarded("GET", "/categories", None, false).await;
    house.assert_guarded("POST", "/categories", Some(json!({ "name": "Kitchen" })), false).await;
}
