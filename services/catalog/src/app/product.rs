//! The life of a product: `DRAFT`, `PUBLISHED`, `RETIRED`.

use commerce_model::catalog::{CreateProductRequest, ReplaceProductRequest};
use commerce_model::types::{Offer, Product, ProductId, ProductStatus};
use stipule_runtime::wire::DateTime;

/// A step that the product's status doesn't allow.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct NotAllowed {
    /// Why, for a person.
    pub(crate) detail: &'static str,
    /// Where the product stands.
    pub(crate) state: ProductStatus,
}

/// A draft.
pub(crate) fn draft(request: CreateProductRequest, product_id: ProductId, now: DateTime) -> Product {
    Product {
        product_id,
        sku: request.sku,
        title: request.title,
        description: request.description,
        price: request.price,
        status: ProductStatus::Draft,
        created_at: now,
        published_at: None,
        updated_at: now,
    }
}

/// The product with another text and price.
pub(crate) fn replace(product: &Product, request: ReplaceProductRequest, now: DateTime) -> Product {
    Product {
        title: request.title,
        description: request.description,
        price: request.price,
        updated_at: now,
        ..product.clone()
    }
}

/// The product on sale.
pub(crate) fn publish(product: &Product, now: DateTime) -> Result<Product, NotAllowed> {
    let detail = "The product is no draft: it is on sale already, or off sale for ever.";
    go(product, ProductStatus::Published, detail)?;
    Ok(Product {
        status: ProductStatus::Published,
        published_at: Some(now),
        updated_at: now,
        ..product.clone()
    })
}

/// The product off sale for ever.
pub(crate) fn retire(product: &Product, now: DateTime) -> Result<Product, NotAllowed> {
    go(product, ProductStatus::Retired, "The product is retired already.")?;
    Ok(Product { status: ProductStatus::Retired, updated_at: now, ..product.clone() })
}

/// What its SKU sells for.
pub(crate) fn offer(product: &Product) -> Offer {
    Offer {
        sku: product.sku.clone(),
        product_id: product.product_id,
        title: product.title.clone(),
        price: product.price.clone(),
        status: product.status,
    }
}

fn go(product: &Product, to: ProductStatus, detail: &'static str) -> Result<(), NotAllowed> {
    if product.status.may_become(to) { Ok(()) } else { Err(NotAllowed { detail, state: product.status }) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use stipule_runtime::wire::{Posture, from_slice};

    fn product(status: ProductStatus) -> Product {
        let request =
            br#"{"sku": "MUG-BLUE", "title": "Blue mug", "price": {"amount": 1850, "currency": "CAD"}}"#;
        let id = from_slice(br#""018f3a52-0000-7000-8000-0000000000b0""#, Posture::Closed).unwrap();
        let now = from_slice(br#""2026-11-02T09:30:00Z""#, Posture::Closed).unwrap();
        Product { status, ..draft(from_slice(request, Posture::Closed).unwrap(), id, now) }
    }

    #[test]
    fn only_a_draft_can_be_published() {
        let draft = product(ProductStatus::Draft);
        let published = publish(&draft, draft.created_at).unwrap();
        assert_eq!(
            (published.status, published.published_at),
            (ProductStatus::Published, Some(draft.created_at))
        );
        for status in [ProductStatus::Published, ProductStatus::Retired] {
            assert_eq!(publish(&product(status), draft.created_at).unwrap_err().state, status);
        }
    }

    #[test]
    fn what_is_retired_stays_retired() {
        for status in [ProductStatus::Draft, ProductStatus::Published] {
            let product = product(status);
            assert_eq!(retire(&product, product.created_at).unwrap().status, ProductStatus::Retired);
        }
        let retired = product(ProductStatus::Retired);
        assert!(retire(&retired, retired.created_at).is_err());
        assert!(ProductStatus::Retired.next().is_empty());
    }

    #[test]
    fn the_offer_says_what_the_product_says() {
        let product = product(ProductStatus::Published);
        let offer = offer(&product);
        assert_eq!((offer.sku, offer.price, offer.status), (product.sku, product.price, product.status));
    }
}
