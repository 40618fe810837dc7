//! A customer who buys, through the client and over HTTP.

use commerce::refused::{Doing, Refused};
use commerce::seed::{CURRENCY, Seeded};
use commerce_model::carts::{ApplyCouponRequest, CheckOutCartRequest, CreateCartRequest, PutCartItemRequest};
use commerce_model::fraud::{DecideFraudReviewRequest, FraudDecision};
use commerce_model::open::orders::OrderDetails;
use commerce_model::orders::CancelOrderRequest;
use commerce_model::payments::AddPaymentMethodRequest;
use commerce_model::types::{
    CancellationWish, CardToken, CouponCode, Currency, FraudNote, OrderId, PaymentMethodId, Quantity, Sku,
};
use commerce_sdk::Commerce;

use super::fault::DemoError;

/// A customer with what she needs to buy.
pub(crate) struct Buyer {
    pub(crate) shop: Commerce,
    pub(crate) seeded: Seeded,
}

impl Buyer {
    /// Saves another card, by the token of the provider's own form.
    pub(crate) async fn card(&self, token: &str) -> Result<PaymentMethodId, DemoError> {
        let customer_id = self.seeded.customer;
        let card = AddPaymentMethodRequest { customer_id, token: CardToken::new(token)? };
        let saved = self.shop.payments().add_method(card).send().await.doing("saving a card")?;
        Ok(saved.payment_method_id)
    }

    /// Fills a cart and checks it out.
    pub(crate) async fn buy(
        &self,
        goods: &[(i32, &str)],
        coupon: Option<&str>,
        card: PaymentMethodId,
    ) -> Result<OrderId, DemoError> {
        let carts = self.shop.carts();
        let customer_id = self.seeded.customer;
        let cart = CreateCartRequest { customer_id, currency: Currency::new(CURRENCY)? };
        let cart = carts.create(cart).send().await.doing("opening a cart")?;
        for (quantity, sku) in goods {
            let quantity = PutCartItemRequest { quantity: Quantity::new(*quantity)? };
            let put = carts.put_item(cart.cart_id, Sku::new(*sku)?, quantity);
            put.send().await.doing("filling a cart")?;
        }
        if let Some(code) = coupon {
            let coupon = ApplyCouponRequest { code: CouponCode::new(code)? };
            carts.apply_coupon(cart.cart_id, coupon).send().await.doing("putting a coupon on a cart")?;
        }
        let checkout = CheckOutCartRequest { address_id: self.seeded.address, payment_method_id: card };
        let checkout = carts.check_out(cart.cart_id, checkout).send().await.doing("checking out")?;
        Ok(checkout.order_id)
    }

    /// Says, as somebody who works for the store, that an order is honest.
    pub(crate) async fn approve(&self, order: OrderId) -> Result<(), DemoError> {
        let reviews = self.shop.fraud().list_reviews().order_id(order).stream().collect().await;
        for review in reviews.doing("reading a fraud review")? {
            let decision = DecideFraudReviewRequest {
                decision: FraudDecision::Approve,
                note: Some(FraudNote::new("A party of fifty; the customer called.")?),
            };
            let decide = self.shop.fraud().decide_review(review.review_id, decision);
            decide.send().await.doing("approving an order")?;
        }
        Ok(())
    }

    /// Asks for an order to be cancelled.
    pub(crate) async fn cancel(&self, order: OrderId) -> Result<(), Refused> {
        let reason = CancelOrderRequest { reason: CancellationWish::CustomerRequest };
        self.shop.orders().cancel(order, reason).send().await.doing("cancelling an order")?;
        Ok(())
    }

    /// An order as it is now.
    pub(crate) async fn order(&self, order: OrderId) -> Result<OrderDetails, Refused> {
        self.shop.orders().get(order).send().await.doing("reading an order")
    }
}
