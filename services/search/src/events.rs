//! Whatever happens to a product, it is looked at anew: what is found then counts, in whichever order the news came.

use commerce_model::open::events::{
    CatalogProductPublished, CatalogProductRetired, CatalogProductUpdated, InventoryLowStock,
    InventoryRestocked, InventoryStockAdjusted, PricingPriceChanged, PromotionActivated, PromotionExpired,
    ReviewModerated,
};
use commerce_model::types::{ProductId, ProductStatus, SearchDocument, Sku};
use commerce_service::search as api;
use commerce_store::{self as store, Commerce};
use stipule_runtime::{Context, Failure, PageRequest, Received};

use crate::Search;
use crate::app::document::{self, Facts};
use crate::app::offer;
use crate::index::{Change, SearchIndex};

/// Looks per delivery: news of one product come at once when it is new.
const LOOKS: usize = 4;

impl<I: SearchIndex> api::SearchEvents for Search<I> {
    async fn on_catalog_product_published(
        &self,
        cx: &Context,
        event: Received<CatalogProductPublished>,
    ) -> Result<(), Failure> {
        self.look(cx, &event.product_id).await
    }

    async fn on_catalog_product_updated(
        &self,
        cx: &Context,
        event: Received<CatalogProductUpdated>,
    ) -> Result<(), Failure> {
        self.look(cx, &event.product_id).await
    }

    async fn on_catalog_product_retired(
        &self,
        cx: &Context,
        event: Received<CatalogProductRetired>,
    ) -> Result<(), Failure> {
        self.look(cx, &event.product_id).await
    }

    async fn on_pricing_price_changed(
        &self,
        cx: &Context,
        event: Received<PricingPriceChanged>,
    ) -> Result<(), Failure> {
        self.look_for(cx, &event.sku).await
    }

    async fn on_inventory_stock_adjusted(
        &self,
        cx: &Context,
        event: Received<InventoryStockAdjusted>,
    ) -> Result<(), Failure> {
        self.look_for(cx, &event.sku).await
    }

    async fn on_inventory_restocked(
        &self,
        cx: &Context,
        event: Received<InventoryRestocked>,
    ) -> Result<(), Failure> {
        self.look_for(cx, &event.sku).await
    }

    async fn on_inventory_low_stock(
        &self,
        cx: &Context,
        event: Received<InventoryLowStock>,
    ) -> Result<(), Failure> {
        self.look_for(cx, &event.sku).await
    }

    async fn on_promotion_activated(
        &self,
        cx: &Context,
        event: Received<PromotionActivated>,
    ) -> Result<(), Failure> {
        let Some(running_offer) = offer::of(&event) else { return Ok(()) };
        let write = store::ShowOffer { running_offer };
        Commerce::of(cx).show_offer(write).commit().await.map_err(Failure::from)
    }

    async fn on_promotion_expired(
        &self,
        cx: &Context,
        event: Received<PromotionExpired>,
    ) -> Result<(), Failure> {
        let write = store::HideOffer { promotion_id: event.promotion_id };
        Commerce::of(cx).hide_offer(write).commit().await.map_err(Failure::from)
    }

    async fn on_review_moderated(
        &self,
        cx: &Context,
        event: Received<ReviewModerated>,
    ) -> Result<(), Failure> {
        self.look(cx, &event.product_id).await
    }
}

impl<I: SearchIndex> Search<I> {
    async fn look_for(&self, cx: &Context, sku: &Sku) -> Result<(), Failure> {
        match Commerce::of(cx).offer(sku).await? {
            Some(offer) => self.look(cx, &offer.product_id).await,
            None => Ok(()),
        }
    }

    /// Looks at a product, and changes the index if it says something else.
    async fn look(&self, cx: &Context, id: &ProductId) -> Result<(), Failure> {
        for _ in 1..LOOKS {
            match self.look_once(cx, id).await {
                // Other news of the product was faster: what is there now is looked at again.
                Err(Failure::Retry(_)) => {}
                done => return done,
            }
        }
        self.look_once(cx, id).await
    }

    async fn look_once(&self, cx: &Context, id: &ProductId) -> Result<(), Failure> {
        let known = self.index.document(cx, id).await?;
        let change = match (known, on_sale(cx, id).await?) {
            (None, None) => return Ok(()),
            (Some(known), Some(it)) if document::says_the_same(&known, &it) => return Ok(()),
            (None, Some(it)) => Change::Add(it),
            (Some(known), Some(it)) => Change::Replace(Box::new(known), it),
            (Some(known), None) => Change::Remove(Box::new(known)),
        };
        self.index.keep(cx, change).await
    }
}

/// A product as it is now; `None` if it isn't on sale.
async fn on_sale(cx: &Context, id: &ProductId) -> Result<Option<SearchDocument>, Failure> {
    let store = Commerce::of(cx);
    let product = store.product(id).await?.filter(|it| it.status == ProductStatus::Published);
    let Some(product) = product else { return Ok(None) };
    let price = store.price(&product.sku, &product.price.currency).await?;
    let levels = store.stock_of_sku(&product.sku, PageRequest::first()).await?.items;
    let rating = store.rating_summary(id).await?;
    let facts = Facts {
        price: price.as_deref(),
        in_stock: levels.iter().any(|level| level.available.get() > 0),
        rating: rating.as_ref(),
    };
    document::of(&product, &facts, cx.now()).map(Some).map_err(Failure::park)
}
