//! What inventory does for a checkout: every piece is promised, or none.

use commerce_model::events::{
    InventoryReservationExpired, InventoryReservationFailed, InventoryReservationReleased, InventoryReserved,
};
use commerce_model::types::{Allocation, CheckoutOf, OrderId, OrderOf, ReservationStatus, Shortage};
use commerce_service::inventory as api;
use commerce_store::{self as store, Commerce};
use stipule_runtime::wire::BoundedVec;
use stipule_runtime::{Context, Failure, PageRequest};

use crate::Inventory;
use crate::app::allocation::{Plan, Wanted, allocate};
use crate::app::reservation::{self, Ending};
use crate::app::stock;

/// Plans per try: somebody else may take the pieces between plan and promise.
const PLANS: usize = 4;

type Reserved = Result<(), api::CheckoutReserveStockError>;

impl api::CheckoutSteps for Inventory {
    async fn reserve_stock(&self, cx: &Context, input: CheckoutOf) -> Reserved {
        if Commerce::of(cx).reservation(&input.order_id).await?.is_some() {
            // The order was cancelled before its checkout came here.
            let over = "nothing is reserved for an order that is over";
            return Err(api::CheckoutReserveStockError::OrderOver(over.to_owned()));
        }
        for _ in 0..PLANS {
            let wanted = look(cx, &input).await?;
            let reserved = match allocate(&wanted) {
                Ok(plan) => reserve(cx, &input.order_id, plan, &wanted).await?,
                Err(shortages) => return fail(cx, &input.order_id, shortages).await,
            };
            if reserved {
                return Ok(());
            }
        }
        Err(Failure::retry("others keep taking the pieces that were planned for").into())
    }

    async fn release_stock(&self, cx: &Context, input: OrderOf) -> Result<(), Failure> {
        end(cx, input.order_id).await
    }
}

/// The order's lines with the stock there is.
async fn look(cx: &Context, checkout: &CheckoutOf) -> Result<Vec<Wanted>, Failure> {
    let store = Commerce::of(cx);
    let mut wanted = Vec::with_capacity(checkout.items.len());
    for item in &checkout.items {
        let levels = store.stock_of_sku(&item.sku, PageRequest::first()).await?.items;
        wanted.push(Wanted { sku: item.sku.clone(), quantity: item.quantity, levels });
    }
    Ok(wanted)
}

/// Promises what was planned; `false` when somebody else was faster.
async fn reserve(cx: &Context, order_id: &OrderId, plan: Plan, wanted: &[Wanted]) -> Result<bool, Failure> {
    let level_of = |it: &Allocation| {
        let line = wanted.iter().find(|line| line.sku == it.sku)?;
        line.levels.iter().find(|level| level.warehouse == it.warehouse)
    };
    let write = store::ReserveStock {
        allocations: plan.each(|it| store::ReserveStockAllocation {
            sku: it.sku.clone(),
            warehouse: it.warehouse.clone(),
            quantity: i64::from(it.quantity.get()),
        }),
        low_stock: stock::made_low(&plan, level_of),
        inventory_reserved: InventoryReserved {
            order_id: *order_id,
            allocations: BoundedVec::new(plan.to_vec()).map_err(Failure::park)?,
        },
        reservation: reservation::reserved(order_id, plan, cx.now()),
    };
    match Commerce::of(cx).reserve_stock(write).commit().await {
        Ok(()) => Ok(true),
        Err(store::ReserveStockError::OutOfStock { .. }) => Ok(false),
        Err(other) => Err(other.into()),
    }
}

/// Says that the order can't be had.
async fn fail(cx: &Context, order_id: &OrderId, shortages: Vec<Shortage>) -> Reserved {
    let skus: Vec<String> = shortages.iter().map(|it| it.sku.to_string()).collect();
    let refused = api::CheckoutReserveStockError::OutOfStock(skus.join(", "));
    let write = store::FailReservation {
        reservation: reservation::failed(order_id, cx.now()),
        inventory_reservation_failed: InventoryReservationFailed {
            order_id: *order_id,
            shortages: BoundedVec::new(shortages).map_err(Failure::park)?,
        },
    };
    Err(Commerce::of(cx).fail_reservation(write).refuse(refused).await.map_err(Failure::from)?)
}

/// The order is over, one way or another: nothing is promised to it any more.
pub(crate) async fn end(cx: &Context, order_id: OrderId) -> Result<(), Failure> {
    let store = Commerce::of(cx);
    let known = store.reservation(&order_id).await?;
    match (reservation::end(known.as_deref(), cx.now()), &known) {
        (Ending::Release(pieces), Some(reservation)) => {
            let write = store::ReleaseStock {
                status: ReservationStatus::Released,
                updated_at: cx.now(),
                allocations: pieces.each(|it| store::ReleaseStockAllocation {
                    sku: it.sku.clone(),
                    warehouse: it.warehouse.clone(),
                    quantity: i64::from(it.quantity.get()),
                }),
                inventory_reservation_released: InventoryReservationReleased {
                    order_id,
                    allocations: pieces,
                },
            };
            match store.release_stock(reservation, write).commit().await {
                // The counters contradict the reservation: no later try mends that.
                Err(denied @ store::ReleaseStockError::NotReserved { .. }) => Err(Failure::park(denied)),
                done => done.map_err(Failure::from),
            }
        }
        (Ending::Refuse, _) => {
            let write = store::RefuseReservation {
                reservation: reservation::never(&order_id, cx.now()),
                inventory_reservation_released: InventoryReservationReleased {
                    order_id,
                    allocations: Plan::default(),
                },
            };
            store.refuse_reservation(write).commit().await.map_err(Failure::from)
        }
        (Ending::Expire(pieces), Some(reservation)) => {
            let write = store::ExpireReservation {
                status: ReservationStatus::Expired,
                updated_at: cx.now(),
                allocations: pieces.each(|it| store::ExpireReservationAllocation {
                    sku: it.sku.clone(),
                    warehouse: it.warehouse.clone(),
                    quantity: i64::from(it.quantity.get()),
                }),
                inventory_reservation_expired: InventoryReservationExpired {
                    order_id,
                    allocations: BoundedVec::new(pieces.to_vec()).map_err(Failure::park)?,
                },
            };
            match store.expire_reservation(reservation, write).commit().await {
                Err(denied @ store::ExpireReservationError::NotReserved { .. }) => Err(Failure::park(denied)),
                done => done.map_err(Failure::from),
            }
        }
        (Ending::Nothing | Ending::Release(_) | Ending::Expire(_), _) => Ok(()),
    }
}
