//! Two documents: two versions of an API, or of a schema.

use std::collections::BTreeMap;
use std::path::Path;

use stipule_review::report::{Comparison, ContractVersion, Report, report};
use stipule_review::{Api, Dialect, Documents, Finding, Kind, compare_apis, compare_schemas, recognise};

use super::files::{self, Version};
use super::places::Places;
use super::settings::Settings;
use super::write;
use crate::arguments::ReviewArguments;
use crate::failure::Failure;
use crate::output::Output;

/// Compares two documents.
pub(crate) fn run(
    (base, revision): (&Path, &Path),
    settings: &Settings,
    arguments: &ReviewArguments,
    output: &Output,
) -> Result<u8, Failure> {
    let before = files::with_references(base)?;
    let after = files::with_references(revision)?;
    let names = (base.display().to_string(), revision.display().to_string());
    let report = compare(&before, &after, names, settings)?;
    write::write(&report, arguments, output)
}

/// The report of two documents and what they refer to.
fn compare(
    before: &(Version, String),
    after: &(Version, String),
    names: (String, String),
    settings: &Settings,
) -> Result<Report, Failure> {
    let kinds =
        [(before, &names.0), (after, &names.1)].map(|((version, main), name)| kind(version, main, name));
    let [one, other] = kinds;
    let (one, other) = (one?, other?);
    if one != other {
        return Err(Failure::new(format!("{} and {} are documents of different kinds", names.0, names.1)));
    }
    let read = |(version, main): &(Version, String)| {
        let documents = Documents::files(version.values());
        let dialect = documents.at(&documents.pointer_of(main)).map(Dialect::of).unwrap_or_default();
        documents.otherwise_in(dialect).with_main(main)
    };
    let (base, revision) = (read(before), read(after));
    let places = (base.pointer_of(&before.1), revision.pointer_of(&after.1));
    let policy = &settings.policy;
    let (findings, contracts): (Vec<Finding>, Vec<ContractVersion>) = if one == Kind::OpenApi {
        let findings = compare_apis(
            Api { documents: &base, at: &places.0 },
            Api { documents: &revision, at: &places.1 },
            &policy.apis,
        );
        (findings, vec![version(&base, &revision, &places)])
    } else {
        let found =
            compare_schemas((&base, &places.0), (&revision, &places.1), policy.direction, &policy.schemas);
        (found, Vec::new())
    };
    let lines = Places { base: (&before.0, &base), revision: (&after.0, &revision) };
    Ok(report(Comparison {
        base: &base,
        revision: &revision,
        lines: &lines,
        names,
        findings,
        contracts,
        affected: BTreeMap::new(),
        owners: BTreeMap::new(),
        cost: None,
        policy,
        acknowledgements: &settings.acknowledgements,
    }))
}

fn kind(version: &Version, main: &str, name: &str) -> Result<Kind, Failure> {
    let value = version.values().find(|(path, _)| path == main).map(|(_, value)| value).unwrap_or_default();
    let kind = recognise(&value);
    match kind.refusal() {
        Some(refusal) => Err(Failure::new(format!("{name}: {refusal}"))),
        None => Ok(kind),
    }
}

/// The version that an API declares.
fn version(base: &Documents<'_>, revision: &Documents<'_>, places: &(String, String)) -> ContractVersion {
    let text = |documents: &Documents<'_>, pointer: String| {
        documents.at(&pointer).map(|value| value.as_str().map_or_else(|| value.to_string(), str::to_owned))
    };
    let declared = |documents: &Documents<'_>, at: &str| text(documents, format!("{at}/info/version"));
    ContractVersion {
        name: text(revision, format!("{}/info/title", places.1)).unwrap_or_else(|| "the API".to_owned()),
        files: Vec::new(),
        prefix: String::new(),
        declared: (declared(base, &places.0), declared(revision, &places.1)),
        places: (format!("{}/info/version", places.0), format!("{}/info/version", places.1)),
        whole: false,
    }
}
