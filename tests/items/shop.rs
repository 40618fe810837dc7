//! The entities of the shop, and random values of each.

use std::path::Path;

use commerce_model::types;
use commerce_store::entity;
use platform_tests::draw::{Bundle, Documents};
use serde::Serialize;
use serde::de::DeserializeOwned;
use stipule_runtime::{Item, PrimaryKey};

/// The tenant of all items here.
pub const TENANT: &str = "maple";

/// An entity of the shop.
pub trait Kind {
    /// Its type.
    type Value: Serialize + DeserializeOwned + Clone + PartialEq;
    /// Its name in the table file.
    const NAME: &'static str;
    /// The item, with its keys in every index.
    fn item(value: &Self::Value) -> Item;
    /// The fields alone.
    fn fields(value: &Self::Value) -> Item;
    /// The value of an item.
    fn read(item: &Item) -> Self::Value;
    /// The primary key.
    fn key(value: &Self::Value) -> PrimaryKey;
}

/// Something that is done with each entity in turn.
pub trait Visitor {
    /// Does it with this one and some values of it.
    fn visit<K: Kind>(&mut self, values: &[K::Value]);
}

macro_rules! entities {
    ($($kind:ident in $module:ident $(, $version:ident)?;)+) => {
        $(
            /// The entity of this name.
            pub struct $kind;

            impl Kind for $kind {
                type Value = types::$kind;
                const NAME: &'static str = stringify!($kind);

                fn item(value: &Self::Value) -> Item {
                    entity::$module::item(TENANT, value $(, entities!(@ $version))?)
                }

                fn fields(value: &Self::Value) -> Item {
                    let mut item = Item::with_capacity(entity::$module::ENTITY.attributes);
                    entity::$module::put(&mut item, value);
                    item
                }

                fn read(item: &Item) -> Self::Value {
                    let read = entity::$module::read(item).expect("an item of the entity is read back");
                    entities!(value read $($version)?)
                }

                fn key(value: &Self::Value) -> PrimaryKey {
                    entity::$module::key_of(TENANT, value)
                }
            }
        )+

        const NAMES: &[&str] = &[$($kind::NAME),+];

        fn visit_all(visitor: &mut impl Visitor, values: &mut Values<'_>) {
            $(visitor.visit::<$kind>(&values.draw::<$kind>());)+
        }
    };
    (@ versioned) => { 7 };
    (value $read:ident) => { $read };
    (value $read:ident versioned) => { $read.value };
}

entities! {
    Customer in customer, versioned;
    CustomerAddress in customer_address;
    ContactHealth in contact_health, versioned;
    LegalHold in legal_hold;
    ErasureCertificate in erasure_certificate;
    Product in product, versioned;
    Offer in offer;
    Category in category, versioned;
    CategoryProduct in category_product;
    SearchDocument in search_document, versioned;
    SearchPosting in search_posting;
    RunningOffer in running_offer;
    Price in price, versioned;
    PriceChange in price_change;
    Promotion in promotion, versioned;
    Coupon in coupon;
    CouponRedemption in coupon_redemption;
    Cart in cart, versioned;
    CartItem in cart_item;
    Order in order, versioned;
    OrderLine in order_line;
    OrderHistoryEntry in order_history_entry;
    Warehouse in warehouse;
    StockLevel in stock_level;
    Reservation in reservation, versioned;
    PaymentMethod in payment_method;
    VaultedToken in vaulted_token;
    Payment in payment, versioned;
    Capture in capture, versioned;
    Refund in refund, versioned;
    Chargeback in chargeback;
    PspWebhook in psp_webhook;
    FraudCallback in fraud_callback;
    FraudReview in fraud_review, versioned;
    Fulfilment in fulfilment, versioned;
    FulfilmentLine in fulfilment_line;
    Shipment in shipment, versioned;
    ParcelScan in parcel_scan;
    TrackedParcel in tracked_parcel;
    CarrierWebhook in carrier_webhook;
    ShippingQuote in shipping_quote;
    Return in return_, versioned;
    ReturnLine in return_line;
    ReturnableLine in returnable_line;
    ReturnParcel in return_parcel, versioned;
    ReturnParcelCallback in return_parcel_callback;
    ReturnCallback in return_callback;
    Subscription in subscription, versioned;
    SubscriptionCycle in subscription_cycle, versioned;
    RenewalCallback in renewal_callback;
    FulfilmentCallback in fulfilment_callback;
    ShipmentCallback in shipment_callback;
    LoyaltyAccount in loyalty_account, versioned;
    LoyaltyEntry in loyalty_entry;
    ProductReview in product_review, versioned;
    RatingSummary in rating_summary;
    NotificationPreferences in notification_preferences, versioned;
    NotificationDelivery in notification_delivery;
    Connection in connection;
    TopicSubscription in topic_subscription;
    SocketTicket in socket_ticket;
}

/// The table file of the shop.
const TABLE: &str = "contracts/tables/commerce.table.yaml";

struct Values<'b> {
    bundle: &'b Bundle,
    documents: Documents<'b>,
    count: usize,
}

impl Values<'_> {
    /// Values drawn from the schema that the table file names for the entity.
    fn draw<K: Kind>(&mut self) -> Vec<K::Value> {
        /// Documents drawn per value: not each is valid.
        const PATIENCE: usize = 60;
        let schema = self.bundle.at(TABLE)["entities"][K::NAME]["schema"].as_str();
        let schema = schema.unwrap_or_else(|| panic!("`{}` is an entity of {TABLE}", K::NAME));
        let place = schema.strip_prefix("..").map(|rest| format!("contracts{rest}"));
        let schema = self.bundle.at(&place.expect("schemas stand beside tables")).clone();
        let mut values = Vec::new();
        for _ in 0..self.count * PATIENCE {
            if values.len() < self.count {
                values.extend(serde_json::from_value::<K::Value>(self.documents.draw(&schema, 0)).ok());
            }
        }
        assert_eq!(values.len(), self.count, "few values of `{}` are valid", K::NAME);
        values
    }
}

/// Visits every entity of the table file with so many values of each, the same ones in each run.
pub fn visit(visitor: &mut impl Visitor, count: usize) {
    let root =
        Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2).expect("tests/items is below the root");
    let bundle = Bundle::read(root);
    for (name, entity) in bundle.at(TABLE)["entities"].as_object().into_iter().flatten() {
        let listed = NAMES.contains(&name.as_str()) || entity.get("builtin").is_some();
        assert!(listed, "`{name}` is missing in the list of entities in tests/items/shop.rs");
    }
    let documents = Documents::new(&bundle, 20_261_126);
    visit_all(visitor, &mut Values { bundle: &bundle, documents, count });
}
