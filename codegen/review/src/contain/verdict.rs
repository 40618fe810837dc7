//! What is found out about two schemas.

use std::fmt;

use crate::finding::Finding;

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

    /// Why every document is still valid, if that is so.
    pub fn proof(&self) -> Option<Proof> {
        match self {
            Verdict::Compatible(proof) => Some(*proof),
            Verdict::Incompatible(_) | Verdict::Unknown(_) => None,
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
