//! The official test suite of JSON Schema, as the sources of the Python package `jsonschema` carry it (MIT), pinned.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

/// The version of the package that carries the suite, and of the one that carries the schemas of schemas.
const CARRIER: &str = "jsonschema==4.23.0";
const METASCHEMAS: &str = "jsonschema-specifications==2024.10.1";

/// One schema and the values that it is tried on.
#[derive(Debug)]
pub(crate) struct Group {
    /// File and words: `not.json: not multiple types`.
    pub(crate) name: String,
    pub(crate) schema: Value,
    pub(crate) tests: Vec<Test>,
}

#[derive(Debug)]
pub(crate) struct Test {
    pub(crate) name: String,
    pub(crate) data: Value,
    pub(crate) valid: bool,
}

/// The required groups of a draft, in the order of their files.
pub(crate) fn groups(draft: &str) -> Vec<Group> {
    let folder = suite().join("tests").join(draft);
    let mut files: Vec<PathBuf> = entries(&folder).into_iter().filter(|path| path.is_file()).collect();
    files.sort();
    let mut groups = Vec::new();
    for file in files {
        let name = file.file_name().expect("a file").to_string_lossy().into_owned();
        for group in read(&file).as_array().expect("a list of groups") {
            let tests = group["tests"].as_array().expect("a list of tests").iter().map(|test| Test {
                name: test["description"].as_str().unwrap_or_default().to_owned(),
                data: test["data"].clone(),
                valid: test["valid"].as_bool().expect("a verdict"),
            });
            groups.push(Group {
                name: format!("{name}: {}", group["description"].as_str().unwrap_or_default()),
                schema: group["schema"].clone(),
                tests: tests.collect(),
            });
        }
    }
    groups
}

/// What a schema may refer to, with its address: the suite's own remote schemas, and the schemas of schemas.
pub(crate) fn remotes(draft: &str) -> Vec<(String, String)> {
    let folder = suite().join("remotes");
    let mut found = Vec::new();
    for path in below(&folder) {
        let place = path.strip_prefix(&folder).expect("below the folder").to_string_lossy().into_owned();
        let of_another = place.starts_with("draft") && !place.starts_with(draft);
        if !of_another {
            let text = fs::read_to_string(&path).expect("a schema");
            found.push((format!("http://localhost:1234/{place}"), text));
        }
    }
    let wanted = draft.replace('-', "");
    for path in below(&package("wheel", METASCHEMAS).join("jsonschema_specifications/schemas")) {
        let place = path.to_string_lossy().replace('-', "");
        if place.contains(&wanted) {
            let text = fs::read_to_string(&path).expect("a schema");
            let json: Value = serde_json::from_str(&text).expect("a schema");
            found.push((json["$id"].as_str().expect("an address").trim_end_matches('#').to_owned(), text));
        }
    }
    found
}

fn suite() -> PathBuf {
    package("source", CARRIER).join(CARRIER.replace("==", "-")).join("json")
}

fn read(path: &Path) -> Value {
    serde_json::from_slice(&fs::read(path).expect("a file of the suite")).expect("JSON")
}

fn entries(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    entries.map(|entry| entry.expect("an entry").path()).collect()
}

fn below(folder: &Path) -> Vec<PathBuf> {
    let mut found: Vec<PathBuf> = entries(folder)
        .into_iter()
        .flat_map(|path| if path.is_dir() { below(&path) } else { vec![path] })
        .collect();
    found.sort();
    found
}

/// A package of PyPI, unpacked below the build folder: its sources, or what would be installed.
fn package(kind: &str, version: &str) -> PathBuf {
    let tools = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("pip");
    let folder = tools.join(format!("{kind}-{version}"));
    if folder.is_dir() {
        return folder;
    }
    // Unpacked aside, then moved in one step: tests run side by side.
    let aside =
        tools.join(format!("{kind}-{version}.{:?}.{}", std::thread::current().id(), std::process::id()));
    fs::create_dir_all(&aside).expect("a folder below the build folder");
    let run = |program: &str, arguments: &[&str]| {
        let output = Command::new(program).current_dir(&aside).args(arguments).output();
        let output =
            output.unwrap_or_else(|error| panic!("{program} is needed (tests/run installs it): {error}"));
        assert!(output.status.success(), "{program}: {}", String::from_utf8_lossy(&output.stderr));
    };
    let form = if kind == "source" { "--no-binary=:all:" } else { "--only-binary=:all:" };
    run("python3", &["-m", "pip", "download", "--quiet", "--no-deps", form, version]);
    let archive = entries(&aside).pop().expect("one file was downloaded");
    let unpack = "import shutil, sys; shutil.unpack_archive(sys.argv[1], '.', sys.argv[2])";
    let archive = archive.to_string_lossy();
    run("python3", &["-c", unpack, &archive, if kind == "source" { "gztar" } else { "zip" }]);
    if fs::rename(&aside, &folder).is_err() {
        assert!(folder.is_dir(), "{} can't be made", folder.display());
        fs::remove_dir_all(&aside).expect("what was unpacked twice goes");
    }
    folder
}
