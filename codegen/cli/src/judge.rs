//! From a folder to a verdict: read, load, apply the rules.

use std::path::Path;

use stipule_ir::{Contract, Diagnostic, Diagnostics, Severity, Sources};

use crate::failure::Failure;
use crate::gather::gather;

/// A repository and all that is wrong with it.
pub(crate) struct Verdict {
    /// The files.
    pub(crate) sources: Sources,
    /// The contract, if there is no error.
    pub(crate) contract: Option<Contract>,
    /// In the order of files and places.
    pub(crate) diagnostics: Vec<Diagnostic>,
}

impl Verdict {
    /// Diagnostics of this weight.
    pub(crate) fn count(&self, severity: Severity) -> usize {
        self.diagnostics.iter().filter(|diagnostic| diagnostic.severity == severity).count()
    }
}

/// Reads and judges the repository at `root`.
pub(crate) fn judge(root: &Path) -> Result<Verdict, Failure> {
    let (sources, diagnostics) = gather(root)?;
    Ok(judge_sources(sources, diagnostics))
}

/// Judges what was read; `diagnostics` are about the files as such.
///
/// The rules need a contract that could be loaded; a contract is given out when they found no error either.
pub(crate) fn judge_sources(sources: Sources, mut diagnostics: Diagnostics) -> Verdict {
    if diagnostics.has_errors() {
        return Verdict { sources, contract: None, diagnostics: diagnostics.sorted() };
    }
    let (contract, found) = stipule_front::load(&sources);
    diagnostics.append(found);
    if let Some(contract) = &contract {
        diagnostics.append(stipule_rules::check(contract));
        diagnostics.append(stipule_table::check(contract));
    }
    let contract = contract.filter(|_| !diagnostics.has_errors());
    Verdict { sources, contract, diagnostics: diagnostics.sorted() }
}
