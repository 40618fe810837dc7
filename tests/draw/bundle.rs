//! All contract files as one JSON document, read by a library that shares no code with the product.

use std::path::Path;

use serde_json::{Map, Value, json};

/// Every file under `contracts/`, by path, with its references rewritten to stay inside the bundle.
pub struct Bundle {
    document: Value,
}

impl Bundle {
    pub fn read(root: &Path) -> Self {
        let mut files = Map::new();
        gather(root, &root.join("contracts"), &mut files);
        assert!(!files.is_empty(), "contracts below {}", root.display());
        let mut document = json!({ "files": files });
        let paths: Vec<String> = files_of(&document).keys().cloned().collect();
        for path in paths {
            if let Some(file) = document.pointer_mut(&format!("/files/{}", escape(&path))) {
                rewrite(file, &path);
            }
        }
        Self { document }
    }

    /// The schema at `place` (`contracts/types/money.yaml#/…`) with everything it may refer to.
    pub fn schema(&self, place: &str) -> Value {
        let mut schema = self.document.clone();
        schema["$ref"] = Value::String(inside(place));
        schema
    }

    /// What a reference inside the bundle points to.
    pub fn follow<'b>(&'b self, reference: &str) -> &'b Value {
        let pointer = reference.strip_prefix('#').expect("references were rewritten");
        self.document.pointer(pointer).unwrap_or_else(|| panic!("{reference} leads nowhere"))
    }

    /// The schema itself at `place`.
    pub fn at(&self, place: &str) -> &Value {
        self.follow(&inside(place))
    }
}

fn files_of(document: &Value) -> &Map<String, Value> {
    document["files"].as_object().expect("made above")
}

fn gather(root: &Path, folder: &Path, files: &mut Map<String, Value>) {
    let mut entries: Vec<_> =
        std::fs::read_dir(folder).expect("folder").flatten().map(|e| e.path()).collect();
    entries.sort();
    for path in entries {
        let name = path.strip_prefix(root).expect("below root").display().to_string();
        if path.is_dir() {
            gather(root, &path, files);
        } else if name.ends_with(".yaml") || name.ends_with(".json") {
            let text = std::fs::read_to_string(&path).expect("readable");
            let value: Value = serde_yaml_ng::from_str(&text).unwrap_or_else(|e| panic!("{name}: {e}"));
            files.insert(name, value);
        }
    }
}

fn escape(path: &str) -> String {
    path.replace('~', "~0").replace('/', "~1")
}

fn inside(place: &str) -> String {
    let (file, pointer) = place.split_once('#').unwrap_or((place, ""));
    format!("#/files/{}{pointer}", escape(file))
}

fn rewrite(value: &mut Value, file: &str) {
    match value {
        Value::Object(members) => {
            for (key, member) in members.iter_mut() {
                if key == "$ref"
                    && let Value::String(reference) = member
                {
                    *reference = inside(&resolve(file, reference));
                } else {
                    rewrite(member, file);
                }
            }
            // Dialects and ids would change how the judge reads the part; the bundle has one dialect.
            members.remove("$schema");
            members.remove("$id");
        }
        Value::Array(items) => items.iter_mut().for_each(|item| rewrite(item, file)),
        _ => {}
    }
}

/// `../types/money.yaml#/x` seen from `contracts/http/orders.yaml` is `contracts/types/money.yaml#/x`.
fn resolve(file: &str, reference: &str) -> String {
    let (target, pointer) = reference.split_once('#').unwrap_or((reference, ""));
    if target.is_empty() {
        return format!("{file}#{pointer}");
    }
    let mut parts: Vec<&str> = file.split('/').collect();
    parts.pop();
    for part in target.split('/') {
        match part {
            "." => {}
            ".." => {
                parts.pop();
            }
            name => parts.push(name),
        }
    }
    format!("{}#{pointer}", parts.join("/"))
}
