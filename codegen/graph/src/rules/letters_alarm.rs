//! Every queue of dead letters has an alarm that tells somebody.

use std::collections::BTreeSet;
use stipule_ir::Page;

use super::{Findings, Rule};
use crate::graph::Stacks;

pub(super) const RULE: Rule = Rule {
    page: Page {
        code: "STK004",
        title: "Nobody hears of dead letters",
        text: "Every queue of dead letters has an alarm over what is visible in it, above zero, that tells a topic.",
    },
    check,
    bad: r#"{"A": {"Type": "AWS::SQS::Queue", "Properties": {"RedrivePolicy": {"deadLetterTargetArn": {"Fn::GetAtt": ["D", "Arn"]}}}}, "D": {"Type": "AWS::SQS::Queue"}}"#,
    good: r#"{"D": {"Type": "AWS::SQS::Queue"}}"#,
};

use crate::graph::walk;

fn check(stacks: &Stacks, findings: &mut Findings) {
    let mut letters: BTreeSet<(&str, &str)> = BTreeSet::new();
    for stack in &stacks.stacks {
        walk(&stack.template, &mut |value| {
            let places = [
                &value["deadLetterTargetArn"],
                &value["DeadLetterConfig"]["Arn"],
                &value["OnFailure"]["Destination"],
            ];
            for place in places {
                if let Some(found) = stacks.target(stack, place) {
                    letters.insert((&found.stack.name, found.name));
                }
            }
        });
    }
    let mut heard: BTreeSet<(&str, &str)> = BTreeSet::new();
    for alarm in stacks.of("AWS::CloudWatch::Alarm") {
        let said = &alarm.resource.properties;
        let tells = said["AlarmActions"].as_array().is_some_and(|actions| !actions.is_empty());
        let early = said["Threshold"].as_f64() == Some(0.0)
            && said["ComparisonOperator"] == "GreaterThanThreshold"
            && said["ActionsEnabled"] != false;
        if said["MetricName"] == "ApproximateNumberOfMessagesVisible" && tells && early {
            let queue = stacks.target(alarm.stack, &said["Dimensions"][0]["Value"]);
            heard.extend(queue.map(|queue| (queue.stack.name.as_str(), queue.name)));
        }
    }
    for queue in stacks.of("AWS::SQS::Queue") {
        let key = (queue.stack.name.as_str(), queue.name);
        if letters.contains(&key) && !heard.contains(&key) {
            findings.add(&queue, "no alarm tells when a dead letter is in it");
        }
    }
}
