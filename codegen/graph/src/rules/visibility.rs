//! Queues hide events for six times the time-out.

use stipule_ir::Page;

use super::{Findings, Rule};
use crate::graph::Stacks;

pub(super) const RULE: Rule = Rule {
    page: Page {
        code: "STK008",
        title: "An event comes again while it is being handled",
        text: "A queue hides an event for at least six times as long as the function that reads it may take: Lambda tries a batch again within that time when it is held back. Linters look for this only where the mapping names the function, not its alias.",
    },
    check,
    bad: r#"{"M": {"Type": "AWS::Lambda::EventSourceMapping", "Properties": {"FunctionName": {"Ref": "F"}, "EventSourceArn": {"Fn::GetAtt": ["Q", "Arn"]}}}, "F": {"Type": "AWS::Lambda::Function", "Properties": {"Timeout": 10}}, "Q": {"Type": "AWS::SQS::Queue", "Properties": {"VisibilityTimeout": 59}}}"#,
    good: r#"{"M": {"Type": "AWS::Lambda::EventSourceMapping", "Properties": {"FunctionName": {"Ref": "F"}, "EventSourceArn": {"Fn::GetAtt": ["Q", "Arn"]}}}, "F": {"Type": "AWS::Lambda::Function", "Properties": {"Timeout": 10}}, "Q": {"Type": "AWS::SQS::Queue", "Properties": {"VisibilityTimeout": 60}}}"#,
};

fn check(stacks: &Stacks, findings: &mut Findings) {
    for mapping in stacks.of("AWS::Lambda::EventSourceMapping") {
        let said = &mapping.resource.properties;
        let Some(queue) = stacks.target(mapping.stack, &said["EventSourceArn"]) else { continue };
        let Some((function, _)) = stacks.function(mapping.stack, &said["FunctionName"]) else { continue };
        if queue.resource.kind != "AWS::SQS::Queue" {
            continue;
        }
        let hidden = queue.resource.properties["VisibilityTimeout"].as_u64().unwrap_or(30);
        let takes = function.resource.properties["Timeout"].as_u64().unwrap_or(3);
        if hidden < 6 * takes {
            findings.add(
                &queue,
                format!("it hides events for {hidden} s, {} takes up to {takes} s", function.name),
            );
        }
    }
}
