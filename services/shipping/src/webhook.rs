//! What carriers tell: believed by its signature, handled once by its id, whenever it comes.

use commerce_model::events::{ShipmentDelivered, ShipmentDeliveryFailed};
use commerce_model::types::{
    CarrierWebhook, CarrierWebhookId, ParcelScan, ReturnParcel, ScanKind, Shipment, ShipmentStatus,
};
use commerce_service::shipping as api;
use commerce_store::{self as store, Commerce};
use stipule_runtime::wire::UniqueVec;
use stipule_runtime::{Context, Failed, StoreFailure, Stored};

use crate::Shipping;
use crate::app::carriers::Carriers;
use crate::app::sighting::{self, Sighting};
use crate::coming_back;

type Heard = Result<api::HearCarrierOk, api::HearCarrierError>;

const HEARD: api::HearCarrierOk = api::HearCarrierOk::NoContent;
const NOT_BELIEVED: &str = "The message isn't believed.";
const NO_PARCEL: &str = "No parcel has this number.";
const NOT_EXPECTED: &str = "The parcel isn't expected any more: its time was over.";
const TOO_EARLY: &str = "The parcel is being handed over; tell it again.";

impl<C: Carriers> Shipping<C> {
    pub(crate) async fn hear(&self, cx: &Context, input: api::HearCarrier) -> Heard {
        if let Err(refusal) = input.body.verify(&self.secret, cx.now()) {
            tracing::warn!(%refusal, "a carrier's message isn't believed");
            return Err(api::HearCarrierError::unauthorized(NOT_BELIEVED));
        }
        let message = &input.body.value;
        let cx = &cx.for_tenant(message.account.as_str());
        let store = Commerce::of(cx);
        let id = CarrierWebhookId::new(input.webhook_id.as_str()).map_err(Failed::internal)?;
        let is_known = store.carrier_webhook(&message.carrier, &id).await?.is_some();
        let tracked = store.tracked_parcel(&message.carrier, &message.tracking_number).await?;
        let tracked = tracked.ok_or_else(|| api::HearCarrierError::not_found(NO_PARCEL))?;
        let seen = Seen {
            parcel_scan: ParcelScan {
                shipment_id: tracked.shipment_id,
                at: message.at,
                scan_id: id.clone(),
                kind: message.kind,
                place: message.place.clone(),
            },
            carrier_webhook: CarrierWebhook {
                carrier: message.carrier,
                webhook_id: id,
                received_at: cx.now(),
            },
        };
        if let Some(found) = coming_back::find(cx, &tracked.shipment_id).await? {
            return seen.note_coming_back(cx, &found, is_known).await;
        }
        if is_known {
            return Ok(HEARD);
        }
        let found = store.shipment(&tracked.shipment_id).await?;
        let found = found.ok_or_else(|| api::HearCarrierError::not_found(NO_PARCEL))?;
        seen.note(cx, &found).await
    }
}

/// A scan and the message that told it: both are written down together with what follows from them.
struct Seen {
    parcel_scan: ParcelScan,
    carrier_webhook: CarrierWebhook,
}

impl Seen {
    async fn note(self, cx: &Context, found: &Stored<Shipment>) -> Heard {
        match sighting::of(found.status, self.parcel_scan.kind) {
            Sighting::TooEarly => Err(api::HearCarrierError::service_unavailable(TOO_EARLY)),
            Sighting::Impossible(detail) => Err(impossible(found, detail)),
            Sighting::Note => self.on_its_way(cx).await,
            Sighting::Goes(status) => self.goes(cx, found, status).await,
            Sighting::Arrives(status) => self.arrives(cx, found, status).await,
            Sighting::Fails(status) => self.fails(cx, found, status).await,
        }
    }

