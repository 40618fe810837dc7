//! `calls URL TOKEN` talks to a running platform; `events FILE` reads events, a line each, and writes each again.

use std::error::Error;

use client::types::{CustomerId, ProductId};
use client::{Client, Error as ClientError};
use serde_json::Value;

mod client {
    #![allow(clippy::all, unused, reason = "others wrote it")]
    include!(concat!(env!("OUT_DIR"), "/client.rs"));
}

mod events {
    #![allow(clippy::all, unused, reason = "others wrote it")]

    include!(concat!(env!("OUT_DIR"), "/events.rs"));

    /// Reads a value as a type, and writes it.
    fn again<T: serde::de::DeserializeOwned + serde::Serialize>(text: &str) -> Result<String, String> {
        let value: T = serde_json::from_str(text).map_err(|error| error.to_string())?;
        serde_json::to_string(&value).map_err(|error| error.to_string())
    }

    /// Reads an event by the type of its schema, and writes it.
    pub fn reread(id: &str, detail: &str) -> Result<String, String> {
        read(id, detail)
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        ["calls", url, token] => calls(url, token).await,
        ["events", file] => events_of(file),
        _ => Err("usage: calls URL TOKEN | events FILE".into()),
    }
}

async fn calls(url: &str, token: &str) -> Result<(), Box<dyn Error>> {
    let mut headers = reqwest::header::HeaderMap::new();
    headers.insert("authorization", format!("Bearer {token}").parse()?);
    let shop = Client::new_with_client(url, reqwest::Client::builder().default_headers(headers).build()?);

    let page = shop.list_products().send().await?.into_inner();
    let product = page.items.first().ok_or("the store sells nothing")?;
    let same = shop.get_product().product_id(product.product_id.clone()).send().await?.into_inner();
    assert_eq!(same.title, product.title);
    let stock = shop.get_stock().sku(product.sku.clone()).send().await?.into_inner();
    assert_eq!(stock.on_hand, stock.reserved + stock.available);

    let register = || {
        let body = client::types::RegisterCustomerRequest::builder();
        shop.register_customer().body(body.email("grace@example.com").name("Grace Hopper"))
    };
    let customer = register().send().await?.into_inner();
    let id: CustomerId = customer.customer_id.clone();
    let read = shop.get_customer().customer_id(id).send().await?.into_inner();
    assert_eq!(read.email, customer.email);
    // What the contract declares as a failure is one, with its problem.
    match register().send().await {
        Err(ClientError::ErrorResponse(problem)) => assert_eq!(problem.status(), 409),
        other => return Err(format!("the same address again: {other:?}").into()),
    }
    let nobody: ProductId = "018f3a52-0000-7000-8000-ffffffffffff".parse()?;
    match shop.get_product().product_id(nobody).send().await {
        Err(ClientError::ErrorResponse(problem)) => assert_eq!(problem.status(), 404),
        other => return Err(format!("a product that isn't there: {other:?}").into()),
    }
    println!("6 calls");
    Ok(())
}

fn events_of(file: &str) -> Result<(), Box<dyn Error>> {
    let text = std::fs::read_to_string(file)?;
    let mut count = 0;
    for line in text.lines() {
        let event: Value = serde_json::from_str(line)?;
        let (id, detail) = (event["schema"].as_str().unwrap_or_default(), &event["detail"]);
        let again =
            events::reread(id, &detail.to_string()).map_err(|error| format!("{id}: {error}: {detail}"))?;
        let again: Value = serde_json::from_str(&again)?;
        if *detail != again {
            return Err(format!("{id} says {detail}, and is read as {again}").into());
        }
        count += 1;
    }
    println!("{count} events");
    Ok(())
}
