//! Example items are what the generated store writes and reads, and their values are valid by their schemas.

use std::collections::BTreeSet;

use commerce_store::entity;
use serde::de::DeserializeOwned;
use stipule_ir::table::EntityId;
use stipule_runtime::Item;
use stipule_table::{Any, Examples};

use crate::{contract, root};
use platform_tests::draw::Bundle;

/// The item that the generated store makes of a value, after reading `item` back to the same value.
type Remake = fn(&Any, &Item) -> Item;

fn typed<T: DeserializeOwned>(value: &Any) -> T {
    let json = serde_json::to_value(value).expect("an example is JSON");
    serde_json::from_value(json).expect("an example keeps its type")
}

/// Each entity with what its module does: `versioned` ones keep a version beside the value.
macro_rules! entities {
    (versioned: $($versioned:ident),*; plain: $($plain:ident),* $(,)?) => {
        const ENTITIES: &[(&str, Remake)] = &[
            $((stringify!($versioned), |value, item| {
                let read = entity::$versioned::read(item).expect("the store reads the example");
                let value = typed(value);
                assert!(read.value == value && read.version == 1, "{}", stringify!($versioned));
                entity::$versioned::item(stipule_table::key::TENANT, &value, 1)
            }),)*
            $((stringify!($plain), |value, item| {
                let read = entity::$plain::read(item).expect("the store reads the example");
                let value = typed(value);
                assert!(read == value, "{}", stringify!($plain));
                entity::$plain::item(stipule_table::key::TENANT, &value)
            }),)*
        ];
    };
}

entities! {
    versioned: customer, contact_health, product, category, search_document, price, promotion, cart, order, reservation,
        payment, capture, refund, fraud_review, fulfilment, shipment, return_, return_parcel, subscription, subscription_cycle, product_review,
        notification_preferences, loyalty_account;
    plain: running_offer, customer_address, legal_hold, erasure_certificate, offer, category_product, search_posting,
        price_change, coupon, coupon_redemption, cart_item, order_line, order_history_entry, warehouse, stock_level,
        payment_method, vaulted_token, chargeback, psp_webhook, fraud_callback, fulfilment_line, parcel_scan, tracked_parcel,
        carrier_webhook, shipping_quote, return_line, returnable_line, return_callback, return_parcel_callback, renewal_callback, fulfilment_callback, shipment_callback,
        loyalty_entry, rating_summary, notification_delivery, connection, topic_subscription, socket_ticket,
}

#[test]
fn the_generated_store_reads_every_example_and_writes_it_the_same() {
    let contract = contract(&root());
    let table = &contract.tables[0];
    let examples = Examples::new(&contract, table);
    let mut judged = BTreeSet::new();
    for (id, entity) in (0u32..).map(EntityId).zip(&table.entities) {
        let example = examples.get(id).unwrap_or_else(|| panic!("{} has an example", entity.name));
        let module = entity.name.module();
        let found = ENTITIES.iter().find(|(name, _)| *name == module);
        let (_, remake) = found.unwrap_or_else(|| panic!("{module} is missing in this test"));
        let made = remake(&example.value, &example.item);
        let names = |item: &Item| item.iter().map(|(name, _)| name.to_owned()).collect::<Vec<_>>();
        assert_eq!(names(&made), names(&example.item), "{}", entity.name);
        for (name, value) in made.iter() {
            assert!(example.item.get(name) == Some(value), "{}: {name} differs", entity.name);
        }
        judged.insert(module);
    }
    assert_eq!(judged.len(), ENTITIES.len(), "every module is an entity of the table");
}

#[test]
fn a_person_wrote_every_example_and_it_is_valid_by_its_schema() {
    let contract = contract(&root());
    let table = &contract.tables[0];
    let examples = Examples::new(&contract, table);
    let bundle = Bundle::read(&root());
    let file = &contract.files[table.span.file.0 as usize];
    for (id, entity) in (0u32..).map(EntityId).zip(&table.entities) {
        let example = examples.get(id).unwrap_or_else(|| panic!("{} has an example", entity.name));
        assert!(example.written, "{}: give its schema an example", entity.name);
        let place = format!("{file}#/entities/{}/schema", entity.name);
        let reference = bundle.at(&place).as_str().expect("an entity has a schema");
        let schema = bundle.schema(&format!("contracts/{}", reference.trim_start_matches("../")));
        let judge = jsonschema::options().should_validate_formats(true).build(&schema).expect("a schema");
        let value = serde_json::to_value(&example.value).expect("an example is JSON");
        let faults: Vec<String> = judge.iter_errors(&value).map(|fault| fault.to_string()).collect();
        assert!(faults.is_empty(), "{}: {faults:?}", entity.name);
    }
}

#[test]
fn values_that_are_made_up_are_valid_too() {
    for folder in ["tests/cases/library", "tests/cases/obstacles"] {
        let root = root().join(folder);
        let contract = contract(&root);
        let table = &contract.tables[0];
        let bundle = Bundle::read(&root);
        let file = &contract.files[table.span.file.0 as usize];
        let examples = Examples::new(&contract, table);
        for (id, entity) in (0u32..).map(EntityId).zip(&table.entities) {
            let example = examples.get(id).unwrap_or_else(|| panic!("{} has an example", entity.name));
            let reference = bundle.at(&format!("{file}#/entities/{}/schema", entity.name));
            let reference = reference.as_str().expect("an entity has a schema");
            let schema = bundle.schema(&format!("contracts/{}", reference.trim_start_matches("../")));
            let judge = jsonschema::options().should_validate_formats(true).build(&schema).expect("a schema");
            let value = serde_json::to_value(&example.value).expect("an example is JSON");
            let faults: Vec<String> = judge.iter_errors(&value).map(|fault| fault.to_string()).collect();
            assert!(faults.is_empty(), "{}: {value}: {faults:?}", entity.name);
        }
    }
}
