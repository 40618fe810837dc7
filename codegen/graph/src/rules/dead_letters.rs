//! Every way that events take ends in a queue of dead letters.

use serde_json::Value;
use stipule_ir::Page;

use super::{Findings, Rule};
use crate::graph::Stacks;

pub(super) const RULE: Rule = Rule {
    page: Page {
        code: "STK003",
        title: "What can't be handled has nowhere to go",
        text: "Every queue that a function reads, every target of a rule, every subscription of a topic, every mapping of a stream and every asynchronous function names a queue of dead letters that is there; a queue and its dead letters are of one kind; tries end.",
    },
    check,
    bad: r#"{"A": {"Type": "AWS::SNS::Subscription", "Properties": {"Protocol": "sqs"}}}"#,
    good: r#"{"A": {"Type": "AWS::SNS::Subscription", "Properties": {"Protocol": "sqs", "RedrivePolicy": {"deadLetterTargetArn": {"Fn::GetAtt": ["D", "Arn"]}}}}, "D": {"Type": "AWS::SQS::Queue"}}"#,
};

use crate::graph::Target;

const QUEUE: &str = "AWS::SQS::Queue";

fn check(stacks: &Stacks, findings: &mut Findings) {
    for mapping in stacks.of("AWS::Lambda::EventSourceMapping") {
        let properties = &mapping.resource.properties;
        match stacks.target(mapping.stack, &properties["EventSourceArn"]) {
            Some(source) if source.resource.kind == QUEUE => redriven(stacks, &source, findings),
            Some(_) => {
                let place = &properties["DestinationConfig"]["OnFailure"]["Destination"];
                dead(stacks, &mapping, place, "the mapping of a stream", findings);
                if properties["MaximumRetryAttempts"].as_i64().is_none_or(|tries| tries < 0) {
                    findings.add(&mapping, "it tries for as long as the stream keeps a record");
                }
            }
            None => findings.add(&mapping, "there is nothing that it reads"),
        }
    }
    for rule in stacks.of("AWS::Events::Rule") {
        for target in rule.resource.properties["Targets"].as_array().into_iter().flatten() {
            dead(stacks, &rule, &target["DeadLetterConfig"]["Arn"], "a target", findings);
            if target["RetryPolicy"]["MaximumRetryAttempts"].as_u64().is_none() {
                findings.add(&rule, "a target doesn't say how often it is tried");
            }
        }
    }
    for subscription in stacks.of("AWS::SNS::Subscription") {
        let place = &subscription.resource.properties["RedrivePolicy"]["deadLetterTargetArn"];
        dead(stacks, &subscription, place, "the subscription", findings);
    }
    for invoked in stacks.of("AWS::Lambda::EventInvokeConfig") {
        let place = &invoked.resource.properties["DestinationConfig"]["OnFailure"]["Destination"];
        dead(stacks, &invoked, place, "the function", findings);
    }
    for bus in stacks.of("AWS::Events::EventBus") {
        dead(stacks, &bus, &bus.resource.properties["DeadLetterConfig"]["Arn"], "the bus", findings);
    }
}

fn dead(stacks: &Stacks, of: &Target<'_>, place: &Value, what: &str, findings: &mut Findings) {
    if stacks.target(of.stack, place).is_none_or(|queue| queue.resource.kind != QUEUE) {
        findings.add(of, format!("{what} has no queue of dead letters"));
    }
}

fn redriven(stacks: &Stacks, queue: &Target<'_>, findings: &mut Findings) {
    let redrive = &queue.resource.properties["RedrivePolicy"];
    dead(stacks, queue, &redrive["deadLetterTargetArn"], "the queue", findings);
    if redrive["maxReceiveCount"].as_u64().is_none_or(|tries| tries < 1) {
        findings.add(queue, "it doesn't say after how many tries an event is a dead letter");
    }
    let Some(letters) = stacks.target(queue.stack, &redrive["deadLetterTargetArn"]) else { return };
    let kind = |target: &Target<'_>| target.resource.properties["FifoQueue"].as_bool().unwrap_or(false);
    if kind(queue) != kind(&letters) {
        findings.add(queue, "one of the queue and its dead letters is ordered, the other isn't");
    }
    let kept = |target: &Target<'_>| {
        target.resource.properties["MessageRetentionPeriod"].as_u64().unwrap_or(345_600)
    };
    if kept(&letters) <= kept(queue) {
        findings.add(&letters, "dead letters are kept no longer than the events of a queue before it");
    }
}
