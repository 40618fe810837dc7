//! Being asked to stop.

use std::io::{self, Read};
use std::sync::Arc;
use std::thread;

use tokio::sync::Notify;

/// Who listens for requests to stop. Asked from the moment it is made, so that none is missed.
pub(crate) struct Stop {
    #[cfg(unix)]
    interrupt: tokio::signal::unix::Signal,
    #[cfg(unix)]
    terminate: tokio::signal::unix::Signal,
    /// Told when who started us lets go.
    released: Arc<Notify>,
}

impl Stop {
    /// Begins to listen for Ctrl-C and for SIGTERM, and, if somebody holds us by our standard input, for its end.
    ///
    /// # Errors
    /// When the system doesn't say when it gets a signal.
    pub(crate) fn listen(is_held: bool) -> io::Result<Self> {
        let released = Arc::new(Notify::new());
        if is_held {
            let told = Arc::clone(&released);
            // A thread that nobody waits for: a read that never ends must not keep the process.
            thread::Builder::new().name("leash".to_owned()).spawn(move || {
                let mut input = io::stdin().lock();
                while matches!(input.read(&mut [0; 64]), Ok(1..)) {}
                told.notify_one();
            })?;
        }
        #[cfg(unix)]
        {
            use tokio::signal::unix::{SignalKind, signal};
            let (interrupt, terminate) = (signal(SignalKind::interrupt())?, signal(SignalKind::terminate())?);
            Ok(Self { interrupt, terminate, released })
        }
        #[cfg(not(unix))]
        Ok(Self { released })
    }

    /// Resolves when asked.
    ///
    /// # Errors
    /// When the system doesn't say when it gets a signal.
    #[cfg(unix)]
    pub(crate) async fn asked(&mut self) -> io::Result<()> {
        tokio::select! {
            _ = self.interrupt.recv() => {}
            _ = self.terminate.recv() => {}
            () = self.released.notified() => {}
        }
        Ok(())
    }

    /// Resolves when asked.
    ///
    /// # Errors
    /// When the system doesn't say when it gets a signal.
    #[cfg(not(unix))]
    pub(crate) async fn asked(&mut self) -> io::Result<()> {
        tokio::select! {
            asked = tokio::signal::ctrl_c() => asked,
            () = self.released.notified() => Ok(()),
        }
    }
}
