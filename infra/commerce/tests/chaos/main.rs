//! Orders over HTTP in weather that is bad on purpose: what was acknowledged is kept, and every order comes to its end.

use std::collections::BTreeSet;
use std::future::Future;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use commerce::seed::{CURRENCY, Seeded, seed};
use commerce::{Outside, parts_with, scopes};
use commerce_model::carts::{CheckOutCartRequest, CreateCartRequest, PutCartItemRequest};
use commerce_model::open::types::OrderStatus;
use commerce_model::payments::AddPaymentMethodRequest;
use commerce_model::types::{CardToken, Currency, OrderId, PaymentMethodId, Quantity, Sku};
use commerce_notifications::LocalMessenger;
use commerce_payments::LocalProvider;
use commerce_sdk::{Commerce, Declared, Error};
use commerce_shipping::LocalCarriers;
use stipule_local::happening::Happening;
use stipule_local::listen::listen;
use stipule_local::secret::webhook_secret;
use stipule_local::table::Place;
use stipule_local::{Chaos, Local, Parts, Strike};

const STORE: &str = "maple";

/// Orders that are placed; every third with a card that is declined.
const ORDERS: usize = 12;

/// Pieces of each.
const PIECES: i32 = 2;

/// What isn't at rest by then hangs.
const NEVER: Duration = Duration::from_secs(600);

/// A platform with a client of its store.
struct Shop {
    local: Local,
    client: Commerce,
}

impl Shop {
    async fn open(data: &Path, chaos: Option<Chaos>, provider: &Arc<LocalProvider>) -> Self {
        let outside = Outside {
            provider: Arc::clone(provider),
            carriers: Arc::<LocalCarriers>::default(),
            messenger: LocalMessenger::new(),
            secret: webhook_secret(Some(data)).expect("randomness"),
        };
        let parts = Parts { chaos, ..parts_with(Place::Folder(data.to_owned()), outside) };
        let mut local = Local::start(parts).expect("the platform starts");
        let listener = listen(SocketAddr::from((Ipv4Addr::LOCALHOST, 0))).await.expect("a free port");
        let address = local.serve(listener).expect("it is served");
        let token = local.token(STORE, "chaos", &scopes(), Duration::from_hours(1));
        let client = Commerce::builder(format!("http://{address}")).token(token).build().expect("a client");
        Self { local, client }
    }

    /// Waits until nothing is under way, however often what publishes is struck.
    async fn rest(&self) {
        let rest = async { while self.local.settle().await.is_err() {} };
        tokio::time::timeout(NEVER, rest).await.expect("it comes to rest");
    }

    async fn card(&self, seeded: &Seeded, token: &str) -> PaymentMethodId {
        let key = format!("card-{token}");
        let token = CardToken::new(token).expect("a token");
        let card = AddPaymentMethodRequest { customer_id: seeded.customer, token };
        let payments = self.client.payments();
        let add = || payments.add_method(card.clone()).idempotency_key(&key).send();
        insist(add).await.payment_method_id
    }

    /// The order that came of a checkout, once that is acknowledged.
    async fn buy(&self, seeded: &Seeded, number: usize, card: PaymentMethodId) -> OrderId {
        let carts = self.client.carts();
        let cart = CreateCartRequest {
            customer_id: seeded.customer,
            currency: Currency::new(CURRENCY).expect("a currency"),
        };
        let create = || carts.create(cart.clone()).idempotency_key(format!("cart-{number}")).send();
        let cart = insist(create).await.cart_id;
        let pieces = PutCartItemRequest { quantity: Quantity::new(PIECES).expect("a quantity") };
        let sku = Sku::new("MUG-BLUE").expect("a SKU");
        let put = || carts.put_item(cart, &sku, pieces.clone()).send();
        insist(put).await;
        let checkout = CheckOutCartRequest { address_id: seeded.address, payment_method_id: card };
        let check_out =
            || carts.check_out(cart, checkout.clone()).idempotency_key(format!("checkout-{number}")).send();
        insist(check_out).await.order_id
    }

