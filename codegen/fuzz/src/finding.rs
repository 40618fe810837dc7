//! Findings, written down so that they can be made again.

use std::fmt;
use std::fs;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::io;
use std::path::PathBuf;

use crate::corpus::{Input, root};

/// Kinds of findings.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Kind {
    /// A panic or a broken promise: where and what it said.
    Panic(String),
    /// A run beyond the limit of time.
    Slow(String),
    /// The process ended: a stack used up, an abort.
    Death(String),
}

impl fmt::Display for Kind {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Panic(words) => write!(out, "panic: {words}"),
            Self::Slow(words) => write!(out, "slow: {words}"),
            Self::Death(words) => write!(out, "the process ended: {words}"),
        }
    }
}

/// An input that does what no input may do.
#[derive(Debug, Clone)]
pub struct Finding {
    /// The target's name.
    pub target: &'static str,
    /// What happened.
    pub kind: Kind,
    /// What tells it from other findings of the target: a place in the code.
    pub place: String,
    /// The run's seed.
    pub seed: u64,
    /// The input's number in the run.
    pub iteration: u64,
    /// The input, cut down.
    pub input: Input,
}

impl Finding {
    /// Writes the input to a file of its own, and beside it what happened. Findings of one place share a file.
    pub fn write(&self) -> io::Result<PathBuf> {
        let mut hasher = DefaultHasher::new();
        self.place.hash(&mut hasher);
        let folder = folder();
        fs::create_dir_all(&folder)?;
        let stem = format!("{}-{:08x}", self.target, hasher.finish() & 0xffff_ffff);
        let file = folder.join(format!("{stem}.input"));
        fs::write(&file, &self.input.bytes)?;
        let about = format!(
            "{}\nplace: {}\nmade by: {} --seed {}, iteration {}\nreplay: {} --as {} --replay {}\n",
            self.kind,
            self.place,
            self.target,
            self.seed,
            self.iteration,
            self.target,
            self.input.name,
            file.display()
        );
        fs::write(folder.join(format!("{stem}.txt")), about)?;
        Ok(file)
    }
}

/// Where findings go: `findings` in the build folder.
pub fn folder() -> PathBuf {
    std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root().join("target"), PathBuf::from).join("findings")
}
