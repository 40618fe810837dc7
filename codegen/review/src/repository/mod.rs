//! Two versions of a contract repository: what changed in every kind of contract, whom it reaches, and which versions
//! it needs.
//!
//! HTTP and schemas are compared where they are written, everything else as the model knows it. What a shared type
//! means to many contracts is one finding.

mod apis;
mod consumers;
mod costs;
mod diff;
mod events;
mod infrastructure;
mod platform;
mod sagas;
mod schemas;
mod sockets;
mod subscriptions;
mod table;
mod untouched;
mod versions;

use std::collections::BTreeMap;

use stipule_ir::{Contract, Span};

pub use consumers::{Consumer, Use};
pub use costs::{Cost, Pattern};

use costs::Months;

use crate::documents::Documents;
use crate::finding::Finding;
use crate::report::{Affected, ContractVersion, Policy};
use crate::rule::Rule;
use diff::Diff;

/// All rules about repositories.
pub(crate) fn rules() -> impl Iterator<Item = Rule> {
    let families = [
        events::RULES,
        subscriptions::RULES,
        sockets::RULES,
        table::RULES,
        sagas::RULES,
        infrastructure::RULES,
        costs::RULES,
        platform::RULES,
    ];
    families
        .into_iter()
        .chain(table::parts())
        .chain(sagas::parts())
        .chain(infrastructure::parts())
        .chain(costs::parts())
        .flatten()
        .copied()
}

/// One version of a contract repository.
#[derive(Clone, Copy)]
pub struct Repository<'r> {
    /// As the model knows it.
    pub contract: &'r Contract,
    /// Its files by their paths: contracts, and what is generated for the place it runs on (`infra/`).
    pub documents: &'r Documents<'r>,
}

impl Repository<'_> {
    /// The pointer of a place.
    fn pointer(&self, span: &Span) -> String {
        let path = self.contract.files.get(span.file.0 as usize).map(String::as_str).unwrap_or_default();
        self.documents.pointer_of(path) + &span.pointer
    }

    /// The path of the file that a place is in.
    fn path(&self, span: &Span) -> &str {
        self.contract.files.get(span.file.0 as usize).map(String::as_str).unwrap_or_default()
    }
}

/// What two repositories differ in.
#[derive(Debug, Default)]
pub struct Changed {
    /// One finding per root.
    pub findings: Vec<Finding>,
    /// Contracts that have versions of their own.
    pub contracts: Vec<ContractVersion>,
    /// Who relies on what a finding reaches.
    pub affected: BTreeMap<String, Vec<Affected>>,
    /// Who answers for what a finding reaches.
    pub owners: BTreeMap<String, String>,
    /// What a month costs, if there are rates.
    pub cost: Option<Cost>,
}

/// Compares two versions of a repository; `consumers` are those outside it that say what they use.
pub fn compare_repositories(
    base: Repository<'_>,
    revision: Repository<'_>,
    consumers: &[Consumer],
    policy: &Policy,
) -> Changed {
    let mut diff = Diff::new(base, revision, policy);
    let cost = std::thread::scope(|scope| {
        // What stands in files that are the same costs the same.
        let same = |version: &Repository<'_>| {
            let spared = version.contract.platform.budget.is_none();
            spared && version.contract.files.iter().all(|file| diff.is_same_file(file))
        };
        let reckoned = !(same(&base) && same(&revision));
        let months = reckoned.then(|| scope.spawn(|| Months::of(base.contract, revision.contract)));
        platform::check(&mut diff);
        apis::check(&mut diff);
        events::check(&mut diff);
        subscriptions::check(&mut diff);
        sockets::check(&mut diff);
        table::check(&mut diff);
        sagas::check(&mut diff);
        infrastructure::check(&mut diff);
        schemas::settle(&mut diff);
        let months = months.and_then(|months| months.join().ok()).flatten();
        costs::check(&mut diff, months.as_ref())
    });
    let contracts = versions::of(&base, &revision);
    let affected = consumers::affected(&base, &revision, consumers);
    let (findings, owners) = diff.finish();
    Changed { findings, contracts, affected, owners, cost }
}
