//! `stipule review`: what a change of contracts means for those who rely on them.

pub(crate) mod changelog;
mod files;
mod git;
mod pairs;
mod places;
mod repository;
mod settings;
mod single;
mod tree;
mod write;

use std::path::Path;

use crate::arguments::{Options, ReviewArguments};
use crate::failure::Failure;
use crate::output::Output;
use tree::Tree;

/// Something may break somebody: a person has to look.
pub(crate) const LOOK: u8 = 3;

/// Runs the command; the exit code.
pub(crate) fn run(arguments: &ReviewArguments, options: &Options, output: &Output) -> Result<u8, Failure> {
    if let Some(pairs) = &arguments.pairs {
        let settings = settings::read(arguments)?;
        return pairs::run(pairs, &settings, arguments.out.as_deref(), output).map(|()| 0);
    }
    if let Some(revision) = &arguments.against {
        let root = crate::root::find(options.root.as_deref())?;
        let versions = both(|| tree::of_git(&root, revision), || tree::of_folder(&root, "the work tree"));
        return repository::run(versions?, arguments, output);
    }
    let (Some(base), Some(revision)) = (&arguments.base, &arguments.revision) else {
        // The argument parser asks for one or the other.
        return Err(Failure::new("name two versions with --base and --revision, or one with --against"));
    };
    match (base.is_dir(), revision.is_dir()) {
        (true, true) => {
            let read = |path: &Path| tree::of_folder(path, &path.display().to_string());
            repository::run(both(|| read(base), || read(revision))?, arguments, output)
        }
        (false, false) => single::run((base, revision), &settings::read(arguments)?, arguments, output),
        _ => Err(Failure::new(format!(
            "{} and {} must both be folders or both be files",
            base.display(),
            revision.display()
        ))),
    }
}

/// Two versions, read side by side. When both are at fault, the first says why.
fn both(
    base: impl FnOnce() -> Result<Tree, Failure> + Send,
    revision: impl FnOnce() -> Result<Tree, Failure>,
) -> Result<(Tree, Tree), Failure> {
    let (base, revision) = std::thread::scope(|scope| {
        let base = scope.spawn(base);
        let revision = revision();
        (base.join(), revision)
    });
    match base {
        Ok(base) => Ok((base?, revision?)),
        Err(panic) => std::panic::resume_unwind(panic),
    }
}
