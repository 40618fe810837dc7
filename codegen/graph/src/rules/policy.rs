//! Every rule and topic may send to where it sends.

use serde_json::Value;
use stipule_ir::Page;

use super::{Findings, Rule};
use crate::graph::Stacks;

pub(super) const RULE: Rule = Rule {
    page: Page {
        code: "STK005",
        title: "A queue doesn't let those send that should",
        text: "Every rule and every topic that sends to a queue, dead letters included, is let by the one policy of that queue, which names it as the source and grants sqs:SendMessage alone; a topic lets the rule that sends to it in the same way. Without, events are lost in silence: no linter looks.",
    },
    check,
    bad: r#"{"R": {"Type": "AWS::Events::Rule", "Properties": {"Targets": [{"Arn": {"Fn::GetAtt": ["Q", "Arn"]}}]}}, "Q": {"Type": "AWS::SQS::Queue"}}"#,
    good: r#"{"R": {"Type": "AWS::Events::Rule", "Properties": {"Targets": [{"Arn": {"Fn::GetAtt": ["Q", "Arn"]}}]}}, "Q": {"Type": "AWS::SQS::Queue"},
"P": {"Type": "AWS::SQS::QueuePolicy", "Properties": {"Queues": [{"Ref": "Q"}], "PolicyDocument": {"Statement": [{"Effect": "Allow", "Action": "sqs:SendMessage",
"Principal": {"Service": "events.amazonaws.com"}, "Resource": {"Fn::GetAtt": ["Q", "Arn"]}, "Condition": {"ArnLike": {"aws:SourceArn": {"Fn::GetAtt": ["R", "Arn"]}}}}]}}}}"#,
};

use crate::graph::{Target, walk};

fn check(stacks: &Stacks, findings: &mut Findings) {
    for rule in stacks.of("AWS::Events::Rule") {
        for target in rule.resource.properties["Targets"].as_array().into_iter().flatten() {
            for place in [&target["Arn"], &target["DeadLetterConfig"]["Arn"]] {
                may_send(stacks, &rule, place, "events.amazonaws.com", findings);
            }
        }
    }
    for subscription in stacks.of("AWS::SNS::Subscription") {
        let said = &subscription.resource.properties;
        let Some(topic) = stacks.target(subscription.stack, &said["TopicArn"]) else {
            findings.add(&subscription, "there is no such topic");
            continue;
        };
        for place in [&said["Endpoint"], &said["RedrivePolicy"]["deadLetterTargetArn"]] {
            may_send(stacks, &topic, place, "sns.amazonaws.com", findings);
        }
    }
}

/// The policies of a queue or topic.
fn policies<'s>(stacks: &'s Stacks, of: &Target<'_>) -> Vec<&'s Value> {
    let kinds = [("AWS::SQS::QueuePolicy", "Queues"), ("AWS::SNS::TopicPolicy", "Topics")];
    let all = kinds.into_iter().flat_map(|(kind, key)| {
        stacks.of(kind).filter(move |policy| {
            let places = policy.resource.properties[key].as_array().into_iter().flatten();
            places.into_iter().any(|place| stacks.target(policy.stack, place).is_some_and(|it| it.is(of)))
        })
    });
    all.map(|policy| &policy.resource.properties["PolicyDocument"]).collect()
}

fn may_send(stacks: &Stacks, from: &Target<'_>, place: &Value, service: &str, findings: &mut Findings) {
    let Some(to) = stacks.target(from.stack, place) else { return };
    if !matches!(to.resource.kind.as_str(), "AWS::SQS::Queue" | "AWS::SNS::Topic") {
        return;
    }
    let policies = policies(stacks, &to);
    let [policy] = policies.as_slice() else {
        let count = policies.len();
        findings.add(&to, format!("{} sends to it, and it has {count} policies, not one", from.name));
        return;
    };
    let statements = policy["Statement"].as_array().into_iter().flatten();
    let lets = |statement: &&Value| {
        statement["Effect"] == "Allow"
            && statement["Principal"]["Service"] == service
            && matches!(statement["Action"].as_str(), Some("sqs:SendMessage" | "sns:Publish"))
            && stacks.target(to.stack, &statement["Resource"]).is_some_and(|it| it.is(&to))
            && names(stacks, from, &to, &statement["Condition"])
    };
    if !statements.into_iter().any(|statement| lets(&statement)) {
        findings.add(&to, format!("its policy doesn't let {} send, by name", from.name));
    }
}

/// Whether a condition names the source: itself, or all rules of a bus.
fn names(stacks: &Stacks, from: &Target<'_>, to: &Target<'_>, condition: &Value) -> bool {
    let mut found = false;
    for operator in ["ArnLike", "ArnEquals"] {
        walk(&condition[operator]["aws:SourceArn"], &mut |value| {
            found |= stacks.target(to.stack, value).is_some_and(|it| it.is(from));
            let rules =
                value["Fn::Sub"].as_str().is_some_and(|text| text.contains(":rule/") && text.ends_with('*'));
            found |= rules && from.resource.kind == "AWS::Events::Rule";
        });
    }
    found
}
