//! The seed is sown once, wherever it is interrupted.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use bytes::Bytes;
use commerce::in_process::{InProcess, client};
use commerce::parts;
use commerce::seed::{ARTICLES, SeedError, Seeded, WAREHOUSES, seed};
use commerce_model::types::Sku;
use commerce_sdk::{Commerce, Transport, TransportError};
use futures_util::future::BoxFuture;
use stipule_local::Local;
use stipule_local::table::Place;

const STORE: &str = "maple";

/// A way to the shop that breaks at one call: before it arrives, or after it was done.
struct Breaking {
    way: InProcess,
    calls: Arc<AtomicUsize>,
    breaks_at: usize,
    arrives: bool,
}

impl Transport for Breaking {
    fn send(
        &self,
        request: http::Request<Bytes>,
    ) -> BoxFuture<'_, Result<http::Response<Bytes>, TransportError>> {
        Box::pin(async move {
            let broken = || Err(TransportError::too_large());
            let call = self.calls.fetch_add(1, Ordering::Relaxed);
            // Broken for good: the client's own second try finds nobody either.
            if call > self.breaks_at || (call == self.breaks_at && !self.arrives) {
                return broken();
            }
            let answer = self.way.send(request).await;
            if call == self.breaks_at { broken() } else { answer }
        })
    }
}

fn start() -> Local {
    Local::start(parts(Place::Memory).expect("randomness")).expect("the platform starts in memory")
}

fn shop(local: &Local) -> Commerce {
    client(InProcess::new(local, STORE, "seed")).expect("a client")
}

async fn sow(local: &Local) -> Seeded {
    seed(&shop(local)).await.expect("the seed is sown")
}

/// Asserts that everything is there once.
async fn assert_sown(local: &Local, seeded: &Seeded, case: &str) {
    let shop = shop(local);
    let warehouses = shop.inventory().list_warehouses().stream().collect().await.expect("warehouses");
    assert_eq!(warehouses.len(), WAREHOUSES.len(), "{case}");
    let products = shop.catalog().list_products().stream().collect().await.expect("products");
    assert_eq!(products.len(), ARTICLES.len(), "{case}");
    for article in ARTICLES {
        let stock = shop.inventory().get_stock(Sku::new(article.sku).expect("a SKU")).send().await;
        let on_hand = i64::from(stock.expect("stock").on_hand);
        assert_eq!(on_hand, article.pieces.iter().sum::<i64>(), "{case}: {}", article.sku);
    }
    let addresses = shop.customers().list_addresses(seeded.customer).stream().collect().await;
    assert_eq!(addresses.expect("addresses").len(), 1, "{case}");
    let cards = shop.payments().list_methods(seeded.customer).stream().collect().await;
    assert_eq!(cards.expect("cards").len(), 1, "{case}");
}

#[tokio::test]
async fn a_seed_sown_twice_is_there_once() {
    let local = start();
    let first = sow(&local).await;
    let again = sow(&local).await;
    assert_eq!(first.customer, again.customer);
    assert_eq!(first.payment_method, again.payment_method);
    assert_sown(&local, &again, "twice").await;
}

#[tokio::test]
async fn a_seed_that_breaks_off_anywhere_is_made_up_for() {
    for arrives in [false, true] {
        for breaks_at in 0.. {
            let local = start();
            let calls = Arc::new(AtomicUsize::new(0));
            let way = InProcess::new(&local, STORE, "seed");
            let breaking = Breaking { way, calls: Arc::clone(&calls), breaks_at, arrives };
            let cut = seed(&client(breaking).expect("a client")).await;
            if cut.is_ok() {
                assert!(breaks_at > 15, "every command was cut once, {breaks_at} in all");
                break;
            }
            assert!(matches!(cut, Err(SeedError::Refused(_))), "{cut:?}");
            let seeded = sow(&local).await;
            assert_sown(&local, &seeded, &format!("call {breaks_at}, arrives: {arrives}")).await;
        }
    }
}
