//! The history of an order: one entry per event that it took notice of.

use commerce_model::types::{EventName, OrderHistoryEntry, OrderId, OrderStatus};
use stipule_runtime::wire::{DateTime, Fault, Text, Uuid};

/// Something that happened.
pub(crate) struct Happening {
    /// Sets it apart from what happened at the same instant.
    pub(crate) id: Uuid,
    /// When.
    pub(crate) at: DateTime,
    /// Name of the event.
    pub(crate) event: &'static str,
    /// What it meant for the order.
    pub(crate) note: &'static str,
}

/// The entry for something that left the order in a status.
///
/// # Errors
/// Never for names of the contract's events and notes of ours, which are short.
pub(crate) fn entry(
    order_id: OrderId,
    status: OrderStatus,
    it: &Happening,
) -> Result<OrderHistoryEntry, Fault> {
    Ok(OrderHistoryEntry {
        order_id,
        entry_id: it.id,
        at: it.at,
        event: EventName::new(it.event)?,
        status,
        note: Text::new(it.note)?,
    })
}
