//! The command line.

mod cost;
mod deploy;
mod documents;
mod package;

use std::path::PathBuf;

use clap::builder::PossibleValuesParser;
use clap::{Args, Parser, Subcommand, ValueEnum};

pub(crate) use cost::{COST_HELP, Cost, ItemKind, Sort};
pub(crate) use deploy::{Account, DeployCommand, Rollback, Simulate, Stage, Wanted};
pub(crate) use documents::{DocsArguments, ExportCommand, ImportCommand, ImportOpenapi, OpenapiVersion};
pub(crate) use package::{Architecture, Package};

/// Contracts in, a running system out.
#[derive(Parser)]
#[command(
    name = "stipule",
    version,
    about = "Contracts in, a running system out",
    disable_help_subcommand = true,
    arg_required_else_help = true,
    after_help = "Exit codes:\n  0  all is well (warnings alone are)\n  1  findings: a fault in the contracts, or \
                  generated files that are not up to date\n  2  the command line is wrong, or a file can't be read \
                  or written"
)]
pub(crate) struct Arguments {
    /// What to do.
    #[command(subcommand)]
    pub(crate) command: Command,
    /// Options of every command.
    #[command(flatten)]
    pub(crate) options: Options,
}

/// Options of every command.
#[derive(Args)]
pub(crate) struct Options {
    /// Folder that holds contracts/ [default: the nearest one upward]
    #[arg(long, global = true, value_name = "DIR")]
    pub(crate) root: Option<PathBuf>,
    /// For people or for programs
    #[arg(long, global = true, value_enum, default_value_t = Format::Text)]
    pub(crate) format: Format,
    /// Columns to wrap at [default: those of the terminal; unwrapped when piped]
    #[arg(long, global = true, value_name = "COLUMNS", value_parser = clap::value_parser!(u16).range(20..))]
    pub(crate) width: Option<u16>,
}

/// Commands.
#[derive(Subcommand)]
pub(crate) enum Command {
    /// Judge the contracts: every fault at once, each with its place and the way out
    Check {
        /// Warnings count as findings too
        #[arg(long)]
        deny_warnings: bool,
    },
    /// Judge the contracts, then write what follows from them
    Generate {
        /// Write nothing: report what is stale, missing or orphaned
        #[arg(long)]
        check: bool,
    },
    /// Judge a change of contracts: who breaks, with proof
    #[command(override_usage = REVIEW_USAGE, after_long_help = REVIEW_HELP)]
    Review(ReviewArguments),
    /// What callers of the API have to know between two versions, as Markdown
    Changelog(ChangelogArguments),
    /// The page behind a diagnostic's code; without a code, all of them
    Explain {
        /// As in `error[TBL003]`
        code: Option<String>,
    },
    /// The JSON Schema of one of Stipule's own formats, for editors
    Schema {
        /// Which format
        #[arg(value_name = "FORMAT", value_parser = PossibleValuesParser::new(formats()))]
        format_name: String,
    },
    /// What the contracts say, in the languages that other tools read
    #[command(subcommand, arg_required_else_help = true)]
    Export(ExportCommand),
    /// A site of the contracts: endpoints, events, entities, sagas, sockets, a glossary; needs no server
    Docs(DocsArguments),
    /// Documents of others: a crate or a contract from one of them
    #[command(subcommand, arg_required_else_help = true)]
    Import(ImportCommand),
    /// Event patterns: try them out without a bus
    #[command(subcommand, arg_required_else_help = true)]
    Pattern(PatternCommand),
    /// The table: what is in it, how it is reached, what it takes
    #[command(subcommand, arg_required_else_help = true)]
    Table(TableCommand),
    /// The generated stacks: what they do on AWS, found without it; and the way there and back
    #[command(subcommand, arg_required_else_help = true)]
    Deploy(DeployCommand),
    /// The archive that functions are made of, from the binary
    ///
    /// Packs the binary without its symbols as a zip file whose bytes follow from it alone, and names the file by their
    /// SHA-256: `code/SHA256.zip` is the CodeKey of the templates. Without --binary it is built first, in the profile
    /// `lambda` (that of releases where the workspace has none), by cargo-zigbuild where that and the target's standard
    /// library are there.
    Package(Package),
    /// What the platform costs a month, item by item
    ///
    /// Reckons what endpoints, events, sagas, sockets, the table's reads and writes and all that is there anyway cost, from
    /// the rates in the contracts, the generated templates and dated prices. Every figure can be followed: --pattern shows
    /// what it is made of. Exits with 1 when a budget of the platform is exceeded.
    #[command(after_long_help = COST_HELP)]
    Cost(Cost),
    /// What the contracts promise and no test exercises
    ///
    /// Run the tests with STIPULE_SEEN=DIR: the local platform then writes down which answers it gives, which events it
    /// brings where and which ways its sagas take. Holds that against every declared status, event, subscription, pattern
    /// and way of a saga; and each answer against the responses that its operation declares, headers and body.
    Coverage {
        /// The folder that the tests wrote to
        #[arg(long, value_name = "DIR")]
        from: PathBuf,
    },
}

