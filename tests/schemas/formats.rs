//! The schemas for editors against every contract of this repository: what `check` takes, an editor marks nowhere.

use std::fs;
use std::path::{Path, PathBuf};

use stipule_front::Posture;
use stipule_front::documents::Documents;
use stipule_front::formats::SCHEMAS;
use stipule_ir::{Diagnostics, Source, Sources};

/// Repositories of contracts.
const ROOTS: [&str; 4] = ["", "tests/cases/library", "tests/cases/obstacles", "tests/cases/malformed/base"];

/// The format of a file of contracts; none for what others defined.
fn format(path: &str) -> Option<&'static str> {
    let (folder, file) = path.rsplit_once('/').unwrap_or(("", path));
    match folder.rsplit('/').next().unwrap_or_default() {
        _ if file == "platform.yaml" => Some("platform"),
        "tables" if file.ends_with(".lock.yaml") => Some("lock"),
        "tables" => Some("table"),
        "workflows" => Some("saga"),
        "subscriptions" => Some("subscriptions"),
        "events" => Some("event"),
        _ => None,
    }
}

fn yaml_under(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).expect("a folder of contracts").flatten() {
        let path = entry.path();
        if path.is_dir() {
            yaml_under(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "yaml") {
            found.push(path);
        }
    }
}

#[test]
fn editors_take_what_the_front_takes() {
    let repository = Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("tests/ is below the root");
    let mut judged = 0;
    for root in ROOTS {
        let mut paths = Vec::new();
        yaml_under(&repository.join(root).join("contracts"), &mut paths);
        for path in paths {
            let name = path.to_string_lossy().replace('\\', "/");
            let Some(format) = format(&name) else { continue };
            let schema =
                SCHEMAS.iter().find(|schema| schema.name == format).expect("the format has a schema");
            let schema: serde_json::Value = serde_json::from_str(schema.text).expect("a schema is JSON");
            let judge = jsonschema::draft202012::new(&schema).expect("a schema of the draft");
            let text = fs::read_to_string(&path).expect("a contract can be read");
            let sources = Sources::new(vec![Source { path: name.clone(), text }]);
            let documents = Documents::read(&sources, Posture::Contract, &mut Diagnostics::new());
            let (_, _, node) = documents.iter().next().expect("the document is read");
            let document: serde_json::Value =
                serde_json::from_str(&node.to_json()).expect("JSON of a document");
            let faults: Vec<String> = judge
                .iter_errors(&document)
                .map(|fault| format!("{} at {}", fault, fault.instance_path()))
                .collect();
            assert!(faults.is_empty(), "{name} as {format}:\n{}", faults.join("\n"));
            judged += 1;
        }
    }
    assert!(judged > 50, "{judged} contracts were judged");
}
