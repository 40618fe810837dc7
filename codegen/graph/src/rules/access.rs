//! A role for each function, and what it reads is what is mapped to it.

use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use stipule_ir::Page;

use super::{Findings, Rule};
use crate::graph::Stacks;

pub(super) const RULE: Rule = Rule {
    page: Page {
        code: "STK012",
        title: "A role fits more than one function, or not its own",
        text: "Every function has a role of its own; it may read exactly the queues that are mapped to the function, write to the function's own logs, and its logs are kept for a time that is said.",
    },
    check,
    bad: r#"{"F": {"Type": "AWS::Lambda::Function", "Properties": {"Role": {"Fn::GetAtt": ["R", "Arn"]}}}, "G": {"Type": "AWS::Lambda::Function", "Properties": {"Role": {"Fn::GetAtt": ["R", "Arn"]}}}, "R": {"Type": "AWS::IAM::Role"}}"#,
    good: r#"{"F": {"Type": "AWS::Lambda::Function", "Properties": {"Role": {"Fn::GetAtt": ["R", "Arn"]}}}, "R": {"Type": "AWS::IAM::Role"}}"#,
};

use crate::graph::{Target, walk};

fn check(stacks: &Stacks, findings: &mut Findings) {
    let mut owners: BTreeMap<(String, String), String> = BTreeMap::new();
    for function in stacks.of("AWS::Lambda::Function") {
        let said = &function.resource.properties;
        let Some(role) = stacks.target(function.stack, &said["Role"]) else {
            findings.add(&function, "it has no role among the templates");
            continue;
        };
        let key = (role.stack.name.clone(), role.name.to_owned());
        if let Some(other) = owners.insert(key, function.name.to_owned()) {
            findings.add(&function, format!("it shares the role of {other}"));
        }
        let mapped = mapped(stacks, &function);
        let read = read(stacks, &role);
        for queue in mapped.difference(&read) {
            findings.add(&function, format!("its role may not read {}", queue.1));
        }
        for queue in read.difference(&mapped) {
            findings.add(&function, format!("its role may read {}, which is not mapped to it", queue.1));
        }
    }
}

type Names = BTreeSet<(String, String)>;

fn key(target: &Target<'_>) -> (String, String) {
    (target.stack.name.clone(), target.name.to_owned())
}

/// Queues that are mapped to a function.
fn mapped(stacks: &Stacks, function: &Target<'_>) -> Names {
    let own = stacks.of("AWS::Lambda::EventSourceMapping").filter(|mapping| {
        let of = stacks.function(mapping.stack, &mapping.resource.properties["FunctionName"]);
        of.is_some_and(|(of, _)| of.is(function))
    });
    let sources = own.filter_map(|it| stacks.target(it.stack, &it.resource.properties["EventSourceArn"]));
    sources.filter(|source| source.resource.kind == "AWS::SQS::Queue").map(|it| key(&it)).collect()
}

/// Queues that a role may read.
fn read(stacks: &Stacks, role: &Target<'_>) -> Names {
    let mut found = Names::new();
    walk(&role.resource.properties, &mut |statement| {
        let actions = statement["Action"].as_array().into_iter().flatten();
        if !actions.into_iter().any(|action| action == "sqs:ReceiveMessage") {
            return;
        }
        let places: Vec<&Value> = match &statement["Resource"] {
            Value::Array(places) => places.iter().collect(),
            place => vec![place],
        };
        found.extend(places.into_iter().filter_map(|it| stacks.target(role.stack, it)).map(|it| key(&it)));
    });
    found
}
