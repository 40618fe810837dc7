//! What shipping does for a cancellation: parcels that have left are to come back.

use commerce_model::types::{Interception as Intercepted, InterceptionOutcome, OrderOf, ShipmentStatus};
use commerce_service::shipping as api;
use stipule_runtime::{Context, Failure};

use crate::app::carriers::{Carriers, Interception};
use crate::{Shipping, parcels_of};

impl<C: Carriers> api::CancellationSteps for Shipping<C> {
    /// Writes nothing: a carrier that is asked twice stops a parcel once, and tells when it is back.
    async fn intercept_parcels(&self, cx: &Context, input: OrderOf) -> Result<Intercepted, Failure> {
        let mut outcome = InterceptionOutcome::Stopped;
        for parcel in parcels_of(cx, &input.order_id).await? {
            match parcel.status {
                ShipmentStatus::Labelled => return Err(Failure::retry("a parcel is being handed over")),
                ShipmentStatus::Delivered => outcome = InterceptionOutcome::TooLate,
                ShipmentStatus::Returned | ShipmentStatus::Lost | ShipmentStatus::Cancelled => {}
                ShipmentStatus::Dispatched | ShipmentStatus::Failed => {
                    let answer = self.carriers.intercept(&parcel).await;
                    if answer.map_err(Failure::retry)? == Interception::TooLate {
                        outcome = InterceptionOutcome::TooLate;
                    }
                }
            }
        }
        Ok(Intercepted { outcome })
    }
}
