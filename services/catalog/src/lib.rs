//! The catalogue: what is for sale, and at what price.

mod app;

use commerce_model::catalog::{CategoryPage, ProductPage};
use commerce_model::types::{Category, CategoryId, Cursor, PageSize, Product, ProductId, ProductStatus};
use commerce_service::catalog as api;
use commerce_store::{self as store, Commerce};
use stipule_runtime::wire::{BoundedVec, UniqueVec};
use stipule_runtime::{Context, Failed, PageRequest, StoreFailure, Stored};

use app::{announcement, product};

/// The catalogue service.
#[derive(Clone, Copy, Debug, Default)]
pub struct Catalog;

const NO_PRODUCT: &str = "There is no such product.";
const NO_PARENT: &str = "There is no such parent.";
const SKU_TAKEN: &str = "The SKU belongs to another product.";

impl api::Catalog for Catalog {
    async fn list_products(
        &self,
        cx: &Context,
        input: api::ListProducts,
    ) -> Result<api::ListProductsOk, api::ListProductsError> {
        let page = page(input.cursor.as_ref(), input.limit);
        let found = Commerce::of(cx).products_in_status(&input.status, page).await?.map(Stored::into_value);
        Ok(api::ListProductsOk::Ok(ProductPage {
            items: BoundedVec::new(found.items).map_err(Failed::internal)?,
            next_cursor: found.next.map(Cursor::new).transpose().map_err(Failed::internal)?,
        }))
    }

    async fn create_product(
        &self,
        cx: &Context,
        input: api::CreateProduct,
    ) -> Result<api::CreateProductOk, api::CreateProductError> {
        let it = product::draft(input.body, ProductId::new(cx.new_id()), cx.now());
        let write = store::CreateProduct {
            product: it.clone(),
            offer: product::offer(&it),
            catalog_product_created: announcement::created(&it),
        };
        let written = Commerce::of(cx).create_product(write).answer(api::CreateProductOk::Created(it));
        written.await.map_err(|error| match error {
            store::CreateProductError::SkuTaken => api::CreateProductError::conflict(SKU_TAKEN),
            store::CreateProductError::ProductExists => Failed::internal(error).into(),
            store::CreateProductError::Failed(failure) => failure.into(),
        })
    }

    async fn get_product(
        &self,
        cx: &Context,
        input: api::GetProduct,
    ) -> Result<api::GetProductOk, api::GetProductError> {
        let found = living(cx, &input.product_id).await?;
        let found = found.ok_or_else(|| api::GetProductError::not_found(NO_PRODUCT))?;
        Ok(api::GetProductOk::Ok(found.into_value()))
    }

    async fn replace_product(
        &self,
        cx: &Context,
        input: api::ReplaceProduct,
    ) -> Result<api::ReplaceProductOk, api::ReplaceProductError> {
        let found = living(cx, &input.product_id).await?;
        let found = found.ok_or_else(|| api::ReplaceProductError::not_found(NO_PRODUCT))?;
        let it = product::replace(&found, input.body, cx.now());
        let write = store::ReplaceProduct {
            title: it.title.clone(),
            description: it.description.clone(),
            price: it.price.clone(),
            updated_at: it.updated_at,
            sku: it.sku.clone(),
            catalog_product_updated: announcement::updated(&it, &found),
        };
        let written = Commerce::of(cx).replace_product(&found, write).answer(api::ReplaceProductOk::Ok(it));
        written.await.map_err(|error| match error {
            store::ReplaceProductError::Conflict => StoreFailure::Busy.into(),
            store::ReplaceProductError::OfferMissing => Failed::internal(error).into(),
            store::ReplaceProductError::Failed(failure) => failure.into(),
        })
    }

