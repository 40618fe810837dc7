//! `stipule changelog`: what callers of the API have to know between two versions.

use std::path::{Path, PathBuf};

use stipule_review::output;

use super::repository;
use super::tree::{self, Tree};
use crate::arguments::{ChangelogArguments, Options, ReviewArguments};
use crate::failure::Failure;
use crate::output::Output;
use crate::replace::replace;

/// Runs the command.
pub(crate) fn run(arguments: &ChangelogArguments, options: &Options, output: &Output) -> Result<(), Failure> {
    let root = || crate::root::find(options.root.as_deref());
    let base = read(&arguments.from, root)?;
    let revision = match &arguments.to {
        Some(to) => read(to, root)?,
        None => tree::of_folder(&root()?, "the work tree")?,
    };
    let settings = ReviewArguments { today: arguments.today, ..ReviewArguments::default() };
    let text = between(&base, &revision, &settings)?;
    match &arguments.out {
        Some(path) => {
            replace(path, &text).map_err(|error| Failure::io(&format!("write {}", path.display()), &error))
        }
        None => output.print(&text),
    }
}

/// What callers have to know of the work tree since a revision or a folder, as Markdown.
pub(crate) fn since(root: &Path, since: &str) -> Result<String, Failure> {
    let base = read(since, || Ok(root.to_owned()))?;
    between(&base, &tree::of_folder(root, "the work tree")?, &ReviewArguments::default())
}

fn read(name: &str, root: impl FnOnce() -> Result<PathBuf, Failure>) -> Result<Tree, Failure> {
    let path = Path::new(name);
    if path.is_dir() { tree::of_folder(path, name) } else { tree::of_git(&root()?, name) }
}

fn between(base: &Tree, revision: &Tree, settings: &ReviewArguments) -> Result<String, Failure> {
    Ok(output::changelog(&repository::compare(base, revision, settings)?.for_callers()))
}
