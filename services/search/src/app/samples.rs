//! Products to test with.

use commerce_model::types::{Product, ProductTitle, SearchPosting};
use stipule_runtime::wire::{Posture, Ranged, from_slice};

use super::document::{Facts, of, postings as rows};

pub(crate) fn product(number: u8, title: &str) -> Product {
    let json = format!(
        r#"{{"productId": "018f3a52-0000-7000-8000-0000000000{number:02x}", "sku": "SKU-{number}", "title": "x",
        "description": "Holds a third of a litre.", "price": {{"amount": 0, "currency": "CAD"}}, "status": "PUBLISHED",
        "createdAt": "2026-11-02T09:30:00Z", "updatedAt": "2026-11-02T09:30:00Z"}}"#
    );
    let product: Product = from_slice(json.as_bytes(), Posture::Closed).unwrap();
    Product { title: ProductTitle::new(title).unwrap(), ..product }
}

/// Everything that products of these titles are found under; the first costs nothing, each other 10.00 more, and every
/// second is in stock.
pub(crate) fn postings(titles: &[&str]) -> Vec<SearchPosting> {
    let mut all = Vec::new();
    for (number, title) in (0_u8..).zip(titles) {
        let mut product = product(number, title);
        product.price.amount = Ranged::new(i64::from(number) * 1_000).unwrap();
        let facts = Facts { price: None, in_stock: number % 2 == 0, rating: None };
        let it = of(&product, &facts, product.created_at).unwrap();
        all.extend(rows(&it, None));
    }
    all
}
