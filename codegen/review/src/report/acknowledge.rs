//! Acknowledgements: somebody looked at a finding and says why it may happen, until when.

use std::collections::BTreeSet;

use jiff::civil::Date;

use super::entry::{self, Entry};
use super::{Comparison, EXPIRED, OWN, REFUSED, UNUSED};
use crate::finding::{Finding, Side};

/// A finding that was considered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Acknowledgement {
    /// Of which finding.
    pub fingerprint: String,
    /// Why it may happen.
    pub reason: String,
    /// Who answers for it.
    pub owner: String,
    /// Where it is discussed.
    pub ticket: String,
    /// The last day on which it counts.
    pub expires: Date,
    /// Path of the migration that keeps what would be lost, if there is such a file.
    pub migration: Option<String>,
    /// JSON Pointer in the file of acknowledgements.
    pub place: String,
}

/// All of them.
#[derive(Clone, Debug, Default)]
pub struct Acknowledgements {
    /// In the order of the file.
    pub list: Vec<Acknowledgement>,
    /// Fingerprints that were acknowledged before the change, if that is known.
    pub known: Option<BTreeSet<String>>,
}

/// Marks what was acknowledged, and reports acknowledgements that don't count.
pub(super) fn apply(entries: &mut Vec<Entry>, comparison: &Comparison<'_>) {
    let today = comparison.policy.apis.today;
    let mut faults = Vec::new();
    for acknowledgement in &comparison.acknowledgements.list {
        let mut matching: Vec<&mut Entry> = entries
            .iter_mut()
            .filter(|entry| entry.finding.matters() && entry.fingerprint == acknowledgement.fingerprint)
            .collect();
        let expired = today.is_some_and(|today| acknowledgement.expires < today);
        let lost =
            matching.iter().any(|entry| entry.finding.loses_data()) && acknowledgement.migration.is_none();
        let known = &comparison.acknowledgements.known;
        let own = known.as_ref().is_some_and(|known| !known.contains(&acknowledgement.fingerprint));
        let (rule, note) = match matching.as_slice() {
            [] => (UNUSED, "no finding has this fingerprint".to_owned()),
            _ if expired => (EXPIRED, format!("it counted until {}", acknowledgement.expires)),
            _ if lost => (REFUSED, "write a migration instead".to_owned()),
            _ => {
                matching.iter_mut().for_each(|entry| entry.acknowledged = Some(acknowledgement.clone()));
                if !own {
                    continue;
                }
                (OWN, "whoever makes the change says it may happen".to_owned())
            }
        };
        let mut finding = Finding::new(rule, Side::Revision);
        finding.revision = Some(acknowledgement.place.clone());
        finding.note =
            Some(format!("`{}`, by {}: {note}", acknowledgement.fingerprint, acknowledgement.owner));
        faults.push(finding);
    }
    entries.extend(faults.into_iter().map(|finding| entry::of(finding, comparison)));
}
