//! Carts: what customers are about to buy, priced by the price list and the promotions of the moment.

mod abandonment;
mod app;

use commerce_model::carts::{CartDetails, Checkout};
use commerce_model::types::{
    Cart, CartId, CartItem, CartStatus, CouponCode, Money, OrderId, PromotionStatus, Sku,
};
use commerce_service::carts as api;
use commerce_store::{self as store, CartWithItems, Commerce};
use stipule_runtime::wire::{BoundedVec, Fault, Ranged, UniqueVec};
use stipule_runtime::{Context, Failed, PageRequest, StoreFailure, Stored};

use app::cart::{self, ItemChange, Refusal};
use app::checkout::{self, Terms};
use app::discount::{self, Offers, Redeemable};
use app::pricing::{self, Priced, Wanted};

/// The carts service.
#[derive(Clone, Copy, Debug, Default)]
pub struct Carts;

const NO_CUSTOMER: &str = "There is no such customer.";
const NO_CART: &str = "There is no such cart.";
const NO_OFFER: &str = "Nothing on sale has this SKU.";
const NOT_IN_CART: &str = "The SKU is not in the cart.";
const NO_COUPON: &str = "No coupon has this code.";
const NOT_COUNTING: &str =
    "The coupon doesn't count for this cart: not now, not any more, or not for so little.";
const NO_ADDRESS: &str = "The customer has no such address.";
const NO_METHOD: &str = "The customer has no such payment method.";

impl api::Carts for Carts {
    async fn create_cart(
        &self,
        cx: &Context,
        input: api::CreateCart,
    ) -> Result<api::CreateCartOk, api::CreateCartError> {
        let store = Commerce::of(cx);
        if store.customer(&input.body.customer_id).await?.is_none() {
            return Err(api::CreateCartError::not_found(NO_CUSTOMER));
        }
        let it = cart::open(CartId::new(cx.new_id()), input.body.customer_id, input.body.currency, cx.now());
        abandonment::ring(cx, None, &it).await?;
        let empty = pricing::price(&it.currency, Vec::new());
        let shown = details(it.clone(), empty, None).map_err(Failed::internal)?;
        let written =
            store.create_cart(store::CreateCart { cart: it }).answer(api::CreateCartOk::Created(shown));
        written.await.map_err(|error| match error {
            store::CreateCartError::CartExists => Failed::internal(error).into(),
            store::CreateCartError::Failed(failure) => failure.into(),
        })
    }

    async fn get_cart(&self, cx: &Context, input: api::GetCart) -> Result<api::GetCartOk, api::GetCartError> {
        let found = Commerce::of(cx).cart_with_items(&input.cart_id).await?;
        let found = found.ok_or_else(|| api::GetCartError::not_found(NO_CART))?;
        let (priced, coupon) = price(cx, &found.cart, found.items).await?;
        let shown = details(found.cart.into_value(), priced, coupon).map_err(Failed::internal)?;
        Ok(api::GetCartOk::Ok(shown))
    }

    async fn put_cart_item(
        &self,
        cx: &Context,
        input: api::PutCartItem,
    ) -> Result<api::PutCartItemOk, api::PutCartItemError> {
        let store = Commerce::of(cx);
        let found = store.cart_with_items(&input.cart_id).await?;
        let CartWithItems { cart, mut items } =
            found.ok_or_else(|| api::PutCartItemError::not_found(NO_CART))?;
        let offer = store.offer(&input.sku).await?.filter(pricing::is_on_sale);
        let offer = offer.ok_or_else(|| api::PutCartItemError::not_found(NO_OFFER))?;
        let listed = store.price(&input.sku, &cart.currency).await?;
        let sells = pricing::unit_price(&offer, listed.as_deref(), &cart.currency).is_some();
        let change = cart::put_item(&cart, &items, &offer, sells, input.body.quantity, cx.now())
            .map_err(|refusal| refused(refusal, api::PutCartItemError::conflict))?;
        let after = cart::touched(&cart, cx.now());
        abandonment::ring(cx, Some(&cart), &after).await?;
        let (status, idle_on, updated_at) = (after.status, after.idle_on, after.updated_at);
        let (ItemChange::Added(item) | ItemChange::Changed(item)) = &change;
        items.retain(|other| other.sku != item.sku);
        items.push(item.clone());
        items.sort_by(|one, other| one.sku.cmp(&other.sku));
        let (priced, coupon) = price(cx, &cart, items).await?;
        let shown = details(after, priced, coupon).map_err(Failed::internal)?;
        let done = api::PutCartItemOk::Ok(shown);
        match change {
            ItemChange::Added(cart_item) => {
                let write = store::AddCartItem { status, idle_on, updated_at, cart_item };
                store.add_cart_item(&cart, write).answer(done).await.map_err(|error| match error {
                    store::AddCartItemError::Conflict | store::AddCartItemError::CartItemExists => {
                        StoreFailure::Busy.into()
                    }
                    store::AddCartItemError::Failed(failure) => failure.into(),
                })
            }
            ItemChange::Changed(CartItem { cart_id, sku, quantity, .. }) => {
                let write = store::ChangeCartItem { status, idle_on, updated_at, cart_id, sku, quantity };
                store.change_cart_item(&cart, write).answer(done).await.map_err(|error| match error {
                    store::ChangeCartItemError::Conflict | store::ChangeCartItemError::CartItemMissing => {
                        StoreFailure::Busy.into()
                    }
                    store::ChangeCartItemError::Failed(failure) => failure.into(),
                })
            }
        }
    }

