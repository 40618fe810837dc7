//! Realtime: tells open sockets what happens to an order, a parcel or a SKU.

mod app;
mod events;

use commerce_service::realtime as api;
use commerce_store::Commerce;
use stipule_runtime::{Context, Failure};

/// The realtime service.
#[derive(Clone, Copy, Debug, Default)]
pub struct Realtime;

/// Who has the scopes may listen to everything that their store has.
impl api::RealtimeTopics for Realtime {
    async fn may_hear_order(&self, cx: &Context, topic: api::OrderTopic) -> Result<bool, Failure> {
        Ok(Commerce::of(cx).order(&topic.order_id).await?.is_some())
    }

    async fn may_hear_shipment(&self, cx: &Context, topic: api::ShipmentTopic) -> Result<bool, Failure> {
        Ok(Commerce::of(cx).shipment(&topic.shipment_id).await?.is_some())
    }

    async fn may_hear_stock(&self, cx: &Context, topic: api::StockTopic) -> Result<bool, Failure> {
        Ok(Commerce::of(cx).offer(&topic.sku).await?.is_some())
    }
}
