//! Timers of tokio.

use std::future::Future;
use std::time::SystemTime;

pub(crate) use tokio::time::{Instant, sleep};

use super::Elapsed;

/// The date.
pub(crate) fn today() -> SystemTime {
    SystemTime::now()
}

/// A value, if it comes in time.
pub(crate) async fn timeout_at<F: Future>(until: Instant, future: F) -> Result<F::Output, Elapsed> {
    tokio::time::timeout_at(until, future).await.map_err(|_| Elapsed)
}
