//! The whole platform in one process: gateway, table, events, queues. Knows no shop.

pub mod queue;
pub mod table;
