//! What the others are told of a product.

use commerce_model::events::{
    CatalogProductCreated, CatalogProductPublished, CatalogProductRetired, CatalogProductUpdated,
};
use commerce_model::types::Product;

pub(crate) fn created(product: &Product) -> CatalogProductCreated {
    CatalogProductCreated {
        product_id: product.product_id,
        sku: product.sku.clone(),
        title: product.title.clone(),
        price: product.price.clone(),
        status: product.status,
    }
}

pub(crate) fn updated(product: &Product, before: &Product) -> CatalogProductUpdated {
    CatalogProductUpdated {
        product_id: product.product_id,
        sku: product.sku.clone(),
        title: product.title.clone(),
        price: product.price.clone(),
        status: product.status,
        price_before: (before.price != product.price).then(|| before.price.clone()),
    }
}

pub(crate) fn published(product: &Product) -> CatalogProductPublished {
    CatalogProductPublished {
        product_id: product.product_id,
        sku: product.sku.clone(),
        title: product.title.clone(),
        price: product.price.clone(),
        status: product.status,
    }
}

pub(crate) fn retired(product: &Product) -> CatalogProductRetired {
    CatalogProductRetired { product_id: product.product_id, sku: product.sku.clone() }
}
