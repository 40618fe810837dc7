//! One item, one page, or a whole partition.

use super::cursor::Scope;
use super::place::Place;
use super::{PageRequest, Paged, Pattern, patient};
use crate::context::Context;
use crate::failure::StoreFailure;
use crate::item::Item;
use crate::store::{Get, PrimaryKey, Query};

/// The item with this key.
///
/// # Errors
/// [`StoreFailure::Busy`], [`StoreFailure::Unavailable`], [`StoreFailure::Invalid`].
pub async fn one(cx: &Context, key: PrimaryKey, consistent: bool) -> Result<Option<Item>, StoreFailure> {
    patient::get(cx, &Get { key, consistent }).await
}

/// Every item that the query finds, page after page of the store. For partitions that the contract bounds.
///
/// # Errors
/// [`StoreFailure::Busy`], [`StoreFailure::Unavailable`], [`StoreFailure::Invalid`].
pub async fn all(cx: &Context, mut query: Query) -> Result<Vec<Item>, StoreFailure> {
    let mut items = Vec::new();
    if query.sort.is_empty() {
        return Ok(items);
    }
    loop {
        let page = patient::query(cx, &query).await?;
        items.extend(page.items);
        match page.next {
            None => return Ok(items),
            next => query.start = next,
        }
    }
}

/// One page of a query. A cursor is good for the same pattern, arguments and tenant only.
///
/// # Errors
/// [`StoreFailure::BadCursor`] for a cursor that this query didn't make; else as [`one`].
pub async fn page(
    cx: &Context,
    pattern: &Pattern,
    mut query: Query,
    request: PageRequest<'_>,
) -> Result<Paged<Item>, StoreFailure> {
    // Most pages neither come from a cursor nor lead to one: what seals them is made when it is needed.
    let scope = |query: &Query| Scope::of_queries(cx, pattern, std::slice::from_ref(query));
    if let Some(cursor) = request.cursor {
        match scope(&query)?.open(cursor)?.pop() {
            Some(Place::After(start)) => query.start = Some(start),
            _ => return Err(StoreFailure::BadCursor),
        }
    }
    if query.sort.is_empty() {
        return Ok(Paged { items: Vec::new(), next: None });
    }
    let limit = request.items(pattern);
    let mut items = Vec::new();
    loop {
        let missing = limit.saturating_sub(u32::try_from(items.len()).unwrap_or(u32::MAX));
        query.limit = Some(missing);
        let page = patient::query(cx, &query).await?;
        items.extend(page.items);
        // A store's page may end early (1 MB); only the end of the query or a full page ends ours.
        match page.next {
            None => return Ok(Paged { items, next: None }),
            Some(next) if items.len() >= limit as usize => {
                return Ok(Paged { items, next: Some(scope(&query)?.seal(&[Place::After(next)])?) });
            }
            next => query.start = next,
        }
    }
}
