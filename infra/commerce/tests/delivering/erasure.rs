//! Somebody is forgotten: no parcel, nothing that was packed and no payment knows them any more.

use crate::yard::Yard;

#[tokio::test]
async fn nothing_of_a_delivered_order_knows_the_customer_any_more() {
    let yard = Yard::open().await;
    let ada = yard.buyer("tok_visa_4242", "H2X 1X1").await;
    let order = yard.order_of(&ada, 2).await;
    let part = yard.send(&order, 2).await;
    yard.let_it_come().await;
    assert_eq!(yard.payment(&order).await["card"]["last4"], "4242");
    assert_eq!(yard.call("DELETE", &format!("/customers/{}", ada.id), None).await.0, 204);
    yard.settle().await;
    let parcel = yard.shipment(&part).await;
    assert_eq!(parcel["address"]["recipient"], "erased", "{parcel}");
    assert_eq!(parcel["status"], "DELIVERED", "the rest stays");
    let packed = yard.get(&format!("/fulfilments?orderId={order}")).await;
    assert_eq!(packed["items"][0]["shippingAddress"]["recipient"], "erased", "{packed}");
    let payment = yard.payment(&order).await;
    assert!(payment.get("card").is_none_or(serde_json::Value::is_null), "{payment}");
    assert_eq!(yard.order(&order).await["shippingAddress"]["recipient"], "erased");
    let all = [parcel, packed, payment, yard.order(&order).await].map(|it| it.to_string()).concat();
    for personal in ["Sherbrooke", "H2X 1X1", "4242"] {
        assert!(!all.contains(personal), "{personal} is left in {all}");
    }
}
