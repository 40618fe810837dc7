//! A finding as a reviewer sees it.

use super::acknowledge::Acknowledgement;
use super::place::Place;
use super::{Comparison, fingerprint, subject};
use crate::documents::Documents;
use crate::finding::{Finding, Flow, Severity, Side};
use crate::rule;

/// Somebody who relies on what changed.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Affected {
    /// Who: a service, an application.
    pub consumer: String,
    /// What it uses: a subscription, an operation.
    pub uses: String,
    /// The members that it says it uses; empty if it doesn't say.
    pub fields: Vec<String>,
}

/// How somebody is affected.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Impact {
    /// A client that is built again doesn't compile.
    ClientCompile,
    /// A client that runs fails.
    ClientRuntime,
    /// A consumer of events fails, or a subscriber of webhooks.
    Consumer,
    /// Old events can't be read again.
    Replay,
    /// Executions of sagas that are under way fail.
    Execution,
    /// Stored items can't be read, or are lost.
    StoredData,
    /// Something that holds data is replaced.
    Replacement,
}

impl Impact {
    /// `client-compile` and so on.
    pub fn as_str(self) -> &'static str {
        match self {
            Impact::ClientCompile => "client-compile",
            Impact::ClientRuntime => "client-runtime",
            Impact::Consumer => "consumer",
            Impact::Replay => "replay",
            Impact::Execution => "execution",
            Impact::StoredData => "stored-data",
            Impact::Replacement => "replacement",
        }
    }
}

/// A finding with all that is known around it.
#[derive(Clone, Debug)]
pub struct Entry {
    /// What was found.
    pub finding: Finding,
    /// What it is about, for people: `Book.pages`, `GET /books/{isbn}`.
    pub subject: String,
    /// The file of the contract that it is in; empty for a document without one.
    pub file: String,
    /// Its place before, if there is one.
    pub base: Option<Place>,
    /// Its place after, if there is one.
    pub revision: Option<Place>,
    /// The same for the same change, whatever else changes.
    pub fingerprint: String,
    /// How somebody is affected.
    pub impacts: Vec<Impact>,
    /// Who is affected, as far as it is known.
    pub affected: Vec<Affected>,
    /// Who answers for what it is about.
    pub owners: Vec<String>,
    /// Who considered it.
    pub acknowledged: Option<Acknowledgement>,
    /// The finding it was without the policy, if that made it another.
    pub title: &'static str,
}

impl Entry {
    /// What entries are sorted by.
    pub(super) fn order(&self) -> (bool, Severity, &str, &str, &str, &str) {
        let finding = &self.finding;
        let acknowledged = self.acknowledged.is_some();
        (acknowledged, finding.severity, &self.file, &self.subject, finding.rule.code, &self.fingerprint)
    }

    /// Whether it is about how the change is made, not about what changed.
    pub fn is_about_review(&self) -> bool {
        super::RULES.contains(&self.finding.rule)
    }

    /// What to do instead, if it breaks somebody and there is something general to say.
    pub fn instead(&self) -> Option<&'static str> {
        super::fixes::fix(&self.finding)
    }

    /// The place to look at: after the change, if it is still there.
    pub fn place(&self) -> Option<&Place> {
        let (here, there) = match self.finding.side {
            Side::Base => (&self.base, &self.revision),
            Side::Revision => (&self.revision, &self.base),
        };
        here.as_ref().or(there.as_ref())
    }

    /// The sentence that says what happened, without a full stop.
    pub fn sentence(&self) -> String {
        if self.subject.is_empty() {
            return self.title.to_owned();
        }
        let mut letters = self.title.chars();
        let rest = letters.as_str();
        let lower = match letters.next() {
            // `null` and other code stays as it is.
            Some(first) if first.is_uppercase() => format!("{}{}", first.to_lowercase(), letters.as_str()),
            _ => rest.to_owned(),
        };
        format!("`{}`: {lower}", self.subject)
    }
}

/// Everything around a finding.
pub(super) fn of(finding: Finding, comparison: &Comparison<'_>) -> Entry {
    let documents = match finding.side {
        Side::Base => comparison.base,
        Side::Revision => comparison.revision,
    };
    let (file, _) = documents.split(finding.pointer());
    let place = |side: Side, pointer: &Option<String>| comparison.lines.place(side, pointer.as_deref()?);
    let mut affected = affected(&finding, documents, comparison);
    affected.sort();
    affected.dedup();
    let mut owners: Vec<String> =
        finding.reaches.iter().filter_map(|reached| comparison.owners.get(reached).cloned()).collect();
    owners.sort_unstable();
    owners.dedup();
    Entry {
        subject: finding.subject.clone().unwrap_or_else(|| subject::of(documents, finding.pointer())),
        file: file.unwrap_or_default(),
        base: place(Side::Base, &finding.base),
        revision: place(Side::Revision, &finding.revision),
        fingerprint: fingerprint::of(&finding, documents),
        impacts: impacts(&finding),
        affected,
        owners,
        acknowledged: None,
        title: rule::title(finding.rule.code),
        finding,
    }
}

/// Who relies on what a finding reaches: those who say which members they use, if those are among what it is about.
fn affected(finding: &Finding, documents: &Documents<'_>, comparison: &Comparison<'_>) -> Vec<Affected> {
    let mut affected = Vec::new();
    for reached in &finding.reaches {
        let members: Vec<Option<String>> = match finding.members.get(reached) {
            Some(refused) => refused.iter().map(|instance| Some(subject::path(instance))).collect(),
            None => vec![subject::member(documents, finding.pointer())],
        };
        let users = comparison.affected.get(reached).into_iter().flatten();
        let concerned = |user: &&Affected| {
            let fields = &user.fields;
            let concerns = |member: &Option<String>| subject::concerns(fields, member.as_deref());
            fields.is_empty() || members.iter().any(concerns)
        };
        affected.extend(users.filter(concerned).cloned());
    }
    affected
}

fn impacts(finding: &Finding) -> Vec<Impact> {
    if !finding.matters() {
        return Vec::new();
    }
    let mut found = Vec::new();
    for flow in &finding.flows {
        found.push(match flow {
            Flow::Sent | Flow::Received | Flow::Free => Impact::ClientRuntime,
            Flow::Kept => Impact::StoredData,
            Flow::Live | Flow::Notified | Flow::Answered => Impact::Consumer,
            Flow::Replayed => Impact::Replay,
            Flow::Running => Impact::Execution,
        });
    }
    let of_clients = finding.flows.is_empty() && finding.rule.code < "REV700";
    if of_clients {
        found.push(Impact::ClientRuntime);
    }
    if finding.rule.compile && (of_clients || found.contains(&Impact::ClientRuntime)) {
        found.push(Impact::ClientCompile);
    }
    if finding.loses_data() {
        let replaced = ["REV870", "REV871", "REV876"].contains(&finding.rule.code);
        found.push(if replaced { Impact::Replacement } else { Impact::StoredData });
    }
    found.sort_unstable();
    found.dedup();
    found
}
