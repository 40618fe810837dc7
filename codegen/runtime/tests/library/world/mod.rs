//! A table, a clock and chance in memory, and what a generator would have written for a library.

mod executor;
mod expression;
mod loans;
mod table;

pub(crate) use executor::{block_on, together};
pub(crate) use loans::{
    LOANS, Loan, LoanError, LoanReturned, Returned, envelope, loan_key, put_loan, return_loan,
};
pub(crate) use table::{Batch, Fault, TABLE, Table};

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::time::Duration;

use futures_util::future::BoxFuture;
use stipule_runtime::context::IdempotencyKey;
use stipule_runtime::wire::DateTime;
use stipule_runtime::{Cause, Clock, Context, CursorKey, Ids, Ports, Principal, Trace};

/// A clock that stands still but for sleeps.
pub(crate) struct Still(AtomicI64);

impl Still {
    pub(crate) fn advance(&self, time: Duration) {
        self.0.fetch_add(i64::try_from(time.as_millis()).unwrap(), Ordering::Relaxed);
    }
}

impl Clock for Still {
    fn now(&self) -> DateTime {
        DateTime::from_unix_millis(self.0.load(Ordering::Relaxed)).unwrap()
    }

    fn sleep(&self, time: Duration) -> BoxFuture<'_, ()> {
        self.advance(time);
        Box::pin(executor::yielding())
    }
}

/// SplitMix64: the same numbers each time. Source: Steele, Lea, Flood, "Fast splittable pseudorandom number generators".
pub(crate) struct Seeded(AtomicU64);

impl Seeded {
    pub(crate) fn new(seed: u64) -> Self {
        Self(AtomicU64::new(seed))
    }

    pub(crate) fn number(&self) -> u64 {
        let mut z = self.0.fetch_add(0x9e37_79b9_7f4a_7c15, Ordering::Relaxed);
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }
}

impl Ids for Seeded {
    fn random(&self) -> [u8; 16] {
        let mut bytes = [0; 16];
        bytes[..8].copy_from_slice(&self.number().to_be_bytes());
        bytes[8..].copy_from_slice(&self.number().to_be_bytes());
        bytes
    }
}

/// Everything that a test needs.
pub(crate) struct World {
    pub(crate) table: Arc<Table>,
    pub(crate) clock: Arc<Still>,
    pub(crate) ports: Arc<Ports>,
}

impl World {
    pub(crate) fn new() -> Self {
        let table = Arc::new(Table::default());
        // 2026-11-23T04:00:00Z
        let clock = Arc::new(Still(AtomicI64::new(1_795_406_400_000)));
        let ports = Arc::new(Ports {
            store: table.clone(),
            table: &TABLE,
            clock: clock.clone(),
            ids: Arc::new(Seeded::new(7)),
            cursor_key: CursorKey::new([9; 32]),
            workflows: Arc::new(stipule_runtime::saga::NoWorkflows),
            sockets: Arc::new(stipule_runtime::socket::NoSockets),
        });
        Self { table, clock, ports }
    }

    fn context(&self, cause: Cause) -> Context {
        let trace = Trace::start(&*self.ports.ids);
        Context::new(self.ports.clone(), "north", Principal::new("ada", ["loans"]), cause, trace)
    }

    /// A command without a key.
    pub(crate) fn command(&self) -> Context {
        self.context(Cause::Command { operation: "returnLoan", key: None, request_id: "r".to_owned() })
    }

    /// A command with a key.
    pub(crate) fn keyed(&self, key: &str, sent: &str) -> Context {
        let key =
            IdempotencyKey { principal: "ada".to_owned(), key: key.to_owned(), fingerprint: sent.to_owned() };
        self.context(Cause::Command { operation: "returnLoan", key: Some(key), request_id: "r".to_owned() })
    }

    /// The handling of an event.
    pub(crate) fn event(&self, id: &str, fingerprint: &str) -> Context {
        self.context(Cause::Event {
            subscriber: "loans.on-returned",
            event_id: id.to_owned(),
            fingerprint: fingerprint.to_owned(),
            time: DateTime::UNIX_EPOCH,
        })
    }
}
