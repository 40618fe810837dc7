//! What a reviewer gets: every finding with its places, whom it concerns, what was acknowledged, and the verdict.

mod acknowledge;
mod bump;
mod entry;
mod fingerprint;
mod fixes;
mod place;
mod policy;
mod subject;

use std::collections::BTreeMap;

pub use acknowledge::{Acknowledgement, Acknowledgements};
pub use bump::{Bump, ContractVersion, Versioned};
pub use entry::{Affected, Entry, Impact};
pub use place::{Lines, Place, Shown};
pub use policy::{Policy, Weight};

use crate::documents::Documents;
use crate::finding::{Confidence, Finding, Severity, Side};
use crate::repository::Cost;
use crate::rule::{Rule, rule};

const NOT_RAISED: Rule = rule("REV950", "version-not-raised", Severity::Risky);
const EXPIRED: Rule = rule("REV951", "acknowledgement-expired", Severity::Break);
const UNUSED: Rule = rule("REV952", "acknowledgement-unused", Severity::Break);
const REFUSED: Rule = rule("REV953", "acknowledgement-of-lost-data", Severity::Break);

const OWN: Rule = rule("REV954", "acknowledgement-by-the-change-itself", Severity::Risky);
const STALE: Rule = rule("REV955", "generated-stale", Severity::Risky);
const POLICY: Rule = rule("REV956", "policy-changed", Severity::Risky);

/// Rules about a change as a whole.
pub(crate) const RULES: &[Rule] = &[NOT_RAISED, EXPIRED, UNUSED, REFUSED, OWN, STALE, POLICY];

/// Generated files aren't what the contracts say.
pub fn generated_stale(number: usize, first: &str) -> Finding {
    let mut finding = Finding::new(STALE, Side::Revision);
    finding.subject = Some(first.to_owned());
    (finding.base, finding.revision) = (Some(String::new()), Some(String::new()));
    let more = if number > 1 { format!(" and {} more", number - 1) } else { String::new() };
    finding.note = Some(format!("`{first}`{more}: run `stipule generate`"));
    finding
}

/// The policy isn't what it was; where it stands in both versions.
pub fn policy_changed(base: String, revision: String) -> Finding {
    let mut finding = Finding::new(POLICY, Side::Revision);
    finding.subject = Some("the policy of reviews".to_owned());
    (finding.base, finding.revision) = (Some(base), Some(revision));
    finding
}

/// What is to become of a change.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Decision {
    /// Nobody breaks.
    Pass,
    /// Whoever breaks was considered.
    PassAcknowledged,
    /// Somebody may break: look.
    Review,
    /// Somebody breaks, or data is lost.
    Block,
}

impl Decision {
    /// `PASS`, `PASS-ACKNOWLEDGED`, `REVIEW`, `BLOCK`.
    pub fn as_str(self) -> &'static str {
        match self {
            Decision::Pass => "PASS",
            Decision::PassAcknowledged => "PASS-ACKNOWLEDGED",
            Decision::Review => "REVIEW",
            Decision::Block => "BLOCK",
        }
    }
}

/// What two versions are compared, and how what is found is to be taken.
pub struct Comparison<'a> {
    /// The version before.
    pub base: &'a Documents<'a>,
    /// The version after.
    pub revision: &'a Documents<'a>,
    /// Where things stand in the author's own lines.
    pub lines: &'a dyn Lines,
    /// How the versions are called: `main`, `1.8.0`, a path.
    pub names: (String, String),
    /// What was found.
    pub findings: Vec<Finding>,
    /// The contracts that have versions of their own.
    pub contracts: Vec<ContractVersion>,
    /// Who relies on what, by what a finding reaches.
    pub affected: BTreeMap<String, Vec<Affected>>,
    /// Who answers for it.
    pub owners: BTreeMap<String, String>,
    /// What a month costs, if there are rates.
    pub cost: Option<Cost>,
    /// How bad what is.
    pub policy: &'a Policy,
    /// What was considered.
    pub acknowledgements: &'a Acknowledgements,
}

