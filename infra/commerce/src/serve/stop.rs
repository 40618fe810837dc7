//! Being asked to stop.

use std::io;

/// Who listens for requests to stop. Asked from the moment it is made, so that none is missed.
pub(super) struct Stop {
    #[cfg(unix)]
    interrupt: tokio::signal::unix::Signal,
    #[cfg(unix)]
    terminate: tokio::signal::unix::Signal,
}

#[cfg(unix)]
impl Stop {
    /// Begins to listen for Ctrl-C and for SIGTERM.
    pub(super) fn listen() -> io::Result<Self> {
        use tokio::signal::unix::{SignalKind, signal};
        Ok(Self { interrupt: signal(SignalKind::interrupt())?, terminate: signal(SignalKind::terminate())? })
    }

    /// Resolves when asked.
    pub(super) async fn asked(&mut self) -> io::Result<()> {
        tokio::select! {
            _ = self.interrupt.recv() => {}
            _ = self.terminate.recv() => {}
        }
        Ok(())
    }
}

#[cfg(not(unix))]
impl Stop {
    /// Begins to listen for Ctrl-C.
    pub(super) fn listen() -> io::Result<Self> {
        Ok(Self {})
    }

    /// Resolves when asked.
    pub(super) async fn asked(&mut self) -> io::Result<()> {
        tokio::signal::ctrl_c().await
    }
}
