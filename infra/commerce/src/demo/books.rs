//! What the books say, read from outside: the shop's through its API, the provider's from the provider.

use std::time::Duration;

use commerce::refused::{Doing, Refused};
use commerce_model::open::orders::OrderDetails;
use commerce_model::open::types::{OrderStatus, Payment};
use commerce_model::types::{CustomerId, Money, PaymentId, ProductStatus, Sku, StockLevel};
use commerce_sdk::inventory::GetStockError;
use commerce_sdk::payments::GetPaymentError;
use commerce_sdk::{Commerce, Declared, Error};

use super::fault::DemoError;
use super::stage::Stage;

/// How long the platform may take to come to rest.
const PATIENCE: Duration = Duration::from_secs(10);

/// Everything that the ledgers are checked by.
#[derive(Debug)]
pub(crate) struct Books {
    /// Every SKU in every warehouse.
    pub(crate) levels: Vec<StockLevel>,
    /// Every order with its payment.
    pub(crate) sales: Vec<Sale>,
    /// What the payment provider holds, one amount per authorisation.
    pub(crate) held: Vec<Money>,
    /// Minor units that the provider took and didn't give back.
    pub(crate) taken: i64,
    /// Messages that wait or are being handled.
    pub(crate) in_flight: usize,
    /// Consumer and reason of each message that was given up.
    pub(crate) dead_letters: Vec<String>,
    /// What another store saw.
    pub(crate) stranger: Stranger,
}

/// An order with its payment; none if the provider was never asked.
#[derive(Debug)]
pub(crate) struct Sale {
    pub(crate) order: OrderDetails,
    pub(crate) payment: Option<Payment>,
}

/// What somebody with another store's token saw of this one.
#[derive(Debug, Default)]
pub(crate) struct Stranger {
    /// Products, warehouses and orders in its lists.
    pub(crate) listed: usize,
    /// Things asked for by their ids.
    pub(crate) asked: usize,
    /// Those it got.
    pub(crate) found: usize,
}

impl Books {
    /// Waits until the platform is at rest, then reads.
    pub(crate) async fn read(
        stage: &Stage,
        shop: &Commerce,
        stranger: &Commerce,
        customer: CustomerId,
    ) -> Result<Self, DemoError> {
        let stuck = |_| DemoError::Stuck { seconds: PATIENCE.as_secs(), missing: "rest".to_owned() };
        tokio::time::timeout(PATIENCE, stage.local.settle()).await.map_err(stuck)??;
        let levels = levels(shop).await?;
        let sales = sales(shop).await?;
        let letters = stage.local.queues().dead_letters().await?;
        let stranger = look_around(stranger, &levels, &sales, customer).await?;
        Ok(Self {
            levels,
            sales,
            held: stage.provider.held(),
            taken: stage.provider.taken(),
            in_flight: stage.local.queues().depth(),
            dead_letters: letters
                .into_iter()
                .map(|letter| format!("{}: {}", letter.message.subscription, letter.reason))
                .collect(),
            stranger,
        })
    }

    /// Orders that hold stock and money.
    pub(crate) fn confirmed(&self) -> impl Iterator<Item = &Sale> {
        self.sales.iter().filter(|sale| sale.order.status == OrderStatus::Confirmed)
    }
}

async fn levels(shop: &Commerce) -> Result<Vec<StockLevel>, Refused> {
    let mut levels = Vec::new();
    for status in ProductStatus::ALL {
        let mut products = shop.catalog().list_products().status(*status).stream();
        while let Some(product) = products.try_next().await.doing("listing products")? {
            levels.extend(stock(shop, &product.sku).await?);
        }
    }
    Ok(levels)
}

/// The levels of a SKU; none if it was never delivered.
async fn stock(shop: &Commerce, sku: &Sku) -> Result<Vec<StockLevel>, Refused> {
    match shop.inventory().get_stock(sku).send().await {
        Err(Error::Api(GetStockError::NotFound(_))) => Ok(Vec::new()),
        stock => Ok(stock.doing("reading stock")?.levels.into()),
    }
}

async fn sales(shop: &Commerce) -> Result<Vec<Sale>, Refused> {
    let mut sales = Vec::new();
    let mut orders = shop.orders().list().stream();
    while let Some(order) = orders.try_next().await.doing("listing orders")? {
        let order = shop.orders().get(order.order_id).send().await.doing("reading an order")?;
        let payment = payment(shop, order.payment_id).await?;
        sales.push(Sale { order, payment });
    }
    Ok(sales)
}

async fn payment(shop: &Commerce, id: PaymentId) -> Result<Option<Payment>, Refused> {
    match shop.payments().get(id).send().await {
        Err(Error::Api(GetPaymentError::NotFound(_))) => Ok(None),
        payment => payment.doing("reading a payment").map(Some),
    }
}

/// Looks for everything that the other store has.
async fn look_around(
    shop: &Commerce,
    levels: &[StockLevel],
    sales: &[Sale],
    customer: CustomerId,
) -> Result<Stranger, Refused> {
    let mut seen = Stranger::default();
    for status in ProductStatus::ALL {
        let products = shop.catalog().list_products().status(*status).stream().collect().await;
        seen.listed += products.doing("listing products")?.len();
    }
    let warehouses = shop.inventory().list_warehouses().stream().collect().await;
    seen.listed += warehouses.doing("listing warehouses")?.len();
    seen.listed += shop.orders().list().stream().collect().await.doing("listing orders")?.len();
    let methods = shop.payments().list_methods(customer).stream().collect().await;
    seen.listed += methods.doing("listing payment methods")?.len();

    seen.ask(shop.customers().get(customer).send().await)?;
    for level in levels {
        seen.ask(shop.inventory().get_stock(&level.sku).send().await)?;
    }
    for sale in sales {
        seen.ask(shop.orders().get(sale.order.order_id).send().await)?;
        seen.ask(shop.orders().get_history(sale.order.order_id).send().await)?;
        if let Some(cart) = sale.order.cart_id {
            seen.ask(shop.carts().get(cart).send().await)?;
        }
        if sale.payment.is_some() {
            seen.ask(shop.payments().get(sale.order.payment_id).send().await)?;
        }
    }
    Ok(seen)
}

impl Stranger {
    /// Counts an answer: found, or not there. Any other failure proves nothing.
    fn ask<T, E: Declared>(&mut self, answer: Result<T, Error<E>>) -> Result<(), Refused> {
        self.asked += 1;
        match answer {
            Ok(_) => self.found += 1,
            Err(error) if error.status() == Some(404) => {}
            Err(error) => return Err::<(), _>(error).doing("asking as another store"),
        }
        Ok(())
    }
}
