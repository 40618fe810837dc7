//! One thing that happened to a contract.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use crate::rule::Rule;

/// One of the two versions.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Side {
    /// The version before.
    Base,
    /// The version after.
    Revision,
}

impl Side {
    /// `base`, `revision`.
    pub fn as_str(self) -> &'static str {
        match self {
            Side::Base => "base",
            Side::Revision => "revision",
        }
    }
}

/// How bad a finding is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// Somebody breaks.
    Break,
    /// Somebody may break.
    Risky,
    /// Nobody breaks.
    Safe,
    /// Only words for people.
    Docs,
}

impl Severity {
    /// All, worst first.
    pub const ALL: [Severity; 4] = [Severity::Break, Severity::Risky, Severity::Safe, Severity::Docs];

    /// `break`, `risky`, `safe`, `docs`.
    pub fn as_str(self) -> &'static str {
        match self {
            Severity::Break => "break",
            Severity::Risky => "risky",
            Severity::Safe => "safe",
            Severity::Docs => "docs",
        }
    }

    /// The severity of this name.
    pub fn named(name: &str) -> Option<Self> {
        Severity::ALL.into_iter().find(|severity| severity.as_str() == name)
    }
}

/// How sure a finding is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Confidence {
    /// A document proves it.
    Proved,
    /// A rule says so.
    Rule,
    /// It couldn't be decided.
    Unknown,
}

impl Confidence {
    /// `proved`, `rule`, `unknown`.
    pub fn as_str(self) -> &'static str {
        match self {
            Confidence::Proved => "proved",
            Confidence::Rule => "rule",
            Confidence::Unknown => "unknown",
        }
    }
}

/// Which way values go that a schema describes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Flow {
    /// Callers of the base send them to the revision.
    Sent,
    /// The revision sends them to callers of the base.
    Received,
    /// The revision sends them to subscribers that know the base: webhooks and callbacks.
    Notified,
    /// Subscribers that know the base answer a webhook or a callback of the revision with them.
    Answered,
    /// They were written under the base and are read by the revision: stored items.
    Kept,
    /// Events that consumers of the base get from the revision.
    Live,
    /// Events that were published under the base and are read by the revision: replays, archives, dead letters.
    Replayed,
    /// What executions of a saga hold that began under the base and go on under the revision.
    Running,
    /// They belong to a schema that stands by itself.
    Free,
}

impl Flow {
    /// `request`, `response`, `notification`, `answer`, `stored`, `event`, `replay`, `execution`, `document`.
    pub fn as_str(self) -> &'static str {
        match self {
            Flow::Sent => "request",
            Flow::Received => "response",
            Flow::Notified => "notification",
            Flow::Answered => "answer",
            Flow::Kept => "stored",
            Flow::Live => "event",
            Flow::Replayed => "replay",
            Flow::Running => "execution",
            Flow::Free => "document",
        }
    }

    /// Whether those who were built with the base read what the revision writes.
    pub(crate) fn is_read(self) -> bool {
        matches!(self, Flow::Received | Flow::Notified | Flow::Live)
    }

    /// Whether the values go over HTTP, one way or the other.
    pub(crate) fn is_http(self) -> bool {
        matches!(self, Flow::Sent | Flow::Received | Flow::Notified | Flow::Answered)
    }
}

/// One root: what happened at one place, with everything it reaches.
#[derive(Clone, Debug, PartialEq)]
pub struct Finding {
    /// Which rule.
    pub rule: Rule,
    /// How bad it is here.
    pub severity: Severity,
    /// How sure it is.
    pub confidence: Confidence,
    /// The version whose place leads: the one that refuses the witness, or has what the other lacks.
    pub side: Side,
    /// JSON Pointer in the base, of the thing itself or of what stands where it would.
    pub base: Option<String>,
    /// The same in the revision.
    pub revision: Option<String>,
    /// The version that doesn't have it: its place is where it would stand.
    pub absent: Option<Side>,
    /// Which way the values go that it concerns; empty where it isn't about values.
    pub flows: BTreeSet<Flow>,
    /// A document that one version accepts and the other refuses.
    pub witness: Option<Value>,
    /// JSON Pointer of the part of the witness that is refused.
    pub instance: String,
    /// What was written there, if there was something to write.
    pub before: Option<Value>,
    /// What is written there now.
    pub after: Option<Value>,
    /// What to know besides.
    pub note: Option<String>,
    /// What it concerns: `GET /books/{isbn}`, `Order.Placed v1`.
    pub reaches: BTreeSet<String>,
    /// JSON Pointers of what is refused in the documents of what it concerns, where those are known.
    pub members: BTreeMap<String, BTreeSet<String>>,
    /// How people call what it is about; made of its place if it isn't said.
    pub subject: Option<String>,
}

impl Finding {
    /// A finding that a rule makes by itself, as bad as the rule says.
    pub(crate) fn new(rule: Rule, side: Side) -> Self {
        Finding {
            rule,
            severity: rule.severity,
            confidence: Confidence::Rule,
            side,
            base: None,
            revision: None,
            absent: None,
            flows: BTreeSet::new(),
            witness: None,
            instance: String::new(),
            before: None,
            after: None,
            note: None,
            reaches: BTreeSet::new(),
            members: BTreeMap::new(),
            subject: None,
        }
    }

    /// The place that leads.
    pub fn pointer(&self) -> &str {
        let leading = match self.side {
            Side::Base => &self.base,
            Side::Revision => &self.revision,
        };
        leading.as_deref().unwrap_or_default()
    }

    /// Whether it counts: somebody breaks, may break, or nobody knows.
    pub fn matters(&self) -> bool {
        matches!(self.severity, Severity::Break | Severity::Risky)
    }

    /// Whether what is stored is lost or can't be read: it can't be waived.
    pub fn loses_data(&self) -> bool {
        self.rule.loses_data || self.severity == Severity::Break && self.flows.contains(&Flow::Kept)
    }

    /// As `--pairs` prints it.
    pub fn to_json(&self) -> Value {
        json!({
            "code": self.rule.code,
            "rule": self.rule.name,
            "severity": self.severity.as_str(),
            "pointer": self.pointer(),
            "in": self.side.as_str(),
            "base": self.base,
            "revision": self.revision,
            "flows": self.flows.iter().map(|flow| flow.as_str()).collect::<Vec<_>>(),
            "confidence": self.confidence.as_str(),
            "witness": self.witness,
            "instance": self.witness.as_ref().map(|_| &self.instance),
            "before": self.before,
            "after": self.after,
            "note": self.note,
            "reaches": self.reaches,
        })
    }
}
