//! Reading a document and every file that it refers to.

use std::collections::BTreeMap;
use std::path::{Component, Path, PathBuf};

use stipule_front::reader::{self, Node, Value};
use stipule_ir::{Diagnostic, Diagnostics, FileId, Source, Sources};

use crate::failure::Failure;

/// Most files that one document may refer to.
const MOST_FILES: usize = 2_000;

/// Largest file that is read, in bytes.
const LARGEST: u64 = 64 << 20;

/// Files of one version, with the places of everything in them.
pub(crate) struct Version {
    /// Texts, by the path that people see.
    pub(crate) sources: Sources,
    /// Trees by the path that files refer to each other by; with the file among the sources.
    pub(crate) trees: BTreeMap<String, (FileId, Node)>,
    /// Faults that leave something to compare.
    pub(crate) faults: Vec<Diagnostic>,
}

impl Version {
    /// The values of all files.
    pub(crate) fn values(&self) -> impl Iterator<Item = (String, serde_json::Value)> {
        self.trees.iter().map(|(path, (_, node))| (path.clone(), value(node)))
    }

    /// Reads files that are at hand: how people see each, how others refer to it, what it says.
    pub(crate) fn of(files: Vec<(String, String, String)>) -> (Self, Vec<String>) {
        let named: BTreeMap<String, String> =
            files.iter().map(|(shown, path, _)| (shown.clone(), path.clone())).collect();
        let sources = Sources::new(files.into_iter().map(|(path, _, text)| Source { path, text }));
        let mut diagnostics = Diagnostics::new();
        let (mut trees, mut unread) = (BTreeMap::new(), Vec::new());
        for (file, source) in sources.iter() {
            match reader::read(file, source, &mut diagnostics) {
                Some(node) => {
                    trees.insert(named[&source.path].clone(), (file, node));
                }
                None => unread.push(named[&source.path].clone()),
            }
        }
        (Version { sources, trees, faults: diagnostics.sorted() }, unread)
    }
}

/// The value of a tree. Numbers beyond what JSON numbers hold become the nearest that does.
fn value(node: &Node) -> serde_json::Value {
    match &node.value {
        Value::Null => serde_json::Value::Null,
        Value::Bool(value) => (*value).into(),
        Value::Number(text) => serde_json::from_str(text).unwrap_or(serde_json::Value::Null),
        Value::String(text) => text.clone().into(),
        Value::Sequence(items) => items.iter().map(value).collect(),
        Value::Mapping(entries) => {
            entries.iter().map(|entry| (entry.key.value.clone(), value(&entry.value))).collect()
        }
    }
}

/// Reads a file and all that it refers to by relative paths; the path of the first is its name.
pub(crate) fn with_references(main: &Path) -> Result<(Version, String), Failure> {
    let folder = main.parent().map(Path::to_owned).unwrap_or_default();
    let name = main.file_name().map(|name| name.to_string_lossy().into_owned());
    let name = name.ok_or_else(|| Failure::new(format!("{} is no file", main.display())))?;
    let mut texts: BTreeMap<String, String> = BTreeMap::new();
    let mut open = vec![name.clone()];
    while let Some(path) = open.pop() {
        if texts.contains_key(&path) {
            continue;
        }
        let place = folder.join(&path);
        let text = match read(&place) {
            Ok(text) => text,
            Err(failure) if path == name => return Err(failure),
            // What can't be read is reported where it is referred to.
            Err(_) => continue,
        };
        if texts.len() >= MOST_FILES {
            return Err(Failure::new(format!("{} refers to more than {MOST_FILES} files", main.display())));
        }
        for reference in references(&path, &text) {
            if let Some(target) = joined(&path, &reference).filter(|target| !texts.contains_key(target)) {
                open.push(target);
            }
        }
        texts.insert(path, text);
    }
    let shown = |path: &str| tidy(&folder.join(path)).display().to_string();
    let files = texts.into_iter().map(|(path, text)| (shown(&path), path, text)).collect();
    let (version, unread) = Version::of(files);
    if unread.contains(&name) {
        return Err(Failure::new(faults(&version)));
    }
    Ok((version, name))
}

/// The faults of a version, rendered.
pub(crate) fn faults(version: &Version) -> String {
    let rendered =
        version.faults.iter().map(|fault| crate::report::text::diagnostic(fault, &version.sources, None));
    format!("a version can't be read\n{}", rendered.collect::<Vec<_>>().join("\n"))
}

fn read(path: &Path) -> Result<String, Failure> {
    let failed = |error: std::io::Error| Failure::io(&format!("read {}", path.display()), &error);
    let size = std::fs::metadata(path).map_err(failed)?.len();
    if size > LARGEST {
        return Err(Failure::new(format!("{} has {size} bytes; at most {LARGEST} are read", path.display())));
    }
    let bytes = std::fs::read(path).map_err(failed)?;
    String::from_utf8(bytes).map_err(|_| Failure::new(format!("{} is not UTF-8", path.display())))
}

/// Relative paths that a document refers to.
fn references(path: &str, text: &str) -> Vec<String> {
    let source = Source { path: path.to_owned(), text: text.to_owned() };
    let Some(node) = reader::read(FileId(0), &source, &mut Diagnostics::new()) else { return Vec::new() };
    let mut found = Vec::new();
    collect(&node, &mut found);
    found
}

fn collect(node: &Node, found: &mut Vec<String>) {
    for entry in node.entries().unwrap_or_default() {
        if let ("$ref", Some(text)) = (entry.key.value.as_str(), entry.value.as_str()) {
            let place = text.split('#').next().unwrap_or_default();
            let foreign = place.is_empty()
                || place.starts_with('/')
                || place.contains("://")
                || place.starts_with("urn:");
            if !foreign && is_document(place) {
                found.push(place.to_owned());
            }
        }
        collect(&entry.value, found);
    }
    node.items().unwrap_or_default().iter().for_each(|item| collect(item, found));
}

fn is_document(path: &str) -> bool {
    let ending = path.rsplit('.').next().unwrap_or_default();
    ["yaml", "yml", "json"].iter().any(|known| ending.eq_ignore_ascii_case(known))
}

/// A reference of one file as a path beside the first.
fn joined(from: &str, reference: &str) -> Option<String> {
    let decoded = stipule_front::reader::pointer::percent_decode(reference)?;
    let folder = from.rfind('/').map_or("", |end| &from[..=end]);
    let mut kept: Vec<&str> = Vec::new();
    let whole = format!("{folder}{decoded}");
    for part in whole.split('/') {
        match part {
            "." | "" => {}
            ".." if kept.last().is_some_and(|last| *last != "..") => {
                kept.pop();
            }
            part => kept.push(part),
        }
    }
    Some(kept.join("/"))
}

/// A path without `.` and `..` in its middle.
fn tidy(path: &Path) -> PathBuf {
    let mut tidy = PathBuf::new();
    for part in path.components() {
        match part {
            Component::CurDir => {}
            Component::ParentDir if tidy.file_name().is_some() => {
                tidy.pop();
            }
            part => tidy.push(part),
        }
    }
    tidy
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references_are_paths_beside_the_first_file() {
        for (from, reference, expected) in [
            ("api.yaml", "types/book.yaml", "types/book.yaml"),
            ("types/book.yaml", "../common/a%20b.yaml", "common/a b.yaml"),
            ("api.yaml", "./../x.json", "../x.json"),
        ] {
            assert_eq!(joined(from, reference).as_deref(), Some(expected));
        }
    }
}
