//! What has been found so far between two repositories.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;
use stipule_ir::Span;

use super::schemas::Jobs;
use super::{Repository, untouched};
use crate::finding::{Finding, Severity, Side};
use crate::merged::Merged;
use crate::report::Policy;
use crate::rule::Rule;
use crate::shown::fill;

/// Two repositories and their differences.
pub(super) struct Diff<'r> {
    pub(super) base: Repository<'r>,
    pub(super) revision: Repository<'r>,
    pub(super) policy: &'r Policy,
    /// Files in which there is nothing to compare.
    untouched: BTreeSet<String>,
    /// Schemas that are compared when all are known.
    pub(super) jobs: Jobs,
    found: Merged,
    owners: BTreeMap<String, String>,
}

/// What a finding is about: who is reached by it, and how people call it.
#[derive(Clone, Debug, Default)]
pub(super) struct About {
    /// `Order.Placed v1`, `table commerce`.
    pub(super) reached: String,
    /// `Order key`
    pub(super) subject: String,
}

impl About {
    pub(super) fn new(reached: impl Into<String>, subject: impl Into<String>) -> Self {
        About { reached: reached.into(), subject: subject.into() }
    }

    /// The same contract, another part of it.
    pub(super) fn part(&self, subject: impl Into<String>) -> Self {
        About { reached: self.reached.clone(), subject: subject.into() }
    }
}

impl<'r> Diff<'r> {
    pub(super) fn new(base: Repository<'r>, revision: Repository<'r>, policy: &'r Policy) -> Self {
        let untouched = untouched::files(base.documents, revision.documents);
        let (jobs, found) = (Jobs::new(), Merged::default());
        Diff { base, revision, policy, untouched, jobs, found, owners: BTreeMap::new() }
    }

    /// Whether two places are the same, in a file in which there is nothing to compare.
    pub(super) fn is_untouched(&self, before: &str, after: &str) -> bool {
        let file = self.base.documents.split(before).0;
        before == after && file.is_some_and(|file| self.untouched.contains(&file))
    }

    /// Whether there is nothing to compare in a file.
    pub(super) fn is_same_file(&self, path: &str) -> bool {
        self.untouched.contains(path)
    }

    /// Says who answers for something.
    pub(super) fn owned(&mut self, reached: &str, owner: &str) {
        self.owners.insert(reached.to_owned(), owner.to_owned());
    }

    /// Adds a finding as it is.
    pub(super) fn add(&mut self, finding: Finding) {
        self.found.add(finding);
    }

    fn finding(&self, about: &About, rule: Rule, side: Side, before: &Span, after: &Span) -> Finding {
        let mut finding = Finding::new(rule, side);
        finding.base = Some(self.base.pointer(before));
        finding.revision = Some(self.revision.pointer(after));
        finding.reaches.extend((!about.reached.is_empty()).then(|| about.reached.clone()));
        finding.subject = (!about.subject.is_empty()).then(|| about.subject.clone());
        finding
    }

    /// Something of the base is gone; `around` is where it would be.
    pub(super) fn gone(&mut self, about: &About, rule: Rule, before: &Span, around: &Span) {
        self.gone_saying(about, rule, (before, around), None);
    }

    /// The same, with what to know besides.
    pub(super) fn gone_saying(
        &mut self,
        about: &About,
        rule: Rule,
        (before, around): (&Span, &Span),
        note: Option<String>,
    ) {
        let mut finding = self.finding(about, rule, Side::Base, before, around);
        finding.absent = Some(Side::Revision);
        finding.note = note;
        self.found.add(finding);
    }

    /// Something is there that the base doesn't have.
    pub(super) fn came(&mut self, about: &About, rule: Rule, around: &Span, after: &Span) {
        self.came_saying(about, rule, (around, after), None);
    }

    /// The same, with what to know besides.
    pub(super) fn came_saying(
        &mut self,
        about: &About,
        rule: Rule,
        (around, after): (&Span, &Span),
        note: Option<String>,
    ) {
        let mut finding = self.finding(about, rule, Side::Revision, around, after);
        finding.absent = Some(Side::Base);
        finding.note = note;
        self.found.add(finding);
    }

    /// Something is otherwise than it was.
    pub(super) fn differs(
        &mut self,
        about: &About,
        rule: Rule,
        places: (&Span, &Span),
        (before, after): (impl Into<Value>, impl Into<Value>),
    ) {
        self.differs_saying(about, rule, places, (before, after), None);
    }

    /// The same, with what to know besides.
    pub(super) fn differs_saying(
        &mut self,
        about: &About,
        rule: Rule,
        places: (&Span, &Span),
        (before, after): (impl Into<Value>, impl Into<Value>),
        note: Option<String>,
    ) {
        let mut finding = self.finding(about, rule, Side::Revision, places.0, places.1);
        finding.before = Some(before.into()).filter(|value: &Value| !value.is_null());
        finding.after = Some(after.into()).filter(|value: &Value| !value.is_null());
        finding.note = note;
        self.found.add(finding);
    }

    /// Something is otherwise than it was, and nobody minds here.
    pub(super) fn differs_safely(
        &mut self,
        about: &About,
        rule: Rule,
        places: (&Span, &Span),
        (before, after): (impl Into<Value>, impl Into<Value>),
    ) {
        let mut finding = self.finding(about, rule, Side::Revision, places.0, places.1);
        finding.severity = Severity::Safe;
        (finding.before, finding.after) = (Some(before.into()), Some(after.into()));
        self.found.add(finding);
    }

    /// The findings in the order of their places, and who answers for what.
    pub(super) fn finish(self) -> (Vec<Finding>, BTreeMap<String, String>) {
        let mut found = self.found.into_vec();
        for finding in &mut found {
            if finding.subject.is_none() {
                fill(finding, self.base.documents, self.revision.documents);
            }
        }
        (found, self.owners)
    }
}
