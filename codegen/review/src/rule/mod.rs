//! Rules: what can happen to a contract, how bad it is, and the page that explains it.
//!
//! A family has its rows where it looks for them, and its pages beside this file: one section a rule, with what
//! happens, why it breaks, a change that breaks and one that doesn't. Both changes run as tests.

mod all;
mod page;

pub use all::rules;
pub use page::{Change, Section, pages, sections, title};

use crate::finding::Severity;

/// Something that can happen to a contract.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Rule {
    /// `REV118`; never used for anything else.
    pub code: &'static str,
    /// What happened, in a few words with hyphens.
    pub name: &'static str,
    /// How bad it is where it is bad: what narrows is safe for readers, what widens is safe for callers.
    pub severity: Severity,
    /// Whether a client that is built again may fail to compile.
    pub compile: bool,
    /// Whether stored data is lost or can't be read any more: it can't be waived.
    pub loses_data: bool,
}

impl Rule {
    /// A client that is built again may fail to compile.
    pub(crate) const fn compile(mut self) -> Self {
        self.compile = true;
        self
    }

    /// Stored data is lost or can't be found any more.
    pub(crate) const fn loses_data(mut self) -> Self {
        self.loses_data = true;
        self
    }
}

/// A rule with nothing special about it.
pub(crate) const fn rule(code: &'static str, name: &'static str, severity: Severity) -> Rule {
    Rule { code, name, severity, compile: false, loses_data: false }
}

/// What couldn't be decided.
pub(crate) const UNDECIDED: Rule = rule("REV000", "undecided", Severity::Risky);

/// Rules about a comparison as a whole.
pub(crate) const RULES: &[Rule] = &[UNDECIDED];
