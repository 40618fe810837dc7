//! Carriers as the service sees them: a port. Whoever implements it talks to real ones, or plays them.

use std::fmt;
use std::future::Future;
use std::sync::Arc;

use commerce_model::types::{
    Address, Carrier, CountryCode, FulfilmentId, Grams, ReturnId, Shipment, ShippingOption, ShippingService,
    TrackingNumber, WarehouseCode,
};

/// The key of one parcel, stable over all tries: a carrier makes one label per key.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct ParcelKey(String);

impl ParcelKey {
    /// The parcel of what a warehouse packed.
    pub fn of(fulfilment: &FulfilmentId) -> Self {
        Self(fulfilment.to_string())
    }

    /// The parcel that brings back what a return is about.
    pub fn back(it: &ReturnId) -> Self {
        Self(format!("{it}/back"))
    }

    /// As the carrier gets it.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Where something is to go, as far as prices depend on it.
#[derive(Clone, Copy)]
pub struct Destination<'d> {
    /// The country.
    pub country: &'d CountryCode,
    /// The postal code, where there is one.
    pub postal_code: Option<&'d str>,
}

/// Somebody lives there.
impl fmt::Debug for Destination<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Destination").field("country", self.country).finish_non_exhaustive()
    }
}

/// From whom something comes back, and where to.
#[derive(Clone, Copy)]
pub struct Back<'b> {
    /// Who sends it.
    pub from: &'b Address,
    /// Where it goes.
    pub to: &'b WarehouseCode,
}

/// Somebody lives there.
impl fmt::Debug for Back<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Back").field("to", self.to).finish_non_exhaustive()
    }
}

/// What a carrier says when it is asked for a label.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Labelling {
    /// It expects the parcel, and calls it so.
    Made {
        /// Who.
        carrier: Carrier,
        /// How fast.
        service: ShippingService,
        /// Its name for the parcel.
        number: TrackingNumber,
    },
    /// Nobody goes there.
    Refused,
}

/// What a carrier says when it is to bring a parcel back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Interception {
    /// It will, and tells when the parcel is back.
    Accepted,
    /// It can't any more.
    TooLate,
}

/// The carrier gave no answer; ask again under the same key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoAnswer {
    /// It took too long. What was asked for may or may not have happened.
    TimedOut,
    /// It can't be reached.
    Unreachable,
}

impl fmt::Display for NoAnswer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            NoAnswer::TimedOut => "the carrier timed out",
            NoAnswer::Unreachable => "the carrier can't be reached",
        })
    }
}

impl std::error::Error for NoAnswer {}

/// All carriers of the shop. Every step is idempotent by its parcel; beyond that, nothing here is exactly once.
pub trait Carriers: Send + Sync + 'static {
    /// The ways to send so much somewhere; none if nobody goes there.
    fn quote(
        &self,
        to: Destination<'_>,
        weight: Grams,
    ) -> impl Future<Output = Result<Vec<ShippingOption>, NoAnswer>> + Send;

    /// Has one of them expect a parcel.
    fn label(
        &self,
        key: &ParcelKey,
        to: &Address,
        weight: Grams,
    ) -> impl Future<Output = Result<Labelling, NoAnswer>> + Send;

    /// Has one of them expect a parcel that somebody sends back to a warehouse, and tell the store of `account` where it is.
    fn label_back(
        &self,
        key: &ParcelKey,
        account: &str,
        way: Back<'_>,
    ) -> impl Future<Output = Result<Labelling, NoAnswer>> + Send;

    /// It expects the parcel no more; nothing to do if it never did.
    fn cancel(&self, key: &ParcelKey) -> impl Future<Output = Result<(), NoAnswer>> + Send;

    /// It takes the parcel over, and tells the store of `account` from now on where it is.
    fn collect(&self, account: &str, parcel: &Shipment) -> impl Future<Output = Result<(), NoAnswer>> + Send;

    /// It is to bring back a parcel that has left.
    fn intercept(&self, parcel: &Shipment) -> impl Future<Output = Result<Interception, NoAnswer>> + Send;
}

/// Shared with somebody who wants to know where parcels are.
impl<C: Carriers> Carriers for Arc<C> {
    async fn quote(&self, to: Destination<'_>, weight: Grams) -> Result<Vec<ShippingOption>, NoAnswer> {
        (**self).quote(to, weight).await
    }

    async fn label(&self, key: &ParcelKey, to: &Address, weight: Grams) -> Result<Labelling, NoAnswer> {
        (**self).label(key, to, weight).await
    }

    async fn label_back(&self, key: &ParcelKey, account: &str, way: Back<'_>) -> Result<Labelling, NoAnswer> {
        (**self).label_back(key, account, way).await
    }

    async fn cancel(&self, key: &ParcelKey) -> Result<(), NoAnswer> {
        (**self).cancel(key).await
    }

    async fn collect(&self, account: &str, parcel: &Shipment) -> Result<(), NoAnswer> {
        (**self).collect(account, parcel).await
    }

    async fn intercept(&self, parcel: &Shipment) -> Result<Interception, NoAnswer> {
        (**self).intercept(parcel).await
    }
}
