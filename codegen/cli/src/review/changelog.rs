//! `stipule changelog`: what callers of the API have to know between two versions.

use std::path::Path;

use stipule_review::output;

use super::repository;
use super::tree::{self, Tree};
use crate::arguments::{ChangelogArguments, Options, ReviewArguments};
use crate::failure::Failure;
use crate::output::Output;
use crate::replace::replace;

/// Runs the command.
pub(crate) fn run(arguments: &ChangelogArguments, options: &Options, output: &Output) -> Result<(), Failure> {
    let read = |name: &str| -> Result<Tree, Failure> {
        let path = Path::new(name);
        if path.is_dir() {
            return tree::of_folder(path, name);
        }
        tree::of_git(&crate::root::find(options.root.as_deref())?, name)
    };
    let base = read(&arguments.from)?;
    let revision = match &arguments.to {
        Some(to) => read(to)?,
        None => tree::of_folder(&crate::root::find(options.root.as_deref())?, "the work tree")?,
    };
    let settings = ReviewArguments { today: arguments.today, ..ReviewArguments::default() };
    let report = repository::compare(&base, &revision, &settings)?.for_callers();
    let text = output::changelog(&report);
    match &arguments.out {
        Some(path) => {
            replace(path, &text).map_err(|error| Failure::io(&format!("write {}", path.display()), &error))
        }
        None => output.print(&text),
    }
}
