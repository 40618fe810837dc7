//! What carts does about those that nothing has happened to for days.

use commerce_model::events::CartAbandoned;
use commerce_model::types::{Cart, CartStatus, IdleCart, IdleCarts, IdleDay};
use commerce_service::carts as api;
use commerce_service::sagas;
use commerce_store::{self as store, Commerce};
use stipule_runtime::wire::{BoundedVec, Ranged};
use stipule_runtime::{Context, Failed, Failure, PageRequest};

use crate::Carts;
use crate::app::idle;

impl api::AbandonmentSteps for Carts {
    async fn find_idle_carts(&self, cx: &Context, input: IdleDay) -> Result<IdleCarts, Failure> {
        let store = Commerce::of(cx);
        let (mut carts, mut cursor) = (Vec::new(), None::<String>);
        loop {
            let found = store.carts_idle(&input.day, PageRequest::at(cursor.as_deref())).await?;
            carts.extend(found.items.iter().map(|it| it.cart_id));
            cursor = found.next;
            if cursor.is_none() || carts.len() >= idle::MOST {
                break;
            }
        }
        if cursor.is_some()
            && let Some((name, next)) = idle::next_look(&input, cx.now())
        {
            sagas::start_abandonment(cx, &name, &next).await.map_err(Failure::retry)?;
        }
        carts.truncate(idle::MOST);
        Ok(IdleCarts { carts: BoundedVec::new(carts).map_err(Failure::park)? })
    }

    async fn abandon_cart(&self, cx: &Context, input: IdleCart) -> Result<(), Failure> {
        let store = Commerce::of(cx);
        let Some(found) = store.cart_with_items(&input.cart_id).await? else { return Ok(()) };
        let pieces = i64::try_from(found.items.len()).map_err(Failure::park)?;
        // Nobody left anything behind in an empty one.
        if pieces == 0 || !idle::is_idle(&found.cart, input.day) {
            return Ok(());
        }
        let write = store::AbandonCart {
            status: CartStatus::Abandoned,
            updated_at: cx.now().max(found.cart.updated_at),
            cart_abandoned: CartAbandoned {
                cart_id: found.cart.cart_id,
                customer_id: found.cart.customer_id,
                items: Ranged::new(pieces).map_err(Failure::park)?,
            },
        };
        store.abandon_cart(&found.cart, write).commit().await.map_err(Failure::from)
    }
}

/// Sets the alarm for the day on which a cart counts as abandoned, if it has another one than before. Before the write: an
/// alarm for a cart that doesn't come about rings for nothing, a cart without one would never be missed.
pub(crate) async fn ring(cx: &Context, before: Option<&Cart>, after: &Cart) -> Result<(), Failed> {
    if before.is_some_and(|it| it.idle_on == after.idle_on) {
        return Ok(());
    }
    let (name, day) = idle::alarm(after.idle_on).map_err(Failed::internal)?;
    sagas::start_abandonment(cx, &name, &day).await?;
    Ok(())
}
