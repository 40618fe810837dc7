//! Where business logic meets the place it runs: everything a handler may reach, as traits.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use futures_util::future::BoxFuture;
use stipule_wire::{DateTime, Uuid};

use crate::page::CursorKey;
use crate::saga::Workflows;
use crate::socket::Sockets;
use crate::store::{Store, TableSchema};

/// Time. The runtime has no other source of it, so a simulator may move it at will.
pub trait Clock: Send + Sync {
    /// The present instant.
    fn now(&self) -> DateTime;

    /// Waits. The only timer of the runtime: no executor is assumed.
    fn sleep(&self, time: Duration) -> BoxFuture<'_, ()>;
}

/// Randomness for identifiers and jitter.
pub trait Ids: Send + Sync {
    /// Sixteen random bytes, from a cryptographic generator wherever strangers may see what is made of them.
    fn random(&self) -> [u8; 16];
}

/// What handlers stand on.
#[derive(Clone)]
pub struct Ports {
    /// The table.
    pub store: Arc<dyn Store>,
    /// Its shape.
    pub table: &'static TableSchema,
    /// Time.
    pub clock: Arc<dyn Clock>,
    /// Randomness.
    pub ids: Arc<dyn Ids>,
    /// Signs the cursors of pages.
    pub cursor_key: CursorKey,
    /// Sagas.
    pub workflows: Arc<dyn Workflows>,
    /// Open sockets.
    pub sockets: Arc<dyn Sockets>,
}

impl Ports {
    /// A UUID of version 7: sorted by the time of its making, random otherwise.
    pub fn new_id(&self) -> Uuid {
        crate::id::time_ordered(&self.clock.now(), self.ids.random())
    }
}

impl fmt::Debug for Ports {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Ports").field("table", &self.table.name).finish_non_exhaustive()
    }
}
