//! Who is woken when something happens in a queue: whoever reads that one, and whoever looks at all of them.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::Notify;

/// A bell per queue that somebody reads, and one for all.
#[derive(Default)]
pub(super) struct Bells {
    any: Notify,
    /// With the place of each in the order in which they were made: those of several queues ring in this order.
    of: Mutex<BTreeMap<String, (usize, Arc<Notify>)>>,
}

impl Bells {
    pub(super) fn any(&self) -> &Notify {
        &self.any
    }

    pub(super) fn of(&self, queue: &str) -> Arc<Notify> {
        let mut all = self.of.lock().unwrap_or_else(PoisonError::into_inner);
        let place = all.len();
        Arc::clone(&all.entry(queue.to_owned()).or_insert_with(|| (place, Arc::default())).1)
    }

    /// Wakes everybody who waits for one of these queues.
    pub(super) fn ring<'q>(&self, queues: impl IntoIterator<Item = &'q String>) {
        let all = self.of.lock().unwrap_or_else(PoisonError::into_inner);
        let mut bells: Vec<_> = queues.into_iter().filter_map(|queue| all.get(queue).cloned()).collect();
        drop(all);
        bells.sort_unstable_by_key(|(place, _)| *place);
        for (_, bell) in bells {
            bell.notify_waiters();
        }
        self.any.notify_waiters();
    }
}

/// Resolves when a bell rings the next time. Make the future before you look, so that nothing is missed.
pub(crate) fn next(bell: &Notify) -> impl Future<Output = ()> + '_ {
    let mut notified = Box::pin(bell.notified());
    notified.as_mut().enable();
    notified
}
