//! Virtual time: it stands still while anybody has something to do, and jumps to the next timer when nobody has.

use std::collections::BTreeMap;
use std::future::poll_fn;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use stipule_runtime::ports::Clock;
use stipule_runtime::wire::DateTime;

/// When runs begin, in seconds since 1970: 2026-01-01T00:00:00Z.
const BEGINNING: i64 = 1_767_225_600;

/// The clock of a run. Clones show the same time.
#[derive(Clone, Default)]
pub(crate) struct SimClock(Arc<Mutex<State>>);

#[derive(Default)]
struct State {
    elapsed: Duration,
    /// Milliseconds that the plan set the clock ahead, or back.
    ahead: i64,
    timers: BTreeMap<(Duration, u64), Waker>,
    /// Number of the next timer: those of one instant ring in the order of their making.
    next: u64,
}

impl SimClock {
    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Since the run began, as no jump changes it.
    pub(crate) fn elapsed(&self) -> Duration {
        self.state().elapsed
    }

    /// Sets the clock ahead, or back: what it shows, not the timers.
    pub(crate) fn jump(&self, time: Duration, ahead: bool) {
        let by = i64::try_from(time.as_millis()).unwrap_or(0);
        self.state().ahead += if ahead { by } else { -by };
    }

    /// Nobody has anything to do: the next timer rings.
    pub(crate) fn advance(&self) {
        let mut state = self.state();
        let Some(((due, _), waker)) = state.timers.pop_first() else { return };
        state.elapsed = state.elapsed.max(due);
        drop(state);
        waker.wake();
    }

    /// Waits.
    pub(crate) fn wait(&self, time: Duration) -> impl Future<Output = ()> + Send + use<> {
        let timer = Timer { clock: self.clone(), due: self.elapsed().saturating_add(time), place: None };
        let mut timer = timer;
        poll_fn(move |cx| Pin::new(&mut timer).poll(cx))
    }

    /// What a future gives, unless that takes too long.
    pub(crate) async fn within<T>(&self, time: Duration, future: impl Future<Output = T>) -> Option<T> {
        tokio::select! {
            biased;
            answer = future => Some(answer),
            () = self.wait(time) => None,
        }
    }
}

impl Clock for SimClock {
    fn now(&self) -> DateTime {
        let state = self.state();
        let micros = i64::try_from(state.elapsed.as_micros()).unwrap_or(i64::MAX / 2) + state.ahead * 1_000;
        let nanos = u32::try_from(micros.rem_euclid(1_000_000) * 1_000).unwrap_or(0);
        DateTime::from_unix(BEGINNING + micros.div_euclid(1_000_000), nanos).unwrap_or(DateTime::MAX)
    }

    fn sleep(&self, time: Duration) -> BoxFuture<'_, ()> {
        self.wait(time).boxed()
    }
}

/// Rings once.
struct Timer {
    clock: SimClock,
    due: Duration,
    place: Option<u64>,
}

impl Future for Timer {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        let clock = self.clock.clone();
        let mut state = clock.state();
        if state.elapsed >= self.due {
            return Poll::Ready(());
        }
        let place = *self.place.get_or_insert_with(|| {
            state.next += 1;
            state.next
        });
        state.timers.insert((self.due, place), cx.waker().clone());
        Poll::Pending
    }
}

impl Drop for Timer {
    fn drop(&mut self) {
        if let Some(place) = self.place {
            self.clock.state().timers.remove(&(self.due, place));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn time_passes_when_nobody_has_anything_to_do() {
        let clock = SimClock::default();
        let parked = clock.clone();
        let mut runtime = tokio::runtime::Builder::new_current_thread();
        let runtime = runtime.on_thread_park(move || parked.advance()).build().expect("a runtime starts");
        let order = runtime.block_on(async {
            let late = clock.wait(Duration::from_hours(2));
            let early = clock.wait(Duration::from_hours(1));
            let (late, early) = (late.map(|()| clock.elapsed()), early.map(|()| clock.elapsed()));
            futures_util::future::join(late, early).await
        });
        assert_eq!(order, (Duration::from_hours(2), Duration::from_hours(1)));
        assert!(clock.state().timers.is_empty(), "a timer that rang is gone");
    }
}
