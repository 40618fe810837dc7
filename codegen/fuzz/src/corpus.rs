//! What inputs grow from: the repository's own contracts and cases.

use std::fs;
use std::path::{Path, PathBuf};

use stipule_ir::{Source, Sources};

/// Larger files make runs slow and say nothing that smaller ones don't.
const LARGEST: usize = 64 << 10;

/// Folders, each with a `contracts/` of its own.
pub const REPOSITORIES: &[&str] =
    &[".", "tests/cases/library", "tests/cases/obstacles", "tests/cases/malformed/base"];

/// An input with the name that tells its target how to read it: a path below the root, or a kind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Input {
    /// The name.
    pub name: String,
    /// What it says; mutations may leave UTF-8.
    pub bytes: Vec<u8>,
}

impl Input {
    /// An input that says `text`.
    pub fn new(name: &str, text: &str) -> Self {
        Self { name: name.to_owned(), bytes: text.as_bytes().to_vec() }
    }

    /// The bytes as text; what isn't UTF-8 becomes U+FFFD.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.bytes).into_owned()
    }
}

/// The root of the repository that the fuzzer was built in.
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// The files below a folder with one of these endings, in the order of their paths. What can't be read isn't there.
pub fn files(folder: &str, endings: &[&str]) -> Vec<Input> {
    let mut found = Vec::new();
    walk(&root(), folder, endings, &mut found);
    found.sort_by(|one: &Input, two| one.name.cmp(&two.name));
    found
}

fn walk(root: &Path, folder: &str, endings: &[&str], found: &mut Vec<Input>) {
    let Ok(entries) = fs::read_dir(root.join(folder)) else { return };
    for entry in entries.flatten() {
        let Ok(name) = entry.file_name().into_string() else { continue };
        let path = format!("{folder}/{name}");
        let Ok(kind) = entry.file_type() else { continue };
        if kind.is_dir() {
            walk(root, &path, endings, found);
        } else if endings.iter().any(|ending| name.ends_with(ending)) {
            let Ok(bytes) = fs::read(entry.path()) else { continue };
            if bytes.len() <= LARGEST {
                found.push(Input { name: path, bytes });
            }
        }
    }
}

/// Every contract of every repository, named `<repository>/contracts/…`.
pub fn contracts() -> Vec<Input> {
    REPOSITORIES.iter().flat_map(|repository| contracts_of(repository)).collect()
}

/// The contracts of one repository.
pub fn contracts_of(repository: &str) -> Vec<Input> {
    files(&format!("{repository}/contracts"), &[".yaml", ".yml", ".json"])
}

/// Contracts as the front reads them, with one of them changed.
pub fn with_change(contracts: &[Input], repository: &str, changed: &Input) -> Sources {
    let inside = |name: &str| name.strip_prefix(&format!("{repository}/")).unwrap_or(name).to_owned();
    let kept = contracts.iter().filter(|contract| contract.name != changed.name);
    Sources::new(
        kept.chain([changed]).map(|contract| Source { path: inside(&contract.name), text: contract.text() }),
    )
}

/// The lines of all `.jsonl` files of cases below a folder.
pub fn case_lines(folder: &str) -> Vec<String> {
    let lines = |file: Input| file.text().lines().map(str::to_owned).collect::<Vec<_>>();
    files(folder, &[".jsonl"]).into_iter().flat_map(lines).collect()
}