    async fn remove_cart_item(
        &self,
        cx: &Context,
        input: api::RemoveCartItem,
    ) -> Result<api::RemoveCartItemOk, api::RemoveCartItemError> {
        let store = Commerce::of(cx);
        let cart = store.cart(&input.cart_id).await?;
        let cart = cart.ok_or_else(|| api::RemoveCartItemError::not_found(NO_CART))?;
        cart::ensure_open(&cart).map_err(|refusal| refused(refusal, api::RemoveCartItemError::conflict))?;
        let after = cart::touched(&cart, cx.now());
        abandonment::ring(cx, Some(&cart), &after).await?;
        let write = store::RemoveCartItem {
            status: after.status,
            idle_on: after.idle_on,
            updated_at: after.updated_at,
            cart_id: input.cart_id,
            sku: input.sku,
        };
        let written = store.remove_cart_item(&cart, write).answer(api::RemoveCartItemOk::NoContent);
        written.await.map_err(|error| match error {
            store::RemoveCartItemError::CartItemMissing => api::RemoveCartItemError::not_found(NOT_IN_CART),
            store::RemoveCartItemError::Conflict => StoreFailure::Busy.into(),
            store::RemoveCartItemError::Failed(failure) => failure.into(),
        })
    }

    async fn apply_coupon(
        &self,
        cx: &Context,
        input: api::ApplyCoupon,
    ) -> Result<api::ApplyCouponOk, api::ApplyCouponError> {
        let store = Commerce::of(cx);
        let not_found = api::ApplyCouponError::not_found;
        let found = store.cart_with_items(&input.cart_id).await?;
        let CartWithItems { cart, items } = found.ok_or_else(|| not_found(NO_CART))?;
        if store.coupon(&input.body.code).await?.is_none() {
            return Err(not_found(NO_COUPON));
        }
        let conflict = api::ApplyCouponError::conflict;
        let after = cart::put_coupon(&cart, input.body.code, cx.now())
            .map_err(|refusal| refused(refusal, conflict))?;
        abandonment::ring(cx, Some(&cart), &after).await?;
        let (priced, coupon) = price(cx, &after, items).await?;
        if coupon.as_ref().is_none_or(|it| it.saves.is_none()) {
            return Err(refused(cart::refuse(&cart, NOT_COUNTING), conflict));
        }
        let write = store::ApplyCoupon {
            coupon: after.coupon.clone(),
            status: after.status,
            idle_on: after.idle_on,
            updated_at: after.updated_at,
        };
        let shown = details(after, priced, coupon).map_err(Failed::internal)?;
        let written = store.apply_coupon(&cart, write).answer(api::ApplyCouponOk::Ok(shown));
        written.await.map_err(|error| match error {
            store::ApplyCouponError::Conflict => StoreFailure::Busy.into(),
            store::ApplyCouponError::Failed(failure) => failure.into(),
        })
    }

