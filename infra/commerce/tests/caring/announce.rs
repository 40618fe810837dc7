//! Events of services that have their own tests: what matters here is who hears of them.

use std::sync::Arc;

use commerce_store::NoteDeliveriesError;
use stipule_runtime::wire::EventPayload;
use stipule_runtime::{Context, Write};

use crate::house::{House, STORES};

/// Emits an event as if a service of the store had, and waits until everybody has heard of it.
pub(crate) async fn announce(house: &House, event: &impl EventPayload) {
    // Each announcement has a cause of its own, and so an id of its own.
    let cause = format!("test-{:?}", house.local.ports().ids.random());
    let cx = Context::job(Arc::clone(house.local.ports()), STORES[0], cause);
    let mut write = Write::<NoteDeliveriesError>::new(&cx);
    write.emit(event);
    write.commit().await.expect("the event goes to the outbox");
    house.settle().await;
}
