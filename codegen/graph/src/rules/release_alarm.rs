//! The alarm of a release sees the new version, in time.

use serde_json::Value;
use stipule_ir::Page;

use super::{Findings, Rule};
use crate::graph::Stacks;

pub(super) const RULE: Rule = Rule {
    page: Page {
        code: "STK020",
        title: "The alarm of a release can't see the new version fail",
        text: "The alarm that watches a release looks at the version that the alias moves to (ExecutedVersion): among all calls of an alias, failures of the tenth that the canary gets would drown. It concludes nothing below a number of calls, takes silence for health, and has spoken before the bake ends, a minute for figures to arrive included.",
    },
    check,
    bad: r#"{"A": {"Type": "AWS::Lambda::Alias", "Properties": {"FunctionVersion": {"Fn::GetAtt": ["V", "Version"]}}, "UpdatePolicy": {"CodeDeployLambdaAliasUpdate": {"DeploymentGroupName": {"Ref": "G"}}}}, "V": {"Type": "AWS::Lambda::Version"},
"M": {"Type": "AWS::CloudWatch::Alarm", "Properties": {"Dimensions": [{"Name": "FunctionName", "Value": "f"}]}}, "G": {"Type": "AWS::CodeDeploy::DeploymentGroup", "Properties": {"AlarmConfiguration": {"Alarms": [{"Name": {"Ref": "M"}}]}}}}"#,
    good: r#"{"A": {"Type": "AWS::Lambda::Alias", "Properties": {"FunctionVersion": {"Fn::GetAtt": ["V", "Version"]}}, "UpdatePolicy": {"CodeDeployLambdaAliasUpdate": {"DeploymentGroupName": {"Ref": "G"}}}}, "V": {"Type": "AWS::Lambda::Version"},
"C": {"Type": "AWS::CodeDeploy::DeploymentConfig", "Properties": {"TrafficRoutingConfig": {"TimeBasedCanary": {"CanaryInterval": 10}}}},
"M": {"Type": "AWS::CloudWatch::Alarm", "Properties": {"EvaluationPeriods": 3, "Threshold": 10, "TreatMissingData": "notBreaching", "Metrics": [{"Expression": "IF(calls >= 5, 1, 0)"}, {"MetricStat": {"Period": 60, "Metric": {"Dimensions": [{"Name": "ExecutedVersion", "Value": {"Fn::GetAtt": ["V", "Version"]}}]}}}]}},
"G": {"Type": "AWS::CodeDeploy::DeploymentGroup", "Properties": {"DeploymentConfigName": {"Ref": "C"}, "AlarmConfiguration": {"Alarms": [{"Name": {"Ref": "M"}}]}}}}"#,
};

use crate::graph::{Target, walk};

fn check(stacks: &Stacks, findings: &mut Findings) {
    for alias in stacks.of("AWS::Lambda::Alias") {
        let by = &alias.resource.said["UpdatePolicy"]["CodeDeployLambdaAliasUpdate"];
        let Some(group) = stacks.target(alias.stack, &by["DeploymentGroupName"]) else { continue };
        let said = &group.resource.properties;
        let bake = stacks.target(group.stack, &said["DeploymentConfigName"]).and_then(|shape| {
            shape.resource.properties["TrafficRoutingConfig"]["TimeBasedCanary"]["CanaryInterval"].as_u64()
        });
        for alarm in said["AlarmConfiguration"]["Alarms"].as_array().into_iter().flatten() {
            let Some(alarm) = stacks.target(group.stack, &alarm["Name"]) else { continue };
            sees(stacks, &alias, &alarm, findings);
            in_time(&alarm, bake.unwrap_or_default(), findings);
        }
    }
}

fn sees(stacks: &Stacks, alias: &Target<'_>, alarm: &Target<'_>, findings: &mut Findings) {
    let version = stacks.target(alias.stack, &alias.resource.properties["FunctionVersion"]);
    let (mut metrics, mut seeing) = (0, 0);
    walk(&alarm.resource.properties, &mut |value| {
        let Some(dimensions) = value["Dimensions"].as_array() else { return };
        metrics += 1;
        let of = dimensions.iter().find(|it| it["Name"] == "ExecutedVersion");
        let executed = of.and_then(|it| stacks.target(alarm.stack, &it["Value"]));
        if let (Some(version), Some(executed)) = (version, executed)
            && version.is(&executed)
        {
            seeing += 1;
        }
    });
    if metrics == 0 || seeing < metrics {
        findings.add(alarm, format!("it doesn't look at the version that {} moves to alone", alias.name));
    }
}

fn in_time(alarm: &Target<'_>, bake_minutes: u64, findings: &mut Findings) {
    let said = &alarm.resource.properties;
    let number = |value: &Value| value.as_u64().unwrap_or_default();
    let mut period = number(&said["Period"]);
    walk(&said["Metrics"], &mut |value| period = period.max(number(&value["Period"])));
    let takes = period * number(&said["EvaluationPeriods"]) + 2 * 60;
    if takes > bake_minutes * 60 {
        findings.add(alarm, format!("it speaks after {takes} s, the bake takes {bake_minutes} min"));
    }
    if said["TreatMissingData"] != "notBreaching" {
        findings.add(alarm, "it takes silence for illness, or for nothing");
    }
    if !said["Threshold"].as_f64().is_some_and(|percent| (1.0..=30.0).contains(&percent)) {
        findings.add(alarm, "it waits for more than 30 % of the calls to fail, or rings at any");
    }
    let guarded = said["Metrics"]
        .as_array()
        .into_iter()
        .flatten()
        .any(|metric| metric["Expression"].as_str().is_some_and(|text| text.starts_with("IF(calls >= ")));
    if !guarded {
        findings.add(alarm, "it concludes from any number of calls");
    }
}