/// Commands about the table.
#[derive(Subcommand)]
pub(crate) enum TableCommand {
    /// Entities and indexes as a grid; of each entity its keys, reads and writes
    ///
    /// Shows a grid of all entities, or with --entity or --all for each entity its keys with an example, what each read
    /// reads, what each write touches, and what they cost. With --format html all of it is one page that needs nothing
    /// else.
    #[command(after_long_help = SHOW_HELP)]
    Show(TableShow),
    /// An example item of each entity, as it is stored
    ///
    /// One JSON object by entity, in DynamoDB's own form: {\"S\": …}. The values are the first examples of the schemas,
    /// made up where there are none.
    Examples {
        /// Only this entity; may be repeated
        #[arg(long, value_name = "NAME")]
        entity: Vec<String>,
        /// The values as services see them, without keys and types
        #[arg(long)]
        plain: bool,
    },
    /// Releases the key templates: from then on they change only with a migration
    ///
    /// Writes contracts/tables/NAME.lock.yaml, which is kept under version control. Do it with each deployment. What would
    /// lose stored items is refused, unless a migration sees to it or --accept says that nothing is stored.
    Lock(TableLock),
}

/// What is released.
#[derive(Args)]
pub(crate) struct TableLock {
    /// Change nothing; fail if the file isn't what it would be
    #[arg(long)]
    pub(crate) check: bool,
    /// Release this although it changed, because nothing is stored under it; may be repeated
    #[arg(long, value_name = "NAME")]
    pub(crate) accept: Vec<String>,
}

/// What of the table is shown, and where.
#[derive(Args)]
pub(crate) struct TableShow {
    /// Everything about this entity; may be repeated
    #[arg(long, value_name = "NAME")]
    pub(crate) entity: Vec<String>,
    /// Everything about all entities
    #[arg(long)]
    pub(crate) all: bool,
    /// Write to a file
    #[arg(long, value_name = "FILE")]
    pub(crate) out: Option<PathBuf>,
}

const SHOW_HELP: &str = "\
Examples:
  stipule table show                                  the grid
  stipule table show --entity Order                   one entity
  stipule table show --format html --out table.html   a page";

/// Commands about event patterns.
#[derive(Subcommand)]
pub(crate) enum PatternCommand {
    /// Whether an event matches a pattern, exactly as EventBridge would decide
    ///
    /// Tests one event against one pattern: says `match`, or the first condition that failed and what the event has
    /// there; a pattern that EventBridge would refuse is shown with every fault. Or answers many cases, one line of
    /// JSON each.
    #[command(override_usage = PATTERN_TEST_USAGE, after_long_help = CASES_HELP)]
    Test(PatternTest),
}

/// Two versions, or many pairs of documents.
#[derive(Args, Default)]
pub(crate) struct ReviewArguments {
    /// The version before: any revision of git; the work tree is the version after
    #[arg(long, value_name = "REV")]
    pub(crate) against: Option<String>,
    /// The version before: a folder with contracts/, an OpenAPI document, or a JSON Schema
    #[arg(long, value_name = "PATH", requires = "revision", conflicts_with = "against")]
    #[arg(required_unless_present_any = ["pairs", "against"])]
    pub(crate) base: Option<PathBuf>,
    /// The version after
    #[arg(long, value_name = "PATH", requires = "base", conflicts_with = "against")]
    #[arg(required_unless_present_any = ["pairs", "against"])]
    pub(crate) revision: Option<PathBuf>,
    /// A file of lines {"id", "kind", "base", "revision"}; `-` reads standard input
    #[arg(long, value_name = "FILE.jsonl", conflicts_with_all = ["base", "revision", "against"])]
    pub(crate) pairs: Option<PathBuf>,
    /// How bad what is: `strict`, `default`, or a file [default: that of the repository, `default` without]
    #[arg(long, value_name = "strict|default|FILE")]
    pub(crate) policy: Option<String>,
    /// Which way schemas are compared that stand by themselves [default: backward]
    #[arg(long, value_enum)]
    pub(crate) direction: Option<Towards>,
    /// A file of findings that were considered
    #[arg(long, value_name = "FILE")]
    pub(crate) acknowledgements: Option<PathBuf>,
    /// A file to write to, rather than standard output
    #[arg(long, value_name = "FILE")]
    pub(crate) out: Option<PathBuf>,
    /// The day that dates are compared with [default: today]
    #[arg(long, value_name = "YYYY-MM-DD")]
    pub(crate) today: Option<jiff::civil::Date>,
}

