//! Contracts with what front and rules say about them.

use stipule_ir::{Contract, Diagnostic, Severity, Sources};

use crate::draw::{Sheet, draw};

/// A random contract and its verdict.
pub struct Judged {
    /// What it was drawn from.
    pub seed: u64,
    /// What stands in its files.
    pub sheet: Sheet,
    /// The contract; none when the front refuses it.
    pub contract: Option<Contract>,
    /// What was found, in the order of places.
    pub found: Vec<Diagnostic>,
}

impl Judged {
    /// The contract of a seed.
    pub fn of(seed: u64) -> Self {
        let (sheet, sources) = draw(seed);
        let (contract, found) = judge(&sources);
        Self { seed, sheet, contract, found }
    }

    /// The codes of all errors, each once.
    pub fn errors(&self) -> Vec<&'static str> {
        let errors = self.found.iter().filter(|found| found.severity == Severity::Error);
        let mut codes: Vec<&'static str> = errors.map(|found| found.code).collect();
        codes.sort_unstable();
        codes.dedup();
        codes
    }

    /// Whether nothing stands against generating from it.
    pub fn passes(&self) -> bool {
        self.contract.is_some() && self.errors().is_empty()
    }
}

/// What front and rules say; the rules only about what the front lets through.
pub fn judge(sources: &Sources) -> (Option<Contract>, Vec<Diagnostic>) {
    let (contract, mut found) = stipule_front::load(sources);
    if let Some(contract) = &contract {
        found.append(stipule_rules::check(contract));
    }
    (contract, found.sorted())
}
