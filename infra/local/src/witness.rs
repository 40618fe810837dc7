//! Writes down what the platforms of this process go through, if a variable of the environment names a folder for it.
//! `stipule coverage` holds it against the contracts.

use std::collections::HashSet;
use std::fs::{self, File, OpenOptions};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, Once, PoisonError};

use stipule_runtime::seen::{Seen, watch};

/// The variable that names the folder.
const FOLDER: &str = "STIPULE_SEEN";

static START: Once = Once::new();

/// Starts to write, once per process, if somebody wants it: a file per process, with the issuer of its tokens in the
/// first line, so that platforms of several repositories can share a folder.
pub(crate) fn start(issuer: &str) {
    START.call_once(|| {
        let Some(folder) = std::env::var_os(FOLDER).map(PathBuf::from) else { return };
        match open(&folder, issuer) {
            Ok(file) => {
                let notes = Mutex::new(Notes { file, lines: HashSet::new(), delivered: HashSet::new() });
                watch(move |seen| notes.lock().unwrap_or_else(PoisonError::into_inner).take(seen));
            }
            Err(error) => tracing::error!(%error, folder = %folder.display(), "nothing is written down"),
        }
    });
}

fn open(folder: &Path, issuer: &str) -> std::io::Result<File> {
    fs::create_dir_all(folder)?;
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
    let name = format!("{}-{}.seen", std::process::id(), since.as_nanos());
    let mut file = OpenOptions::new().create_new(true).append(true).open(folder.join(name))?;
    writeln!(file, "platform\t{issuer}")?;
    Ok(file)
}

/// What was seen so far. Each line is written once, at once: a process may be killed.
struct Notes {
    file: File,
    lines: HashSet<u64>,
    /// Deliveries by subscription and event.
    delivered: HashSet<u64>,
}

impl Notes {
    fn take(&mut self, seen: Seen<'_>) {
        let again = match seen {
            Seen::Delivered { .. } => Some(!self.delivered.insert(hashed(&seen))),
            _ => None,
        };
        if !self.lines.insert(hashed(&(line_of(seen), shape_of(&seen), again))) {
            return;
        }
        let end = match again {
            None => "",
            Some(false) => "\tfirst",
            Some(true) => "\tagain",
        };
        // A line that can't be written is a gap of the report, and no reason to stop.
        let _ = self.file.write_all(format!("{seen}{end}\n").as_bytes());
    }
}

/// What makes a line of its own.
fn line_of(seen: Seen<'_>) -> Seen<'_> {
    match seen {
        Seen::Delivered { subscription, .. } => Seen::Delivered { subscription, id: "" },
        // Headers have ids and times of their own in each answer: their shape counts.
        Seen::Said { operation, status, body, .. } => Seen::Said { operation, status, headers: &[], body },
        other => other,
    }
}

/// Which headers an answer has, and what it says its body is.
fn shape_of<'a>(seen: &Seen<'a>) -> Vec<(&'a str, Option<&'a str>)> {
    let Seen::Said { headers, .. } = seen else { return Vec::new() };
    let told = |name: &str| name.eq_ignore_ascii_case("content-type");
    let mut shape: Vec<_> =
        headers.iter().map(|&(name, value)| (name, told(name).then_some(value))).collect();
    shape.sort_unstable();
    shape
}

fn hashed(it: &impl Hash) -> u64 {
    let mut hasher = DefaultHasher::new();
    it.hash(&mut hasher);
    hasher.finish()
}
