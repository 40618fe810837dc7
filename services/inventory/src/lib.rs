//! Inventory: what lies in which warehouse, promised at most once.

mod app;
mod cancellation;
mod checkout;
mod events;
mod fulfilment;
mod restocking;

use commerce_model::inventory::{Stock, WarehousePage};
use commerce_model::types::{Cursor, PageSize, StockLevel, Warehouse};
use commerce_service::inventory as api;
use commerce_store::{self as store, Commerce};
use stipule_runtime::wire::BoundedVec;
use stipule_runtime::{Context, Failed, PageRequest, StoreFailure};

use app::stock::{self, Adjustment, Movement};

/// The inventory service.
#[derive(Clone, Copy, Debug, Default)]
pub struct Inventory;

const NO_SKU: &str = "No product has this SKU.";
const NO_WAREHOUSE: &str = "There is no such warehouse.";
const WAREHOUSE_EXISTS: &str = "There is a warehouse with this code.";
const TOO_FEW: &str = "Fewer pieces are available than should go.";
const TOO_MUCH: &str = "More pieces would lie there than can be counted.";
const TOO_WIDE: &str = "The SKU lies in 50 warehouses, which is as many as may be.";

impl api::Inventory for Inventory {
    async fn list_warehouses(
        &self,
        cx: &Context,
        input: api::ListWarehouses,
    ) -> Result<api::ListWarehousesOk, api::ListWarehousesError> {
        let page = page(input.cursor.as_ref(), input.limit);
        let found = Commerce::of(cx).warehouses(page).await?;
        Ok(api::ListWarehousesOk::Ok(WarehousePage {
            items: BoundedVec::new(found.items).map_err(Failed::internal)?,
            next_cursor: found.next.map(Cursor::new).transpose().map_err(Failed::internal)?,
        }))
    }

    async fn add_warehouse(
        &self,
        cx: &Context,
        input: api::AddWarehouse,
    ) -> Result<api::AddWarehouseOk, api::AddWarehouseError> {
        let api::AddWarehouse { body } = input;
        let it = Warehouse { code: body.code, name: body.name, country: body.country, created_at: cx.now() };
        let write = store::AddWarehouse { warehouse: it.clone() };
        let written = Commerce::of(cx).add_warehouse(write).answer(api::AddWarehouseOk::Created(it));
        written.await.map_err(|error| match error {
            store::AddWarehouseError::WarehouseExists => api::AddWarehouseError::conflict(WAREHOUSE_EXISTS),
            store::AddWarehouseError::Failed(failure) => failure.into(),
        })
    }

    async fn get_stock(
        &self,
        cx: &Context,
        input: api::GetStock,
    ) -> Result<api::GetStockOk, api::GetStockError> {
        let store = Commerce::of(cx);
        if store.offer(&input.sku).await?.is_none() {
            return Err(api::GetStockError::not_found(NO_SKU));
        }
        let levels = store.stock_of_sku(&input.sku, PageRequest::first()).await?.items;
        let totals = stock::totals(&levels).map_err(Failed::internal)?;
        Ok(api::GetStockOk::Ok(Stock {
            sku: input.sku,
            on_hand: totals.on_hand,
            reserved: totals.reserved,
            available: totals.available,
            levels: BoundedVec::new(levels).map_err(Failed::internal)?,
        }))
    }

    async fn adjust_stock(
        &self,
        cx: &Context,
        input: api::AdjustStock,
    ) -> Result<api::AdjustStockOk, api::AdjustStockError> {
        let store = Commerce::of(cx);
        let (sku, warehouse) = (&input.sku, &input.body.warehouse);
        if store.offer(sku).await?.is_none() {
            return Err(api::AdjustStockError::not_found(NO_SKU));
        }
        let known = store.stock_level(sku, warehouse).await?;
        let nothing = || stock::nothing(sku.clone(), warehouse.clone(), cx.now());
        let before = known.clone().unwrap_or_else(nothing);
        let adjustment = stock::adjust(&before, input.body.change, input.body.low_stock_at, cx.now())
            .map_err(|refused| api::AdjustStockError::conflict(refused.detail, refused.available))?;
        let booked = Booking { before, adjustment, input };
        if known.is_some() { booked.change(store).await } else { booked.open(store).await }
    }
}

/// An adjustment about to be written.
struct Booking {
    before: StockLevel,
    adjustment: Adjustment,
    input: api::AdjustStock,
}

type Booked = Result<api::AdjustStockOk, api::AdjustStockError>;

impl Booking {
    /// The first pieces of the SKU in the warehouse.
    async fn open(self, store: Commerce<'_>) -> Booked {
        let Adjustment { level, .. } = self.adjustment;
        let levels = store.stock_of_sku(&level.sku, PageRequest::first()).await?;
        if levels.items.len() >= stock::MOST_LEVELS {
            return Err(api::AdjustStockError::conflict(TOO_WIDE, level.available));
        }
        let write = store::OpenStock {
            code: level.warehouse.clone(),
            stock_level: level.clone(),
            inventory_stock_adjusted: stock::adjusted(&level, self.input.body.change, self.input.body.reason),
            restocked: self.adjustment.restocked,
        };
        let written = store.open_stock(write).answer(api::AdjustStockOk::Created(level));
        written.await.map_err(|error| match error {
            store::OpenStockError::NoSuchWarehouse => api::AdjustStockError::not_found(NO_WAREHOUSE),
            store::OpenStockError::StockLevelExists => StoreFailure::Busy.into(),
            store::OpenStockError::Failed(failure) => failure.into(),
        })
    }

    /// Pieces come to a known level, or go.
    async fn change(self, store: Commerce<'_>) -> Booked {
        let Adjustment { level, movement, restocked, low } = self.adjustment;
        let (available, sku, warehouse) = (self.before.available, level.sku.clone(), level.warehouse.clone());
        let (low_stock_at, updated_at) = (level.low_stock_at, level.updated_at);
        let inventory_stock_adjusted =
            stock::adjusted(&level, self.input.body.change, self.input.body.reason);
        let done = api::AdjustStockOk::Created(level);
        match movement {
            Movement::Come { pieces, ceiling } => {
                let write = store::AddStock {
                    sku,
                    warehouse,
                    low_stock_at,
                    updated_at,
                    came: pieces.get(),
                    ceiling: ceiling.get(),
                    inventory_stock_adjusted,
                    restocked,
                };
                store.add_stock(write).answer(done).await.map_err(|error| match error {
                    store::AddStockError::TooMuch => api::AdjustStockError::conflict(TOO_MUCH, available),
                    store::AddStockError::Failed(failure) => failure.into(),
                })
            }
            Movement::Go { pieces } => {
                let write = store::TakeStock {
                    sku,
                    warehouse,
                    low_stock_at,
                    updated_at,
                    gone: pieces.get(),
                    inventory_stock_adjusted,
                    low_stock: low,
                };
                store.take_stock(write).answer(done).await.map_err(|error| match error {
                    store::TakeStockError::TooFew => api::AdjustStockError::conflict(TOO_FEW, available),
                    store::TakeStockError::Failed(failure) => failure.into(),
                })
            }
        }
    }
}

/// The page that was asked for.
fn page(cursor: Option<&Cursor>, limit: PageSize) -> PageRequest<'_> {
    PageRequest::at(cursor.map(|cursor| cursor.as_str())).limited(Some(limit.get().unsigned_abs()))
}
