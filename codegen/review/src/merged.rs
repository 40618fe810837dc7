//! One finding per root, whatever it reaches.

use std::cmp::Ordering;
use std::collections::BTreeMap;

use crate::finding::{Finding, Severity, Side};
use crate::members::{ALTERNATIVE_ADDED, ALTERNATIVE_REMOVED};

/// Where and what.
type Key = (String, String, Side, &'static str);

/// Findings by their roots.
#[derive(Debug, Default)]
pub(crate) struct Merged {
    found: BTreeMap<Key, Finding>,
}

impl Merged {
    /// Adds a finding, to the one of the same root if there is one.
    pub(crate) fn add(&mut self, finding: Finding) {
        // Where it is not, it is not in many places.
        let place = |side: Side, pointer: &Option<String>| {
            pointer.clone().filter(|_| finding.absent != Some(side)).unwrap_or_default()
        };
        let places = (place(Side::Revision, &finding.revision), place(Side::Base, &finding.base));
        let key = (places.0, places.1, finding.side, finding.rule.code);
        match self.found.get_mut(&key) {
            Some(known) => merge(known, finding),
            None => {
                self.found.insert(key, finding);
            }
        }
    }

    /// The findings in the order of their places. That an alternative came or went is no news where a document
    /// proves it, or where it has a name.
    pub(crate) fn into_vec(self) -> Vec<Finding> {
        let alternatives: Vec<String> = self.found.values().filter(is_alternative).map(around).collect();
        let known = |place: &String| {
            self.found.values().any(|finding| {
                let at = finding.base.as_deref().unwrap_or_default();
                !is_alternative(&finding)
                    && finding.severity == Severity::Break
                    && at
                        .strip_prefix(place.as_str())
                        .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
            })
        };
        let known: Vec<String> = alternatives.into_iter().filter(known).collect();
        let found = self.found.into_values();
        found.filter(|finding| !is_alternative(&finding) || !known.contains(&around(finding))).collect()
    }
}

/// The worse of two findings; of two that are as bad, what both reach. That others don't mind is no news.
pub(crate) fn merge(known: &mut Finding, other: Finding) {
    match other.severity.cmp(&known.severity) {
        Ordering::Less => *known = Finding { rule: known.rule, ..other },
        Ordering::Equal => {
            known.reaches.extend(other.reaches);
            known.flows.extend(other.flows);
            for (reached, places) in other.members {
                known.members.entry(reached).or_default().extend(places);
            }
            if other.confidence < known.confidence {
                known.confidence = other.confidence;
                (known.witness, known.instance) = (other.witness, other.instance);
                known.note = other.note;
            }
        }
        Ordering::Greater => {}
    }
}

fn is_alternative(finding: &&Finding) -> bool {
    [ALTERNATIVE_ADDED, ALTERNATIVE_REMOVED].contains(&finding.rule)
}

/// The schema whose alternatives a finding is about.
fn around(finding: &Finding) -> String {
    let place = finding.base.as_deref().unwrap_or_default();
    let up = |place: &'_ str| place.rsplit_once('/').map_or(place.len(), |(around, _)| around.len());
    let list = if finding.rule == ALTERNATIVE_REMOVED { &place[..up(place)] } else { place };
    list[..up(list)].to_owned()
}
