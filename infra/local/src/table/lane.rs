//! Threads that read what takes a while, so that no async thread waits long for a disk. Single items and short pages are
//! read by whoever asks: they are nearly always in memory, and going to a thread and back takes longer than the read.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{Builder, JoinHandle};

use dynoxide::DynoxideError;
use dynoxide::storage::Storage;
use tokio::sync::oneshot;

/// Work for a thread with its own connection.
type Job = Box<dyn FnOnce(&Storage) + Send>;

/// What became of a piece of work.
pub(super) type Outcome<T> = Result<Result<T, DynoxideError>, Lost>;

/// The thread stopped before it answered: whether the work was done is unknown.
#[derive(Debug)]
pub(super) struct Lost;

/// A queue of work and the threads that do it, each over its own connection. Work of one thread is done in order.
pub(super) struct Lane {
    // Taken on drop: the threads end when nobody can send any more.
    jobs: Option<Sender<Job>>,
    threads: Vec<JoinHandle<()>>,
}

impl Lane {
    /// Starts a thread per connection.
    pub(super) fn start(name: &str, connections: Vec<Storage>) -> std::io::Result<Self> {
        let (jobs, queue) = channel();
        let queue = Arc::new(Mutex::new(queue));
        let mut lane = Self { jobs: Some(jobs), threads: Vec::with_capacity(connections.len()) };
        for storage in connections {
            let queue = Arc::clone(&queue);
            let thread = Builder::new().name(name.to_owned()).spawn(move || work_off(&queue, &storage))?;
            lane.threads.push(thread);
        }
        Ok(lane)
    }

    /// Does the work on one of the threads. Dropping the future doesn't take the work back.
    pub(super) async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Storage) -> Result<T, DynoxideError> + Send + 'static,
    ) -> Outcome<T> {
        let (answer, answered) = oneshot::channel();
        let job: Job = Box::new(move |storage| {
            // Nobody waits any more when the caller's future was dropped: the work counts all the same.
            let _ = answer.send(work(storage));
        });
        self.jobs.as_ref().ok_or(Lost)?.send(job).map_err(|_| Lost)?;
        answered.await.map_err(|_| Lost)
    }
}

impl Drop for Lane {
    /// Waits until the work already sent is done, so that the files are closed before the folder is released.
    fn drop(&mut self) {
        self.jobs = None;
        for thread in self.threads.drain(..) {
            // A thread can't panic: each job's panic is caught.
            let _ = thread.join();
        }
    }
}

fn work_off(queue: &Mutex<Receiver<Job>>, storage: &Storage) {
    loop {
        let next = queue.lock().unwrap_or_else(PoisonError::into_inner).recv();
        let Ok(job) = next else { return };
        // Whoever waits learns of a panic because the sender is gone.
        let _ = catch_unwind(AssertUnwindSafe(|| job(storage)));
    }
}
