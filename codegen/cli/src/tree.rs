//! The generated folders on disk, and how they differ from what they should be.

use std::fs;
use std::io;
use std::path::Path;

use stipule_emit::{Files, HEADER};

use crate::failure::Failure;
use crate::replace::TEMPORARY;

/// How far into a file the header may be.
const HEADER_WITHIN: usize = 512;

/// What is wrong on disk, each list in path order.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Difference {
    /// Says something else than it should.
    pub(crate) stale: Vec<Stale>,
    /// Isn't there.
    pub(crate) missing: Vec<String>,
    /// Was generated once, and no more.
    pub(crate) orphaned: Vec<String>,
    /// Is in a generated folder without having been generated.
    pub(crate) foreign: Vec<String>,
    /// Number of files that are right.
    pub(crate) unchanged: usize,
    /// Leftovers of a killed run.
    temporary: Vec<String>,
}

/// A file that says something else than it should.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Stale {
    /// Its path.
    pub(crate) path: String,
    /// The first line that differs, from 1.
    pub(crate) line: usize,
}

impl Difference {
    /// No difference among so many files.
    pub(crate) fn none(unchanged: usize) -> Self {
        Self { unchanged, ..Self::default() }
    }

    /// Whether the folders are as they should be.
    pub(crate) fn is_empty(&self) -> bool {
        self.stale.is_empty()
            && self.missing.is_empty()
            && self.orphaned.is_empty()
            && self.foreign.is_empty()
    }
}

/// Compares the generated files with those on disk below `root`; `owned` are the folders that hold nothing else.
pub(crate) fn compare(
    root: &Path,
    files: &Files,
    owned: impl Iterator<Item = &'static str>,
) -> Result<Difference, Failure> {
    let mut difference = Difference::default();
    for (path, text) in files.iter() {
        refuse_links(root, path)?;
        match fs::read(root.join(path)) {
            Ok(found) if found == text.as_bytes() => difference.unchanged += 1,
            Ok(found) => {
                let line = first_difference(&found, text.as_bytes());
                difference.stale.push(Stale { path: path.to_owned(), line });
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => difference.missing.push(path.to_owned()),
            Err(error) => return Err(Failure::io(&format!("read {path}"), &error)),
        }
    }
    for folder in owned {
        walk(root, folder, files, &mut difference)?;
    }
    difference.orphaned.sort();
    difference.foreign.sort();
    Ok(difference)
}

fn first_difference(found: &[u8], wanted: &[u8]) -> usize {
    let same = found.iter().zip(wanted).take_while(|(found, wanted)| found == wanted).count();
    found[..same].iter().filter(|byte| **byte == b'\n').count() + 1
}

/// A link among the generated folders could lead a write anywhere.
fn refuse_links(root: &Path, path: &str) -> Result<(), Failure> {
    let mut part = root.to_owned();
    for name in path.split('/') {
        part.push(name);
        match fs::symlink_metadata(&part) {
            Ok(found) if found.is_symlink() => {
                return Err(Failure::new(format!(
                    "{} is a link; generated files are not written through links",
                    part.strip_prefix(root).unwrap_or(&part).display()
                )));
            }
            Ok(_) => {}
            Err(_) => return Ok(()),
        }
    }
    Ok(())
}

fn walk(root: &Path, folder: &str, files: &Files, difference: &mut Difference) -> Result<(), Failure> {
    let failed = |error: io::Error| Failure::io(&format!("read the folder {folder}"), &error);
    let entries = match fs::read_dir(root.join(folder)) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(failed(error)),
    };
    for entry in entries {
        let entry = entry.map_err(failed)?;
        let name = entry.file_name().to_string_lossy().into_owned();
        let path = format!("{folder}/{name}");
        let kind = entry.file_type().map_err(failed)?;
        if name.starts_with('.') {
            if name.ends_with(TEMPORARY) {
                difference.temporary.push(path);
            }
        } else if kind.is_dir() {
            walk(root, &path, files, difference)?;
        } else if files.get(&path).is_none() {
            let text = fs::read(entry.path()).map_err(failed)?;
            if is_generated(&text) { difference.orphaned.push(path) } else { difference.foreign.push(path) }
        }
    }
    Ok(())
}

/// Whether a file says of itself that it was generated.
pub(crate) fn is_generated(text: &[u8]) -> bool {
    let start = &text[..text.len().min(HEADER_WITHIN)];
    start.windows(HEADER.len()).any(|window| window == HEADER.as_bytes())
}

