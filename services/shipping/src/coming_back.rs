//! What shipping does for a return: a label for the customer, and waiting for the parcel.

use commerce_model::types::{
    CarrierWebhook, Fulfilment, FulfilmentStatus, OrderId, ParcelScan, ReturnArrival, ReturnId, ReturnOf,
    ReturnParcel, ReturnParcelCallback, ScanKind, ShipmentId, ShipmentStatus, TrackedParcel, WarehouseCode,
};
use commerce_service::shipping as api;
use commerce_store::{self as store, Commerce};
use stipule_runtime::page::first;
use stipule_runtime::wire::Text;
use stipule_runtime::{Context, Failure, PageRequest, StoreFailure, Stored};

use crate::Shipping;
use crate::app::carriers::{Back, Carriers, Labelling, ParcelKey};
use crate::steps::again;

impl<C: Carriers> api::ReturningSteps for Shipping<C> {
    async fn label_parcel(
        &self,
        cx: &Context,
        input: ReturnOf,
    ) -> Result<(), api::ReturningLabelParcelError> {
        let store = Commerce::of(cx);
        let order = store.order(&input.order_id).await?;
        let order = order.ok_or_else(|| Failure::park("there is no such order"))?;
        let warehouse = warehouse_of(cx, &input.order_id).await?;
        let (key, way) =
            (ParcelKey::back(&input.return_id), Back { from: &order.shipping_address, to: &warehouse });
        match self.carriers.label_back(&key, cx.tenant(), way).await.map_err(again)? {
            Labelling::Refused => {
                Err(api::ReturningLabelParcelError::AddressRefused("no carrier comes there".to_owned()))
            }
            Labelling::Made { carrier, number, .. } => {
                let tracked_parcel = TrackedParcel {
                    carrier,
                    tracking_number: number.clone(),
                    shipment_id: parcel_of(&input.return_id),
                };
                let return_parcel = ReturnParcel {
                    return_id: input.return_id,
                    order_id: input.order_id,
                    carrier,
                    tracking_number: number,
                    warehouse,
                    status: ShipmentStatus::Labelled,
                    created_at: cx.now(),
                    updated_at: cx.now(),
                };
                let write = store::LabelReturn { return_parcel, tracked_parcel };
                match store.label_return(write).commit().await {
                    // A number is given out once: no later try mends that.
                    Err(denied @ store::LabelReturnError::NumberTaken) => Err(Failure::park(denied).into()),
                    done => Ok(done.map_err(Failure::from)?),
                }
            }
        }
    }

    async fn cancel_parcel(&self, cx: &Context, input: ReturnOf) -> Result<(), Failure> {
        // Also where none is known here: we may have stopped after the carrier made the label.
        self.carriers.cancel(&ParcelKey::back(&input.return_id)).await.map_err(again)?;
        let store = Commerce::of(cx);
        let Some(found) = store.return_parcel(&input.return_id).await? else { return Ok(()) };
        match found.status {
            ShipmentStatus::Labelled => {
                let write = store::CancelReturnParcel {
                    status: ShipmentStatus::Cancelled,
                    updated_at: cx.now().max(found.updated_at),
                };
                store.cancel_return_parcel(&found, write).commit().await.map_err(Failure::from)
            }
            ShipmentStatus::Delivered => {
                Err(Failure::park("the parcel came at the moment its time was over"))
            }
            _ => Ok(()),
        }
    }

    /// Looks before and after the token is kept: a parcel that arrives meanwhile either finds the token, or is found here.
    async fn await_parcel(
        &self,
        cx: &Context,
        input: ReturnOf,
        token: api::ReturningAwaitParcelToken,
    ) -> Result<(), Failure> {
        if is_answered(cx, &input.return_id, &token).await? {
            return Ok(());
        }
        let return_parcel_callback = ReturnParcelCallback {
            return_id: input.return_id,
            token: Text::new(token.as_str()).map_err(Failure::park)?,
        };
        let write = store::AwaitReturnParcel { return_parcel_callback };
        match Commerce::of(cx).await_return_parcel(write).commit().await.map_err(Failure::from) {
            Ok(()) | Err(Failure::AlreadyHandled) => {}
            Err(other) => return Err(other),
        }
        is_answered(cx, &input.return_id, &token).await.map(drop)
    }
}

/// The parcel of a return has the return's id among all parcels.
fn parcel_of(id: &ReturnId) -> ShipmentId {
    ShipmentId::new(*id.get())
}

/// The parcel with this id that somebody sends back, if it is one.
pub(crate) async fn find(
    cx: &Context,
    parcel: &ShipmentId,
) -> Result<Option<Stored<ReturnParcel>>, StoreFailure> {
    Commerce::of(cx).return_parcel(&ReturnId::new(*parcel.get())).await
}

/// A carrier saw a parcel that is to come back. Only that it is here changes anything.
pub(crate) async fn see(
    cx: &Context,
    found: &Stored<ReturnParcel>,
    parcel_scan: ParcelScan,
    carrier_webhook: CarrierWebhook,
) -> Result<(), store::ReceiveReturnParcelError> {
    use store::ReceiveReturnParcelError::{Failed, ParcelScanExists, SeenBefore};
    let store = Commerce::of(cx);
    if found.status != ShipmentStatus::Labelled || parcel_scan.kind != ScanKind::Delivered {
        let write = store::NoteScan { parcel_scan, carrier_webhook };
        return match store.note_scan(write).commit().await {
            Ok(()) | Err(store::NoteScanError::ParcelScanExists | store::NoteScanError::SeenBefore) => Ok(()),
            Err(store::NoteScanError::Failed(failure)) => Err(Failed(failure)),
        };
    }
    let write = store::ReceiveReturnParcel {
        status: ShipmentStatus::Delivered,
        updated_at: cx.now().max(found.updated_at),
        parcel_scan,
        carrier_webhook,
    };
    match store.receive_return_parcel(found, write).commit().await {
        Err(ParcelScanExists | SeenBefore) => Ok(()),
        done => done,
    }
}

/// Wakes whoever waits for the parcel, if it is here. Where nobody waits yet, whoever comes looks first.
pub(crate) async fn wake(cx: &Context, id: &ReturnId) -> Result<(), Failure> {
    let Some(callback) = Commerce::of(cx).return_parcel_callback(id).await? else { return Ok(()) };
    let token = api::ReturningAwaitParcelToken::new(callback.token.as_str());
    is_answered(cx, id, &token).await.map(drop)
}

/// Answers if the parcel is here; whether it is.
async fn is_answered(
    cx: &Context,
    id: &ReturnId,
    token: &api::ReturningAwaitParcelToken,
) -> Result<bool, Failure> {
    let found = Commerce::of(cx).return_parcel(id).await?;
    let found = found.ok_or_else(|| Failure::park("the parcel has no label"))?;
    if found.status != ShipmentStatus::Delivered {
        return Ok(false);
    }
    token.succeed(cx, &ReturnArrival { warehouse: found.warehouse.clone() }).await?;
    Ok(true)
}

/// A warehouse that packed something of the order: the first by the ids of the parcels.
async fn warehouse_of(cx: &Context, order: &OrderId) -> Result<WarehouseCode, Failure> {
    let store = &Commerce::of(cx);
    let read = |cursor: Option<String>| async move {
        store.fulfilments_of_order(order, PageRequest::at(cursor.as_deref())).await
    };
    let is_packed = |it: &Stored<Fulfilment>| it.status == FulfilmentStatus::Packed;
    let found = first(read, |it| is_packed(&it).then(|| it.into_value().warehouse)).await?;
    found.ok_or_else(|| Failure::park("nothing of the order was ever packed"))
}