/// What a reviewer gets.
#[derive(Clone, Debug)]
pub struct Report {
    /// The verdict.
    pub decision: Decision,
    /// How the versions are called.
    pub names: (String, String),
    /// Contracts whose version matters here.
    pub contracts: Vec<Versioned>,
    /// Findings, worst first, then by place.
    pub entries: Vec<Entry>,
    /// What a month costs, if there are rates.
    pub cost: Option<Cost>,
}

impl Report {
    /// Findings of this severity that weren't acknowledged.
    pub fn open(&self, severity: Severity) -> impl Iterator<Item = &Entry> {
        let is = move |entry: &&Entry| entry.finding.severity == severity && entry.acknowledged.is_none();
        self.entries.iter().filter(is)
    }

    /// The same without what callers of an API don't see: stored items, events, infrastructure, and how a review is
    /// done.
    #[must_use]
    pub fn for_callers(mut self) -> Self {
        self.entries.retain(|entry| {
            let finding = &entry.finding;
            let flows = &finding.flows;
            let travels = flows.is_empty() || flows.iter().any(|flow| flow.is_http());
            let of_callers =
                finding.rule.code < "REV700" || ("REV920".."REV927").contains(&finding.rule.code);
            travels && of_callers
        });
        for entry in &mut self.entries {
            // An operation is called `orders: GET /orders`; nothing else is called.
            let is_platform = |reached: &String| reached == "platform";
            entry.finding.reaches.retain(|reached| reached.contains(": ") || is_platform(reached));
            entry.finding.flows.retain(|flow| flow.is_http());
        }
        self.contracts.retain(|contract| !contract.whole);
        self.cost = None;
        self
    }

    /// Findings that were acknowledged.
    pub fn acknowledged(&self) -> impl Iterator<Item = &Entry> {
        self.entries.iter().filter(|entry| entry.acknowledged.is_some())
    }
}

/// Makes the report of a comparison.
pub fn report(comparison: Comparison<'_>) -> Report {
    let mut entries: Vec<Entry> = Vec::new();
    for finding in &comparison.findings {
        if let Some(finding) = comparison.policy.applied(finding) {
            entries.push(entry::of(finding, &comparison));
        }
    }
    let contracts = bump::versions(&comparison.contracts, &entries);
    // A version that is raised only when somebody breaks is where that is reported already.
    let low: Vec<&Versioned> =
        contracts.iter().filter(|versioned| !versioned.is_enough() && !versioned.whole).collect();
    entries.extend(not_raised(&low, &comparison));
    acknowledge::apply(&mut entries, &comparison);
    entries.sort_by(|one, two| one.order().cmp(&two.order()));
    let decision = decide(&entries);
    Report { decision, names: comparison.names, contracts, entries, cost: comparison.cost }
}

/// One finding for all contracts whose versions are too low.
fn not_raised(low: &[&Versioned], comparison: &Comparison<'_>) -> Option<Entry> {
    let first = low.first()?;
    let mut finding = Finding::new(NOT_RAISED, Side::Revision);
    finding.base = Some(first.places.0.clone());
    finding.revision = Some(first.places.1.clone());
    let needed = |versioned: &&Versioned| match versioned.needed() {
        Some(needed) => needed,
        None => format!("a {} version", versioned.required.as_str()),
    };
    let mut subject = first.name.clone();
    if let [_] = low {
        finding.after = first.declared.1.clone().map(Into::into);
        finding.before = first.declared.0.clone().map(Into::into);
        finding.note = Some(format!("{} is needed", needed(first)));
    } else {
        let all: Vec<String> = low.iter().map(|low| format!("{} needs {}", low.name, needed(low))).collect();
        subject = format!("{} contracts", low.len());
        finding.note = Some(all.join(", "));
    }
    let finding = comparison.policy.applied(&finding)?;
    Some(Entry { subject, ..entry::of(finding, comparison) })
}

fn decide(entries: &[Entry]) -> Decision {
    let mut decision = Decision::Pass;
    for entry in entries {
        let of_entry = match (entry.finding.severity, &entry.acknowledged) {
            (Severity::Break | Severity::Risky, Some(_)) => Decision::PassAcknowledged,
            (Severity::Break, None) => Decision::Block,
            (Severity::Risky, None) => Decision::Review,
            _ if entry.finding.confidence == Confidence::Unknown => Decision::Review,
            _ => Decision::Pass,
        };
        decision = decision.max(of_entry);
    }
    decision
}