/// Which way schemas are compared.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Towards {
    /// What was valid is still valid
    Backward,
    /// What is valid was valid
    Forward,
    /// Both
    Full,
}

/// Two versions of a contract repository.
#[derive(Args)]
pub(crate) struct ChangelogArguments {
    /// The version before: a tag or another revision of git, or a folder with contracts/
    #[arg(long, value_name = "REV|DIR")]
    pub(crate) from: String,
    /// The version after [default: the work tree]
    #[arg(long, value_name = "REV|DIR")]
    pub(crate) to: Option<String>,
    /// A file to write to, rather than standard output
    #[arg(long, value_name = "FILE")]
    pub(crate) out: Option<PathBuf>,
    /// The day that dates are compared with [default: today]
    #[arg(long, value_name = "YYYY-MM-DD")]
    pub(crate) today: Option<jiff::civil::Date>,
}

const REVIEW_USAGE: &str = "stipule review --against REV [OPTIONS]
       stipule review --base PATH --revision PATH [OPTIONS]
       stipule review --pairs FILE.jsonl [OPTIONS]";

const REVIEW_HELP: &str = "\
Repositories:
  With --against, or with two folders, everything is compared: HTTP, events,
  subscriptions, tables, sagas, the platform, and what infra/ holds. The
  repository's own contracts/review/ says how bad what is (policy.yaml), what was
  considered (acknowledgements.yaml), and who uses what (consumers.yaml).

Pairs:
  Each line {\"id\", \"kind\": \"openapi\"|\"jsonschema\", \"base\", \"revision\"}
  holds both documents and is answered, in order, by a line {\"id\", \"verdict\":
  \"compatible\"|\"incompatible\"|\"unknown\", \"breaking\", \"findings\": [{\"code\",
  \"severity\", \"pointer\", \"confidence\", \"witness\"}]}. A line that is no pair is
  answered by {\"id\", \"line\", \"error\"}; the rest goes on.

Policies:
  default  schemas by themselves strictly; APIs and events for those who keep to
           what is declared: a new optional member of an open object is safe
  strict   whatever an open object accepts may come
  FILE     as `stipule schema policy` describes it

Exit codes:
  0  nobody breaks, or what breaks was acknowledged; with --pairs, every line
     was answered
  1  somebody breaks, or data is lost: BLOCK
  2  the command line is wrong, or a file can't be read
  3  somebody may break: a person has to look (REVIEW)";

/// One pattern and one event, or many cases.
#[derive(Args)]
pub(crate) struct PatternTest {
    /// A file that holds a pattern; `-` reads standard input
    #[arg(long, value_name = "FILE", required_unless_present = "cases", requires = "event")]
    pub(crate) pattern: Option<PathBuf>,
    /// A file that holds an event, envelope included; `-` reads standard input
    #[arg(long, value_name = "FILE", required_unless_present = "cases", requires = "pattern")]
    pub(crate) event: Option<PathBuf>,
    /// A file of lines {"id", "pattern", "event"}; `-` reads standard input
    #[arg(long, value_name = "FILE.jsonl", conflicts_with_all = ["pattern", "event"])]
    pub(crate) cases: Option<PathBuf>,
}

const PATTERN_TEST_USAGE: &str = "stipule pattern test --pattern FILE --event FILE [OPTIONS]
       stipule pattern test --cases FILE.jsonl";

const CASES_HELP: &str = "\
Cases:
  Each line {\"id\", \"pattern\", \"event\"} is answered, in order, by a line
  {\"id\", \"matches\": true|false}, or {\"id\", \"error\"} where EventBridge would
  refuse the pattern. Pattern and event may be objects or strings that hold JSON.
  A line that is no case is answered by an error with its line number; the rest
  goes on.

Exit codes:
  0  the event matches; with --cases, every line was answered
  1  no match, the pattern is refused, or the event is no JSON object
  2  the command line is wrong, or a file can't be read";

fn formats() -> Vec<&'static str> {
    stipule_front::formats::SCHEMAS.iter().map(|schema| schema.name).collect()
}

/// Output formats.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// For people
    Text,
    /// One JSON document for programs
    Json,
    /// A comment on a pull request (review)
    Markdown,
    /// For code scanning: SARIF 2.1.0 (review)
    Sarif,
    /// For CI: JUnit (review)
    Junit,
    /// A page (review, table show)
    Html,
    /// Annotations of GitHub (review)
    Github,
}

impl Command {
    /// Whether a command prints in a format.
    pub(crate) fn has(&self, format: Format) -> bool {
        match self {
            Command::Review(_) => true,
            Command::Table(TableCommand::Show(_)) if format == Format::Html => true,
            _ => matches!(format, Format::Text | Format::Json),
        }
    }
}
