//! A client that is older than its server, and one whose server is at fault: it reads what it can and says what it can't.

#![allow(clippy::unwrap_used, reason = "all of it is a test")]

use commerce_sdk::model::open::types::{CardBrand, PaymentStatus};
use commerce_sdk::model::types::PaymentId;
use commerce_sdk::payments::GetPaymentError;
use commerce_sdk::{Commerce, Error, Mock};

const PAYMENT: &str = r#"{
    "paymentId": "018f3a52-0000-7000-8000-0000000000f0",
    "orderId": "018f3a52-0000-7000-8000-0000000000d0",
    "customerId": "018f3a52-0000-7000-8000-0000000000c1",
    "amount": {"amount": 3700, "currency": "CAD"},
    "status": "CAPTURED",
    "capturable": 0,
    "refundable": 3700,
    "card": {"brand": "VISA", "last4": "4242"},
    "createdAt": "2026-11-02T12:00:02Z",
    "updatedAt": "2026-11-03T08:15:00Z"
}"#;

/// Answers with a body, and asks for a payment.
async fn ask(
    status: u16,
    media_type: &'static str,
    body: &str,
) -> Result<commerce_sdk::model::open::types::Payment, Error<GetPaymentError>> {
    let mock = Mock::new();
    mock.on("getPayment").bytes(status, media_type, body.to_owned());
    let shop: Commerce = mock.client();
    let id: PaymentId = "018f3a52-0000-7000-8000-0000000000f0".parse().unwrap();
    shop.payments().get(id).send().await
}

#[tokio::test]
async fn values_that_it_doesn_t_know_are_kept_and_fields_passed_over() {
    let newer = PAYMENT
        .replace("\"CAPTURED\"", "\"SPLIT\", \"shares\": [1, {\"of\": null}]")
        .replace("\"VISA\"", "\"DISCOVER\"");
    let payment = ask(200, "application/json", &newer).await.unwrap();
    assert!(
        matches!(&payment.status, PaymentStatus::Unknown(text) if text.as_str() == "SPLIT"),
        "{payment:?}"
    );
    let card = payment.card.unwrap();
    assert!(matches!(&card.brand, CardBrand::Unknown(text) if text.as_str() == "DISCOVER"), "{card:?}");
}

#[tokio::test]
async fn an_answer_that_breaks_off_or_says_something_else_is_no_payment() {
    for (media_type, body) in [
        ("application/json", &PAYMENT[..PAYMENT.len() / 2]),
        ("application/json", "{}"),
        ("application/json", "[]"),
        ("text/html", PAYMENT),
    ] {
        let error = ask(200, media_type, body).await.unwrap_err();
        assert!(matches!(error, Error::Misfit(_)), "{error}");
        assert_eq!(error.status(), Some(200));
    }
}

#[tokio::test]
async fn problems_are_read_with_all_that_they_say_and_other_statuses_kept_whole() {
    let problem = r#"{"type": "about:blank", "title": "Gone", "status": 404, "since": "2026"}"#;
    let error = ask(404, "application/problem+json", problem).await.unwrap_err();
    assert!(
        matches!(&error, Error::Api(GetPaymentError::NotFound(found)) if found.title.as_str() == "Gone"),
        "{error}"
    );
    let error = ask(418, "text/plain", "short and stout").await.unwrap_err();
    assert!(matches!(&error, Error::Undeclared(reply) if reply.as_ref() == b"short and stout"), "{error}");
}
