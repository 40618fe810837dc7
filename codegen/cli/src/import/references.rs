//! The document and the files that it refers to.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Component, Path, PathBuf};

use stipule_ir::{FileId, Source, Sources};

use crate::failure::Failure;

/// Largest file that is read, in bytes. The largest public documents have about half of that.
const LARGEST: u64 = 96 << 20;

/// Most files of one document.
const MOST_FILES: usize = 20_000;

/// Every file of a document.
pub(super) struct Gathered {
    pub(super) sources: Sources,
    pub(super) root: FileId,
}

/// Reads the document, then every file that it refers to, and so on. A file that isn't there is left for whoever
/// follows the reference to report.
pub(super) fn gather(document: &Path) -> Result<Gathered, Failure> {
    let first = fs::canonicalize(document)
        .map_err(|error| Failure::io(&format!("read {}", document.display()), &error))?;
    let mut texts: BTreeMap<PathBuf, String> = BTreeMap::new();
    let mut waiting = vec![first.clone()];
    while let Some(path) = waiting.pop() {
        if texts.contains_key(&path) {
            continue;
        }
        let text = match read(&path) {
            Ok(text) => text,
            Err(failure) if path == first => return Err(failure),
            Err(_) => continue,
        };
        let folder = path.parent().unwrap_or(&path).to_owned();
        waiting.extend(referred(&text).into_iter().map(|place| joined(&folder, &place)));
        if texts.len() == MOST_FILES {
            return Err(Failure::new(format!("the document refers to more than {MOST_FILES} files")));
        }
        texts.insert(path, text);
    }
    let common = common_folder(texts.keys());
    let relative = |path: &Path| {
        let below = path.strip_prefix(&common).unwrap_or(path);
        below.components().map(|part| part.as_os_str().to_string_lossy()).collect::<Vec<_>>().join("/")
    };
    let name = relative(&first);
    let sources =
        Sources::new(texts.iter().map(|(path, text)| Source { path: relative(path), text: text.clone() }));
    let root = sources.find(&name).ok_or_else(|| Failure::new("the document has a name that isn't text"))?;
    Ok(Gathered { sources, root })
}

fn read(path: &Path) -> Result<String, Failure> {
    let failed = |error| Failure::io(&format!("read {}", path.display()), &error);
    let size = fs::metadata(path).map_err(failed)?.len();
    if size > LARGEST {
        let message = format!("{} has {size} bytes; at most {LARGEST} are read", path.display());
        return Err(Failure::new(message));
    }
    let bytes = fs::read(path).map_err(failed)?;
    // Documents of others in another encoding are in Latin-1 more often than not; nothing but words would suffer.
    Ok(match String::from_utf8(bytes) {
        Ok(text) => text,
        Err(error) => error.into_bytes().into_iter().map(char::from).collect(),
    })
}

/// The files that references in a text name: what stands behind `$ref`, however it is quoted, without looking further
/// into the document. One that is in an example names a file that isn't there.
fn referred(text: &str) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for (at, word) in text.match_indices("$ref") {
        let rest = text[at + word.len()..].trim_start_matches(['"', '\'']).trim_start();
        let Some(rest) = rest.strip_prefix(':') else { continue };
        let rest = rest.trim_start();
        let value = match rest.chars().next() {
            Some(quote @ ('"' | '\'')) => rest[1..].split(quote).next().unwrap_or_default(),
            // Block scalars of YAML: `$ref: >-`.
            Some('>' | '|') => rest
                .split_once('\n')
                .map_or("", |(_, next)| next)
                .trim_start()
                .lines()
                .next()
                .unwrap_or_default(),
            _ => rest.split([',', '}', '\n', '#']).next().unwrap_or_default(),
        };
        let file = value.split('#').next().unwrap_or_default().trim();
        if !file.is_empty() && !file.contains("://") && file.len() < 1_000 {
            found.insert(decoded(file));
        }
    }
    found
}

/// Undoes percent-encoding as far as it is one.
fn decoded(text: &str) -> String {
    let mut bytes = Vec::new();
    let mut rest = text.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        let digits =
            after.get(..2).filter(|_| *first == b'%').and_then(|digits| std::str::from_utf8(digits).ok());
        match digits.and_then(|digits| u8::from_str_radix(digits, 16).ok()) {
            Some(byte) => {
                bytes.push(byte);
                rest = &after[2..];
            }
            None => {
                bytes.push(*first);
                rest = after;
            }
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

/// A place relative to a folder, without `.` and `..`.
fn joined(folder: &Path, place: &str) -> PathBuf {
    let mut path = folder.to_owned();
    for part in Path::new(place).components() {
        match part {
            Component::ParentDir => {
                path.pop();
            }
            Component::Normal(name) => path.push(name),
            Component::CurDir | Component::RootDir | Component::Prefix(_) => {}
        }
    }
    path
}

fn common_folder<'p>(paths: impl Iterator<Item = &'p PathBuf>) -> PathBuf {
    let mut common: Option<PathBuf> = None;
    for path in paths {
        let folder = path.parent().unwrap_or(path);
        common = Some(match common {
            None => folder.to_owned(),
            Some(common) => {
                let same =
                    common.components().zip(folder.components()).take_while(|(one, other)| one == other);
                same.map(|(part, _)| part).collect()
            }
        });
    }
    common.unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references_are_found_in_every_spelling() {
        let text = r##"
a: {$ref: ./a.yaml#/x}
b: {"$ref": "b%20c.json", x: 1}
c:
  $ref: '../c.yaml'
d: {$ref: '#/local'}
e: {$ref: "https://example.com/e.yaml"}
f:
  "$ref" : f.yaml
"##;
        let found: Vec<String> = referred(text).into_iter().collect();
        assert_eq!(found, ["../c.yaml", "./a.yaml", "b c.json", "f.yaml"]);
    }

    #[test]
    fn paths_lose_their_detours() {
        assert_eq!(joined(Path::new("/a/b"), "../c/./d.yaml"), Path::new("/a/c/d.yaml"));
        let paths = [PathBuf::from("/a/b/x.yaml"), PathBuf::from("/a/c/y.yaml")];
        assert_eq!(common_folder(paths.iter()), Path::new("/a"));
    }
}
