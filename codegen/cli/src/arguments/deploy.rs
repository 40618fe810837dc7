//! `stipule deploy`.

use std::path::PathBuf;

use clap::{Args, Subcommand};

/// Commands about stacks.
#[derive(Subcommand)]
pub(crate) enum DeployCommand {
    /// Judges templates by the rules STK001 and on
    ///
    /// Every template (`*.json`) of the folder is a stack; without a folder those that the contracts generate.
    Check {
        /// A folder of templates
        #[arg(value_name = "DIR")]
        folder: Option<PathBuf>,
    },
    /// Tries releases: who notices a bad version, how soon, and what it costs callers
    ///
    /// Reads canaries and alarms from the templates, and lets each release run with each seed, for several numbers of
    /// calls and shares of calls that fail. Fails when one that fails 40 % of its calls is not sent back by every seed, or
    /// a healthy one is by 1 % of them.
    Simulate(Simulate),
}

/// What is tried.
#[derive(Args)]
pub(crate) struct Simulate {
    /// A folder of templates; without it those that the contracts generate
    #[arg(value_name = "DIR")]
    pub(crate) folder: Option<PathBuf>,
    /// How many releases are tried of each kind
    #[arg(long, value_name = "N", default_value_t = 1_000)]
    pub(crate) seeds: u64,
    /// Calls a minute of the alias, for the verdict
    #[arg(long, value_name = "N", default_value_t = 240)]
    pub(crate) calls: u32,
    /// Where a picture of it is written
    #[arg(long, value_name = "FILE.svg")]
    pub(crate) plot: Option<PathBuf>,
}
