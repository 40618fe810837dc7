//! How bad what is: a setting, because it is disputed.

use std::collections::BTreeMap;

use crate::contain::{Direction, OpenContent, Settings};
use crate::finding::{Finding, Severity};
use crate::rule::{Rule, rules};
use crate::schema::Formats;

/// How a rule weighs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Weight {
    /// It isn't reported.
    Off,
    /// It is as bad as this.
    As(Severity),
}

/// A policy.
#[derive(Clone, Debug)]
pub struct Policy {
    /// Settings for schemas that stand by themselves.
    pub schemas: Settings,
    /// Which way they are compared.
    pub direction: Direction,
    /// Settings for APIs.
    pub apis: Settings,
    /// Settings for events.
    pub events: Settings,
    /// Rules that weigh otherwise, by code.
    pub weights: BTreeMap<&'static str, Weight>,
}

impl Default for Policy {
    /// Schemas strictly; APIs and events for those who keep to what is declared.
    fn default() -> Self {
        let declared =
            Settings { formats: Formats::Checked, open_content: OpenContent::Ignored, ..Settings::default() };
        Policy {
            schemas: Settings::default(),
            direction: Direction::Backward,
            apis: declared,
            events: declared,
            weights: BTreeMap::new(),
        }
    }
}

impl Policy {
    /// Everything counts that a schema accepts.
    pub fn strict() -> Self {
        let mut policy = Policy::default();
        policy.apis.open_content = OpenContent::Counted;
        policy.events.open_content = OpenContent::Counted;
        policy
    }

    /// Sets the weight of a rule by its code or name; false if there is no such rule, or if it is about lost data.
    pub fn set(&mut self, named: &str, weight: Weight) -> bool {
        let is = |rule: &&Rule| rule.code.eq_ignore_ascii_case(named) || rule.name == named;
        let all = rules();
        let Some(rule) = all.iter().find(is).filter(|rule| !rule.loses_data) else { return false };
        self.weights.insert(rule.code, weight);
        true
    }

    /// A finding as it weighs under the policy; `None` if it isn't reported.
    pub(super) fn applied(&self, finding: &Finding) -> Option<Finding> {
        let mut finding = finding.clone();
        // Where a rule is good news, it isn't what the policy is about.
        if finding.severity == finding.rule.severity && !finding.loses_data() {
            match self.weights.get(finding.rule.code) {
                Some(Weight::Off) => return None,
                Some(Weight::As(severity)) => finding.severity = *severity,
                None => {}
            }
        }
        Some(finding)
    }
}
