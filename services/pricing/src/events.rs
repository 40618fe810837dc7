//! The catalogue names a price when it makes a product, and sometimes when it changes one.

use commerce_model::open::events::{CatalogProductCreated, CatalogProductUpdated};
use commerce_model::types::{Money, Sku};
use commerce_service::pricing as api;
use commerce_store::Commerce;
use stipule_runtime::{Context, Failure, Received};

use crate::app::price::Setting;
use crate::{Pricing, catalog, changed, first};

impl api::PricingEvents for Pricing {
    async fn on_catalog_product_created(
        &self,
        cx: &Context,
        event: Received<CatalogProductCreated>,
    ) -> Result<(), Failure> {
        let known = Commerce::of(cx).price(&event.sku, &event.price.currency).await?;
        match known {
            // Somebody has set it before we heard of the product.
            Some(_) => Ok(()),
            None => follow(cx, &event.sku, &event.price).await,
        }
    }

    async fn on_catalog_product_updated(
        &self,
        cx: &Context,
        event: Received<CatalogProductUpdated>,
    ) -> Result<(), Failure> {
        match event.price_before {
            Some(_) => follow(cx, &event.sku, &event.price).await,
            None => Ok(()),
        }
    }
}

/// The price that the catalogue names, whether there was one before or not.
async fn follow(cx: &Context, sku: &Sku, price: &Money) -> Result<(), Failure> {
    let store = Commerce::of(cx);
    let known = store.price(sku, &price.currency).await?;
    let compare_at = known.as_ref().and_then(|known| known.compare_at);
    let compare_at = compare_at.filter(|higher| higher.get() > price.amount.get());
    let setting = Setting { sku: sku.clone(), price: price.clone(), compare_at, by: catalog()? };
    match known {
        Some(known) if setting.changes_nothing(&known) => Ok(()),
        Some(known) => {
            let write = changed(&setting, &known, cx.now());
            store.change_price(&known, write).commit().await.map_err(Failure::from)
        }
        None => store.set_first_price(first(&setting, cx.now())).commit().await.map_err(Failure::from),
    }
}