/// Makes the folders as they should be: writes what is stale or missing, removes what is orphaned.
///
/// Each file is replaced in one step, so that a build that runs meanwhile never reads half a file.
pub(crate) fn repair(root: &Path, files: &Files, difference: &Difference) -> Result<(), Failure> {
    let stale = difference.stale.iter().map(|stale| &stale.path);
    for path in stale.chain(&difference.missing) {
        let text = files.get(path).unwrap_or_default();
        replace(&root.join(path), text).map_err(|error| Failure::io(&format!("write {path}"), &error))?;
    }
    for path in difference.orphaned.iter().chain(&difference.temporary) {
        let file = root.join(path);
        fs::remove_file(&file).map_err(|error| Failure::io(&format!("remove {path}"), &error))?;
        remove_empty_parents(root, &file);
    }
    Ok(())
}

fn replace(file: &Path, text: &str) -> io::Result<()> {
    fs::create_dir_all(file.parent().unwrap_or(Path::new(".")))?;
    crate::replace::replace(file, text)
}

/// Stops at the first folder that still holds something, which is what `remove_dir` refuses.
fn remove_empty_parents(root: &Path, file: &Path) {
    for folder in file.ancestors().skip(1).take_while(|folder| *folder != root) {
        if fs::remove_dir(folder).is_err() {
            return;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const OWNED: [&str; 1] = ["generated/model"];

    fn files(texts: &[(&str, &str)]) -> Files {
        let mut files = Files::new();
        for (path, text) in texts {
            files.add(path, "contracts", text);
        }
        files
    }

    fn differ(root: &Path, files: &Files) -> Difference {
        compare(root, files, OWNED.into_iter()).unwrap()
    }

    #[test]
    fn a_repaired_folder_has_no_difference() {
        let root = tempfile::tempdir().unwrap();
        let wanted =
            files(&[("generated/model/a.rs", "fn a() {}\n"), ("generated/model/sub/b.rs", "fn b() {}\n")]);
        let before = differ(root.path(), &wanted);
        assert_eq!(before.missing, ["generated/model/a.rs", "generated/model/sub/b.rs"]);
        repair(root.path(), &wanted, &before).unwrap();
        let after = differ(root.path(), &wanted);
        assert!(after.is_empty() && after.unchanged == 2, "{after:?}");
    }

    #[test]
    fn a_stale_file_is_named_with_its_first_different_line_and_replaced() {
        let root = tempfile::tempdir().unwrap();
        let old = files(&[("generated/model/a.rs", "fn a() {}\nfn b() {}\n")]);
        repair(root.path(), &old, &differ(root.path(), &old)).unwrap();
        let wanted = files(&[("generated/model/a.rs", "fn a() {}\nfn c() {}\n")]);
        let difference = differ(root.path(), &wanted);
        assert_eq!(difference.stale, [Stale { path: "generated/model/a.rs".to_owned(), line: 4 }]);
        repair(root.path(), &wanted, &difference).unwrap();
        assert!(differ(root.path(), &wanted).is_empty());
    }

    #[test]
    fn an_orphan_goes_with_its_empty_folder_and_a_foreign_file_stays() {
        let root = tempfile::tempdir().unwrap();
        let old =
            files(&[("generated/model/gone/a.rs", "fn a() {}\n"), ("generated/model/b.rs", "fn b() {}\n")]);
        repair(root.path(), &old, &differ(root.path(), &old)).unwrap();
        fs::write(root.path().join("generated/model/notes.txt"), "mine").unwrap();
        let wanted = files(&[("generated/model/b.rs", "fn b() {}\n")]);
        let difference = differ(root.path(), &wanted);
        assert_eq!(difference.orphaned, ["generated/model/gone/a.rs"]);
        assert_eq!(difference.foreign, ["generated/model/notes.txt"]);
        repair(root.path(), &wanted, &difference).unwrap();
        assert!(!root.path().join("generated/model/gone").exists());
        assert!(root.path().join("generated/model/notes.txt").exists());
    }

    #[test]
    fn what_a_killed_run_left_is_cleared_and_never_reported() {
        let root = tempfile::tempdir().unwrap();
        let wanted = files(&[("generated/model/a.rs", "fn a() {}\n")]);
        repair(root.path(), &wanted, &differ(root.path(), &wanted)).unwrap();
        let leftover = root.path().join("generated/model/.a.rs.123.stipule.tmp");
        fs::write(&leftover, "half").unwrap();
        let difference = differ(root.path(), &wanted);
        assert!(difference.is_empty());
        repair(root.path(), &wanted, &difference).unwrap();
        assert!(!leftover.exists());
    }

    #[cfg(unix)]
    #[test]
    fn nothing_is_written_through_a_link() {
        let root = tempfile::tempdir().unwrap();
        let elsewhere = tempfile::tempdir().unwrap();
        fs::create_dir(root.path().join("generated")).unwrap();
        std::os::unix::fs::symlink(elsewhere.path(), root.path().join("generated/model")).unwrap();
        let wanted = files(&[("generated/model/a.rs", "fn a() {}\n")]);
        let refused = compare(root.path(), &wanted, OWNED.into_iter()).unwrap_err();
        assert!(refused.to_string().contains("generated/model is a link"), "{refused}");
    }
}
