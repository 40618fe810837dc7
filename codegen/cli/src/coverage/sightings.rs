//! What the platforms of a test run went through.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use crate::failure::Failure;

/// Lines of all files that belong to one platform.
pub(super) struct Sightings {
    /// Each once.
    pub(super) lines: BTreeSet<String>,
    /// Those that say what an operation answered, each once.
    pub(super) answers: BTreeSet<String>,
    /// Files there were.
    pub(super) processes: usize,
}

impl Sightings {
    /// Reads every `.seen` file of a folder whose platform gives tokens of this issuer.
    pub(super) fn read(folder: &Path, issuer: &str) -> Result<Self, Failure> {
        let failed =
            |place: &Path, error: &std::io::Error| Failure::io(&format!("read {}", place.display()), error);
        let header = format!("platform\t{issuer}");
        let mut sightings = Self { lines: BTreeSet::new(), answers: BTreeSet::new(), processes: 0 };
        for entry in fs::read_dir(folder).map_err(|error| failed(folder, &error))? {
            let file = entry.map_err(|error| failed(folder, &error))?.path();
            if file.extension().is_none_or(|ending| ending != "seen") {
                continue;
            }
            let text = fs::read_to_string(&file).map_err(|error| failed(&file, &error))?;
            let mut lines = text.lines();
            if lines.next() == Some(header.as_str()) {
                sightings.processes += 1;
                for line in lines {
                    match line.strip_prefix("said\t") {
                        Some(answer) => sightings.answers.insert(answer.to_owned()),
                        None => sightings.lines.insert(line.to_owned()),
                    };
                }
            }
        }
        match sightings.processes {
            0 => Err(Failure::new(format!(
                "nothing of this platform was written to {}: run its tests with STIPULE_SEEN={}",
                folder.display(),
                folder.display()
            ))),
            _ => Ok(sightings),
        }
    }
}
