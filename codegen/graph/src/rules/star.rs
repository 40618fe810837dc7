//! No `*`, unless it is said why.

use serde_json::Value;
use stipule_ir::Page;

use super::{Findings, Rule};
use crate::graph::Stacks;

pub(super) const RULE: Rule = Rule {
    page: Page {
        code: "STK010",
        title: "A policy grants more than it says",
        text: "No statement that allows has an action with `*` in it, and none has `*` for its resource, unless the metadata of the resource say why (`star`), as where AWS has no narrower form. Nobody is let by `*` without a condition.",
    },
    check,
    bad: r#"{"R": {"Type": "AWS::IAM::Role", "Properties": {"Policies": [{"PolicyDocument": {"Statement": [{"Effect": "Allow", "Action": "sqs:*", "Resource": "x"}]}}]}}}"#,
    good: r#"{"R": {"Type": "AWS::IAM::Role", "Properties": {"Policies": [{"PolicyDocument": {"Statement": [{"Effect": "Allow", "Action": "sqs:SendMessage", "Resource": "x"}]}}]}}}"#,
};

use crate::graph::walk;

fn check(stacks: &Stacks, findings: &mut Findings) {
    for target in stacks.all() {
        let reasoned = target.resource.said["Metadata"]["star"].as_str().is_some_and(|why| !why.is_empty());
        walk(&target.resource.properties, &mut |value| {
            let Some(statements) = value["Statement"].as_array() else { return };
            for statement in statements.iter().filter(|it| it["Effect"] == "Allow") {
                let key_of_account =
                    target.resource.kind == "AWS::KMS::Key" && reasoned && statement["Principal"].is_object();
                if texts(&statement["Action"]).iter().any(|text| text.contains('*')) && !key_of_account {
                    findings.add(&target, format!("{} allows actions by `*`", sid(statement)));
                }
                let actions = texts(&statement["Action"]);
                let alone = actions.iter().all(|action| without_resources(action)) || key_of_account;
                if texts(&statement["Resource"]).contains(&"*") && !(reasoned && alone) {
                    findings.add(&target, format!("{} is about every resource", sid(statement)));
                }
                let anybody = statement["Principal"] == "*" || statement["Principal"]["AWS"] == "*";
                if anybody && statement["Condition"].is_null() {
                    findings.add(&target, format!("{} lets anybody", sid(statement)));
                }
            }
        });
    }
}

/// Actions that take no resource. Source: the service authorization reference.
fn without_resources(action: &str) -> bool {
    action.starts_with("xray:Put")
        || action.starts_with("states:SendTask")
        || action.starts_with("logs:") && (action.contains("Deliver") || action.contains("ResourcePolic"))
        || action == "logs:DescribeLogGroups"
}

fn sid(statement: &Value) -> &str {
    statement["Sid"].as_str().unwrap_or("a statement")
}

/// A text or a list of texts.
fn texts(value: &Value) -> Vec<&str> {
    match value {
        Value::Array(items) => items.iter().filter_map(Value::as_str).collect(),
        other => other.as_str().into_iter().collect(),
    }
}
