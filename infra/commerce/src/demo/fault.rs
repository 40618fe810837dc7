//! Why the story can't be told to its end.

use std::io;

use commerce::refused::Refused;
use commerce::seed::SeedError;
use commerce_sdk::BuildError;
use stipule_local::listen::ListenError;
use stipule_local::queue::QueueError;
use stipule_local::secret::SecretError;
use stipule_local::{PublishError, StartError};
use stipule_runtime::wire::Fault;
use thiserror::Error;

/// Why the story can't be told to its end.
#[derive(Debug, Error)]
pub(crate) enum DemoError {
    #[error("no temporary folder: {0}")]
    Folder(#[from] io::Error),
    #[error(transparent)]
    Listen(#[from] ListenError),
    #[error(transparent)]
    Start(#[from] StartError),
    #[error(transparent)]
    Secret(#[from] SecretError),
    #[error(transparent)]
    Client(#[from] BuildError),
    #[error(transparent)]
    Seed(#[from] SeedError),
    #[error("a value breaks its contract: {0}")]
    Value(#[from] Fault),
    #[error(transparent)]
    Refused(#[from] Refused),
    /// What was waited for didn't happen.
    #[error("after {seconds} s there is still no {missing}")]
    Stuck { seconds: u64, missing: String },
    /// The story has an end that isn't its own.
    #[error("the order is {is}, and should be {should}")]
    OtherEnd { is: String, should: String },
    #[error("it was interrupted")]
    Interrupted,
    /// More happened than anybody could watch.
    #[error("too much happened to follow it")]
    Overrun,
    #[error("the platform doesn't come to rest: {0}")]
    Publish(#[from] PublishError),
    #[error(transparent)]
    Queue(#[from] QueueError),
}
