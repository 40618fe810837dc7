//! Documents that others write, and that others read.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};

/// Kinds of documents that can be imported.
#[derive(Subcommand)]
pub(crate) enum ImportCommand {
    /// A crate, or a contract, from an OpenAPI 3.0 or 3.1 document
    ///
    /// With --out, a crate with types, a client and server traits; with --into, a contract of a repository.
    ///
    /// Takes any document: what is wrong with it, or can't be said by a type, becomes a warning with its place and the
    /// widest type that is still true. Files that the document refers to are read from beside it; nothing is fetched.
    Openapi(ImportOpenapi),
}

/// One document, and where its crate or its contract goes.
#[derive(Args)]
pub(crate) struct ImportOpenapi {
    /// The document, YAML or JSON
    #[arg(value_name = "FILE")]
    pub(crate) file: PathBuf,
    /// Folder of the crate
    #[arg(long, value_name = "DIR", required_unless_present = "into")]
    pub(crate) out: Option<PathBuf>,
    /// Folder of contracts that the document becomes one of; no file that is there is replaced
    #[arg(long, value_name = "CONTRACTS", conflicts_with_all = ["out", "stipule_path", "stipule_version"])]
    pub(crate) into: Option<PathBuf>,
    /// Name of the crate [default: that of the folder], or of the service [default: that of the file]
    #[arg(long, value_name = "NAME")]
    pub(crate) name: Option<String>,
    /// Checkout of Stipule that the crate depends on [default: the one that this tool was built from]
    #[arg(long, value_name = "DIR", conflicts_with = "stipule_version")]
    pub(crate) stipule_path: Option<PathBuf>,
    /// Published version of Stipule that the crate depends on, instead of a checkout
    #[arg(long, value_name = "VERSION")]
    pub(crate) stipule_version: Option<String>,
    /// Show every warning, not only the first of each kind
    #[arg(long)]
    pub(crate) all: bool,
}

/// Where a site goes.
#[derive(Args)]
pub(crate) struct DocsArguments {
    /// Folder of the site; files of the same names are replaced, others stay
    #[arg(long, value_name = "DIR")]
    pub(crate) out: PathBuf,
    /// Since when the changelog tells: a tag or another revision of git, or a folder with contracts/
    #[arg(long, value_name = "REV|DIR")]
    pub(crate) since: Option<String>,
}

/// Descriptions for other tools.
#[derive(Subcommand)]
pub(crate) enum ExportCommand {
    /// The services as one OpenAPI document
    Openapi {
        /// Which version of OpenAPI
        #[arg(long, value_enum, default_value_t = OpenapiVersion::V31)]
        version: OpenapiVersion,
        /// A file to write to, YAML if it is called so [default: standard output, JSON]
        #[arg(long, value_name = "FILE")]
        out: Option<PathBuf>,
    },
    /// The events as an AsyncAPI 3.0 document: who sends them, who receives them
    Asyncapi {
        /// A file to write to, YAML if it is called so [default: standard output, JSON]
        #[arg(long, value_name = "FILE")]
        out: Option<PathBuf>,
    },
    /// A JSON Schema (2020-12) per event and version
    Schemas {
        /// Folder of the schemas
        #[arg(long, value_name = "DIR")]
        out: PathBuf,
    },
}

/// Versions of OpenAPI that are written.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum OpenapiVersion {
    /// 3.0.3
    #[value(name = "3.0")]
    V30,
    /// 3.1.0
    #[value(name = "3.1")]
    V31,
}
