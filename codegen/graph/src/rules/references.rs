//! Everything that is referred to is there, and stacks can be made one after the other.

use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use stipule_ir::Page;

use super::{Findings, Rule};
use crate::graph::Stacks;

pub(super) const RULE: Rule = Rule {
    page: Page {
        code: "STK001",
        title: "A reference of a template leads nowhere",
        text: "Every Ref, Fn::GetAtt, Fn::Sub, Fn::ImportValue and DependsOn of the templates leads to something that is there, an export is made by one stack, and no two stacks import from each other: such a set of stacks could be made in no order.",
    },
    check,
    bad: r#"{"A": {"Type": "AWS::SNS::Topic", "Properties": {"KmsMasterKeyId": {"Ref": "Key"}}}}"#,
    good: r#"{"A": {"Type": "AWS::SNS::Topic", "Properties": {"KmsMasterKeyId": {"Ref": "Key"}}}, "Key": {"Type": "AWS::KMS::Key"}}"#,
};

use crate::graph::{Stack, export_name, names_in, walk};

fn check(stacks: &Stacks, findings: &mut Findings) {
    let mut exporters: BTreeMap<&str, &str> = BTreeMap::new();
    for stack in &stacks.stacks {
        for name in stack.exports.keys() {
            if let Some(other) = exporters.insert(name, &stack.name) {
                findings.add_to_stack(&stack.name, format!("`{name}` is exported by {other} too"));
            }
        }
    }
    let mut needs: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for stack in &stacks.stacks {
        walk(&stack.template, &mut |value| {
            for name in missing(stack, value) {
                findings.add_to_stack(&stack.name, format!("there is no `{name}`"));
            }
            let Some(export) = export_name(value) else { return };
            match exporters.get(export) {
                Some(from) => {
                    needs.entry(&stack.name).or_default().insert(from);
                }
                None => findings.add_to_stack(&stack.name, format!("nothing exports `{export}`")),
            }
        });
    }
    circles(&needs, findings);
}

/// Names that a value refers to and that aren't there.
fn missing<'v>(stack: &Stack, value: &'v Value) -> Vec<&'v str> {
    let known = |name: &&str| {
        let name = name.split('.').next().unwrap_or_default();
        !name.starts_with("AWS::")
            && !stack.resources.contains_key(name)
            && !stack.parameters.iter().any(|it| it == name)
    };
    let mut names: Vec<&str> = value["Ref"].as_str().into_iter().collect();
    names.extend(value["Fn::GetAtt"][0].as_str());
    names.extend(value["Fn::Sub"].as_str().map(names_in).unwrap_or_default());
    if let (Some(text), Some(own)) = (value["Fn::Sub"][0].as_str(), value["Fn::Sub"][1].as_object()) {
        names.extend(names_in(text).into_iter().filter(|name| !own.contains_key(*name)));
    }
    names.extend(value["DependsOn"].as_array().into_iter().flatten().filter_map(Value::as_str));
    names.extend(value["DependsOn"].as_str());
    names.into_iter().filter(known).collect()
}

/// Stacks that need themselves.
fn circles(needs: &BTreeMap<&str, BTreeSet<&str>>, findings: &mut Findings) {
    for start in needs.keys() {
        let mut seen: BTreeSet<&str> = BTreeSet::new();
        let mut next: Vec<&str> = needs[start].iter().copied().collect();
        while let Some(stack) = next.pop() {
            if seen.insert(stack) {
                next.extend(needs.get(stack).into_iter().flatten());
            }
        }
        if seen.contains(start) {
            findings.add_to_stack(start, "it imports from a stack that needs it");
        }
    }
}
