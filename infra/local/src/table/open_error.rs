//! Why a table doesn't open.

use std::fmt;
use std::path::PathBuf;

use dynoxide::DynoxideError;

/// Why a table doesn't open, and what to do about it.
#[derive(Debug)]
pub enum OpenError {
    /// Another process uses the folder.
    Held {
        /// The folder.
        folder: PathBuf,
        /// The other process, if it could be read.
        process: Option<u32>,
    },
    /// The folder can't be created, or its lock file can't be written.
    Folder {
        /// The folder.
        folder: PathBuf,
        /// What the operating system said.
        source: std::io::Error,
    },
    /// The folder's name isn't UTF-8, which the engine needs.
    Name {
        /// The folder.
        folder: PathBuf,
    },
    /// The stored table has other keys or indexes than the contract.
    Differs {
        /// Its name.
        table: String,
        /// What is so only in the stored table.
        stored: Vec<String>,
        /// What is so only in the contract.
        wanted: Vec<String>,
    },
    /// The engine wouldn't promise that an answered commit is on the disk.
    NotDurable {
        /// Its journal mode; `wal` is needed.
        journal: String,
        /// Its `synchronous` setting; 2 is needed.
        synchronous: i64,
    },
    /// The engine refused the file.
    Engine(DynoxideError),
    /// No thread could be started.
    Thread(std::io::Error),
}

impl fmt::Display for OpenError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Held { folder, process } => {
                write!(f, "the data folder {} is in use by ", folder.display())?;
                match process {
                    Some(process) => write!(f, "process {process}")?,
                    None => f.write_str("another process")?,
                }
                f.write_str("; stop it, or choose another folder")
            }
            Self::Folder { folder, source } => {
                write!(f, "the data folder {} can't be used: {source}", folder.display())
            }
            Self::Name { folder } => {
                write!(f, "the data folder {} has a name that isn't UTF-8; choose another", folder.display())
            }
            Self::Differs { table, stored, wanted } => {
                write!(f, "the stored table `{table}` is not the one of the contract")?;
                for line in stored {
                    write!(f, "\n  stored:   {line}")?;
                }
                for line in wanted {
                    write!(f, "\n  contract: {line}")?;
                }
                f.write_str("\nstart over with an empty data folder, or restore the contract it was made for")
            }
            Self::NotDurable { journal, synchronous } => write!(
                f,
                "the table can't promise durable commits here (journal mode `{journal}`, synchronous {synchronous}): is the data folder on a network disk?"
            ),
            Self::Engine(fault) => write!(
                f,
                "the table's file can't be used: {fault}; is the disk full, or the file damaged? --reset starts over"
            ),
            Self::Thread(fault) => write!(f, "no thread for the table could be started: {fault}"),
        }
    }
}

impl std::error::Error for OpenError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Folder { source, .. } | Self::Thread(source) => Some(source),
            Self::Engine(fault) => Some(fault),
            _ => None,
        }
    }
}

impl From<DynoxideError> for OpenError {
    fn from(fault: DynoxideError) -> Self {
        Self::Engine(fault)
    }
}
