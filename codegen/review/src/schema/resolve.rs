//! Where references lead, within one document.

use std::collections::BTreeMap;

use serde_json::Value;

use super::Dialect;
use crate::value::token;

/// The schemas of some documents that have names of their own.
#[derive(Debug, Default)]
pub(crate) struct Names {
    /// By absolute address of a resource, the pointer of its root.
    resources: BTreeMap<String, String>,
    /// Roots of resources with their addresses, inner ones first.
    roots: Vec<(String, Vec<String>)>,
    /// By pointer of a resource's root and anchor, the pointer of the schema; `None` if two have the anchor.
    anchors: BTreeMap<(String, String), Option<String>>,
    /// Pointers of the dynamic anchors of each name.
    dynamic: BTreeMap<String, Vec<String>>,
}

/// Deepest nesting of a document that is read.
pub(super) const DEEPEST: usize = 200;

/// Keywords that name a schema.
const NAMING: [&str; 4] = ["$id", "id", "$anchor", "$dynamicAnchor"];

impl Names {
    /// Finds all `$id` and anchors of one document.
    pub(crate) fn of(document: &Value, dialect: Dialect) -> Self {
        let mut names = Names::default();
        names.resources.insert(String::new(), String::new());
        names.visit(document, "", ("", ""), dialect, 0);
        names.settled()
    }

    /// Finds all `$id` and anchors of files; each file is a resource whose address is its path.
    pub(crate) fn of_files<'v>(files: impl Iterator<Item = (&'v str, &'v Value, Dialect)>) -> Self {
        let mut names = Names::default();
        for (path, document, dialect) in files {
            let at = format!("/{}", token(path));
            names.resources.insert(path.to_owned(), at.clone());
            names.visit(document, &at, (&at, path), dialect, 0);
        }
        names.settled()
    }

    fn settled(mut self) -> Self {
        let mut roots: BTreeMap<&String, Vec<String>> = BTreeMap::new();
        for (address, root) in &self.resources {
            roots.entry(root).or_default().push(address.clone());
        }
        self.roots = roots.into_iter().map(|(root, addresses)| (root.clone(), addresses)).collect();
        self.roots.sort_by_key(|(root, _)| std::cmp::Reverse(root.len()));
        self
    }

    /// `resource`: the pointer and the address of the resource around.
    fn visit(&mut self, value: &Value, at: &str, resource: (&str, &str), dialect: Dialect, depth: usize) {
        if depth > DEEPEST || depth == 0 && !has_names(value, 0) {
            return;
        }
        match value {
            Value::Object(members) => {
                let id = members.get(if dialect == Dialect::Draft4 { "id" } else { "$id" });
                let id = id.and_then(Value::as_str).filter(|_| dialect != Dialect::OpenApi30);
                let mut address = resource.1.to_owned();
                let mut root = resource.0;
                if let Some(id) = id {
                    let joined = join(resource.1, id);
                    let (base, fragment) = split(&joined);
                    if let Some(anchor) = fragment.filter(|anchor| !anchor.is_empty()) {
                        self.add_anchor(resource.0, anchor, at);
                    } else {
                        address = base.to_owned();
                        root = at;
                        self.resources.insert(address.clone(), at.to_owned());
                    }
                }
                for (key, dynamic) in [("$anchor", false), ("$dynamicAnchor", true)] {
                    if let Some(anchor) = members.get(key).and_then(Value::as_str) {
                        self.add_anchor(root, anchor, at);
                        if dynamic {
                            self.dynamic.entry(anchor.to_owned()).or_default().push(at.to_owned());
                        }
                    }
                }
                for (name, member) in members {
                    if !matches!(name.as_str(), "enum" | "const" | "default" | "example" | "examples") {
                        let at = format!("{at}/{}", token(name));
                        self.visit(member, &at, (root, &address), dialect, depth + 1);
                    }
                }
            }
            Value::Array(items) => {
                for (index, item) in items.iter().enumerate() {
                    self.visit(item, &format!("{at}/{index}"), resource, dialect, depth + 1);
                }
            }
            _ => {}
        }
    }

    fn add_anchor(&mut self, root: &str, anchor: &str, at: &str) {
        let key = (root.to_owned(), anchor.to_owned());
        self.anchors.entry(key).and_modify(|known| *known = None).or_insert_with(|| Some(at.to_owned()));
    }

    /// The pointer that a reference at `from` leads to, or why it leads nowhere.
    pub(crate) fn resolve(&self, reference: &str, from: &str) -> Result<String, String> {
        let (around, addresses) = self.around(from);
        let (address, fragment) = split(reference);
        let root = if address.is_empty() {
            around
        } else {
            let joined = addresses.iter().map(|base| join(base, &decoded(address)));
            let known = joined.filter_map(|joined| self.resources.get(&joined)).next();
            let found = known.or_else(|| self.resources.get(address));
            found.ok_or_else(|| format!("`{reference}` is outside of the document"))?
        };
        match fragment {
            None | Some("") => Ok(root.to_owned()),
            Some(pointer) if pointer.starts_with('/') => Ok(format!("{root}{}", decoded(pointer))),
            Some(anchor) => match self.anchors.get(&(root.to_owned(), decoded(anchor))) {
                Some(Some(pointer)) => Ok(pointer.clone()),
                Some(None) => Err(format!("two schemas have the anchor of `{reference}`")),
                None => Err(format!("no schema has the anchor of `{reference}`")),
            },
        }
    }

    /// As [`resolve`](Self::resolve) for a `$dynamicRef`, where only one schema can be meant.
    pub(super) fn resolve_dynamic(&self, reference: &str, from: &str) -> Result<String, String> {
        let target = self.resolve(reference, from)?;
        let anchor = split(reference).1.unwrap_or_default();
        match self.dynamic.get(anchor).map_or(0, Vec::len) {
            0 | 1 => Ok(target),
            _ => Err(format!("`{reference}` may lead to several schemas")),
        }
    }

    /// Root and addresses of the innermost resource around a pointer.
    fn around(&self, at: &str) -> (&str, &[String]) {
        let holds =
            |root: &str| at == root || at.strip_prefix(root).is_some_and(|rest| rest.starts_with('/'));
        let around = self.roots.iter().find(|(root, _)| holds(root));
        around.map_or(("", &[]), |(root, addresses)| (root, addresses))
    }
}

