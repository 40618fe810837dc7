//! Whole contract repositories with one file changed.

use stipule_ir::{Contract, Diagnostics, Sources};

use super::Check;
use super::reader::inside;
use crate::corpus::{Input, REPOSITORIES, contracts, contracts_of, with_change};

/// Small repositories more often than the large one, which takes ten times as long to load.
pub(super) fn all() -> Vec<Input> {
    [contracts(), small(), small(), small()].concat()
}

pub(super) fn tables() -> Vec<Input> {
    contracts().into_iter().filter(|contract| contract.name.contains("/tables/")).collect()
}

/// Repositories that are written out quickly.
pub(super) fn small() -> Vec<Input> {
    REPOSITORIES.iter().skip(1).flat_map(|repository| contracts_of(repository)).collect()
}

pub(super) type Repository = (&'static str, Vec<Input>);

pub(super) fn repositories() -> Vec<Repository> {
    REPOSITORIES.iter().map(|repository| (*repository, contracts_of(repository))).collect()
}

/// Loads the repository that the input belongs to, and applies the rules.
pub(super) fn judged(
    repositories: &[Repository],
    input: &Input,
) -> Option<(Sources, Option<Contract>, Diagnostics)> {
    let home = |name: &str| input.name.starts_with(&format!("{name}/contracts/"));
    let (name, contracts) = repositories.iter().find(|(name, _)| home(name))?;
    let sources = with_change(contracts, name, input);
    let (contract, mut diagnostics) = stipule_front::load(&sources);
    assert_eq!(contract.is_none(), diagnostics.has_errors(), "a contract, or an error why there is none");
    if let Some(contract) = &contract {
        diagnostics.append(stipule_rules::check(contract));
        diagnostics.append(stipule_table::check(contract));
    }
    Some((sources, contract, diagnostics))
}

pub(super) fn check_loading() -> Check {
    let repositories = repositories();
    Box::new(move |input| {
        let Some((sources, _, diagnostics)) = judged(&repositories, input) else { return };
        placed(&sources, &diagnostics);
    })
}

/// Every place that is told is one in its file.
pub(super) fn placed(sources: &Sources, diagnostics: &Diagnostics) {
    for diagnostic in diagnostics.iter() {
        let labels = std::iter::once(&diagnostic.primary).chain(&diagnostic.related);
        for label in labels {
            inside(&label.span, &sources.get(label.span.file).text, diagnostic.code);
        }
    }
}

pub(super) fn check_emission() -> Check {
    let repositories = repositories();
    Box::new(move |input| {
        let Some((_, Some(contract), diagnostics)) = judged(&repositories, input) else { return };
        if !diagnostics.has_errors() {
            stipule_emit::emit(&contract);
        }
    })
}
