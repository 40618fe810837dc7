//! Time, by tokio's timer or by the browser's.

#[cfg(target_arch = "wasm32")]
mod browser;
#[cfg(not(target_arch = "wasm32"))]
mod native;

#[cfg(target_arch = "wasm32")]
pub(crate) use browser::{Instant, sleep, timeout_at, today};
#[cfg(not(target_arch = "wasm32"))]
pub(crate) use native::{Instant, sleep, timeout_at, today};

/// The time was up before there was a value.
pub(crate) struct Elapsed;
