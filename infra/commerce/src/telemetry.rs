//! Logs: for people on a terminal, JSON lines otherwise.

use std::io::IsTerminal;

use tracing_subscriber::EnvFilter;

/// Starts logging to standard error; `STIPULE_LOG` filters as `tracing` does, `quiet` unless it is set.
pub(crate) fn start(quiet: &str) {
    let filter = EnvFilter::try_from_env("STIPULE_LOG").unwrap_or_else(|_| EnvFilter::new(quiet));
    let log = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    // Somebody else's logging would be there already only if `main` ran twice.
    let _ = if std::io::stderr().is_terminal() {
        log.compact().with_target(false).try_init()
    } else {
        log.json().flatten_event(true).try_init()
    };
}