    /// Somebody waits for it. A message that we heard without waking them is brought again, and wakes them then.
    async fn note_coming_back(self, cx: &Context, found: &Stored<ReturnParcel>, is_known: bool) -> Heard {
        use store::ReceiveReturnParcelError::{Conflict, Failed as Failing, ParcelScanExists, SeenBefore};
        let Self { parcel_scan, carrier_webhook } = self;
        let is_here = parcel_scan.kind == ScanKind::Delivered;
        if is_here && found.status == ShipmentStatus::Cancelled {
            return Err(api::HearCarrierError::conflict(NOT_EXPECTED, found.status, UniqueVec::default()));
        }
        if !is_known {
            coming_back::see(cx, found, parcel_scan, carrier_webhook).await.map_err(|error| match error {
                Conflict | ParcelScanExists | SeenBefore => StoreFailure::Busy.into(),
                Failing(failure) => api::HearCarrierError::from(failure),
            })?;
        }
        if is_here {
            coming_back::wake(cx, &found.return_id).await.map_err(Failed::unavailable)?;
        }
        Ok(HEARD)
    }

    async fn on_its_way(self, cx: &Context) -> Heard {
        use store::NoteScanError::{Failed, ParcelScanExists, SeenBefore};
        let Self { parcel_scan, carrier_webhook } = self;
        let write = store::NoteScan { parcel_scan, carrier_webhook };
        match Commerce::of(cx).note_scan(write).commit().await {
            Ok(()) | Err(ParcelScanExists | SeenBefore) => Ok(HEARD),
            Err(Failed(failure)) => Err(failure.into()),
        }
    }

    async fn goes(self, cx: &Context, found: &Stored<Shipment>, status: ShipmentStatus) -> Heard {
        use store::ResumeShipmentError::{Conflict, Failed, ParcelScanExists, SeenBefore};
        let updated_at = cx.now().max(found.updated_at);
        let Self { parcel_scan, carrier_webhook } = self;
        let write = store::ResumeShipment { status, updated_at, parcel_scan, carrier_webhook };
        match Commerce::of(cx).resume_shipment(found, write).commit().await {
            Ok(()) | Err(ParcelScanExists | SeenBefore) => Ok(HEARD),
            Err(Conflict) => Err(StoreFailure::Busy.into()),
            Err(Failed(failure)) => Err(failure.into()),
        }
    }

    async fn arrives(self, cx: &Context, found: &Stored<Shipment>, status: ShipmentStatus) -> Heard {
        use store::DeliverShipmentError::{Conflict, Failed, ParcelScanExists, SeenBefore};
        let Self { parcel_scan, carrier_webhook } = self;
        let write = store::DeliverShipment {
            status,
            updated_at: cx.now().max(found.updated_at),
            shipment_delivered: ShipmentDelivered {
                shipment_id: found.shipment_id,
                order_id: found.order_id,
                customer_id: found.customer_id,
                delivered_at: parcel_scan.at,
            },
            parcel_scan,
            carrier_webhook,
        };
        match Commerce::of(cx).deliver_shipment(found, write).commit().await {
            Ok(()) | Err(ParcelScanExists | SeenBefore) => Ok(HEARD),
            Err(Conflict) => Err(StoreFailure::Busy.into()),
            Err(Failed(failure)) => Err(failure.into()),
        }
    }

    async fn fails(self, cx: &Context, found: &Stored<Shipment>, status: ShipmentStatus) -> Heard {
        use store::FailDeliveryError::{Conflict, Failed, ParcelScanExists, SeenBefore};
        let Self { parcel_scan, carrier_webhook } = self;
        let write = store::FailDelivery {
            status,
            updated_at: cx.now().max(found.updated_at),
            shipment_delivery_failed: ShipmentDeliveryFailed {
                shipment_id: found.shipment_id,
                order_id: found.order_id,
                customer_id: found.customer_id,
                returning: status == ShipmentStatus::Returned,
            },
            parcel_scan,
            carrier_webhook,
        };
        match Commerce::of(cx).fail_delivery(found, write).commit().await {
            Ok(()) | Err(ParcelScanExists | SeenBefore) => Ok(HEARD),
            Err(Conflict) => Err(StoreFailure::Busy.into()),
            Err(Failed(failure)) => Err(failure.into()),
        }
    }
}

fn impossible(it: &Shipment, detail: &'static str) -> api::HearCarrierError {
    match UniqueVec::new(it.status.next().to_vec()) {
        Ok(allowed) => api::HearCarrierError::conflict(detail, it.status, allowed),
        Err(fault) => Failed::internal(fault).into(),
    }
}
