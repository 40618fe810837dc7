//! Where output goes: findings to standard output, failures and progress to standard error.

use std::io::{self, IsTerminal as _, Write as _};
use std::time::Instant;

use crate::arguments::{Format, Options};
use crate::failure::Failure;

/// How a run reports.
pub(crate) struct Output {
    /// For people or for programs.
    pub(crate) format: Format,
    /// Columns to wrap at; `None` leaves lines as they are.
    pub(crate) width: Option<usize>,
    started: Instant,
}

impl Output {
    /// As the command line and the terminal have it.
    pub(crate) fn new(options: &Options) -> Self {
        let terminal = || {
            let (width, _) = terminal_size::terminal_size_of(io::stdout())?;
            Some(usize::from(width.0).clamp(20, 140))
        };
        let width = options.width.map(usize::from).or_else(terminal);
        Self { format: options.format, width, started: Instant::now() }
    }

    /// Prints text, with colour if it goes to a terminal that shows it.
    pub(crate) fn print(&self, text: &str) -> Result<(), Failure> {
        let mut out = anstream::AutoStream::auto(io::stdout().lock());
        finish(out.write_all(text.as_bytes()).and_then(|()| out.flush()))
    }

    /// Prints one JSON document.
    pub(crate) fn print_json(&self, document: &impl serde::Serialize) -> Result<(), Failure> {
        let text = serde_json::to_string_pretty(document)
            .map_err(|error| Failure::new(format!("can't write the result as JSON: {error}")))?;
        let mut out = io::stdout().lock();
        finish(writeln!(out, "{text}").and_then(|()| out.flush()))
    }

    /// Says how long the work took, if a person watches.
    pub(crate) fn progress(&self, done: &str) {
        if self.format == Format::Text && io::stderr().is_terminal() {
            eprintln!("{done} in {} ms", self.started.elapsed().as_millis());
        }
    }
}

/// A reader that went away (`stipule check | head`) has seen enough: that is no failure.
pub(crate) fn finish(written: io::Result<()>) -> Result<(), Failure> {
    match written {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
            Err(Failure::io("write to standard output", &error))
        }
        _ => Ok(()),
    }
}
