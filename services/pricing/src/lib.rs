//! Pricing: what a SKU costs, in each currency, and what it used to cost.

mod app;
mod events;
mod steps;

use commerce_model::pricing::PricePage;
use commerce_model::types::{Cursor, PageSize, Price, StaffId};
use commerce_service::pricing as api;
use commerce_store::{self as store, Commerce};
use stipule_runtime::wire::{BoundedVec, DateTime};
use stipule_runtime::{Context, Failed, PageRequest, StoreFailure, Stored};

use app::price::{self, Setting};

/// The pricing service.
#[derive(Clone, Copy, Debug, Default)]
pub struct Pricing;

const NO_SKU: &str = "Nothing has this SKU.";
const NOT_HIGHER: &str = "The price that is shown struck through is no higher than the price.";

impl api::Pricing for Pricing {
    async fn list_prices(
        &self,
        cx: &Context,
        input: api::ListPrices,
    ) -> Result<api::ListPricesOk, api::ListPricesError> {
        let store = Commerce::of(cx);
        if store.offer(&input.sku).await?.is_none() {
            return Err(api::ListPricesError::not_found(NO_SKU));
        }
        let page = page(input.cursor.as_ref(), input.limit);
        let found = store.prices_of_sku(&input.sku, page).await?.map(Stored::into_value);
        let items = match input.at {
            Some(at) => at_that_time(&store, found.items, at).await?,
            None => found.items,
        };
        Ok(api::ListPricesOk::Ok(PricePage {
            items: BoundedVec::new(items).map_err(Failed::internal)?,
            next_cursor: found.next.map(Cursor::new).transpose().map_err(Failed::internal)?,
        }))
    }

    async fn set_price(
        &self,
        cx: &Context,
        input: api::SetPrice,
    ) -> Result<api::SetPriceOk, api::SetPriceError> {
        let store = Commerce::of(cx);
        if store.offer(&input.sku).await?.is_none() {
            return Err(api::SetPriceError::not_found(NO_SKU));
        }
        let api::SetPrice { sku, body } = input;
        let known = store.price(&sku, &body.price.currency).await?;
        let by = price::staff(&cx.principal().subject).map_err(Failed::internal)?;
        let setting = Setting { sku, price: body.price, compare_at: body.compare_at, by };
        if !setting.is_plausible() {
            return Err(api::SetPriceError::conflict(NOT_HIGHER));
        }
        match known {
            Some(known) if setting.changes_nothing(&known) => Ok(api::SetPriceOk::Ok(known.into_value())),
            Some(known) => {
                let it = setting.price(cx.now());
                let written = store.change_price(&known, changed(&setting, &known, cx.now()));
                written.answer(api::SetPriceOk::Ok(it)).await.map_err(|error| match error {
                    store::ChangePriceError::Conflict | store::ChangePriceError::PriceChangeExists => {
                        StoreFailure::Busy.into()
                    }
                    store::ChangePriceError::Failed(failure) => failure.into(),
                })
            }
            None => {
                let write = first(&setting, cx.now());
                let done = api::SetPriceOk::Ok(write.price.clone());
                store.set_first_price(write).answer(done).await.map_err(|error| match error {
                    store::SetFirstPriceError::PriceExists | store::SetFirstPriceError::PriceChangeExists => {
                        StoreFailure::Busy.into()
                    }
                    store::SetFirstPriceError::Failed(failure) => failure.into(),
                })
            }
        }
    }
}

/// The first price of a SKU in a currency.
fn first(setting: &Setting, now: DateTime) -> store::SetFirstPrice {
    store::SetFirstPrice {
        price: setting.price(now),
        price_change: setting.change(None, now),
        pricing_price_changed: setting.event(None, now),
    }
}

/// Another price than before.
fn changed(setting: &Setting, before: &Price, now: DateTime) -> store::ChangePrice {
    store::ChangePrice {
        amount: setting.amount(),
        compare_at: setting.compare_at,
        updated_at: now,
        price_change: setting.change(Some(before), now),
        pricing_price_changed: setting.event(Some(before), now),
    }
}

/// What the SKU cost then, in the currencies that it had a price in.
async fn at_that_time(
    store: &Commerce<'_>,
    prices: Vec<Price>,
    at: DateTime,
) -> Result<Vec<Price>, StoreFailure> {
    let mut then = Vec::with_capacity(prices.len());
    for now in prices {
        let latest = PageRequest::first().limited(Some(1));
        let changes = store.price_history(&now.sku, &now.currency, ..=at, latest).await?.items;
        then.extend(changes.into_iter().next().map(|change| price::as_it_was(&now, &change)));
    }
    Ok(then)
}

/// Whoever changes prices when no person does.
fn catalog() -> Result<StaffId, stipule_runtime::Failure> {
    price::staff("catalog").map_err(stipule_runtime::Failure::park)
}

/// The page that was asked for.
fn page(cursor: Option<&Cursor>, limit: PageSize) -> PageRequest<'_> {
    PageRequest::at(cursor.map(|cursor| cursor.as_str())).limited(Some(limit.get().unsigned_abs()))
}
