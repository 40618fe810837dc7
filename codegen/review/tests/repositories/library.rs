//! A small library as a contract repository, and versions of it that differ in what a test says.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::LazyLock;

use serde_json::Value;
use stipule_ir::{Contract, Diagnostics, FileId, Severity, Source, Sources};
use stipule_review::report::{Acknowledgements, Comparison, Lines, Place, Policy, Report, report};
use stipule_review::repository::{Changed, Consumer, Repository, Use, compare_repositories};
use stipule_review::{Documents, Side};

/// Files by their paths.
type Files = BTreeMap<String, Value>;

static LIBRARY: LazyLock<Files> = LazyLock::new(|| {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/repositories/library");
    let mut files = Files::new();
    collect(&root, "", &mut files);
    files
});

fn collect(folder: &Path, path: &str, files: &mut Files) {
    for entry in std::fs::read_dir(folder).expect("a folder of the test") {
        let entry = entry.expect("an entry");
        let name = entry.file_name().into_string().expect("a name");
        let below = if path.is_empty() { name } else { format!("{path}/{name}") };
        if entry.path().is_dir() {
            collect(&entry.path(), &below, files);
        } else {
            let text = std::fs::read_to_string(entry.path()).expect("a file of the test");
            files.insert(below, yaml(&text));
        }
    }
}

/// The value of a text in YAML.
pub(crate) fn yaml(text: &str) -> Value {
    serde_yaml_ng::from_str(text).unwrap_or_else(|error| panic!("{error} in\n{text}"))
}

/// One version, loaded.
pub(crate) struct Version {
    contract: Contract,
    documents: Documents<'static>,
    consumers: Vec<Consumer>,
}

/// The library with a patch: files by their paths below `contracts/` (or `infra/…`), merged member by member into
/// those that are there; what is `null` is taken away.
pub(crate) fn version(patch: &str) -> Result<Version, String> {
    let mut files = LIBRARY.clone();
    patched(&mut files, yaml(patch));
    loaded(&files)
}

/// Merges a patch into files.
fn patched(files: &mut Files, patch: Value) {
    let Value::Object(patch) = patch else { panic!("a patch has files") };
    for (path, part) in patch {
        let path = if path.starts_with("infra/") { path } else { format!("contracts/{path}") };
        if part.is_null() {
            files.remove(&path);
        } else {
            merge(files.entry(path).or_insert(Value::Null), part);
        }
    }
}

fn merge(into: &mut Value, patch: Value) {
    match (into, patch) {
        (Value::Object(members), Value::Object(patch)) => {
            for (name, part) in patch {
                if part.is_null() {
                    members.remove(&name);
                } else {
                    merge(members.entry(name).or_insert(Value::Null), part);
                }
            }
        }
        (into, mut patch) => {
            without_null(&mut patch);
            *into = patch;
        }
    }
}

fn without_null(value: &mut Value) {
    if let Value::Object(members) = value {
        members.retain(|_, member| !member.is_null());
        members.values_mut().for_each(without_null);
    }
}

fn loaded(files: &Files) -> Result<Version, String> {
    let contracts = files.iter().filter(|(path, _)| path.starts_with("contracts/"));
    let sources = Sources::new(contracts.map(|(path, value)| Source {
        path: path.clone(),
        text: serde_json::to_string_pretty(value).expect("values are JSON"),
    }));
    let (contract, diagnostics) = stipule_front::load(&sources);
    let faults: Vec<String> = diagnostics
        .sorted()
        .iter()
        .filter(|fault| fault.severity == Severity::Error)
        .map(|fault| format!("{} {} at {}", fault.code, fault.message, fault.primary.span.pointer))
        .collect();
    let contract = contract.ok_or_else(|| faults.join("\n"))?;
    let documents = Documents::files(files.iter().map(|(path, value)| (path.clone(), value.clone())));
    Ok(Version { contract, documents, consumers: consumers(&sources) })
}

fn consumers(sources: &Sources) -> Vec<Consumer> {
    let Some(file) = sources.find("contracts/review/consumers.yaml") else { return Vec::new() };
    let mut faults = Diagnostics::new();
    let root = stipule_front::reader::read(FileId(0), sources.get(file), &mut faults).expect("it is read");
    let uses = |uses: &[stipule_front::review::consumers::Use]| {
        let members = |used: &stipule_front::review::consumers::Use| {
            used.members.iter().map(|member| member.value.clone()).collect()
        };
        uses.iter().map(|used| Use { of: used.of.value.clone(), members: members(used) }).collect()
    };
    stipule_front::review::consumers::read(&root, &mut faults)
        .iter()
        .map(|consumer| Consumer {
            name: consumer.name.value.clone(),
            operations: uses(&consumer.operations),
            events: uses(&consumer.events),
        })
        .collect()
}

/// Nothing has lines here.
struct NoLines;

impl Lines for NoLines {
    fn place(&self, _: Side, _: &str) -> Option<Place> {
        None
    }
}

/// What two versions differ in.
pub(crate) fn changed(before: &Version, after: &Version) -> Changed {
    changed_under(before, after, &Policy::default())
}

fn changed_under(before: &Version, after: &Version, policy: &Policy) -> Changed {
    compare_repositories(
        Repository { contract: &before.contract, documents: &before.documents },
        Repository { contract: &after.contract, documents: &after.documents },
        &before.consumers,
        policy,
    )
}

/// The report of two versions.
pub(crate) fn reported(before: &Version, after: &Version, acknowledgements: &Acknowledgements) -> Report {
    reported_under(before, after, acknowledgements, &Policy::default())
}

/// The same under a policy.
pub(crate) fn reported_under(
    before: &Version,
    after: &Version,
    acknowledgements: &Acknowledgements,
    policy: &Policy,
) -> Report {
    let changed = changed_under(before, after, policy);
    report(Comparison {
        base: &before.documents,
        revision: &after.documents,
        lines: &NoLines,
        names: ("base".to_owned(), "revision".to_owned()),
        findings: changed.findings,
        contracts: changed.contracts,
        affected: changed.affected,
        owners: changed.owners,
        cost: changed.cost,
        policy,
        acknowledgements,
    })
}
