//! Settings from a file: lines `STIPULE_PORT=9000`, of the names that the environment uses. The environment comes before
//! the file, and the command line before both.

use std::collections::BTreeMap;
use std::ffi::{OsStr, OsString};
use std::fs;
use std::path::{Path, PathBuf};

use clap::{ArgAction, CommandFactory};
use thiserror::Error;

use crate::arguments::Arguments;

/// The option that names the file, and the variable.
const OPTION: &str = "--settings";
const VARIABLE: &str = "STIPULE_SETTINGS";

/// Why the file can't be used.
#[derive(Debug, Error)]
pub(crate) enum SettingsError {
    /// It can't be read.
    #[error("can't read {}: {reason}", .file.display())]
    File {
        /// Which.
        file: PathBuf,
        /// What the system says.
        reason: std::io::Error,
    },
    /// Lines that say nothing that there is, all of them.
    #[error("{}:\n{}", .file.display(), .faults.join("\n"))]
    Lines {
        /// Which.
        file: PathBuf,
        /// A line each.
        faults: Vec<String>,
    },
}

/// The arguments of the process, with those of the file before them.
///
/// # Errors
/// When the file can't be read or says something that there isn't.
pub(crate) fn arguments(
    given: impl IntoIterator<Item = OsString>,
    environment: impl Fn(&str) -> Option<OsString>,
) -> Result<Vec<OsString>, SettingsError> {
    let given: Vec<OsString> = given.into_iter().collect();
    // Settings are about serving; whatever else is done has options of its own.
    let serves = given.get(1).is_none_or(|first| Arguments::command().find_subcommand(first).is_none());
    if !serves {
        return Ok(given);
    }
    let Some(file) = named(&given, &environment) else { return Ok(given) };
    let read = |reason| SettingsError::File { file: file.clone(), reason };
    let text = fs::read_to_string(&file).map_err(read)?;
    let of_file = options(&file, &text, &environment)?;
    let (program, rest) = given.split_at(given.len().min(1));
    Ok([program, &of_file, rest].concat())
}

fn named(given: &[OsString], environment: &impl Fn(&str) -> Option<OsString>) -> Option<PathBuf> {
    let mut rest = given.iter();
    while let Some(argument) = rest.next() {
        if argument == OPTION {
            return rest.next().map(PathBuf::from);
        }
        if let Some(file) = argument.to_str().and_then(|it| it.strip_prefix("--settings=")) {
            return Some(PathBuf::from(file));
        }
    }
    environment(VARIABLE).map(PathBuf::from)
}

/// The options that the lines mean.
fn options(
    file: &Path,
    text: &str,
    environment: &impl Fn(&str) -> Option<OsString>,
) -> Result<Vec<OsString>, SettingsError> {
    let command = Arguments::command();
    let known: BTreeMap<&str, &clap::Arg> = command
        .get_arguments()
        .filter_map(|argument| Some((argument.get_env().and_then(OsStr::to_str)?, argument)))
        .filter(|(name, _)| *name != VARIABLE)
        .collect();
    let (mut options, mut faults) = (Vec::new(), Vec::new());
    for (number, line) in (1..).zip(text.lines()) {
        let line = line.trim();
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        let (name, value) =
            line.split_once('=').map_or((line, ""), |(name, value)| (name.trim(), value.trim()));
        let Some(argument) = known.get(name) else {
            let names = known.keys().copied().collect::<Vec<_>>().join(", ");
            faults.push(format!("  line {number}: there is no `{name}`; there are {names}"));
            continue;
        };
        let option = argument.get_long().unwrap_or_default();
        let is_flag = matches!(argument.get_action(), ArgAction::SetTrue);
        match (is_flag, value) {
            _ if environment(name).is_some() => {}
            (true, "true") => options.push(format!("--{option}").into()),
            (true, "false") => {}
            (true, _) => faults.push(format!("  line {number}: `{name}` is true or false")),
            (false, value) => options.push(format!("--{option}={value}").into()),
        }
    }
    if faults.is_empty() { Ok(options) } else { Err(SettingsError::Lines { file: file.to_owned(), faults }) }
}

#[cfg(test)]
mod tests {
    use clap::Parser as _;

    use super::*;

    /// What comes of a file, of words on the command line, and of names in the environment.
    fn parsed(text: &str, given: &[&str], environment: &[&str]) -> Result<Arguments, String> {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("stipule.env");
        fs::write(&file, text).unwrap();
        let mut words = vec![OsString::from("commerce"), OPTION.into(), file.into()];
        words.extend(given.iter().map(OsString::from));
        let is_set = |name: &str| environment.contains(&name).then(OsString::new);
        let words = arguments(words, is_set).map_err(|error| error.to_string())?;
        Arguments::try_parse_from(words).map_err(|error| error.to_string())
    }

    #[test]
    fn a_file_says_what_the_environment_and_the_command_line_leave_open() {
        let text = "# for CI\nSTIPULE_PORT = 9000\nSTIPULE_NO_SEED=true\nSTIPULE_PRINT_ADDRESS=json\n";
        let serve = parsed(text, &[], &[]).unwrap().serve;
        assert_eq!((serve.port, serve.no_seed), (9000, true));
        let serve = parsed(text, &["--port", "9001"], &[]).unwrap().serve;
        assert_eq!(serve.port, 9001, "the command line comes first");
        let serve = parsed(text, &[], &["STIPULE_PORT"]).unwrap().serve;
        assert_eq!(serve.port, 8080, "the environment comes before the file");
    }

    #[test]
    fn every_wrong_line_is_said_at_once() {
        let faults = parsed("STIPULE_PROT=1\nSTIPULE_NO_SEED=yes\n", &[], &[]).expect_err("two faults");
        assert!(faults.contains("line 1: there is no `STIPULE_PROT`; there are"), "{faults}");
        assert!(
            faults.contains("STIPULE_PORT") && faults.contains("line 2: `STIPULE_NO_SEED` is true or false"),
            "{faults}"
        );
    }
}