    async fn check_out_cart(
        &self,
        cx: &Context,
        input: api::CheckOutCart,
    ) -> Result<api::CheckOutCartOk, api::CheckOutCartError> {
        let store = Commerce::of(cx);
        let not_found = api::CheckOutCartError::not_found;
        let found = store.cart_with_items(&input.cart_id).await?;
        let CartWithItems { cart, items } = found.ok_or_else(|| not_found(NO_CART))?;
        let address = store.customer_address(&cart.customer_id, &input.body.address_id).await?;
        let address = address.ok_or_else(|| not_found(NO_ADDRESS))?;
        let method = store.payment_method(&input.body.payment_method_id).await?;
        let method = method.filter(|method| method.customer_id == cart.customer_id);
        let method = method.ok_or_else(|| not_found(NO_METHOD))?;
        let terms = Terms {
            address_id: address.address_id,
            country: address.address.country,
            payment_method_id: method.payment_method_id,
        };
        let (priced, coupon) = price(cx, &cart, items).await?;
        // One that doesn't count any more saves nothing, and isn't redeemed.
        let coupon = coupon.filter(|it| it.saves.is_some()).and_then(|it| it.shown(&priced));
        let order_id = OrderId::new(cx.new_id());
        let event = checkout::check_out(&cart, priced, coupon, order_id, terms)
            .map_err(|refusal| refused(refusal, api::CheckOutCartError::conflict))?;
        let done = Checkout { cart_id: cart.cart_id, order_id, total: event.total.clone() };
        let after = checkout::checked_out(&cart, order_id, cx.now());
        let write = store::CheckOutCart {
            status: after.status,
            order_id: after.order_id,
            updated_at: after.updated_at,
            cart_checked_out: event,
        };
        let written = store.check_out_cart(&cart, write).answer(api::CheckOutCartOk::Accepted(done));
        written.await.map_err(|error| match error {
            store::CheckOutCartError::Conflict => StoreFailure::Busy.into(),
            store::CheckOutCartError::Failed(failure) => failure.into(),
        })
    }
}

/// The items at the prices of this moment. Prices are read, not locked: a lock would make the checkouts of one product
/// wait for each other, and a price that changes in the same instant may as well have changed the instant after.
async fn price(
    cx: &Context,
    cart: &Cart,
    items: Vec<CartItem>,
) -> Result<(Priced, Option<Redeemable>), StoreFailure> {
    let store = Commerce::of(cx);
    let mut wanted = Vec::with_capacity(items.len());
    for item in items {
        let offer = store.offer(&item.sku).await?;
        let price = store.price(&item.sku, &cart.currency).await?.map(Stored::into_value);
        wanted.push(Wanted { item, offer, price });
    }
    let priced = pricing::price(&cart.currency, wanted);
    let offers = offers(cx, cart.coupon.as_ref()).await?;
    Ok(discount::take(priced, &offers, cx.now()))
}

/// What the cart may save by.
async fn offers(cx: &Context, code: Option<&CouponCode>) -> Result<Offers, StoreFailure> {
    let store = Commerce::of(cx);
    let coupon = match code {
        Some(code) => store.coupon(code).await?,
        None => None,
    };
    let promotion = match &coupon {
        Some(coupon) => store.promotion(&coupon.promotion_id).await?.map(Stored::into_value),
        None => None,
    };
    let active = store.promotions_in_status(&PromotionStatus::Active, PageRequest::first()).await?.items;
    Ok(Offers {
        coupon: coupon.zip(promotion),
        for_everybody: active.into_iter().map(Stored::into_value).collect(),
    })
}

/// A cart as it is shown.
fn details(cart: Cart, priced: Priced, coupon: Option<Redeemable>) -> Result<CartDetails, Fault> {
    let saved = Money { amount: Ranged::new(priced.saved)?, currency: cart.currency.clone() };
    Ok(CartDetails {
        coupon: coupon.and_then(|it| it.shown(&priced)),
        saved,
        cart_id: cart.cart_id,
        customer_id: cart.customer_id,
        currency: cart.currency,
        status: cart.status,
        order_id: cart.order_id,
        lines: BoundedVec::new(priced.lines)?,
        unavailable: BoundedVec::new(priced.unavailable)?,
        total: priced.total,
        created_at: cart.created_at,
        updated_at: cart.updated_at,
    })
}

type Conflict<E> = fn(&'static str, CartStatus, UniqueVec<CartStatus, 0, 2>, BoundedVec<Sku, 0, 30>) -> E;

/// A refusal as the operation's own conflict.
fn refused<E: From<Failed>>(refusal: Refusal, conflict: Conflict<E>) -> E {
    let Refusal { detail, state, allowed, unavailable } = refusal;
    match (UniqueVec::new(allowed.to_vec()), BoundedVec::new(unavailable)) {
        (Ok(allowed), Ok(unavailable)) => conflict(detail, state, allowed, unavailable),
        (Err(fault), _) | (_, Err(fault)) => Failed::internal(fault).into(),
    }
}
