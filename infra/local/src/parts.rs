//! What a platform is made of, and why it can't start.

use std::sync::Arc;
use std::time::Duration;

use stipule_runtime::App;
use stipule_runtime::auth::Expected;
use stipule_runtime::ports::{Clock, Ids};
use stipule_runtime::store::TableSchema;
use thiserror::Error;

use crate::bus::RuleError;
use crate::chaos::Chaos;
use crate::committer::Writers;
use crate::gateway::{Patience, WAIT};
use crate::queue::QueueError;
use crate::remote::{ProcessError, Processes};
use crate::secret::SecretError;
use crate::system::{SystemClock, SystemIds};
use crate::table::{OpenError, Place};
use crate::traffic::Tape;
use crate::workflow::RunsError;

/// What the platform is made of.
pub struct Parts {
    /// The services.
    pub app: App,
    /// Their table.
    pub table: &'static TableSchema,
    /// Where the data lives.
    pub place: Place,
    /// What a token must say.
    pub expected: Expected,
    /// What time it is: the machine's, or one that a test or a demo moves on.
    pub clock: Arc<dyn Clock>,
    /// Randomness: the machine's, or that of a seed.
    pub ids: Arc<dyn Ids>,
    /// Who writes the files of queues and sagas.
    pub writers: Writers,
    /// How bad the weather is, once something is served; none where it is calm.
    pub chaos: Option<Chaos>,
    /// Where calls are written down.
    pub tape: Option<Tape>,
    /// Longest that a call may wait for those before it: while that would take longer, more are turned away.
    pub wait: Duration,
    /// How long clients may take over a request and its answer.
    pub patience: Patience,
    /// How services run in processes of their own; in this one where nothing is said.
    pub processes: Option<Processes>,
}

impl Parts {
    /// Of the machine's own clock and randomness.
    pub fn new(app: App, table: &'static TableSchema, place: Place, expected: Expected) -> Self {
        let (clock, ids) = (Arc::new(SystemClock), Arc::new(SystemIds::default()));
        let (writers, patience) = (Writers::default(), Patience::default());
        let (chaos, tape, processes) = (None, None, None);
        Self {
            app,
            table,
            place,
            expected,
            clock,
            ids,
            writers,
            chaos,
            tape,
            wait: WAIT,
            patience,
            processes,
        }
    }
}

/// Why the platform can't start.
#[derive(Debug, Error)]
pub enum StartError {
    /// The table.
    #[error(transparent)]
    Table(#[from] OpenError),
    /// The queues.
    #[error(transparent)]
    Queues(#[from] QueueError),
    /// The sagas.
    #[error(transparent)]
    Sagas(#[from] RunsError),
    /// A rule of the bus.
    #[error(transparent)]
    Rule(#[from] RuleError),
    /// The secrets.
    #[error(transparent)]
    Secrets(#[from] SecretError),
    /// Services in processes of their own.
    #[error(transparent)]
    Processes(#[from] ProcessError),
}