/// Whether anything below names a schema: most documents have no such names, and need no walk.
fn has_names(value: &Value, depth: usize) -> bool {
    match value {
        _ if depth > DEEPEST => false,
        Value::Object(members) => members.iter().any(|(name, member)| {
            NAMING.contains(&name.as_str()) && member.is_string() || has_names(member, depth + 1)
        }),
        Value::Array(items) => items.iter().any(|item| has_names(item, depth + 1)),
        _ => false,
    }
}

/// Address and fragment.
fn split(reference: &str) -> (&str, Option<&str>) {
    reference.split_once('#').map_or((reference, None), |(address, fragment)| (address, Some(fragment)))
}

/// A relative address joined to a base: enough of RFC 3986 for addresses that name parts of one document.
fn join(base: &str, relative: &str) -> String {
    let scheme = |text: &str| {
        let end = text.find([':', '/', '?', '#']);
        end.filter(|end| *end > 0 && text.as_bytes()[*end] == b':')
    };
    if relative.is_empty() || relative.starts_with('#') {
        return format!("{}{relative}", split(base).0);
    }
    let Some(after_scheme) = scheme(base).filter(|_| scheme(relative).is_none()) else {
        if scheme(relative).is_some() || base.is_empty() {
            return relative.to_owned();
        }
        let folder = base.rfind('/').map_or("", |end| &base[..=end]);
        return if relative.starts_with('/') {
            relative.to_owned()
        } else {
            without_dots(&format!("{folder}{relative}"))
        };
    };
    let authority = if base[after_scheme + 1..].starts_with("//") {
        base[after_scheme + 3..].find('/').map_or(base.len(), |end| after_scheme + 3 + end)
    } else {
        after_scheme + 1
    };
    if relative.starts_with('/') {
        return format!("{}{relative}", &base[..authority]);
    }
    match base[authority..].rfind('/') {
        Some(end) => {
            let path = format!("{}{relative}", &base[authority..=authority + end]);
            format!("{}{}", &base[..authority], without_dots(&path))
        }
        None => format!("{}/{}", &base[..authority], without_dots(relative)),
    }
}

