//! `stipule deploy`.

use std::path::PathBuf;
use std::time::Duration;

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
    /// What would change in an account, by change sets that are removed again
    ///
    /// Asks CloudFormation for the changes of each stack, in the order in which stacks go. Fails when what holds data
    /// (tables, buckets, queues, logs …) would go or be replaced, unless --allow names it; and when a stack can't be
    /// changed now.
    #[command(after_long_help = ACCOUNT_HELP)]
    Plan(Wanted),
    /// Brings the stacks to an account, one after another
    ///
    /// Plans everything, stops where `plan` would, and then makes and executes a change set per stack, with its events as
    /// they come. Large templates and the archive go to the bucket of the foundation, named by their bytes. What is
    /// interrupted or fails goes on when it is applied again. At the end a release is written down, for `rollback`.
    #[command(after_long_help = ACCOUNT_HELP)]
    Apply(Wanted),
    /// How the stacks of an account stand
    ///
    /// Per stack its state, when it changed last, and whether its template is the one here; which version the alias of
    /// each function leads to; alarms that ring. Fails when a stack isn't as its template here says, or an alarm rings.
    #[command(after_long_help = ACCOUNT_HELP)]
    Status(Stage),
    /// Brings the release before back: its templates, its archive, its parameters
    ///
    /// The same as applying what was in place then, with the same gates; a table that came since is not taken away
    /// without --allow. Going back becomes a release of its own.
    #[command(after_long_help = ACCOUNT_HELP)]
    Rollback(Rollback),
}

const ACCOUNT_HELP: &str = "\
The account: AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and AWS_SESSION_TOKEN; a web identity (AWS_WEB_IDENTITY_TOKEN_FILE, \
AWS_ROLE_ARN); a profile with keys or a credential_process (AWS_PROFILE); or the role of a container. Its region: \
AWS_REGION or AWS_DEFAULT_REGION.

Exit codes:
  0  everything is, or would become, as it is wanted
  1  something stops it: what holds data would be lost, a stack failed or isn't as its template says, an alarm rings
  2  the command line is wrong, or a service can't be asked

Examples:
  stipule deploy plan --stage staging
  stipule deploy apply --stage staging --code code.zip
  stipule deploy apply --stage staging --allow messaging/Archive
  stipule deploy rollback --stage staging";

/// Whose stacks, and where.
#[derive(Args)]
pub(crate) struct Stage {
    /// A folder of templates; without it `infra/stacks`, which has to be fresh
    #[arg(value_name = "DIR")]
    pub(crate) folder: Option<PathBuf>,
    /// The environment: the second part of the names of its stacks
    #[arg(long, value_name = "STAGE", value_parser = stage)]
    pub(crate) stage: String,
    /// Leave a stack out; may be repeated
    #[arg(long, value_name = "STACK")]
    pub(crate) without: Vec<String>,
    /// Where the account is
    #[command(flatten)]
    pub(crate) account: Account,
}

/// Where an account is.
#[derive(Args)]
pub(crate) struct Account {
    /// One address for all services, of what stands in for AWS [default: AWS_ENDPOINT_URL, or AWS itself]
    #[arg(long, value_name = "URL")]
    pub(crate) endpoint: Option<String>,
    /// As `eu-central-1` [default: AWS_REGION, AWS_DEFAULT_REGION, or the profile's]
    #[arg(long, value_name = "REGION")]
    pub(crate) region: Option<String>,
    /// A profile of ~/.aws, before the environment [default: AWS_PROFILE, after it]
    #[arg(long, value_name = "NAME")]
    pub(crate) profile: Option<String>,
    /// Seconds between two looks at a stack
    #[arg(long, value_name = "SECONDS", default_value = "3", value_parser = pause)]
    pub(crate) every: Duration,
}

/// What is wanted there.
#[derive(Args)]
pub(crate) struct Wanted {
    /// Whose stacks
    #[command(flatten)]
    pub(crate) stage: Stage,
    /// The archive of the functions, which `stipule package` makes [default: the one that is there]
    #[arg(long, value_name = "FILE.zip")]
    pub(crate) code: Option<PathBuf>,
    /// The value of a parameter [default: the one that the stack has]; may be repeated
    #[arg(long, value_name = "NAME=VALUE", value_parser = parameter)]
    pub(crate) parameter: Vec<(String, String)>,
    /// This may be lost or replaced, although it holds data; may be repeated
    #[arg(long, value_name = "STACK/RESOURCE")]
    pub(crate) allow: Vec<String>,
    /// The role that CloudFormation makes everything as [default: the one that a stack has, or your own rights]
    #[arg(long, value_name = "ARN")]
    pub(crate) role: Option<String>,
}

/// Which release comes back.
#[derive(Args)]
pub(crate) struct Rollback {
    /// The environment: the second part of the names of its stacks
    #[arg(long, value_name = "STAGE", value_parser = stage)]
    pub(crate) stage: String,
    /// The number of a release [default: that before the one in place]
    #[arg(long, value_name = "N")]
    pub(crate) to: Option<u64>,
    /// Change nothing: say what would change
    #[arg(long)]
    pub(crate) plan: bool,
    /// This may be lost or replaced, although it holds data; may be repeated
    #[arg(long, value_name = "STACK/RESOURCE")]
    pub(crate) allow: Vec<String>,
    /// Where the account is
    #[command(flatten)]
    pub(crate) account: Account,
}

/// As the templates' own parameter `Stage` wants it.
fn stage(text: &str) -> Result<String, String> {
    let plain = |it: char| it.is_ascii_lowercase() || it.is_ascii_digit() || it == '-';
    if text.len() <= 20 && text.starts_with(|it: char| it.is_ascii_lowercase()) && text.chars().all(plain) {
        return Ok(text.to_owned());
    }
    Err("lower-case letters, digits and hyphens, starting with a letter, at most 20".to_owned())
}

fn parameter(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((name, value)) if !name.is_empty() => Ok((name.to_owned(), value.to_owned())),
        _ => Err("a name, `=` and a value".to_owned()),
    }
}

fn pause(text: &str) -> Result<Duration, String> {
    let seconds: f64 = text.parse().map_err(|_| "a number of seconds".to_owned())?;
    if (0.01..=600.0).contains(&seconds) {
        Ok(Duration::from_secs_f64(seconds))
    } else {
        Err("0.01 to 600".to_owned())
    }
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
