//! What shipping does for a fulfilment: a label, the way to the carrier, and waiting for the parcel to arrive.
//!
//! The carrier is asked before anything is written, always under the same key per parcel. If we stop in between, the step
//! comes again and the carrier gives the answer that it gave before.

use commerce_model::types::{Arrival, FulfilmentStatus, ParcelOf, ShipmentCallback, ShipmentStatus};
use commerce_service::shipping as api;
use commerce_store::{self as store, Commerce};
use stipule_runtime::wire::Text;
use stipule_runtime::{Context, Failure};

use crate::Shipping;
use crate::app::carriers::{Carriers, Labelling, NoAnswer, ParcelKey};
use crate::app::{label, status};

impl<C: Carriers> api::FulfilmentSteps for Shipping<C> {
    async fn create_label(
        &self,
        cx: &Context,
        input: ParcelOf,
    ) -> Result<(), api::FulfilmentCreateLabelError> {
        let store = Commerce::of(cx);
        let packed = store.fulfilment(&input.fulfilment_id).await?;
        let packed = packed.filter(|it| it.status == FulfilmentStatus::Packed);
        let packed = packed.ok_or_else(|| Failure::park("there is no packed parcel"))?;
        let weight =
            packed.weight_grams.ok_or_else(|| Failure::park("nobody knows what the parcel weighs"))?;
        let key = ParcelKey::of(&input.fulfilment_id);
        match self.carriers.label(&key, &packed.shipping_address, weight).await.map_err(again)? {
            Labelling::Refused => {
                Err(api::FulfilmentCreateLabelError::AddressRefused("no carrier goes there".to_owned()))
            }
            Labelling::Made { carrier, service, number } => {
                let made = label::made(&packed, weight, (carrier, service, number), cx.now());
                let write = store::CreateLabel {
                    shipment: made.shipment,
                    tracked_parcel: made.tracked,
                    shipment_label_created: made.event,
                };
                match store.create_label(write).commit().await {
                    // A number is given out once: no later try mends that.
                    Err(denied @ store::CreateLabelError::NumberTaken) => Err(Failure::park(denied).into()),
                    done => Ok(done.map_err(Failure::from)?),
                }
            }
        }
    }

    async fn cancel_label(&self, cx: &Context, input: ParcelOf) -> Result<(), Failure> {
        // Also where none is known here: we may have stopped after the carrier made it.
        self.carriers.cancel(&ParcelKey::of(&input.fulfilment_id)).await.map_err(again)?;
        let store = Commerce::of(cx);
        let found = store.shipment(&label::id_of(&input.fulfilment_id)).await?;
        let Some(found) = found.filter(|it| it.status == ShipmentStatus::Labelled) else { return Ok(()) };
        let write = store::CancelLabel {
            status: ShipmentStatus::Cancelled,
            updated_at: cx.now().max(found.updated_at),
        };
        store.cancel_label(&found, write).commit().await.map_err(Failure::from)
    }

    async fn dispatch(&self, cx: &Context, input: ParcelOf) -> Result<(), Failure> {
        let store = Commerce::of(cx);
        let found = store.shipment(&label::id_of(&input.fulfilment_id)).await?;
        let found = found.ok_or_else(|| Failure::park("the parcel has no label"))?;
        if found.status != ShipmentStatus::Labelled {
            return Ok(());
        }
        self.carriers.collect(cx.tenant(), &found).await.map_err(again)?;
        let at = cx.now().max(found.updated_at);
        let (parcel_scan, shipment_dispatched) = label::handed_over(&found, at).map_err(Failure::park)?;
        let write = store::DispatchShipment {
            status: ShipmentStatus::Dispatched,
            updated_at: at,
            parcel_scan,
            shipment_dispatched,
        };
        store.dispatch_shipment(&found, write).commit().await.map_err(Failure::from)
    }

    /// Looks before and after the token is kept: a parcel that arrives meanwhile either finds the token, or is found here.
    async fn await_delivery(
        &self,
        cx: &Context,
        input: ParcelOf,
        token: api::FulfilmentAwaitDeliveryToken,
    ) -> Result<(), Failure> {
        if is_answered(cx, &input, &token).await? {
            return Ok(());
        }
        let shipment_callback = ShipmentCallback {
            shipment_id: label::id_of(&input.fulfilment_id),
            token: Text::new(token.as_str()).map_err(Failure::park)?,
        };
        let write = store::AwaitDelivery { shipment_callback };
        match Commerce::of(cx).await_delivery(write).commit().await.map_err(Failure::from) {
            Ok(()) | Err(Failure::AlreadyHandled) => {}
            Err(other) => return Err(other),
        }
        is_answered(cx, &input, &token).await.map(drop)
    }
}

/// Answers if the parcel's way is over already; whether it did.
async fn is_answered(
    cx: &Context,
    input: &ParcelOf,
    token: &api::FulfilmentAwaitDeliveryToken,
) -> Result<bool, Failure> {
    let found = Commerce::of(cx).shipment(&label::id_of(&input.fulfilment_id)).await?;
    let found = found.ok_or_else(|| Failure::park("the parcel has no label"))?;
    let Some(outcome) = status::outcome(found.status) else { return Ok(false) };
    token.succeed(cx, &Arrival { outcome }).await?;
    Ok(true)
}

pub(crate) fn again(silent: NoAnswer) -> Failure {
    Failure::retry(silent)
}