/// A path without `.` and `..` between its slashes.
fn without_dots(path: &str) -> String {
    let mut kept: Vec<&str> = Vec::new();
    for part in path.split('/') {
        match part {
            "." => {}
            ".." if kept.last().is_some_and(|last| !last.is_empty() && *last != "..") => {
                kept.pop();
            }
            part => kept.push(part),
        }
    }
    kept.join("/")
}

/// Percent-encoding undone.
fn decoded(fragment: &str) -> String {
    let mut bytes = Vec::with_capacity(fragment.len());
    let mut rest = fragment.as_bytes();
    while let [first, after @ ..] = rest {
        let hex = after.get(..2).filter(|_| *first == b'%').and_then(|two| std::str::from_utf8(two).ok());
        match hex.and_then(|two| u8::from_str_radix(two, 16).ok()) {
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
    String::from_utf8(bytes).unwrap_or_else(|_| fragment.to_owned())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn references_lead_to_pointers() {
        let document = json!({
            "$id": "https://example.org/library/loan",
            "$defs": {
                "book": {"$id": "book", "$defs": {"isbn": {"$anchor": "isbn"}}},
                "a b": {"$anchor": "spaced"},
            },
        });
        let names = Names::of(&document, Dialect::Draft2020);
        for (reference, from, expected) in [
            ("#", "/$defs/a b", ""),
            ("#/$defs/a%20b", "", "/$defs/a b"),
            ("#spaced", "", "/$defs/a b"),
            ("book", "", "/$defs/book"),
            ("book#isbn", "", "/$defs/book/$defs/isbn"),
            ("#/$defs/isbn", "/$defs/book/items", "/$defs/book/$defs/isbn"),
            ("https://example.org/library/loan", "/$defs/book", ""),
            ("/library/book", "", "/$defs/book"),
            ("../library/./book", "", "/$defs/book"),
        ] {
            assert_eq!(names.resolve(reference, from).as_deref(), Ok(expected), "{reference}");
        }
        assert!(names.resolve("#isbn", "").is_err());
        assert!(names.resolve("other.json", "").is_err());
    }

    #[test]
    fn files_refer_to_each_other_by_their_paths() {
        let api = json!({"paths": {}});
        let types = json!({"$id": "https://example.org/types", "$defs": {"Book": {"$anchor": "book"}}});
        let files = [("http/api.yaml", &api), ("types/a b.yaml", &types)];
        let names = Names::of_files(files.into_iter().map(|(path, file)| (path, file, Dialect::Draft2020)));
        for (reference, from, expected) in [
            ("../types/a%20b.yaml#/$defs/Book", "/http~1api.yaml/paths", "/types~1a b.yaml/$defs/Book"),
            ("https://example.org/types#book", "/http~1api.yaml", "/types~1a b.yaml/$defs/Book"),
            ("#/$defs/Book", "/types~1a b.yaml/$defs", "/types~1a b.yaml/$defs/Book"),
            ("../http/api.yaml#/paths", "/types~1a b.yaml", "/http~1api.yaml/paths"),
        ] {
            assert_eq!(names.resolve(reference, from).as_deref(), Ok(expected), "{reference}");
        }
        assert!(names.resolve("../../types/a b.yaml", "/http~1api.yaml").is_err());
    }
}
