//! Where an API is: a host that goes away may be forwarded, a path in front of all others isn't.

use std::collections::BTreeMap;

use super::changes::Changes;
use super::document::Part;
use crate::finding::{Finding, Severity, Side};
use crate::rule::{Rule, rule};

const BASE_PATH: Rule = rule("REV010", "base-path-changed", Severity::Break);
const REMOVED: Rule = rule("REV011", "server-removed", Severity::Risky);
const ADDED: Rule = rule("REV012", "server-added", Severity::Safe);
const VALUE_REMOVED: Rule = rule("REV013", "server-variable-value-removed", Severity::Risky);
const VALUE_ADDED: Rule = rule("REV014", "server-variable-value-added", Severity::Safe);
const DEFAULT: Rule = rule("REV015", "server-variable-default-changed", Severity::Risky);

pub(super) const RULES: &[Rule] = &[BASE_PATH, REMOVED, ADDED, VALUE_REMOVED, VALUE_ADDED, DEFAULT];

/// The path in front of all paths, before and after, where it moved.
#[derive(Debug, Default)]
pub(super) struct Moved {
    prefixes: Option<(String, String)>,
}

impl Moved {
    /// What a path of the base would have to be in the revision to be at the same place.
    pub(super) fn path(&self, path: &str) -> Option<String> {
        let (before, after) = self.prefixes.as_ref()?;
        let whole = format!("{before}{path}");
        let rest = whole.strip_prefix(after.as_str())?;
        rest.starts_with('/').then(|| rest.to_owned())
    }
}

/// Compares the servers of two documents. A path that moves from the servers into the paths is no change.
pub(super) fn check(base: &Part<'_>, revision: &Part<'_>, changes: &mut Changes<'_>) -> Moved {
    let (before, after) = (servers(base), servers(revision));
    let prefixes = |servers: &BTreeMap<String, Part<'_>>| -> Vec<String> {
        let mut found: Vec<String> = servers.keys().map(|url| path_of(url)).collect();
        found.sort();
        found.dedup();
        found
    };
    let (paths_before, paths_after) = (prefixes(&before), prefixes(&after));
    let lost = !paths_before.iter().any(|path| paths_after.contains(path));
    let mut moved = Moved::default();
    if lost {
        let (one, other) = (paths_before[0].clone(), paths_after[0].clone());
        moved.prefixes = Some((one.clone(), other.clone()));
        if !moves_into_paths(base, revision, &moved) {
            let mut finding = Finding::new(BASE_PATH, Side::Revision);
            finding.base = Some(base.place("servers"));
            finding.revision = Some(revision.place("servers"));
            let named = |path: String| if path.is_empty() { "/".to_owned() } else { path };
            finding.note = Some(format!("`{}` is now `{}`", named(one), named(other)));
            changes.add("", finding);
            return Moved::default();
        }
    }
    for (url, server) in before.iter().filter(|(url, _)| !after.contains_key(*url)) {
        if !lost && *url != "/" {
            changes.gone("", REMOVED, server, &revision.place("servers"));
        }
    }
    for (url, server) in &after {
        match before.get(url) {
            Some(known) => variables(known, server, changes),
            None if !lost && url != "/" => changes.came("", ADDED, server, &base.place("servers")),
            None => {}
        }
    }
    moved
}

/// Whether most paths are where they were once the path of the server is put in front.
fn moves_into_paths(base: &Part<'_>, revision: &Part<'_>, moved: &Moved) -> bool {
    let after: Vec<String> =
        revision.below("paths").iter().map(|(path, _)| super::document::numbered(path)).collect();
    let before = base.below("paths");
    let found = before.iter().filter(|(path, _)| {
        let path = moved.path(&super::document::numbered(path));
        path.is_some_and(|path| after.contains(&path))
    });
    !before.is_empty() && found.count() * 2 > before.len()
}

/// Servers by their address, without a slash at the end. None at all means `/`.
fn servers<'d>(root: &Part<'d>) -> BTreeMap<String, Part<'d>> {
    let mut found = BTreeMap::new();
    for server in root.list("servers") {
        let url = server.text("url").unwrap_or("/").trim_end_matches('/').to_owned();
        found.entry(if url.is_empty() { "/".to_owned() } else { url }).or_insert(server);
    }
    if found.is_empty() {
        found.insert("/".to_owned(), root.clone());
    }
    found
}

/// The path of an address: `/v1` of `https://api.example.org/v1`.
fn path_of(url: &str) -> String {
    let path = match url.split_once("://") {
        Some((_, rest)) => rest.find('/').map_or("", |start| &rest[start..]),
        None => url,
    };
    path.split(['?', '#']).next().unwrap_or_default().trim_end_matches('/').to_owned()
}

fn variables(base: &Part<'_>, revision: &Part<'_>, changes: &mut Changes<'_>) {
    for (name, known) in base.below("variables") {
        let Some(now) = revision.get("variables").and_then(|variables| variables.get(name)) else { continue };
        if known.text("default") != now.text("default") {
            changes.differs("", DEFAULT, (&known, &now), "default");
        }
        let (before, after) = (known.texts("enum"), now.texts("enum"));
        let only = |one: &[&str], two: &[&str]| -> Vec<String> {
            one.iter().filter(|value| !two.contains(value)).map(|value| format!("`{value}`")).collect()
        };
        let (lost, won) = (only(&before, &after), only(&after, &before));
        if !lost.is_empty() && !after.is_empty() {
            changes.differs_saying("", VALUE_REMOVED, (&known, &now), "enum", Some(lost.join(", ")));
        } else if !won.is_empty() && !before.is_empty() {
            changes.differs_saying("", VALUE_ADDED, (&known, &now), "enum", Some(won.join(", ")));
        }
    }
}
