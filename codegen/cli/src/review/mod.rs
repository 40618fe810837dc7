//! `stipule review`: what a change of contracts means for those who rely on them.

mod files;
mod pairs;
mod places;
mod settings;
mod single;
mod write;

use crate::arguments::ReviewArguments;
use crate::failure::Failure;
use crate::output::Output;

/// Something may break somebody: a person has to look.
pub(crate) const LOOK: u8 = 3;

/// Runs the command; the exit code.
pub(crate) fn run(arguments: &ReviewArguments, output: &Output) -> Result<u8, Failure> {
    let settings = settings::read(arguments)?;
    match (&arguments.pairs, &arguments.base, &arguments.revision) {
        (Some(pairs), ..) => pairs::run(pairs, &settings, arguments.out.as_deref(), output).map(|()| 0),
        (None, Some(base), Some(revision)) => single::run((base, revision), &settings, arguments, output),
        // The argument parser asks for one or the other.
        _ => {
            Err(Failure::new("name two versions with --base and --revision, or lines of pairs with --pairs"))
        }
    }
}
