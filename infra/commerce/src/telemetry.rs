//! Logs: for people on a terminal, JSON lines otherwise, and what is worth reading for the console.

use std::io::IsTerminal;

use stipule_local::log;
use tracing::level_filters::LevelFilter;
use tracing::subscriber::Interest;
use tracing::{Metadata, Subscriber};
use tracing_subscriber::filter::FilterExt as _;
use tracing_subscriber::layer::{Context, Filter, Layer as _, SubscriberExt as _};
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
    let kept = fmt::layer().with_writer(|| log::Into).json().flatten_event(true);
    let all = tracing_subscriber::registry()
        .with(said.with_filter(filter))
        .with(kept.with_filter(EnvFilter::new(CONSOLE).and(Worth)));
    // Somebody else's logging would be there already only if `main` ran twice.
    let _ = all.try_init();
}

/// What the console's log keeps: what went wrong until somebody looks at the console, then everything. Decided once for each
/// place in the code, and again when somebody does: calls are too many to ask at each of them.
struct Worth;

impl Worth {
    fn most() -> LevelFilter {
        if log::lines().is_open() { LevelFilter::TRACE } else { LevelFilter::WARN }
    }
}

impl<S: Subscriber> Filter<S> for Worth {
    fn enabled(&self, about: &Metadata<'_>, _: &Context<'_, S>) -> bool {
        *about.level() <= Self::most()
    }

    fn callsite_enabled(&self, about: &'static Metadata<'static>) -> Interest {
        if *about.level() <= Self::most() { Interest::always() } else { Interest::never() }
    }

    fn max_level_hint(&self) -> Option<LevelFilter> {
        Some(Self::most())
    }
}
