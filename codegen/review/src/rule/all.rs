//! Every rule, by family.

use super::{RULES, Rule};
use crate::{contain, members, openapi, report, repository};

/// All rules, in the order of their codes.
pub fn rules() -> Vec<Rule> {
    let general = RULES.iter().copied();
    let mut all: Vec<Rule> = general
        .chain(report::RULES.iter().copied())
        .chain(openapi::rules())
        .chain(contain::rules())
        .chain(members::rules())
        .chain(repository::rules())
        .collect();
    all.sort_by_key(|rule| rule.code);
    // A keyword without degrees has one rule for two cases.
    all.dedup();
    all
}
