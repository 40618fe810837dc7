//! What lies in a new shop: warehouses, products with stock, and a customer who can buy.
//!
//! Every command has a key made of its own name, so that a seed that was interrupted can be told again from the start:
//! what was done is answered and not done again.

use commerce_model::catalog::CreateProductRequest;
use commerce_model::customers::{AddAddressRequest, RegisterCustomerRequest};
use commerce_model::inventory::{AddWarehouseRequest, AdjustStockRequest};
use commerce_model::payments::AddPaymentMethodRequest;
use commerce_model::types::{
    Address, AddressId, AdjustmentReason, CardToken, Count, CountryCode, Currency, CustomerId, EmailAddress,
    Money, PaymentMethodId, PersonName, ProductDescription, ProductTitle, Sku, StockChange, WarehouseCode,
};
use commerce_sdk::Commerce;
use stipule_runtime::wire::{Email, Fault, Ranged, Text};
use thiserror::Error;

use crate::refused::{Doing, Refused};

/// The currency of every price.
pub const CURRENCY: &str = "CAD";

/// Code and name of the warehouses.
pub const WAREHOUSES: [(&str, &str); 2] = [("YUL1", "Montréal Dorval"), ("YVR1", "Richmond")];

/// A product and where it lies.
#[derive(Clone, Copy, Debug)]
pub struct Article {
    /// Its stock keeping unit.
    pub sku: &'static str,
    /// What people call it.
    pub title: &'static str,
    /// What the shop says about it.
    pub description: &'static str,
    /// Its price in cents.
    pub cents: i64,
    /// Pieces in each of [`WAREHOUSES`].
    pub pieces: [i64; 2],
    /// Pieces at which the stock is low.
    pub low_at: i64,
}

/// What is for sale.
pub const ARTICLES: [Article; 4] = [
    Article {
        sku: "MUG-BLUE",
        title: "Blue mug",
        description: "Stoneware, 30 cl, glazed by hand.",
        cents: 18_50,
        pieces: [80, 40],
        low_at: 5,
    },
    Article {
        sku: "POT-IRON",
        title: "Cast-iron teapot",
        description: "Holds a litre, keeps it warm for an hour.",
        cents: 89_00,
        pieces: [2, 2],
        low_at: 1,
    },
    Article {
        sku: "TEA-EARL",
        title: "Earl Grey",
        description: "100 g of black tea with bergamot.",
        cents: 12_90,
        pieces: [150, 90],
        low_at: 10,
    },
    Article {
        sku: "TRAY-ASH",
        title: "Serving tray",
        description: "Ash wood, oiled, for a pot and four cups.",
        cents: 46_00,
        pieces: [12, 0],
        low_at: 2,
    },
];

/// The customer's name.
pub const CUSTOMER: &str = "Ada Moreau";

/// What was made, as far as others need it.
#[derive(Clone, Debug)]
pub struct Seeded {
    /// The customer.
    pub customer: CustomerId,
    /// Her address.
    pub address: AddressId,
    /// Her card, which the provider accepts.
    pub payment_method: PaymentMethodId,
}

/// Why the seed wasn't sown.
#[derive(Debug, Error)]
pub enum SeedError {
    /// A value of ours breaks the contract.
    #[error("a value of the seed breaks its contract: {0}")]
    Value(#[from] Fault),
    /// The shop said no.
    #[error(transparent)]
    Refused(#[from] Refused),
}

/// Fills the store of the client; does nothing that was done before.
///
/// # Errors
/// At the first command that fails. Telling it again goes on from there.
pub async fn seed(shop: &Commerce) -> Result<Seeded, SeedError> {
    for (code, name) in WAREHOUSES {
        let warehouse = AddWarehouseRequest {
            code: WarehouseCode::new(code)?,
            name: Text::new(name)?,
            country: CountryCode::new("CA")?,
        };
        let call = shop.inventory().add_warehouse(warehouse).idempotency_key(format!("seed-{code}"));
        call.send().await.doing("adding a warehouse")?;
    }
    for article in &ARTICLES {
        sell(shop, article).await?;
    }
    customer(shop).await
}

async fn sell(shop: &Commerce, article: &Article) -> Result<(), SeedError> {
    let key = |step: &str| format!("seed-{}-{step}", article.sku);
    let sku = Sku::new(article.sku)?;
    let product = CreateProductRequest {
        sku: sku.clone(),
        title: ProductTitle::new(article.title)?,
        description: Some(ProductDescription::new(article.description)?),
        price: Money { amount: Ranged::new(article.cents)?, currency: Currency::new(CURRENCY)? },
    };
    let call = shop.catalog().create_product(product).idempotency_key(key("create"));
    let product = call.send().await.doing("creating a product")?;
    let call = shop.catalog().publish_product(product.product_id).idempotency_key(key("publish"));
    call.send().await.doing("publishing a product")?;
    for ((code, _), pieces) in WAREHOUSES.into_iter().zip(article.pieces) {
        if pieces == 0 {
            continue;
        }
        let delivery = AdjustStockRequest {
            warehouse: WarehouseCode::new(code)?,
            change: StockChange::new(pieces)?,
            reason: AdjustmentReason::Delivery,
            low_stock_at: Some(Count::new(article.low_at)?),
        };
        let call = shop.inventory().adjust_stock(&sku, delivery).idempotency_key(key(code));
        call.send().await.doing("booking a delivery")?;
    }
    Ok(())
}

async fn customer(shop: &Commerce) -> Result<Seeded, SeedError> {
    let ada = RegisterCustomerRequest {
        email: EmailAddress::new("ada@example.com".parse::<Email>()?)?,
        name: PersonName::new(CUSTOMER)?,
        phone: None,
        marketing: false,
    };
    let call = shop.customers().register(ada).idempotency_key("seed-customer");
    let customer = call.send().await.doing("registering a customer")?.customer_id;
    let mut address = Address::new(
        Text::new(CUSTOMER)?,
        Text::new("12 rue Sherbrooke")?,
        Text::new("Montréal")?,
        CountryCode::new("CA")?,
    );
    address.postal_code = Some(Text::new("H2X 1X1")?);
    let address = AddAddressRequest { label: None, address };
    let call = shop.customers().add_address(customer, address).idempotency_key("seed-address");
    let address = call.send().await.doing("adding an address")?.address_id;
    let card = AddPaymentMethodRequest { customer_id: customer, token: CardToken::new("tok_visa_4242")? };
    let call = shop.payments().add_method(card).idempotency_key("seed-card");
    let payment_method = call.send().await.doing("saving a card")?.payment_method_id;
    Ok(Seeded { customer, address, payment_method })
}
