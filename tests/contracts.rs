//! The contracts of a repository, as the tool reads them.

use std::path::Path;

use stipule_ir::{Contract, Source, Sources};

/// The contract of the repository in a folder.
///
/// # Panics
/// When the contracts can't be read, or have errors.
pub fn contract(root: &Path) -> Contract {
    let mut files = Vec::new();
    gather(root, &root.join("contracts"), &mut files);
    let (contract, diagnostics) = stipule_front::load(&Sources::new(files));
    contract.unwrap_or_else(|| panic!("{}: {diagnostics:?}", root.display()))
}

fn gather(root: &Path, folder: &Path, files: &mut Vec<Source>) {
    for entry in std::fs::read_dir(folder).expect("contracts can be read").flatten() {
        let path = entry.path();
        if path.is_dir() {
            gather(root, &path, files);
        } else {
            let text = std::fs::read_to_string(&path).expect("contracts are text");
            files.push(Source { path: path.strip_prefix(root).expect("below").display().to_string(), text });
        }
    }
}
