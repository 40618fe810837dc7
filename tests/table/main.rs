//! What follows from the shop's table file, before judges of its own: the generated store, a JSON Schema validator, the
//! services' sources, and an embedded DynamoDB.

mod access;
mod capacity;
mod examples;

use std::path::{Path, PathBuf};

use stipule_ir::{Contract, Source, Sources};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("tests/ is below the root").to_path_buf()
}

/// The contract of the repository in a folder.
fn contract(root: &Path) -> Contract {
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
