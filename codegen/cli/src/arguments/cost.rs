//! Arguments of `stipule cost`.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

/// Examples under `--help`.
pub(crate) const COST_HELP: &str = "Examples:
  stipule cost                                   the dearest items by service
  stipule cost --pattern 'GET /products'         what one of them is made of
  stipule cost --kind saga --all                 every saga
  stipule cost --service orders --sort rate      what is called most often
  stipule cost --html cost.html                  one page with every figure
  stipule cost --format json                     for programs";

/// Which costs are shown, at which prices.
#[derive(Args)]
pub(crate) struct Cost {
    /// What one item is made of: `GET /products`, `Order.Placed`, `checkout`, `place_order`
    #[arg(long, value_name = "NAME", conflicts_with_all = ["all", "service", "kind", "top", "html"])]
    pub(crate) pattern: Option<String>,
    /// Every item, the cheap ones too
    #[arg(long)]
    pub(crate) all: bool,
    /// Items of one service
    #[arg(long, value_name = "NAME")]
    pub(crate) service: Option<String>,
    /// Items of one kind
    #[arg(long, value_enum)]
    pub(crate) kind: Option<ItemKind>,
    /// In which order
    #[arg(long, value_enum, default_value_t = Sort::Cost)]
    pub(crate) sort: Sort,
    /// Only the first so many, of all services together
    #[arg(long, value_name = "COUNT")]
    pub(crate) top: Option<usize>,
    /// Writes all of it into one page that needs nothing else
    #[arg(long, value_name = "FILE")]
    pub(crate) html: Option<PathBuf>,
    /// A file with prices [default: those of AWS us-east-1 that come with the tool]
    #[arg(long, value_name = "FILE.json")]
    pub(crate) prices: Option<PathBuf>,
}

/// Kinds of items.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum ItemKind {
    /// Operations
    Endpoint,
    /// Events and their consumers
    Event,
    /// Sagas and their steps
    Saga,
    /// Reads of the table
    Read,
    /// Writes of the table
    Write,
    /// What the table holds
    Table,
    /// Sockets and what they are told
    Socket,
    /// What is there whether anybody calls or not
    Fixed,
}

/// Orders of items.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Sort {
    /// The dearest first
    Cost,
    /// By their names
    Name,
    /// What happens most often first
    Rate,
}
