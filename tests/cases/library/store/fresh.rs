//! The generated crates are what the generator makes of the contracts today.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use stipule_ir::{Source, Sources};

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// Every file below a folder, by path from the root with `/` between parts.
fn files(folder: &Path, into: &mut BTreeMap<String, String>) {
    for entry in std::fs::read_dir(folder).expect("the folder is readable") {
        let path = entry.expect("the folder is readable").path();
        if path.is_dir() {
            files(&path, into);
        } else {
            let relative = path.strip_prefix(root()).expect("below the root");
            let parts: Vec<_> = relative.iter().map(|part| part.to_string_lossy()).collect();
            into.insert(parts.join("/"), std::fs::read_to_string(&path).expect("text"));
        }
    }
}

#[test]
fn the_generated_crates_are_fresh() {
    let mut contracts = BTreeMap::new();
    files(&root().join("contracts"), &mut contracts);
    let sources = Sources::new(contracts.into_iter().map(|(path, text)| Source { path, text }));
    let (contract, diagnostics) = stipule_front::load(&sources);
    let contract = contract.unwrap_or_else(|| panic!("the contracts load: {diagnostics:?}"));
    let mut present = BTreeMap::new();
    files(&root().join("generated"), &mut present);
    let expected: BTreeMap<String, String> = stipule_emit::emit(&contract)
        .into_iter()
        .filter(|(path, _)| path.starts_with("generated/"))
        .collect();
    let stale: Vec<&String> = expected
        .iter()
        .filter(|(path, text)| present.get(*path) != Some(*text))
        .map(|(path, _)| path)
        .chain(present.keys().filter(|path| !expected.contains_key(*path)))
        .collect();
    assert!(
        stale.is_empty(),
        "not what the generator makes: {stale:#?}\nrepair: cargo run -p stipule -- generate --root tests/cases/library"
    );
}
