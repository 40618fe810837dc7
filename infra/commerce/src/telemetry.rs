//! Logs: for people on a terminal, JSON lines otherwise, and what is worth reading for the console.

use std::io::IsTerminal;

use stipule_local::log;
use tracing::Level;
use tracing_subscriber::filter::{FilterExt as _, dynamic_filter_fn};
use tracing_subscriber::layer::{Layer as _, SubscriberExt as _};
use tracing_subscriber::util::SubscriberInitExt as _;
use tracing_subscriber::{EnvFilter, fmt};

/// What the console's log has, whatever the terminal shows.
const CONSOLE: &str = "info,hyper=warn";

/// Starts logging to standard error; `STIPULE_LOG` filters as `tracing` does, `quiet` unless it is set.
pub(crate) fn start(quiet: &str) {
    let filter = EnvFilter::try_from_env("STIPULE_LOG").unwrap_or_else(|_| EnvFilter::new(quiet));
    let said = match std::io::stderr().is_terminal() {
        true => fmt::layer().with_writer(std::io::stderr).compact().with_target(false).boxed(),
        false => fmt::layer().with_writer(std::io::stderr).json().flatten_event(true).boxed(),
    };
    let worth = dynamic_filter_fn(|about, _| *about.level() <= Level::WARN || log::lines().is_open());
    let kept = fmt::layer().with_writer(|| log::Into).json().flatten_event(true);
    let all = tracing_subscriber::registry()
        .with(said.with_filter(filter))
        .with(kept.with_filter(EnvFilter::new(CONSOLE).and(worth)));
    // Somebody else's logging would be there already only if `main` ran twice.
    let _ = all.try_init();
}
