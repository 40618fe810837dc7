//! The shop, put together: its services over its table, ready for the local platform or a test.

use commerce_service::Services;
use stipule_local::Parts;
use stipule_local::table::Place;
use stipule_runtime::App;
use stipule_runtime::auth::Expected;

/// Every service of the shop. One that is missing doesn't compile.
pub fn app() -> App {
    let services = Services {
        customers: commerce_customers::Customers,
        catalog: commerce_catalog::Catalog,
        inventory: commerce_inventory::Inventory,
        carts: commerce_carts::Carts,
        orders: commerce_orders::Orders,
        payments: commerce_payments::Payments::local(),
    };
    services.into_app()
}

/// The shop over data in `place`.
pub fn parts(place: Place) -> Parts {
    let platform = &commerce_service::PLATFORM;
    let expected = Expected {
        issuer: platform.issuer.to_owned(),
        audience: platform.audience.to_owned(),
        tenant_claim: platform.tenant_claim.to_owned(),
    };
    Parts { app: app(), table: &commerce_store::TABLE, place, expected }
}

/// Every scope that the contracts know.
pub fn scopes() -> Vec<&'static str> {
    commerce_service::PLATFORM.scopes.iter().map(|scope| scope.name).collect()
}