    async fn retire_product(
        &self,
        cx: &Context,
        input: api::RetireProduct,
    ) -> Result<api::RetireProductOk, api::RetireProductError> {
        let not_found = || api::RetireProductError::not_found(NO_PRODUCT);
        let found = living(cx, &input.product_id).await?.ok_or_else(not_found)?;
        let it = product::retire(&found, cx.now()).map_err(|_| not_found())?;
        let write = store::RetireProduct {
            status: it.status,
            updated_at: it.updated_at,
            sku: it.sku.clone(),
            catalog_product_retired: announcement::retired(&it),
        };
        let written = Commerce::of(cx).retire_product(&found, write).answer(api::RetireProductOk::NoContent);
        written.await.map_err(|error| match error {
            store::RetireProductError::Conflict => StoreFailure::Busy.into(),
            store::RetireProductError::OfferMissing => Failed::internal(error).into(),
            store::RetireProductError::Failed(failure) => failure.into(),
        })
    }

    async fn publish_product(
        &self,
        cx: &Context,
        input: api::PublishProduct,
    ) -> Result<api::PublishProductOk, api::PublishProductError> {
        let found = living(cx, &input.product_id).await?;
        let found = found.ok_or_else(|| api::PublishProductError::not_found(NO_PRODUCT))?;
        let it = product::publish(&found, cx.now()).map_err(not_allowed)?;
        let write = store::PublishProduct {
            status: it.status,
            published_at: it.published_at,
            updated_at: it.updated_at,
            sku: it.sku.clone(),
            catalog_product_published: announcement::published(&it),
        };
        let written = Commerce::of(cx).publish_product(&found, write).answer(api::PublishProductOk::Ok(it));
        written.await.map_err(|error| match error {
            store::PublishProductError::Conflict => StoreFailure::Busy.into(),
            store::PublishProductError::OfferMissing => Failed::internal(error).into(),
            store::PublishProductError::Failed(failure) => failure.into(),
        })
    }

    async fn list_categories(
        &self,
        cx: &Context,
        input: api::ListCategories,
    ) -> Result<api::ListCategoriesOk, api::ListCategoriesError> {
        let page = page(input.cursor.as_ref(), input.limit);
        let found = Commerce::of(cx).categories(page).await?.map(Stored::into_value);
        Ok(api::ListCategoriesOk::Ok(CategoryPage {
            items: BoundedVec::new(found.items).map_err(Failed::internal)?,
            next_cursor: found.next.map(Cursor::new).transpose().map_err(Failed::internal)?,
        }))
    }

    async fn create_category(
        &self,
        cx: &Context,
        input: api::CreateCategory,
    ) -> Result<api::CreateCategoryOk, api::CreateCategoryError> {
        let store = Commerce::of(cx);
        let body = input.body;
        // Nothing takes a category down, so a parent that is there stays.
        if let Some(parent) = &body.parent_id
            && store.category(parent).await?.is_none()
        {
            return Err(api::CreateCategoryError::not_found(NO_PARENT));
        }
        let it = Category {
            category_id: CategoryId::new(cx.new_id()),
            parent_id: body.parent_id,
            name: body.name,
            position: body.position,
            created_at: cx.now(),
            updated_at: cx.now(),
        };
        let write = store::CreateCategory { category: it.clone() };
        let written = store.create_category(write).answer(api::CreateCategoryOk::Created(it));
        written.await.map_err(|error| match error {
            store::CreateCategoryError::CategoryExists => Failed::internal(error).into(),
            store::CreateCategoryError::Failed(failure) => failure.into(),
        })
    }
}

/// The product, unless it is retired: for callers it is gone then.
async fn living(cx: &Context, product_id: &ProductId) -> Result<Option<Stored<Product>>, StoreFailure> {
    let found = Commerce::of(cx).product(product_id).await?;
    Ok(found.filter(|product| product.status != ProductStatus::Retired))
}

fn not_allowed(refused: product::NotAllowed) -> api::PublishProductError {
    match UniqueVec::new(refused.state.next().to_vec()) {
        Ok(allowed) => api::PublishProductError::conflict(refused.detail, refused.state, allowed),
        Err(fault) => Failed::internal(fault).into(),
    }
}

/// The page that was asked for.
fn page(cursor: Option<&Cursor>, limit: PageSize) -> PageRequest<'_> {
    PageRequest::at(cursor.map(|cursor| cursor.as_str())).limited(Some(limit.get().unsigned_abs()))
}
