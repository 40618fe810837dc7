//! The last lines of the log, for the console. Whoever starts the logging of the process has them written here too.

use std::collections::VecDeque;
use std::io;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use tokio::sync::broadcast;

/// Lines that are kept, and that a slow reader may fall behind.
const KEPT: usize = 1_000;

/// The log of this process.
pub fn lines() -> &'static Lines {
    static LINES: OnceLock<Lines> = OnceLock::new();
    LINES.get_or_init(Lines::default)
}

/// The last lines, each one JSON object.
pub struct Lines {
    kept: Mutex<VecDeque<Arc<str>>>,
    told: broadcast::Sender<Arc<str>>,
    opened: AtomicBool,
}

impl Default for Lines {
    fn default() -> Self {
        Self { kept: Mutex::default(), told: broadcast::Sender::new(KEPT), opened: AtomicBool::new(false) }
    }
}

impl Lines {
    /// Somebody looks at the console. Whoever writes lines is asked anew what is worth one.
    pub(crate) fn open(&self) {
        if !self.opened.swap(true, Ordering::Relaxed) {
            tracing_core::callsite::rebuild_interest_cache();
        }
    }

    /// Whether somebody ever looked at the console: until then only what went wrong is worth keeping.
    pub fn is_open(&self) -> bool {
        self.opened.load(Ordering::Relaxed)
    }

    /// Everything that is kept, and everything from now on.
    pub(crate) fn watch(&self) -> (Vec<Arc<str>>, broadcast::Receiver<Arc<str>>) {
        let kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        (kept.iter().cloned().collect(), self.told.subscribe())
    }

    fn add(&self, line: &str) {
        let line: Arc<str> = line.trim_end().into();
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.len() == KEPT {
            kept.pop_front();
        }
        kept.push_back(Arc::clone(&line));
        // Nobody reads: that is fine.
        let _ = self.told.send(line);
    }
}

/// Writes into [`lines`], one line per call, as writers of logs do.
#[derive(Clone, Copy, Debug, Default)]
pub struct Into;

impl io::Write for Into {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        String::from_utf8_lossy(bytes).lines().for_each(|line| lines().add(line));
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use super::*;

    #[test]
    fn what_is_written_can_be_read_and_the_oldest_lines_go() {
        let lines = Lines::default();
        (0..=KEPT).for_each(|number| lines.add(&format!("{{\"number\":{number}}}\n")));
        let (kept, _) = lines.watch();
        assert_eq!(kept.len(), KEPT);
        assert_eq!(&*kept[0], "{\"number\":1}");
    }

    #[test]
    fn a_writer_gives_a_line_per_call() {
        let mut after = lines().watch().1;
        Into.write_all(b"{\"alone\":true}\n").unwrap();
        // Other tests may write as well.
        let mut said = std::iter::from_fn(|| after.try_recv().ok());
        assert!(said.any(|line| &*line == "{\"alone\":true}"));
    }
}
