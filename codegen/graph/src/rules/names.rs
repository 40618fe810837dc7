//! Names carry the stage, tags are the same everywhere.

use stipule_ir::Page;

use super::{Findings, Rule};
use crate::graph::Stacks;

pub(super) const RULE: Rule = Rule {
    page: Page {
        code: "STK018",
        title: "A name or a tag isn't like the others",
        text: "Names that are given carry the stage, so that environments of one account don't meet; what can be tagged says its platform, stack and stage.",
    },
    check,
    bad: r#"{"T": {"Type": "AWS::SNS::Topic", "Properties": {"TopicName": "a"}}}"#,
    good: r#"{"T": {"Type": "AWS::SNS::Topic", "Properties": {"TopicName": {"Fn::Sub": "a-${Stage}"}}}}"#,
};

const NAMES: [(&str, &str); 14] = [
    ("AWS::ApiGateway::RestApi", "Name"),
    ("AWS::ApiGateway::UsagePlan", "UsagePlanName"),
    ("AWS::ApiGatewayV2::Api", "Name"),
    ("AWS::CloudWatch::Alarm", "AlarmName"),
    ("AWS::CloudWatch::CompositeAlarm", "AlarmName"),
    ("AWS::CloudWatch::Dashboard", "DashboardName"),
    ("AWS::CodeDeploy::Application", "ApplicationName"),
    ("AWS::DynamoDB::Table", "TableName"),
    ("AWS::Events::EventBus", "Name"),
    ("AWS::Lambda::Function", "FunctionName"),
    ("AWS::SNS::Topic", "TopicName"),
    ("AWS::SQS::Queue", "QueueName"),
    ("AWS::StepFunctions::StateMachine", "StateMachineName"),
    ("AWS::WAFv2::WebACL", "Name"),
];

const TAGGED: [&str; 8] = [
    "AWS::ApiGateway::Stage",
    "AWS::DynamoDB::Table",
    "AWS::IAM::Role",
    "AWS::Lambda::Function",
    "AWS::Logs::LogGroup",
    "AWS::S3::Bucket",
    "AWS::SQS::Queue",
    "AWS::StepFunctions::StateMachine",
];

fn check(stacks: &Stacks, findings: &mut Findings) {
    for (kind, property) in NAMES {
        for target in stacks.of(kind) {
            if !super::text(&target.resource.properties[property])
                .is_some_and(|name| name.contains("${Stage}"))
            {
                findings.add(&target, "its name doesn't carry the stage");
            }
        }
    }
    for target in TAGGED.into_iter().flat_map(|kind| stacks.of(kind)) {
        let tags = target.resource.properties["Tags"].as_array().map_or(&[][..], Vec::as_slice);
        for key in ["stipule:platform", "stipule:stack", "stipule:stage"] {
            if !tags.iter().any(|tag| tag["Key"] == key) {
                findings.add(&target, format!("it has no tag `{key}`"));
            }
        }
    }
}
