//! The logic of realtime: pure, without clock, table or network.

pub(crate) mod update;
