//! Services in processes of their own: what AWS would call a function with, each function is called with here.
//!
//! ```text
//! gateway ──────── proxy event ─▶ <service>.api      ┐
//! consumer ─────── batch ───────▶ <service>.events   │        ┌▶ DynamoDB: the table, which wakes the publisher
//! driver of sagas ─ task ───────▶ <service>.steps    ├ endpoint ▶ EventBridge, SQS: the queues
//! starter ──────── batch ───────▶ platform.starter   │        ├▶ Step Functions: the sagas
//! publisher ────── records ─────▶ platform.publisher │        └▶ API Gateway: the open sockets
//! sockets ──────── routes ──────▶ platform.sockets   ┘
//! ```
//!
//! The binary is the real one, and so is what it says to AWS; only the endpoint is ours.

mod authorizer;
mod batch;
mod endpoint;
mod events;
mod machines;
mod plan;
mod proxy;
mod running;
mod sockets;
mod table;

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use stipule_runtime::App;
use stipule_runtime::app::{Bucket, Throttle};
use stipule_runtime::item::Item;
use stipule_runtime::platform::Platform;
use stipule_runtime::ports::Clock;
use stipule_runtime::webhook::Secret;
use thiserror::Error;
use tokio_util::sync::CancellationToken;

use crate::functions::{Failed, Functions};
use authorizer::Decisions;
pub(crate) use running::Running;
pub(crate) use sockets::{NotOpened, Sockets};

/// The function that says who calls; the first that is asked whether the binary is one of ours: it needs the fewest things.
const AUTHORIZER: &str = "platform.authorizer";

/// How often rows are looked for that the publisher left behind. Source: the rate of the sweeper in `infra/stacks`.
const SWEEP: Duration = Duration::from_secs(60);

/// How long an environment that nobody calls is kept. Lambda doesn't say for how long it does: minutes, as people measure.
const IDLE: Duration = Duration::from_mins(10);

/// How functions run in processes of their own.
#[derive(Clone, Debug)]
pub struct Processes {
    /// The binary of all functions: `target/debug/bootstrap`.
    pub binary: PathBuf,
    /// What its functions are and how long each may take; by its name its queues and state machines are called.
    pub platform: &'static Platform,
    /// What webhooks are signed with; of 32 bytes.
    pub secret: Secret,
    /// Calls of one function at the same time; one more is refused.
    pub concurrency: usize,
    /// Most time for one call of any function, instead of what its contract says; then its process is killed.
    pub timeout: Option<Duration>,
    /// What the gateway takes of all calls together; functions know nothing of it.
    pub throttle: Throttle,
}

impl Processes {
    /// The functions of a binary, each for as long as the stacks let it run.
    pub fn new(binary: PathBuf, platform: &'static Platform, secret: Secret) -> Self {
        let (concurrency, timeout, throttle) = (8, None, Throttle::ACCOUNT);
        Self { binary, platform, secret, concurrency, timeout, throttle }
    }
}

/// Why services can't run in processes of their own.
#[derive(Debug, Error)]
pub enum ProcessError {
    /// There is no such file.
    #[error(
        "there is no binary of the functions at {}: `cargo build -p commerce-bootstrap` makes it, --bootstrap FILE says \
         where another one is",
        .0.display()
    )]
    Missing(PathBuf),
    /// It can't be a program.
    #[error(
        "{} can't be started: it is no file that may be executed; --bootstrap FILE names the binary of the functions",
        .0.display()
    )]
    NoProgram(PathBuf),
    /// It doesn't do what functions do.
    #[error(
        "{} isn't the binary of these functions, or an old one: {reason}; `cargo build -p commerce-bootstrap` makes it anew",
        .binary.display()
    )]
    Stranger {
        /// Which.
        binary: PathBuf,
        /// What came of asking it.
        reason: Failed,
    },
    /// The secret of webhooks has another length.
    #[error(
        "functions take a webhook secret of 32 bytes, not of {0}: leave --webhook-secret out, or give `whsec_` and 32 bytes \
         in Base64"
    )]
    Secret(usize),
    /// The table isn't one of this process.
    #[error(
        "functions in processes of their own need the table of this platform, and it was given another store"
    )]
    OtherStore,
    /// There is no port for the endpoint.
    #[error("no port for what the functions call: {0}")]
    Port(#[from] std::io::Error),
}

/// The services, each in processes of its own.
pub(crate) struct Remote {
    pub(crate) functions: Functions,
    pub(crate) sockets: Arc<Sockets>,
    app: Arc<App>,
    clock: Arc<dyn Clock>,
    platform: &'static str,
    binary: PathBuf,
    decisions: Decisions,
    throttle: Bucket,
}

impl Remote {
    pub(crate) fn new(
        app: Arc<App>,
        clock: Arc<dyn Clock>,
        sockets: Arc<Sockets>,
        processes: &Processes,
        functions: Functions,
    ) -> Self {
        Self {
            functions,
            sockets,
            app,
            clock,
            platform: processes.platform.name,
            binary: processes.binary.clone(),
            decisions: Decisions::default(),
            throttle: Bucket::new(processes.throttle),
        }
    }

    /// Asks whether the binary does what functions do.
    ///
    /// # Errors
    /// [`ProcessError::Stranger`].
    pub(crate) async fn probe(&self) -> Result<(), ProcessError> {
        // What a release asks every new version: nothing is done, and it says what it is.
        let trial = Bytes::from_static(br#"{"stipule":"can you work?"}"#);
        let asked = self.functions.invoke_in_turn(AUTHORIZER, trial).await;
        let stranger = |reason| ProcessError::Stranger { binary: self.binary.clone(), reason };
        asked.map(drop).map_err(stranger)
    }

    /// Has the publisher take rows of the outbox, as the stream of the table would.
    ///
    /// # Errors
    /// What became of the call; the rows stay, and come again.
    pub(crate) async fn publish(&self, rows: &[Item]) -> Result<(), Failed> {
        let event = table::records(rows).to_string();
        self.functions.invoke_in_turn("platform.publisher", event.into()).await.map(drop)
    }

    /// Has the sweeper look after what was left behind, again and again, and lets go what nobody calls.
    pub(crate) async fn sweep(self: Arc<Self>, stopping: CancellationToken) {
        loop {
            tokio::select! {
                biased;
                () = stopping.cancelled() => return,
                () = self.clock.sleep(SWEEP) => {}
            }
            let event = Bytes::from_static(br#"{"source":"aws.events","detail-type":"Scheduled Event"}"#);
            if let Err(failed) = self.functions.invoke_in_turn("platform.sweeper", event).await {
                tracing::warn!(%failed, "the outbox wasn't swept");
            }
            self.functions.let_go(IDLE).await;
        }
    }
}
