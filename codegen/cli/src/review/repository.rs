//! Two versions of a whole repository.

use std::collections::BTreeSet;
use std::path::Path;

use stipule_front::review::consumers;
use stipule_ir::{Diagnostics, Sources};
use stipule_review::report::{
    Acknowledgements, Comparison, Policy, Report, generated_stale, policy_changed, report,
};
use stipule_review::repository::{Consumer, Repository, Use, compare_repositories};
use stipule_review::{Documents, Finding};

use super::places::Places;
use super::settings;
use super::tree::Tree;
use super::write;
use crate::arguments::ReviewArguments;
use crate::failure::Failure;
use crate::fresh;
use crate::judge::judge_sources;
use crate::output::Output;

/// Names of the files that say how a review is done.
const FOLDER: &str = "contracts/review";

/// Compares two versions.
pub(crate) fn run(
    (base, revision): (Tree, Tree),
    arguments: &ReviewArguments,
    output: &Output,
) -> Result<u8, Failure> {
    let report = compare(&base, &revision, arguments)?;
    write::write(&report, arguments, output)
}

/// The report of two versions.
pub(crate) fn compare(base: &Tree, revision: &Tree, arguments: &ReviewArguments) -> Result<Report, Failure> {
    let policy = policy(revision, arguments)?;
    let acknowledgements = acknowledgements(base, revision, arguments)?;
    let before = Documents::files(base.version.values());
    let after = Documents::files(revision.version.values());
    let changed = compare_repositories(
        Repository { contract: &base.contract, documents: &before },
        Repository { contract: &revision.contract, documents: &after },
        &consumers_of(base, revision),
        &policy,
    );
    let mut findings = changed.findings;
    findings.extend(own(base, revision, (&before, &after))?);
    let lines = Places { base: (&base.version, &before), revision: (&revision.version, &after) };
    Ok(report(Comparison {
        base: &before,
        revision: &after,
        lines: &lines,
        names: (base.name.clone(), revision.name.clone()),
        findings,
        contracts: changed.contracts,
        affected: changed.affected,
        owners: changed.owners,
        cost: changed.cost,
        policy: &policy,
        acknowledgements: &acknowledgements,
    }))
}

/// The only file of a version with this name, by itself.
fn alone(tree: &Tree, name: &str) -> Option<Sources> {
    let paths = ["yaml", "yml", "json"].map(|ending| format!("{FOLDER}/{name}.{ending}"));
    let found = paths.iter().find_map(|path| tree.sources.find(path))?;
    Some(Sources::new([tree.sources.get(found).clone()]))
}

/// The policy that is asked for, or that of the repository.
fn policy(revision: &Tree, arguments: &ReviewArguments) -> Result<Policy, Failure> {
    let mut policy = match (&arguments.policy, alone(revision, "policy")) {
        (None, Some(sources)) => settings::policy_of(&sources)?,
        _ => return Ok(settings::read(arguments)?.policy),
    };
    settings::finish(&mut policy, arguments);
    Ok(policy)
}

/// What was considered, and what of it before the change.
fn acknowledgements(
    base: &Tree,
    revision: &Tree,
    arguments: &ReviewArguments,
) -> Result<Acknowledgements, Failure> {
    if arguments.acknowledgements.is_some() {
        return Ok(settings::read(arguments)?.acknowledgements);
    }
    let read = |tree: &Tree| -> Result<Vec<_>, Failure> {
        let Some(sources) = alone(tree, "acknowledgements") else { return Ok(Vec::new()) };
        let root = tree.root.as_deref().unwrap_or(Path::new(""));
        let (mut list, _) = settings::acknowledged(&sources, root)?;
        let path = sources.iter().next().map(|(_, source)| source.path.clone()).unwrap_or_default();
        for acknowledgement in &mut list {
            acknowledgement.place = format!("/{}{}", path.replace('/', "~1"), acknowledgement.place);
        }
        Ok(list)
    };
    let known: BTreeSet<String> = read(base)?.into_iter().map(|known| known.fingerprint).collect();
    Ok(Acknowledgements { list: read(revision)?, known: Some(known) })
}

/// Those who say what they use, in either version.
fn consumers_of(base: &Tree, revision: &Tree) -> Vec<Consumer> {
    let mut found: Vec<Consumer> = Vec::new();
    for tree in [base, revision] {
        let Some(file) = alone(tree, "consumers") else { continue };
        let mut faults = Diagnostics::new();
        let root =
            file.iter().next().and_then(|(id, source)| stipule_front::reader::read(id, source, &mut faults));
        let read = root.map(|root| consumers::read(&root, &mut faults)).unwrap_or_default();
        let uses = |uses: Vec<consumers::Use>| -> Vec<Use> {
            uses.into_iter()
                .map(|used| Use {
                    of: used.of.value,
                    members: used.members.into_iter().map(|member| member.value).collect(),
                })
                .collect()
        };
        for consumer in read {
            let (operations, events) = (uses(consumer.operations), uses(consumer.events));
            found.push(Consumer { name: consumer.name.value, operations, events });
        }
    }
    found
}

/// What a change does to the repository itself.
fn own(
    base: &Tree,
    revision: &Tree,
    (before, after): (&Documents<'_>, &Documents<'_>),
) -> Result<Vec<Finding>, Failure> {
    let mut found = Vec::new();
    let text = |tree: &Tree| {
        let sources = alone(tree, "policy")?;
        sources.iter().next().map(|(_, source)| (source.path.clone(), source.text.clone()))
    };
    let (was, is) = (text(base), text(revision));
    if was.as_ref().map(|(_, text)| text) != is.as_ref().map(|(_, text)| text) {
        let place = |documents: &Documents<'_>, file: &Option<(String, String)>| {
            file.as_ref().map(|(path, _)| documents.pointer_of(path)).unwrap_or_default()
        };
        found.push(policy_changed(place(before, &was), place(after, &is)));
    }
    if let Some(root) = revision.root.as_deref().filter(|root| root.join("generated").is_dir()) {
        found.extend(stale(root, revision)?);
    }
    Ok(found)
}

/// Whether generated files are what the contracts say. Contracts that `check` refuses generate nothing.
fn stale(root: &Path, revision: &Tree) -> Result<Option<Finding>, Failure> {
    let owned: Vec<&str> = stipule_emit::owned_roots().collect();
    if fresh::recall(root, &revision.sources, &owned).is_some() {
        return Ok(None);
    }
    let verdict = judge_sources(revision.sources.clone(), Diagnostics::new());
    let Some(contract) = &verdict.contract else { return Ok(None) };
    let difference = crate::tree::compare(root, &stipule_emit::emit(contract), owned.into_iter())?;
    let stale = difference.stale.iter().map(|stale| stale.path.as_str());
    let wrong: Vec<&str> = stale
        .chain(difference.missing.iter().map(String::as_str))
        .chain(difference.orphaned.iter().map(String::as_str))
        .collect();
    Ok(wrong.first().map(|first| generated_stale(wrong.len(), first)))
}
