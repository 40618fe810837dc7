//! The command line.

use std::net::IpAddr;
use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};
use stipule_runtime::webhook::Secret;

use crate::serve::Source;

/// The commerce platform on this machine.
#[derive(Debug, Parser)]
#[command(version, args_conflicts_with_subcommands = true, args_override_self = true)]
#[command(
    after_help = "Exit codes: 0 fine, 1 the demo's ledgers don't balance or a migration isn't over, 2 usage or I/O."
)]
pub(crate) struct Arguments {
    /// What to do; without it the platform is served.
    #[command(subcommand)]
    pub(crate) command: Option<Command>,
    /// How it is served.
    #[command(flatten)]
    pub(crate) serve: Serve,
}

/// Other things than serving.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Tells the story of some orders over HTTP, with a temporary store, and checks the ledgers.
    Demo,
    /// Gives stored items the keys that the contract's migrations say, or takes them away; while nothing is served.
    Migrate(Migrate),
}

/// What is done with the migrations of the table's contract.
#[derive(Debug, Args)]
pub(crate) struct Migrate {
    /// Folder of the data.
    #[arg(long, env = "STIPULE_DATA", default_value = ".stipule")]
    pub(crate) data: PathBuf,
    /// Change nothing: only count the items that are not as they should be.
    #[arg(long, conflicts_with = "restart")]
    pub(crate) check: bool,
    /// Walk through the whole table once more, instead of going on from where the last run stopped.
    #[arg(long)]
    pub(crate) restart: bool,
}

