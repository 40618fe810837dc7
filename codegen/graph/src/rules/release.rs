//! Aliases move by canaries that come back.

use serde_json::Value;
use stipule_ir::Page;

use super::{Findings, Rule};
use crate::graph::Stacks;

pub(super) const RULE: Rule = Rule {
    page: Page {
        code: "STK019",
        title: "A new version takes over without a way back",
        text: "Every alias is moved by CodeDeploy, through an application and a group that are there, with functions that try the version before and after; the group shifts traffic step by step, goes back on failure and on alarm, and its alarms are there; its shape sends a part of the calls first.",
    },
    check,
    bad: r#"{"A": {"Type": "AWS::Lambda::Alias", "Properties": {}}}"#,
    good: r#"{"A": {"Type": "AWS::Lambda::Alias", "UpdatePolicy": {"CodeDeployLambdaAliasUpdate": {"DeploymentGroupName": {"Ref": "G"}, "BeforeAllowTrafficHook": {"Ref": "F"}, "AfterAllowTrafficHook": {"Ref": "F"}}}},
"F": {"Type": "AWS::Lambda::Function"}, "M": {"Type": "AWS::CloudWatch::Alarm"}, "C": {"Type": "AWS::CodeDeploy::DeploymentConfig", "Properties": {"TrafficRoutingConfig": {"TimeBasedCanary": {"CanaryPercentage": 10}}}},
"G": {"Type": "AWS::CodeDeploy::DeploymentGroup", "Properties": {"DeploymentConfigName": {"Ref": "C"}, "DeploymentStyle": {"DeploymentOption": "WITH_TRAFFIC_CONTROL"}, "AlarmConfiguration": {"Enabled": true, "Alarms": [{"Name": {"Ref": "M"}}]},
"AutoRollbackConfiguration": {"Enabled": true, "Events": ["DEPLOYMENT_FAILURE", "DEPLOYMENT_STOP_ON_ALARM"]}}}}"#,
};

fn check(stacks: &Stacks, findings: &mut Findings) {
    for alias in stacks.of("AWS::Lambda::Alias") {
        let by = &alias.resource.said["UpdatePolicy"]["CodeDeployLambdaAliasUpdate"];
        let group = stacks.target(alias.stack, &by["DeploymentGroupName"]);
        if group.is_none_or(|group| group.resource.kind != "AWS::CodeDeploy::DeploymentGroup") {
            findings.add(&alias, "nothing moves it step by step");
        }
        for hook in ["BeforeAllowTrafficHook", "AfterAllowTrafficHook"] {
            let function = stacks.target(alias.stack, &by[hook]);
            if function.is_none_or(|function| function.resource.kind != "AWS::Lambda::Function") {
                findings.add(&alias, format!("it has no {hook}"));
            }
        }
    }
    for group in stacks.of("AWS::CodeDeploy::DeploymentGroup") {
        let said = &group.resource.properties;
        let back = &said["AutoRollbackConfiguration"];
        let events = back["Events"].as_array().map_or(&[][..], Vec::as_slice);
        let on = |event: &str| back["Enabled"] == true && events.iter().any(|it| it == event);
        if !on("DEPLOYMENT_FAILURE") || !on("DEPLOYMENT_STOP_ON_ALARM") {
            findings.add(&group, "it doesn't go back on failure and on alarm");
        }
        let watch = &said["AlarmConfiguration"];
        let alarms = watch["Alarms"].as_array().map_or(&[][..], Vec::as_slice);
        let there = |alarm: &Value| {
            let found = stacks.target(group.stack, &alarm["Name"]);
            found.is_some_and(|found| found.resource.kind == "AWS::CloudWatch::Alarm")
        };
        if watch["Enabled"] != true || alarms.is_empty() || !alarms.iter().all(there) {
            findings.add(&group, "no alarm watches it");
        }
        if watch["IgnorePollAlarmFailure"] == true {
            findings.add(&group, "it goes on when it can't see its alarms");
        }
        if said["DeploymentStyle"]["DeploymentOption"] != "WITH_TRAFFIC_CONTROL" {
            findings.add(&group, "it moves all calls at once");
        }
        let shape = stacks.target(group.stack, &said["DeploymentConfigName"]);
        let canary = shape.map(|it| &it.resource.properties["TrafficRoutingConfig"]["TimeBasedCanary"]);
        let share = canary.and_then(|canary| canary["CanaryPercentage"].as_u64());
        if !share.is_some_and(|share| (1..=50).contains(&share)) {
            findings.add(&group, "its shape sends no part of the calls first");
        }
    }
}
