//! Remembering that nothing changed: a generate after a generate reads, compares and is done.
//!
//! After a run without any finding the build folder gets a fingerprint over the tool itself, every contract and every
//! generated file as it stands on disk. While the fingerprint holds, emitting would give the same files again. A
//! missing or wrong one only costs the time of a full run, and `generate --check` never trusts it.

use std::fs;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::path::Path;

use stipule_emit::Files;
use stipule_ir::Sources;

/// Where it is kept: in cargo's build folder, so that `cargo clean` forgets it.
const PLACE: &str = "target/stipule/fresh";

/// The number of generated files, if the last run left everything as it is now.
pub(crate) fn recall(root: &Path, sources: &Sources, owned: &[&str]) -> Option<usize> {
    let kept = fs::read_to_string(root.join(PLACE)).ok()?;
    let mut found = Vec::new();
    for folder in owned {
        read_all(root, folder, &mut found)?;
    }
    found.sort();
    let now = fingerprint(sources, found.iter().map(|(path, text)| (path.as_str(), text.as_slice())))?;
    (kept == now).then_some(found.len())
}

/// Remembers that `files` are what is on disk. Nothing is remembered outside of a cargo workspace, where there is no
/// build folder, nor when it can't be written: it only saves time.
pub(crate) fn remember(root: &Path, sources: &Sources, files: &Files, owned: &[&str]) {
    let is_owned = |path: &str| owned.iter().any(|folder| path.starts_with(&format!("{folder}/")));
    if !root.join("Cargo.toml").is_file() || !files.iter().all(|(path, _)| is_owned(path)) {
        return;
    }
    let texts = files.iter().map(|(path, text)| (path, text.as_bytes()));
    let Some(now) = fingerprint(sources, texts) else { return };
    let place = root.join(PLACE);
    if let Some(folder) = place.parent() {
        let _ = fs::create_dir_all(folder).and_then(|()| fs::write(&place, now));
    }
}

fn fingerprint<'t>(sources: &Sources, texts: impl Iterator<Item = (&'t str, &'t [u8])>) -> Option<String> {
    let mut hasher = DefaultHasher::new();
    // A tool that was built anew may emit something else.
    let tool = fs::metadata(std::env::current_exe().ok()?).ok()?;
    (tool.len(), tool.modified().ok()?).hash(&mut hasher);
    for (_, source) in sources.iter() {
        (&source.path, &source.text).hash(&mut hasher);
    }
    "generated".hash(&mut hasher);
    for (path, text) in texts {
        (path, text).hash(&mut hasher);
    }
    Some(format!("{:016x}\n", hasher.finish()))
}

/// Every file below a folder; `None` when something can't be read or is no plain file.
fn read_all(root: &Path, folder: &str, found: &mut Vec<(String, Vec<u8>)>) -> Option<()> {
    for entry in fs::read_dir(root.join(folder)).ok()? {
        let entry = entry.ok()?;
        let path = format!("{folder}/{}", entry.file_name().into_string().ok()?);
        let kind = entry.file_type().ok()?;
        if kind.is_dir() {
            read_all(root, &path, found)?;
        } else if kind.is_file() {
            found.push((path, fs::read(entry.path()).ok()?));
        } else {
            return None;
        }
    }
    Some(())
}
