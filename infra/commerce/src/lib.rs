//! The shop, put together: its services over its table, ready for the local platform or a test.

pub mod courier;
pub mod in_process;
pub mod refused;
pub mod seed;

use commerce_notifications::{LocalMessenger, Messenger, Notifications};
use commerce_payments::{LocalProvider, PaymentProvider, Payments};
use commerce_service::Services;
use commerce_shipping::{Carriers, LocalCarriers, Shipping};
use stipule_local::Parts;
use stipule_local::secret::{SecretError, webhook_secret};
use stipule_local::table::Place;
use stipule_runtime::App;
use stipule_runtime::auth::Expected;
use stipule_runtime::webhook::Secret;

/// Whom the shop does business with.
#[derive(Clone, Debug)]
pub struct Outside<P, C, M> {
    /// The payment provider.
    pub provider: P,
    /// The carriers.
    pub carriers: C,
    /// Who brings messages to customers.
    pub messenger: M,
    /// What those who tell something sign it with.
    pub secret: Secret,
}

impl Outside<LocalProvider, LocalCarriers, LocalMessenger> {
    /// A provider, carriers and a messenger in this process, with a secret of their own.
    ///
    /// # Errors
    /// When the system has no randomness.
    pub fn local() -> Result<Self, SecretError> {
        let (provider, carriers, messenger) =
            (LocalProvider::new(), LocalCarriers::new(), LocalMessenger::new());
        Ok(Self { provider, carriers, messenger, secret: webhook_secret(None)? })
    }
}

/// Every service of the shop. One that is missing doesn't compile.
pub fn app<P: PaymentProvider, C: Carriers, M: Messenger>(outside: Outside<P, C, M>) -> App {
    let Outside { provider, carriers, messenger, secret } = outside;
    let services = Services {
        customers: commerce_customers::Customers,
        catalog: commerce_catalog::Catalog,
        inventory: commerce_inventory::Inventory,
        carts: commerce_carts::Carts,
        loyalty: commerce_loyalty::Loyalty,
        notifications: Notifications::new(messenger),
        orders: commerce_orders::Orders,
        payments: Payments::new(provider, secret.clone()),
        fraud: commerce_fraud::Fraud,
        fulfilment: commerce_fulfilment::Fulfilment,
        shipping: Shipping::new(carriers, secret),
        pricing: commerce_pricing::Pricing,
        promotions: commerce_promotions::Promotions,
        realtime: commerce_realtime::Realtime,
        returns: commerce_returns::Returns,
        reviews: commerce_reviews::Reviews,
        subscriptions: commerce_subscriptions::Subscriptions,
        search: commerce_search::Search::new(commerce_search::TableIndex),
    };
    services.into_app()
}

/// The shop over data in `place`, with a payment provider, carriers and a messenger in this process.
///
/// # Errors
/// When the system has no randomness.
pub fn parts(place: Place) -> Result<Parts, SecretError> {
    Ok(parts_with(place, Outside::local()?))
}

/// The shop over data in `place`, which does business with these.
pub fn parts_with<P, C, M>(place: Place, outside: Outside<P, C, M>) -> Parts
where
    P: PaymentProvider,
    C: Carriers,
    M: Messenger,
{
    let platform = &commerce_service::PLATFORM;
    let expected = Expected {
        issuer: platform.issuer.to_owned(),
        audience: platform.audience.to_owned(),
        tenant_claim: platform.tenant_claim.to_owned(),
    };
    Parts::new(app(outside), &commerce_store::TABLE, place, expected)
}

/// Every scope that the contracts know.
pub fn scopes() -> Vec<&'static str> {
    commerce_service::PLATFORM.scopes.iter().map(|scope| scope.name).collect()
}
