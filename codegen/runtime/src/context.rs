//! What a handler knows about the call or event in hand.

mod cause;
mod principal;
mod trace;

pub use cause::{Cause, IdempotencyKey};
pub use principal::Principal;
pub use trace::{CORRELATION_ID, REQUEST_ID, Trace};

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use stipule_wire::{DateTime, Uuid};

use crate::failure::StoreFailure;
use crate::id;
use crate::ports::Ports;

/// Who, for which tenant, when, why, and by what means. Cheap to clone.
#[derive(Clone)]
pub struct Context(Arc<Inner>);

#[derive(Clone)]
struct Inner {
    ports: Arc<Ports>,
    tenant: String,
    /// The tenant that the cause came for: what was handled is remembered there, whomever it was done for.
    home: String,
    principal: Principal,
    now: DateTime,
    cause: Cause,
    trace: Arc<Trace>,
    /// Shared by every context of one handling.
    progress: Arc<Progress>,
}

/// What has been done so far under one cause.
#[derive(Debug, Default)]
pub(crate) struct Progress {
    /// Ids made so far.
    ids: AtomicU64,
    /// Transactions that were done, may have been, or are on their way.
    writes: AtomicU64,
}

impl Context {
    /// A context for one handling. The time is taken now and stays.
    pub fn new(
        ports: Arc<Ports>,
        tenant: impl Into<String>,
        principal: Principal,
        cause: Cause,
        trace: impl Into<Arc<Trace>>,
    ) -> Self {
        let now = ports.clock.now();
        let home = tenant.into();
        Self(Arc::new(Inner {
            ports,
            tenant: home.clone(),
            home,
            principal,
            now,
            cause,
            trace: trace.into(),
            progress: Arc::default(),
        }))
    }

    /// A context for work that nobody asked for: seeds, sweeps, schedules. The principal is the job.
    pub fn job(ports: Arc<Ports>, tenant: impl Into<String>, name: impl Into<String>) -> Self {
        let name = name.into();
        let trace = Trace::start(&*ports.ids);
        let principal = Principal::platform(&name);
        Self::new(ports, tenant, principal, Cause::Job { name }, trace)
    }

    /// The same cause on behalf of a tenant: for public operations, which learn the tenant from what they are sent
    /// (a webhook's payload) *after* its signature was found good. It remains one cause with one write.
    #[must_use]
    pub fn for_tenant(&self, tenant: impl Into<String>) -> Self {
        self.changed(|inner| inner.tenant = tenant.into())
    }

    fn changed(&self, change: impl FnOnce(&mut Inner)) -> Self {
        let mut inner = (*self.0).clone();
        change(&mut inner);
        Self(Arc::new(inner))
    }

    /// Whose data is in hand; empty in public operations.
    pub fn tenant(&self) -> &str {
        &self.0.tenant
    }

    /// Who asks.
    pub fn principal(&self) -> &Principal {
        &self.0.principal
    }

    /// The time of this handling: the same at every call.
    pub fn now(&self) -> DateTime {
        self.0.now
    }

    /// Why this runs.
    pub fn cause(&self) -> &Cause {
        &self.0.cause
    }

    /// What ties logs, events and answers together.
    pub fn trace(&self) -> &Trace {
        &self.0.trace
    }

    /// What this runs on.
    pub fn ports(&self) -> &Arc<Ports> {
        &self.0.ports
    }

    /// A new id. When an event or a command with an idempotency key is handled again, the ids come out the same in
    /// the same order, so that what was done outside under such an id is recognised there.
    ///
    /// Under an event it is a UUID of version 7 with the event's time; under a keyed command, which has no time
    /// that all its repetitions share, of version 8, made of the key alone; else of version 7, time and chance.
    pub fn new_id(&self) -> Uuid {
        let Some(seed) = self.seed() else { return self.0.ports.new_id() };
        let number = self.0.progress.ids.fetch_add(1, Ordering::Relaxed);
        let digest = id::digest(&[&seed[..], b"id", &number.to_be_bytes()]);
        match self.id_time() {
            Some(time) => id::time_ordered(&time, digest),
            None => id::hashed(digest),
        }
    }

    /// What the ids of a repeatable cause are derived from; `None` when nothing will repeat it.
    pub(crate) fn seed(&self) -> Option<[u8; 16]> {
        self.0.cause.seed(&self.0.home)
    }

    /// The tenant under which the cause is remembered.
    pub(crate) fn home(&self) -> &str {
        &self.0.home
    }

    /// The time that ids carry; `None` under a key, which has no time that all repetitions share.
    pub(crate) fn id_time(&self) -> Option<DateTime> {
        match self.0.cause {
            Cause::Command { key: Some(_), .. } => None,
            Cause::Event { time, .. } | Cause::Step { time, .. } => Some(time),
            Cause::Command { key: None, .. } | Cause::Job { .. } => Some(self.0.now),
        }
    }

    /// Takes the one write of a repeatable cause. Others may write as often as they like.
    pub(crate) fn begin_write(&self) -> Result<WriteSlot, StoreFailure> {
        let before = self.0.progress.writes.fetch_add(1, Ordering::Relaxed);
        let slot = WriteSlot(self.0.progress.clone());
        if before > 0 && self.seed().is_some() {
            slot.release();
            return Err(StoreFailure::SecondWrite);
        }
        Ok(slot)
    }

    /// Whether some transaction was done, or may have been.
    pub(crate) fn has_written(&self) -> bool {
        self.0.progress.writes.load(Ordering::Relaxed) > 0
    }

    /// The same cause from its beginning: another time, and nothing done yet.
    pub(crate) fn anew(&self) -> Self {
        self.changed(|inner| {
            inner.now = inner.ports.clock.now();
            inner.progress = Arc::default();
        })
    }
}

/// The right to write once. Taken for good, unless it is certain that nothing was written.
pub(crate) struct WriteSlot(Arc<Progress>);

impl WriteSlot {
    /// Gives the right back.
    pub(crate) fn release(self) {
        self.0.writes.fetch_sub(1, Ordering::Relaxed);
    }
}

/// Who and why, without anything that was sent.
impl fmt::Debug for Context {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Context")
            .field("tenant", &self.0.tenant)
            .field("cause", &self.0.cause)
            .field("trace", &self.0.trace)
            .finish_non_exhaustive()
    }
}
