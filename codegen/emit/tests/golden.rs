//! What contracts become, file by file: a folder per case, its `contracts` and what is expected of them.
//!
//! `STIPULE_BLESS=1 cargo test -p stipule-emit --test golden` rewrites what is expected; the difference is then for a
//! person to read.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use stipule_emit::Files;
use stipule_front::load;
use stipule_ir::{Contract, Source, Sources};

fn manifest() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// Folders with a `contracts` folder, each with the folder of what is expected.
fn cases() -> Vec<(PathBuf, PathBuf)> {
    let golden = fs::read_dir(manifest().join("tests/golden")).expect("there are cases");
    let mut cases: Vec<_> = golden
        .map(|case| case.expect("cases can be listed").path())
        .map(|case| (case.clone(), case.join("expected")))
        .collect();
    cases.sort();
    // The obstacle course and the library are checked in where the workspace compiles them.
    for case in ["obstacles", "library"] {
        let case = manifest().join("../../tests/cases").join(case);
        cases.push((case.clone(), case));
    }
    cases
}

/// Text files below a folder, by path relative to `root`.
fn read(root: &Path, folder: &Path, into: &mut BTreeMap<String, String>) {
    let Ok(entries) = fs::read_dir(folder) else { return };
    for entry in entries {
        let path = entry.expect("folders can be listed").path();
        if path.is_dir() {
            read(root, &path, into);
            continue;
        }
        let name =
            path.strip_prefix(root).expect("it is below the root").to_string_lossy().replace('\\', "/");
        into.insert(name, fs::read_to_string(&path).expect("cases are text"));
    }
}

fn contract(case: &Path) -> Contract {
    let mut texts = BTreeMap::new();
    read(case, &case.join("contracts"), &mut texts);
    let sources = Sources::new(texts.into_iter().map(|(path, text)| Source { path, text }));
    let (contract, diagnostics) = load(&sources);
    contract.unwrap_or_else(|| panic!("{}: {:#?}", case.display(), diagnostics.sorted()))
}

fn bless(expected: &Path, files: &Files) {
    for root in stipule_emit::owned_roots() {
        let _ = fs::remove_dir_all(expected.join(root));
    }
    for (path, text) in files.iter() {
        let path = expected.join(path);
        fs::create_dir_all(path.parent().expect("files have folders")).expect("folders can be made");
        fs::write(path, text).expect("files can be written");
    }
}

#[test]
fn contracts_become_what_is_expected() {
    let bless_it = std::env::var_os("STIPULE_BLESS").is_some_and(|value| value == "1");
    let mut faults = Vec::new();
    for (case, expected) in cases() {
        let files = stipule_emit::emit(&contract(&case));
        if bless_it {
            bless(&expected, &files);
        }
        let mut there = BTreeMap::new();
        for root in stipule_emit::owned_roots() {
            read(&expected, &expected.join(root), &mut there);
        }
        let made: BTreeMap<String, String> = files.into_iter().collect();
        for path in made.keys().chain(there.keys()).collect::<std::collections::BTreeSet<_>>() {
            match (made.get(path), there.get(path)) {
                (Some(made), Some(there)) if made == there => {}
                (Some(made), Some(there)) => {
                    let line =
                        made.lines().zip(there.lines()).take_while(|(made, there)| made == there).count();
                    let [made, there] = [made, there].map(|text| text.lines().nth(line).unwrap_or("the end"));
                    faults.push(format!(
                        "{}: {path}:{}\n  expected {there}\n  made     {made}",
                        case.display(),
                        line + 1
                    ));
                }
                (Some(_), None) => faults.push(format!("{}: {path} isn't expected", case.display())),
                (None, _) => faults.push(format!("{}: {path} isn't made", case.display())),
            }
        }
    }
    assert!(
        faults.is_empty(),
        "{}\n\nif that is as it should be: STIPULE_BLESS=1 cargo test -p stipule-emit --test golden",
        faults.join("\n")
    );
}

#[test]
fn the_same_contract_gives_the_same_bytes() {
    for (case, _) in cases() {
        let first = stipule_emit::emit(&contract(&case));
        for _ in 0..3 {
            assert!(first == stipule_emit::emit(&contract(&case)), "{}", case.display());
        }
    }
}

#[test]
fn every_file_is_in_a_folder_of_its_emitter_and_says_where_it_comes_from() {
    for (case, _) in cases() {
        for (path, text) in stipule_emit::emit(&contract(&case)).iter() {
            let owned = stipule_emit::owned_roots().any(|root| path.starts_with(&format!("{root}/")));
            assert!(owned, "{path} is in nobody's folder");
            // JSON has no comments: there a text of the outermost object says it.
            let said = if path.ends_with(".json") {
                let json: serde_json::Value = serde_json::from_str(text).expect("it is JSON");
                let texts: Vec<_> =
                    json.as_object().into_iter().flatten().filter_map(|(_, it)| it.as_str()).collect();
                texts.join("\n")
            } else {
                text.lines().next().unwrap_or_default().to_owned()
            };
            assert!(said.contains(stipule_emit::HEADER), "{path} starts with {said:?}");
        }
    }
}
