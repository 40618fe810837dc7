//! The shop, put together: its services over its table, ready for the local platform or a test.

pub mod in_process;
pub mod provider;
pub mod refused;
pub mod seed;

use std::sync::Arc;

use commerce_notifications::{LocalMessenger, Messenger, Notifications};
use commerce_payments::{LocalProvider, PaymentProvider, Payments};
use commerce_service::Services;
use stipule_local::Parts;
use stipule_local::system::SystemClock;
use stipule_local::table::Place;
use stipule_runtime::App;
use stipule_runtime::auth::Expected;

/// Every service of the shop. One that is missing doesn't compile.
pub fn app<P: PaymentProvider, M: Messenger>(provider: P, messenger: M) -> App {
    let services = Services {
        customers: commerce_customers::Customers,
        catalog: commerce_catalog::Catalog,
        inventory: commerce_inventory::Inventory,
        carts: commerce_carts::Carts,
        loyalty: commerce_loyalty::Loyalty,
        notifications: Notifications::new(messenger),
        orders: commerce_orders::Orders,
        payments: Payments::new(provider),
        fraud: commerce_fraud::Fraud,
        pricing: commerce_pricing::Pricing,
        promotions: commerce_promotions::Promotions,
        reviews: commerce_reviews::Reviews,
        subscriptions: commerce_subscriptions::Subscriptions,
        search: commerce_search::Search::new(commerce_search::TableIndex),
    };
    services.into_app()
}

/// The shop over data in `place`, with a payment provider and a messenger in this process.
pub fn parts(place: Place) -> Parts {
    parts_with(place, LocalProvider::new(), LocalMessenger::new())
}

/// The shop over data in `place`, with this payment provider and this messenger.
pub fn parts_with<P: PaymentProvider, M: Messenger>(place: Place, provider: P, messenger: M) -> Parts {
    let platform = &commerce_service::PLATFORM;
    let expected = Expected {
        issuer: platform.issuer.to_owned(),
        audience: platform.audience.to_owned(),
        tenant_claim: platform.tenant_claim.to_owned(),
    };
    Parts {
        app: app(provider, messenger),
        table: &commerce_store::TABLE,
        place,
        expected,
        clock: Arc::new(SystemClock),
    }
}

/// Every scope that the contracts know.
pub fn scopes() -> Vec<&'static str> {
    commerce_service::PLATFORM.scopes.iter().map(|scope| scope.name).collect()
}
