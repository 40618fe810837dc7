//! `stipule package`.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

/// Which binary becomes the archive, and where that goes.
#[derive(Args)]
pub(crate) struct Package {
    /// A binary that was built [default: builds the bin `bootstrap` of the package]
    #[arg(long, value_name = "PATH")]
    pub(crate) binary: Option<PathBuf>,
    /// Cargo package that has the bin `bootstrap` [default: PLATFORM-bootstrap]
    #[arg(long, value_name = "NAME", conflicts_with = "binary")]
    pub(crate) package: Option<String>,
    /// What it has to run on [default: what the functions of the templates ask for]
    ///
    /// Named for a stand-in of AWS that starts functions on this machine.
    #[arg(long, value_enum)]
    pub(crate) architecture: Option<Architecture>,
    /// The archive [default: target/stipule/code/SHA256.zip of the repository]
    #[arg(long, value_name = "FILE.zip")]
    pub(crate) out: Option<PathBuf>,
}

/// Processors that functions run on, by AWS's names.
#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
pub(crate) enum Architecture {
    /// AArch64
    #[value(name = "arm64")]
    Arm64,
    /// AMD64
    #[value(name = "x86_64", alias = "x86-64")]
    X86,
}
