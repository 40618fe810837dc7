//! What any implementation of the store port must do, tried on the local table.

#[path = "table/batches.rs"]
mod batches;
#[path = "table/conditions.rs"]
mod conditions;
#[path = "table/durability.rs"]
mod durability;
#[path = "table/expiry.rs"]
mod expiry;
#[path = "table/groups.rs"]
mod groups;
#[path = "table/library.rs"]
mod library;
#[path = "table/queries.rs"]
mod queries;
