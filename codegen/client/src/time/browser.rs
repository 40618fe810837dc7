//! Timers of the browser. What it gives must stay on its thread; a channel carries the end of a wait to whoever waits.

use std::future::Future;
use std::ops::Add;
use std::pin::pin;
use std::time::{Duration, SystemTime};

use futures_channel::oneshot;
use futures_util::future::{Either, select};
use js_sys::{Date, Function, Reflect};
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast as _, JsValue};

use super::Elapsed;

/// A moment, as the time since 1970.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Instant(Duration);

impl Instant {
    pub(crate) fn now() -> Self {
        Self(Duration::try_from_secs_f64(Date::now() / 1000.0).unwrap_or_default())
    }
}

impl Add<Duration> for Instant {
    type Output = Self;

    fn add(self, time: Duration) -> Self {
        Self(self.0.saturating_add(time))
    }
}

/// The date.
pub(crate) fn today() -> SystemTime {
    SystemTime::UNIX_EPOCH + Instant::now().0
}

/// Waits. Where there is no timer, not at all.
pub(crate) fn sleep(time: Duration) -> impl Future<Output = ()> + Send {
    let (sender, receiver) = oneshot::channel();
    let end = Closure::once_into_js(move || {
        // Nobody waits any more where a value came first.
        let _ = sender.send(());
    });
    let millis = i32::try_from(time.as_millis()).unwrap_or(i32::MAX);
    let global = js_sys::global();
    if let Ok(timer) = Reflect::get(&global, &JsValue::from_str("setTimeout"))
        && let Ok(timer) = timer.dyn_into::<Function>()
    {
        // Without a timer, the end is dropped, and with it the wait.
        let _ = timer.call2(&global, &end, &JsValue::from(millis));
    }
    async move {
        let _ = receiver.await;
    }
}

/// A value, if it comes in time.
pub(crate) async fn timeout_at<F: Future>(until: Instant, future: F) -> Result<F::Output, Elapsed> {
    let left = until.0.saturating_sub(Instant::now().0);
    match select(pin!(future), pin!(sleep(left))).await {
        Either::Left((value, _)) => Ok(value),
        Either::Right(_) => Err(Elapsed),
    }
}
