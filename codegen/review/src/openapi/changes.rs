//! What has been found so far: one finding per root, whatever it reaches.

use super::document::Part;
use super::schemas::Jobs;
use crate::contain::{Settings, united};
use crate::documents::Documents;
use crate::finding::{Finding, Severity, Side};
use crate::merged::{Merged, merge};
use crate::rule::Rule;
use crate::shown::{fill, shown};

/// Findings of a comparison.
pub(super) struct Changes<'s> {
    pub(super) settings: &'s Settings,
    pub(super) jobs: Jobs,
    found: Merged,
}

impl<'s> Changes<'s> {
    pub(super) fn new(settings: &'s Settings) -> Self {
        Changes { settings, jobs: Jobs::new(), found: Merged::default() }
    }

    /// Adds a finding that reaches an operation, or the API as a whole if it is named by nothing.
    pub(super) fn add(&mut self, reached: &str, mut finding: Finding) {
        if !reached.is_empty() {
            finding.reaches.insert(reached.to_owned());
        }
        self.found.add(finding);
    }

    /// Reports that something the base has is gone.
    pub(super) fn gone(&mut self, reached: &str, rule: Rule, base: &Part<'_>, around: &str) {
        let mut finding = Finding::new(rule, Side::Base);
        (finding.base, finding.revision) = (Some(base.pointer.clone()), Some(around.to_owned()));
        finding.absent = Some(Side::Revision);
        self.add(reached, finding);
    }

    /// Reports that something is there that the base doesn't have.
    pub(super) fn came(&mut self, reached: &str, rule: Rule, revision: &Part<'_>, around: &str) {
        let mut finding = Finding::new(rule, Side::Revision);
        (finding.base, finding.revision) = (Some(around.to_owned()), Some(revision.pointer.clone()));
        finding.absent = Some(Side::Base);
        self.add(reached, finding);
    }

    /// Reports that a member of two parts differs, with what is written there.
    pub(super) fn differs(
        &mut self,
        reached: &str,
        rule: Rule,
        (base, revision): (&Part<'_>, &Part<'_>),
        key: &str,
    ) {
        self.differs_saying(reached, rule, (base, revision), key, None);
    }

    /// As [`differs`](Self::differs), with what to know besides.
    pub(super) fn differs_saying(
        &mut self,
        reached: &str,
        rule: Rule,
        (base, revision): (&Part<'_>, &Part<'_>),
        key: &str,
        note: Option<String>,
    ) {
        let side = if revision.value.get(key).is_some() { Side::Revision } else { Side::Base };
        let mut finding = Finding::new(rule, side);
        (finding.base, finding.revision) = (Some(base.place(key)), Some(revision.place(key)));
        finding.before = base.value.get(key).and_then(shown);
        finding.after = revision.value.get(key).and_then(shown);
        finding.absent = match (base.value.get(key), revision.value.get(key)) {
            (None, Some(_)) => Some(Side::Base),
            (Some(_), None) => Some(Side::Revision),
            _ => None,
        };
        finding.note = note;
        self.add(reached, finding);
    }

    /// Reports something about two parts as a whole.
    pub(super) fn noted(
        &mut self,
        reached: &str,
        rule: Rule,
        (base, revision): (&Part<'_>, &Part<'_>),
        note: String,
    ) {
        let mut finding = Finding::new(rule, Side::Revision);
        (finding.base, finding.revision) = (Some(base.pointer.clone()), Some(revision.pointer.clone()));
        finding.note = Some(note);
        self.add(reached, finding);
    }

    /// The findings, with what is written at their places.
    pub(super) fn finish(self, base: &Documents<'_>, revision: &Documents<'_>) -> Vec<Finding> {
        let mut found: Vec<Finding> = Vec::new();
        let docs = self.settings.docs;
        for finding in
            self.found.into_vec().into_iter().filter(|found| docs || found.severity != Severity::Docs)
        {
            match found
                .last_mut()
                .filter(|last| (&last.base, &last.revision) == (&finding.base, &finding.revision))
            {
                Some(last) => match united(last.rule, finding.rule) {
                    Some(whole) => {
                        last.rule = whole;
                        merge(last, finding);
                    }
                    None => found.push(finding),
                },
                None => found.push(finding),
            }
        }
        for finding in &mut found {
            fill(finding, base, revision);
        }
        found
    }
}
