//! What is found out about two schemas.

use std::fmt;

use serde_json::Value;

use super::codes::Code;

/// Whose documents have to satisfy whose schema.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Direction {
    /// What was valid before is still valid: requests, stored data, replay.
    #[default]
    Backward,
    /// What is valid now was valid before: responses and events that old readers get.
    Forward,
    /// Both.
    Full,
}

/// One of the two schemas.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Side {
    /// The schema before.
    Base,
    /// The schema after.
    Revision,
}

/// The answer.
#[derive(Clone, Debug, PartialEq)]
pub enum Verdict {
    /// Every document is still valid.
    Compatible(Proof),
    /// Some document is not: each finding with an incompatible document proves it.
    Incompatible(Vec<Finding>),
    /// Nobody knows; never to be taken for safe.
    Unknown(Vec<Finding>),
}

impl Verdict {
    /// What there is to say, one finding per root.
    pub fn findings(&self) -> &[Finding] {
        match self {
            Verdict::Compatible(_) => &[],
            Verdict::Incompatible(findings) | Verdict::Unknown(findings) => findings,
        }
    }

    /// `compatible`, `incompatible`, `unknown`.
    pub fn as_str(&self) -> &'static str {
        match self {
            Verdict::Compatible(_) => "compatible",
            Verdict::Incompatible(_) => "incompatible",
            Verdict::Unknown(_) => "unknown",
        }
    }

    /// Whether a document is known to break.
    pub fn is_breaking(&self) -> bool {
        matches!(self, Verdict::Incompatible(_))
    }
}

/// How it was proved that no document breaks: `valid in one and invalid in the other` was taken apart until each part
/// contradicted itself.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Proof {
    /// Combinations of requirements on a value (the document, a member, an item) that were proved empty or needed.
    pub goals: usize,
    /// Combinations of alternatives that were looked at.
    pub branches: usize,
    /// Times that a recursive schema led back to what was being proved.
    pub recursions: usize,
}

impl fmt::Display for Proof {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.goals == 0 {
            return f.write_str("both schemas mean the same once references and `allOf` are resolved");
        }
        write!(
            f,
            "no value is valid in one and invalid in the other: {} goals in {} branches contradict themselves",
            self.goals, self.branches
        )?;
        match self.recursions {
            0 => Ok(()),
            count => write!(f, ", {count} by induction over the size of the document"),
        }
    }
}

/// How bad a finding is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// Somebody breaks.
    Break,
    /// Somebody may break.
    Risky,
    /// Nobody breaks.
    Safe,
}

impl Severity {
    /// `break`, `risky`, `safe`.
    pub fn as_str(self) -> &'static str {
        match self {
            Severity::Break => "break",
            Severity::Risky => "risky",
            Severity::Safe => "safe",
        }
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

/// One root of an incompatibility.
#[derive(Clone, Debug, PartialEq)]
pub struct Finding {
    /// Which rule.
    pub code: Code,
    /// The schema that `pointer` points into: the one that refuses the witness.
    pub side: Side,
    /// JSON Pointer of the keyword, in its document.
    pub pointer: String,
    /// How bad it is.
    pub severity: Severity,
    /// How sure it is.
    pub confidence: Confidence,
    /// A document that the other schema accepts and this one refuses because of the keyword.
    pub witness: Option<Value>,
    /// JSON Pointer of the part of the witness that the keyword refuses.
    pub instance: String,
    /// What to know besides, where nothing is proved.
    pub note: Option<String>,
}

impl Finding {
    /// As `--pairs` prints it.
    pub fn to_json(&self) -> Value {
        serde_json::json!({
            "code": self.code.id,
            "rule": self.code.name,
            "severity": self.severity.as_str(),
            "pointer": self.pointer,
            "in": match self.side { Side::Base => "base", Side::Revision => "revision" },
            "confidence": self.confidence.as_str(),
            "witness": self.witness,
            "note": self.note,
        })
    }
}
