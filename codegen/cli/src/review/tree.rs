//! One version of a contract repository: its contracts, and what is generated for the place it runs on.

use std::path::{Path, PathBuf};

use stipule_ir::{Contract, Diagnostics, Source, Sources};

use super::files::Version;
use super::git;
use crate::failure::Failure;
use crate::gather::{LARGEST, gather_folder, is_contract};
use crate::report::text;

/// Deepest folder below `infra/` that is looked at.
const DEEPEST: usize = 6;

/// A version of a repository.
pub(crate) struct Tree {
    /// How it is called.
    pub(crate) name: String,
    /// The contracts.
    pub(crate) sources: Sources,
    /// As the model knows them.
    pub(crate) contract: Contract,
    /// Contracts and infrastructure, with the places of everything in them.
    pub(crate) version: Version,
    /// Where it is, if it is on disk.
    pub(crate) root: Option<PathBuf>,
}

/// The version in a folder: one that has `contracts/`, or one that holds the contracts itself.
pub(crate) fn of_folder(root: &Path, name: &str) -> Result<Tree, Failure> {
    let own = root.join("contracts");
    let folder = if own.is_dir() { own } else { root.to_owned() };
    let (sources, diagnostics) = gather_folder(&folder)?;
    let mut infra = Vec::new();
    json_below(&root.join("infra"), "infra", 0, &mut infra)?;
    tree(name, sources, diagnostics, &infra, Some(root.to_owned()))
}

/// The version that git has under a name.
pub(crate) fn of_git(root: &Path, revision: &str) -> Result<Tree, Failure> {
    let wanted = |path: &str| {
        if path.starts_with("infra/") { path.ends_with(".json") } else { is_contract(path) }
    };
    let files = git::files(root, revision, &["contracts", "infra"], wanted)?;
    let (infra, contracts): (Vec<Source>, Vec<Source>) =
        files.into_iter().partition(|file| file.path.starts_with("infra/"));
    if contracts.is_empty() {
        return Err(Failure::new(format!("{revision} has no contracts/")));
    }
    tree(revision, Sources::new(contracts), Diagnostics::new(), &infra, None)
}

fn tree(
    name: &str,
    sources: Sources,
    mut diagnostics: Diagnostics,
    infra: &[Source],
    root: Option<PathBuf>,
) -> Result<Tree, Failure> {
    let (contract, found) = stipule_front::load(&sources);
    diagnostics.append(found);
    let Some(contract) = contract.filter(|_| !diagnostics.has_errors()) else {
        let faults = diagnostics.sorted();
        let errors = faults.iter().filter(|fault| fault.severity == stipule_ir::Severity::Error);
        let rendered: Vec<String> = errors.map(|fault| text::diagnostic(fault, &sources, None)).collect();
        let message = format!("the contracts of {name} are at fault\n{}", rendered.join("\n"));
        return Err(Failure::new(message));
    };
    let all = sources.iter().map(|(_, source)| source).chain(infra);
    let files = all.map(|source| (source.path.clone(), source.path.clone(), source.text.clone())).collect();
    let (version, _) = Version::of(files);
    Ok(Tree { name: name.to_owned(), sources, contract, version, root })
}

/// JSON files below a folder; links are passed over.
fn json_below(folder: &Path, path: &str, depth: usize, found: &mut Vec<Source>) -> Result<(), Failure> {
    if depth > DEEPEST || !folder.is_dir() {
        return Ok(());
    }
    let failed = |error| Failure::io(&format!("read {path}"), &error);
    for entry in std::fs::read_dir(folder).map_err(failed)? {
        let entry = entry.map_err(failed)?;
        let kind = entry.file_type().map_err(failed)?;
        let Ok(name) = entry.file_name().into_string() else { continue };
        let below = format!("{path}/{name}");
        if name.starts_with('.') || kind.is_symlink() {
            continue;
        }
        if kind.is_dir() {
            json_below(&entry.path(), &below, depth + 1, found)?;
        } else if name.ends_with(".json") && entry.metadata().map_err(failed)?.len() <= LARGEST {
            let text = std::fs::read_to_string(entry.path()).map_err(failed)?;
            found.push(Source { path: below, text });
        }
    }
    Ok(())
}