/// How the platform is served.
#[derive(Debug, Args)]
pub(crate) struct Serve {
    /// Address to listen on.
    #[arg(long, env = "STIPULE_HOST", default_value = "127.0.0.1")]
    pub(crate) host: IpAddr,
    /// Port to listen on; 0 takes any that is free.
    #[arg(long, env = "STIPULE_PORT", default_value_t = 8080)]
    pub(crate) port: u16,
    /// Folder of the data.
    #[arg(long, env = "STIPULE_DATA", default_value = ".stipule")]
    pub(crate) data: PathBuf,
    /// Start over: everything in the data folder is forgotten.
    #[arg(long)]
    pub(crate) reset: bool,
    /// Leave a new store empty, instead of filling it with a few products and a customer.
    #[arg(long, env = "STIPULE_NO_SEED")]
    pub(crate) no_seed: bool,
    /// What the payment provider and the carriers sign their webhooks with: `whsec_…`. Without it, one is made at the first
    /// start and kept with the data.
    #[arg(long, env = "STIPULE_WEBHOOK_SECRET", hide_env_values = true, value_parser = Secret::parse)]
    pub(crate) webhook_secret: Option<Secret>,
    /// Public keys (JWKS), a file or an https address, of the issuer that the platform's contract names: its tokens are let in
    /// beside those that are made here. Read again and again, so keys may change meanwhile.
    #[arg(long, env = "STIPULE_JWKS", value_name = "FILE_OR_ADDRESS")]
    pub(crate) jwks: Option<Source>,
    /// How the address is printed.
    #[arg(long, value_enum, env = "STIPULE_PRINT_ADDRESS", default_value_t = PrintAddress::Text)]
    pub(crate) print_address: PrintAddress,
    /// Calls a second that are taken of all operations together, and of each that its contract says nothing of; without it,
    /// as many as API Gateway takes, and as the platform's contract says.
    #[arg(long, env = "STIPULE_RATE", value_name = "CALLS", value_parser = clap::value_parser!(u32).range(1..=1_000_000))]
    pub(crate) rate: Option<u32>,
    /// Milliseconds that a call may wait for those before it: while it would be more, a further call is turned away with 429.
    #[arg(long, env = "STIPULE_WAIT", value_name = "MILLISECONDS", default_value_t = 250)]
    #[arg(value_parser = clap::value_parser!(u32).range(1..=60_000))]
    pub(crate) wait: u32,
    /// Bad weather on purpose: this much of everything, 0.05 say, is throttled, late, killed, done twice, or done without
    /// that whoever asked hears of it. The log and the console tell each.
    #[arg(long, env = "STIPULE_CHAOS", value_name = "SHARE", value_parser = share)]
    pub(crate) chaos: Option<f64>,
    /// Where the draws of `--chaos` begin; said at the start where none is given.
    #[arg(long, env = "STIPULE_CHAOS_SEED", value_name = "SEED")]
    pub(crate) chaos_seed: Option<u64>,
    /// Where functions run: in this process, or each in processes of its own behind a local Runtime API, as on Lambda.
    #[arg(long, value_enum, env = "STIPULE_FUNCTIONS", value_name = "WHERE", default_value_t = Functions::Here)]
    pub(crate) functions: Functions,
    /// The binary of the functions, for `--functions process`; without it, `bootstrap` beside this program.
    #[arg(long, env = "STIPULE_BOOTSTRAP", value_name = "FILE")]
    pub(crate) bootstrap: Option<PathBuf>,
    /// Calls of one function at the same time, for `--functions process`; one more over HTTP is answered with 429, events and steps wait.
    #[arg(long, env = "STIPULE_FUNCTION_CONCURRENCY", value_name = "CALLS", default_value_t = 8)]
    #[arg(value_parser = clap::value_parser!(u16).range(1..=1_000))]
    pub(crate) function_concurrency: u16,
    /// Write every call and its answer down, a line of JSON each, without tokens, and with all that bodies say of people.
    #[arg(long, value_name = "FILE")]
    pub(crate) record: Option<PathBuf>,
    /// Make the calls of a file of `--record` once more, with the pauses between them, and say which are answered with
    /// another status than then. What was made then and has another name now is asked for by that.
    #[arg(long, value_name = "FILE")]
    pub(crate) replay: Option<PathBuf>,
    /// Seconds between the first signal to stop and the stop, in which `/ready` says no and everything is still answered: so
    /// long a load balancer may take to find out.
    #[arg(long, env = "STIPULE_DRAIN", value_name = "SECONDS", default_value_t = 0)]
    pub(crate) drain: u64,
    /// Start anew whenever the sources make another program: contracts are generated from, everything is compiled, and the
    /// data is kept. With faults, which are shown, what ran before goes on.
    #[arg(long)]
    pub(crate) watch: bool,
    /// Whom `--watch` starts says how often it did: it stops when its standard input ends.
    #[arg(long, hide = true, value_enum)]
    pub(crate) watched: Option<Watched>,
    /// A file of further settings, a line `STIPULE_PORT=9000` each, of the names that the environment uses, which comes
    /// before it; the command line comes before both.
    #[arg(long, env = "STIPULE_SETTINGS", value_name = "FILE")]
    pub(crate) settings: Option<PathBuf>,
}

/// More than nothing, and so little that something comes through.
fn share(text: &str) -> Result<f64, String> {
    let share: f64 = text.parse().map_err(|_| "a number such as 0.05 is wanted".to_owned())?;
    let is_one = share > 0.0 && share <= 0.5;
    is_one.then_some(share).ok_or_else(|| "it is more than 0 and at most 0.5".to_owned())
}

/// Where functions run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Functions {
    /// In this process.
    #[value(name = "in-process")]
    Here,
    /// Each in processes of its own.
    Process,
}

/// How the address is printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum PrintAddress {
    /// For people.
    Text,
    /// One line: {"address": "http://…", "token": "…", "consoleKey": "…", "apiKeys": {"plan": "…"}}.
    Json,
}

/// How often `--watch` has started the platform.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Watched {
    /// For the first time.
    First,
    /// Once more, of other sources.
    Again,
}

impl Watched {
    /// As it is written on the command line.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::First => "first",
            Self::Again => "again",
        }
    }
}
