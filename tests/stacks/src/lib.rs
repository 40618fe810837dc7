//! The generated templates, as the repository holds them.

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;

use serde_json::Value;
use stipule_graph::Stacks;

/// Templates by the name of their stack.
pub type Templates = BTreeMap<String, Value>;

/// The root of the repository.
pub fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// All templates of `infra/stacks`.
///
/// # Panics
/// When the folder isn't as the generator leaves it.
pub fn templates() -> Templates {
    let entries =
        fs::read_dir(root().join("infra/stacks")).unwrap_or_else(|error| panic!("no stacks: {error}"));
    let paths = entries.map(|entry| entry.unwrap_or_else(|error| panic!("{error}")).path());
    // Beside the templates stand pages for people.
    let paths = paths.filter(|path| path.is_file());
    let read = |path: PathBuf| {
        let text = fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        let name = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        (name, serde_json::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display())))
    };
    paths.map(read).collect()
}

/// As a graph.
///
/// # Panics
/// When one of them is no template.
pub fn graph(templates: &Templates) -> Stacks {
    let texts: Vec<(&str, String)> =
        templates.iter().map(|(name, it)| (name.as_str(), it.to_string())).collect();
    Stacks::read(texts.iter().map(|(name, text)| (*name, text.as_str())))
        .unwrap_or_else(|error| panic!("{error}"))
}
