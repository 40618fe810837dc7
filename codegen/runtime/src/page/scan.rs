//! One page of everything.

use super::cursor::Scope;
use super::place::Place;
use super::{PageRequest, Paged, Pattern, patient};
use crate::context::Context;
use crate::entity::Entity;
use crate::failure::StoreFailure;
use crate::item::{Attr, Item};
use crate::key::KeyBuf;
use crate::store::{Expression, Scan};

/// Calls of the store for one page: a page is given when they are used up, whatever is in it.
const MOST_CALLS: u32 = 16;

/// One page of all items of an entity and of the tenant of the context. It may have fewer items than asked for, even
/// none, and not be the last: what belongs to others is looked at too.
///
/// # Errors
/// [`StoreFailure::Invalid`] for a segment that there isn't; else as [`page`](super::page).
pub async fn scan(
    cx: &Context,
    pattern: &Pattern,
    entity: &Entity,
    mut scan: Scan,
    request: PageRequest<'_>,
) -> Result<Paged<Item>, StoreFailure> {
    if let Some((segment, of)) = scan.segment
        && segment >= of
    {
        let reason = format!("segment {segment} of {of}: they are counted from 0");
        return Err(StoreFailure::Invalid(reason));
    }
    let scope = Scope::of_scan(cx, pattern, &scan)?;
    if let Some(cursor) = request.cursor {
        match scope.open(cursor)?.pop() {
            Some(Place::After(start)) => scan.start = Some(start),
            _ => return Err(StoreFailure::BadCursor),
        }
    }
    scan.filter = Some(only(entity, cx.tenant()));
    let limit = request.items(pattern);
    let mut items = Vec::new();
    for _ in 0..MOST_CALLS {
        // Never more than are missing: what a page has no room for would be read, and paid for, again.
        scan.limit = Some(limit.saturating_sub(u32::try_from(items.len()).unwrap_or(u32::MAX)));
        let page = patient::scan(cx, &scan).await?;
        items.extend(page.items);
        match page.next {
            None => return Ok(Paged { items, next: None }),
            next => scan.start = next,
        }
        if items.len() >= limit as usize {
            break;
        }
    }
    let next = scan.start.map(|start| scope.seal(&[Place::After(start)])).transpose()?;
    Ok(Paged { items, next })
}

/// Items of the entity and tenant. A tenant's name is closed by `#` in every key, so no other one begins with it.
fn only(entity: &Entity, tenant: &str) -> Expression {
    let table = entity.table;
    Expression::new("#type = :type AND begins_with(#pk, :tenant)")
        .name("#type", table.type_attribute)
        .name("#pk", table.pk)
        .value(":type", Attr::from(entity.name))
        .value(":tenant", Attr::S(KeyBuf::partition(tenant).finish()))
}
