//! Who commits to a file of rows: a thread that takes together what waits, or whoever asks, at once.

use std::io;
use std::sync::{Arc, Mutex, PoisonError, mpsc};
use std::thread::{self, JoinHandle};

use rusqlite::{Connection, Transaction};

/// Where the work on the platform's own files is done.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Writers {
    /// By a thread per file: nobody else waits for the disk, and what waits at the same time shares a commit.
    #[default]
    Threads,
    /// By whoever asks, before the call returns: a simulation has one thread, and its runs must repeat. What it kills is a
    /// process and never a machine, so the files are in memory, for as long as somebody has them open.
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

/// What is said of a job that nobody answers: its group found no transaction. Who wants it done asks again, and learns then
/// whether anybody takes jobs at all.
pub(crate) const UNDONE: &str = "no transaction was to be had: the disk is full or fails";

/// Tells whoever waits for a job what became of the commit.
pub(crate) type Answer = Box<dyn FnOnce(Result<(), String>) + Send>;

/// A job that was done and isn't committed yet.
pub(crate) struct Worked {
    /// Whether it is to be committed; otherwise nothing of it is left.
    pub(crate) keep: bool,
    pub(crate) answer: Answer,
}

/// Does jobs in one transaction, each of them whole or not at all; the answers, with what they are to be told. Where the
/// file ends the transaction by itself, which a full disk may bring about, what was done so far is gone, and the rest is
/// done in another one.
pub(crate) fn commit<J>(
    connection: &mut Connection,
    group: Vec<J>,
    mut work: impl FnMut(&Transaction<'_>, J) -> Worked,
) -> Vec<(Answer, Result<(), String>)> {
    let mut told = Vec::with_capacity(group.len());
    let mut group = group.into_iter();
    while !group.as_slice().is_empty() {
        let left = group.len();
        let mut answers = Vec::with_capacity(left);
        let outcome = run(connection, &mut group, &mut work, &mut answers).map_err(|error| error.to_string());
        told.extend(answers.into_iter().map(|answer| (answer, outcome.clone())));
        if group.len() == left {
            // No transaction is to be had: whoever waits learns of it because nobody is left to answer.
            break;
        }
    }
    told
}

fn run<J>(
    connection: &mut Connection,
    group: &mut std::vec::IntoIter<J>,
    work: &mut impl FnMut(&Transaction<'_>, J) -> Worked,
    answers: &mut Vec<Answer>,
) -> rusqlite::Result<()> {
    let transaction = connection.transaction()?;
    let run = |sql: &str| transaction.prepare_cached(sql)?.execute([]);
    for job in group {
        run("SAVEPOINT job")?;
        let Worked { keep, answer } = work(&transaction, job);
        answers.push(answer);
        if transaction.is_autocommit() {
            // What follows would be committed piece by piece.
            break;
        }
        if !keep {
            run("ROLLBACK TO job")?;
        }
        run("RELEASE job")?;
    }
    transaction.commit()
}

#[cfg(test)]
mod tests {
    use super::*;

    type Job = Box<dyn Fn(&Transaction<'_>) -> rusqlite::Result<usize>>;

    fn insert(number: i64) -> Job {
        Box::new(move |transaction| transaction.execute("INSERT INTO done VALUES (?1)", [number]))
    }

    fn both(first: Job, second: Job) -> Job {
        Box::new(move |transaction| first(transaction).and_then(|_| second(transaction)))
    }

    /// Which jobs were told that they are committed, and what is in the file.
    fn done(jobs: Vec<Job>) -> (Vec<bool>, Vec<i64>) {
        let mut connection = Connection::open_in_memory().expect("memory");
        connection.execute_batch("CREATE TABLE done (number INTEGER PRIMARY KEY)").expect("a table");
        let (sender, receiver) = mpsc::channel();
        let told = commit(&mut connection, jobs, |transaction, job: Job| {
            let (sender, keep) = (sender.clone(), job(transaction).is_ok());
            let answer = move |committed: Result<(), String>| {
                sender.send(keep && committed.is_ok()).expect("somebody listens");
            };
            Worked { keep, answer: Box::new(answer) }
        });
        told.into_iter().for_each(|(answer, outcome)| answer(outcome));
        drop(sender);
        let mut select = connection.prepare("SELECT number FROM done ORDER BY number").expect("a table");
        let found = select.query_map([], |row| row.get(0)).expect("rows").map(|it| it.expect("a number"));
        (receiver.iter().collect(), found.collect())
    }

    #[test]
    fn a_job_that_fails_half_way_leaves_nothing_and_others_of_its_group_are_committed() {
        let failing = || both(insert(2), insert(1));
        assert_eq!(
            done(vec![insert(1), failing(), insert(3)]),
            (vec![true, false, true], vec![1, 3]),
            "the second inserts 2 and then what is there already"
        );
    }

    #[test]
    fn where_the_file_ends_the_transaction_nothing_is_committed_by_itself() {
        let ended: Job = Box::new(|transaction| {
            transaction.execute("ROLLBACK", [])?;
            Err(rusqlite::Error::InvalidQuery)
        });
        assert_eq!(
            done(vec![insert(1), both(insert(2), ended), insert(3)]),
            (vec![false, false, true], vec![3]),
            "1 is gone with its transaction, and is told so; 3 has another one"
        );
    }
}
