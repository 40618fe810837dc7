//! Rows whose time has come are removed, round after round.

use std::sync::Arc;
use std::time::Duration;

use stipule_runtime::ports::Clock;
use tokio_util::sync::CancellationToken;

use crate::table::{EXPIRED_AT_ONCE, LocalTable};

/// Time between two rounds: so long an expired row stays at most, and as long as it takes to remove what expired before
/// it. DynamoDB takes days.
const ROUND: Duration = Duration::from_secs(10);

/// Removes expired rows until told to stop.
pub(crate) async fn run(table: Arc<LocalTable>, clock: Arc<dyn Clock>, stopping: CancellationToken) {
    while !stopping.is_cancelled() {
        match table.expire(clock.now().unix_seconds()).await {
            // There may be more, and others may write in between.
            Ok(EXPIRED_AT_ONCE) => continue,
            Ok(_) => {}
            Err(error) => tracing::warn!(%error, "expired rows stay for now"),
        }
        tokio::select! {
            () = stopping.cancelled() => {}
            () = clock.sleep(ROUND) => {}
        }
    }
}
