//! Who commits to a file of rows: a thread that takes together what waits, or whoever asks, at once.

use std::io;
use std::sync::{Arc, Mutex, PoisonError, mpsc};
use std::thread::{self, JoinHandle};

/// Where the work on the platform's own files is done.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Writers {
    /// By a thread per file: nobody else waits for the disk, and what waits at the same time shares a commit.
    #[default]
    Threads,
    /// By whoever asks, before the call returns: a simulation has one thread, and its runs must repeat.
    Here,
}

/// Takes jobs for a file. Clones share it; it ends when the last one is gone.
pub(crate) struct Committer<J>(Arc<Way<J>>);

enum Way<J> {
    Thread { jobs: mpsc::Sender<J>, thread: Mutex<Option<JoinHandle<()>>> },
    Here(Mutex<Commit<J>>),
}

/// Does jobs in one transaction.
type Commit<J> = Box<dyn FnMut(Vec<J>) + Send>;

impl<J> Clone for Committer<J> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

impl<J: Send + 'static> Committer<J> {
    /// Over the file that `commit` owns, which takes at most `largest` jobs at a time.
    ///
    /// # Errors
    /// When no thread can be had.
    pub(crate) fn start(
        name: &str,
        writers: Writers,
        largest: usize,
        commit: impl FnMut(Vec<J>) + Send + 'static,
    ) -> io::Result<Self> {
        let mut commit: Commit<J> = Box::new(commit);
        if writers == Writers::Here {
            return Ok(Self(Arc::new(Way::Here(Mutex::new(commit)))));
        }
        let (jobs, inbox) = mpsc::channel::<J>();
        let work = move || {
            while let Ok(first) = inbox.recv() {
                commit(std::iter::once(first).chain(inbox.try_iter().take(largest - 1)).collect());
            }
        };
        let thread = thread::Builder::new().name(name.to_owned()).spawn(work)?;
        Ok(Self(Arc::new(Way::Thread { jobs, thread: Mutex::new(Some(thread)) })))
    }

    /// Hands a job over; `false` when nobody takes it any more.
    pub(crate) fn send(&self, job: J) -> bool {
        match &*self.0 {
            Way::Thread { jobs, .. } => jobs.send(job).is_ok(),
            Way::Here(commit) => {
                commit.lock().unwrap_or_else(PoisonError::into_inner)(vec![job]);
                true
            }
        }
    }

    /// Waits until everything handed over is done and the file is closed. Other clones must be gone.
    pub(crate) fn close(self) {
        let thread = match &*self.0 {
            Way::Thread { thread, .. } => thread.lock().unwrap_or_else(PoisonError::into_inner).take(),
            Way::Here(_) => None,
        };
        drop(self);
        if let Some(thread) = thread {
            // A writer that panicked has closed the file as well.
            let _ = thread.join();
        }
    }
}