    async fn status(&self, order: OrderId) -> OrderStatus {
        let orders = self.client.orders();
        insist(|| orders.get(order).send()).await.status
    }
}

/// Asks until it is acknowledged: whatever isn't may have been done or not.
async fn insist<T, E: Declared, F: Future<Output = Result<T, Error<E>>>>(call: impl Fn() -> F) -> T {
    loop {
        match call().await {
            Ok(answer) => return answer,
            Err(error) if matches!(error.status(), None | Some(429 | 503)) => {}
            Err(error) => panic!("the weather explains no {error}"),
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn orders_end_as_they_should_in_any_weather_and_nothing_acknowledged_is_lost() {
    let folder = tempfile::tempdir().unwrap();
    let provider = Arc::new(LocalProvider::new());
    let chaos = Chaos { rate: 0.2, seed: 20_261_128 };
    let shop = Shop::open(folder.path(), Some(chaos), &provider).await;
    let mut happenings = shop.local.happenings().watch();
    let watched = tokio::spawn(async move {
        let mut kinds = BTreeSet::new();
        loop {
            match happenings.recv().await {
                Ok(Happening::Struck { strike, .. }) => drop(kinds.insert(strike.to_string())),
                Ok(_) | Err(tokio::sync::broadcast::error::RecvError::Lagged(_)) => {}
                Err(_) => return kinds,
            }
        }
    });
    let seeded = loop {
        // Its commands have keys: telling it again goes on where it was struck.
        if let Ok(seeded) = seed(&shop.client).await {
            break seeded;
        }
    };
    let [good, declined] =
        [shop.card(&seeded, "tok_visa_4242").await, shop.card(&seeded, "tok_visa_0002").await];
    let card = |number: usize| if number % 3 == 2 { declined } else { good };
    let bought = (0..ORDERS).map(|number| shop.buy(&seeded, number, card(number)));
    let orders: Vec<OrderId> = futures_util::future::join_all(bought).await;
    shop.rest().await;
    for (number, order) in orders.iter().enumerate() {
        let wanted = if number % 3 == 2 { OrderStatus::Rejected } else { OrderStatus::Confirmed };
        assert_eq!(shop.status(*order).await, wanted, "order {number}");
    }
    assert_eq!(orders.iter().collect::<BTreeSet<_>>().len(), ORDERS, "an order each");
    let letters = shop.local.queues().dead_letters().await.unwrap();
    assert!(letters.is_empty(), "nothing is given up for the weather alone: {letters:?}");
    assert!(shop.local.runs().parked().await.unwrap().is_empty());
    shop.local.stop().await;
    let kinds = watched.await.unwrap();
    for strike in [Strike::Throttled, Strike::Delayed, Strike::Lost, Strike::Killed, Strike::Repeated] {
        assert!(kinds.contains(&strike.to_string()), "{strike} is missing in {kinds:?}");
    }

    let calm = Shop::open(folder.path(), None, &provider).await;
    calm.rest().await;
    let listed = calm.client.orders().list().stream().collect().await.expect("nothing is struck any more");
    let listed: BTreeSet<OrderId> = listed.iter().map(|order| order.order_id).collect();
    assert_eq!(listed, orders.iter().copied().collect(), "those that were acknowledged, and no others");
    let stock = calm.client.inventory().get_stock(Sku::new("MUG-BLUE").unwrap()).send().await.unwrap();
    let confirmed = (0..ORDERS).filter(|number| number % 3 != 2).count();
    let reserved: i64 = stock.levels.iter().map(|level| level.reserved.get()).sum();
    assert_eq!(
        reserved,
        i64::from(PIECES) * i64::try_from(confirmed).unwrap(),
        "once each, and released once"
    );
    calm.local.stop().await;
}
