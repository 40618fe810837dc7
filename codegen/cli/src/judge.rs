//! From a folder to a verdict: read, load, apply the rules.

use std::path::Path;

use stipule_ir::{Contract, Diagnostic, Severity, Sources};

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
///
/// The rules judge what could be loaded even when parts couldn't, so that one run shows every fault; a contract
/// is only given out when there is no error at all.
pub(crate) fn judge(root: &Path) -> Result<Verdict, Failure> {
    let (sources, mut diagnostics) = gather(root)?;
    if diagnostics.has_errors() {
        return Ok(Verdict { sources, contract: None, diagnostics: diagnostics.sorted() });
    }
    let (contract, found) = stipule_front::load(&sources);
    diagnostics.append(found);
    if let Some(contract) = &contract {
        diagnostics.append(stipule_rules::check(contract));
    }
    let contract = contract.filter(|_| !diagnostics.has_errors());
    Ok(Verdict { sources, contract, diagnostics: diagnostics.sorted() })
}
