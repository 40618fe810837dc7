//! What must hold between resources. One more rule is one file and one row.

mod access;
mod alarms;
mod api;
mod data;
mod dead_letters;
mod letters_alarm;
mod limits;
mod logs;
mod mapping;
mod names;
mod patience;
mod permission;
mod pinned;
mod policy;
mod references;
mod release;
mod release_alarm;
mod sagas;
mod secrecy;
mod shown;
mod stage;
mod star;
mod through_alias;
mod version;
mod visibility;

use stipule_ir::Page;

use crate::finding::Finding;
use crate::graph::{Stacks, Target};

/// One rule.
pub struct Rule {
    /// Its code, its summary, and its page for `stipule explain`.
    pub page: Page,
    /// Adds a finding for each resource that breaks it.
    pub check: fn(&Stacks, &mut Findings),
    /// Resources of one stack that break it.
    pub bad: &'static str,
    /// The same resources as they should be.
    pub good: &'static str,
}

/// Every rule, by code.
pub const RULES: &[Rule] = &[
    references::RULE,
    limits::RULE,
    dead_letters::RULE,
    letters_alarm::RULE,
    policy::RULE,
    permission::RULE,
    through_alias::RULE,
    visibility::RULE,
    mapping::RULE,
    star::RULE,
    pinned::RULE,
    access::RULE,
    shown::RULE,
    alarms::RULE,
    api::RULE,
    stage::RULE,
    data::RULE,
    names::RULE,
    release::RULE,
    release_alarm::RULE,
    version::RULE,
    logs::RULE,
    secrecy::RULE,
    sagas::RULE,
    patience::RULE,
];

/// Findings while they are collected.
#[derive(Debug, Default)]
pub struct Findings {
    found: Vec<Finding>,
    code: &'static str,
}

impl Findings {
    fn add(&mut self, target: &Target<'_>, message: impl Into<String>) {
        self.found.push(Finding {
            stack: target.stack.name.clone(),
            resource: target.name.to_owned(),
            code: self.code,
            message: message.into(),
        });
    }

    fn add_to_stack(&mut self, stack: &str, message: impl Into<String>) {
        let (stack, resource) = (stack.to_owned(), String::new());
        self.found.push(Finding { stack, resource, code: self.code, message: message.into() });
    }
}

/// Applies every rule; findings by stack and resource.
pub fn check(stacks: &Stacks) -> Vec<Finding> {
    let mut findings = Findings::default();
    for rule in RULES {
        findings.code = rule.page.code;
        (rule.check)(stacks, &mut findings);
    }
    findings.found.sort();
    findings.found.dedup();
    findings.found
}

/// The page of every rule.
pub fn pages() -> impl Iterator<Item = &'static Page> {
    RULES.iter().map(|rule| &rule.page)
}

/// A text, in `Fn::Sub` or not.
fn text(value: &serde_json::Value) -> Option<&str> {
    value.as_str().or_else(|| value["Fn::Sub"].as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn findings(resources: &str, rule: &Rule) -> Vec<Finding> {
        let text = format!("{{\"Resources\": {resources}}}");
        let stacks = Stacks::read([("only", text.as_str())]).expect("a case is a template");
        let mut findings = Findings { found: Vec::new(), code: rule.page.code };
        (rule.check)(&stacks, &mut findings);
        findings.found
    }

    #[test]
    fn every_rule_finds_its_bad_case_and_passes_its_good_one() {
        for rule in RULES {
            let code = rule.page.code;
            assert!(!findings(rule.bad, rule).is_empty(), "{code}: the bad case passes");
            let found = findings(rule.good, rule);
            assert!(found.is_empty(), "{code}: the good case is found fault with: {found:?}");
        }
    }
}
