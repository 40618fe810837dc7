//! Dashboards can be read, and show what is there.

use serde_json::Value;
use std::collections::BTreeSet;
use stipule_ir::Page;

use super::{Findings, Rule};
use crate::graph::Stacks;

pub(super) const RULE: Rule = Rule {
    page: Page {
        code: "STK013",
        title: "A dashboard shows something that isn't there",
        text: "The body of every dashboard is JSON with widgets, and each function, queue, API and state machine that its metrics name is one of the templates.",
    },
    check,
    bad: r#"{"D": {"Type": "AWS::CloudWatch::Dashboard", "Properties": {"DashboardBody": "{\"widgets\": [{\"properties\": {\"metrics\": [[\"AWS/SQS\", \"A\", \"QueueName\", \"gone\"]]}}]}"}}}"#,
    good: r#"{"Q": {"Type": "AWS::SQS::Queue", "Properties": {"QueueName": "there"}}, "D": {"Type": "AWS::CloudWatch::Dashboard", "Properties": {"DashboardBody": "{\"widgets\": [{\"properties\": {\"metrics\": [[\"AWS/SQS\", \"A\", \"QueueName\", \"there\"]]}}]}"}}}"#,
};

/// Dimensions, with the kind of resource and the property that has its name.
const NAMED: [(&str, &str, &str); 3] = [
    ("FunctionName", "AWS::Lambda::Function", "FunctionName"),
    ("QueueName", "AWS::SQS::Queue", "QueueName"),
    ("ApiName", "AWS::ApiGateway::RestApi", "Name"),
];

fn check(stacks: &Stacks, findings: &mut Findings) {
    let mut names: BTreeSet<(&str, &str)> = BTreeSet::new();
    for (dimension, kind, property) in NAMED {
        for target in stacks.of(kind) {
            names.extend(super::text(&target.resource.properties[property]).map(|name| (dimension, name)));
        }
    }
    let machines: Vec<&str> = stacks
        .of("AWS::StepFunctions::StateMachine")
        .filter_map(|machine| super::text(&machine.resource.properties["StateMachineName"]))
        .collect();
    for dashboard in stacks.of("AWS::CloudWatch::Dashboard") {
        let body = super::text(&dashboard.resource.properties["DashboardBody"]).unwrap_or_default();
        let Ok(body) = serde_json::from_str::<Value>(body) else {
            findings.add(&dashboard, "its body is no JSON");
            continue;
        };
        let widgets = body["widgets"].as_array().map_or(&[][..], Vec::as_slice);
        if widgets.is_empty() {
            findings.add(&dashboard, "it shows nothing");
        }
        let metrics = widgets.iter().flat_map(|widget| widget["properties"]["metrics"].as_array());
        for metric in metrics.flatten().filter_map(Value::as_array) {
            let parts: Vec<&str> = metric.iter().filter_map(Value::as_str).collect();
            let pairs = parts.get(2..).unwrap_or_default().chunks_exact(2);
            for pair in pairs {
                let there = match pair[0] {
                    "StateMachineArn" => machines.iter().any(|name| pair[1].ends_with(&format!(":{name}"))),
                    dimension if NAMED.iter().any(|(it, ..)| *it == dimension) => {
                        names.contains(&(dimension, pair[1]))
                    }
                    _ => true,
                };
                if !there {
                    findings.add(&dashboard, format!("there is no `{}`", pair[1]));
                }
            }
        }
    }
}
