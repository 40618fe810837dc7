//! Alarms of alarms name alarms that are there.

use std::collections::BTreeSet;
use stipule_ir::Page;

use super::{Findings, Rule};
use crate::graph::Stacks;

pub(super) const RULE: Rule = Rule {
    page: Page {
        code: "STK014",
        title: "An alarm listens to one that isn't there",
        text: "Every alarm that a composite alarm names is one of the templates; names of alarms differ; every alarm that isn't for a release or part of another tells a topic, and says which runbook to open.",
    },
    check,
    bad: r#"{"C": {"Type": "AWS::CloudWatch::CompositeAlarm", "Properties": {"AlarmName": "c", "AlarmDescription": "Runbook: a", "AlarmRule": "ALARM(\"a\")"}}}"#,
    good: r#"{"A": {"Type": "AWS::CloudWatch::Alarm", "Properties": {"AlarmName": "a", "AlarmDescription": "Runbook: a"}}, "C": {"Type": "AWS::CloudWatch::CompositeAlarm", "Properties": {"AlarmName": "c", "AlarmDescription": "Runbook: a", "AlarmRule": "ALARM(\"a\")"}}}"#,
};

fn check(stacks: &Stacks, findings: &mut Findings) {
    let mut names: BTreeSet<&str> = BTreeSet::new();
    for kind in ["AWS::CloudWatch::Alarm", "AWS::CloudWatch::CompositeAlarm"] {
        for alarm in stacks.of(kind) {
            let Some(name) = super::text(&alarm.resource.properties["AlarmName"]) else {
                findings.add(&alarm, "it has no name that others could use");
                continue;
            };
            if !names.insert(name) {
                findings.add(&alarm, format!("another alarm is called `{name}`"));
            }
            let said = alarm.resource.properties["AlarmDescription"].as_str().unwrap_or_default();
            if !said.contains("Runbook: ") {
                findings.add(&alarm, "it doesn't say which runbook to open");
            }
        }
    }
    for alarm in stacks.of("AWS::CloudWatch::CompositeAlarm") {
        let rule = super::text(&alarm.resource.properties["AlarmRule"]).unwrap_or_default();
        let named: Vec<&str> =
            rule.split("ALARM(\"").skip(1).filter_map(|it| it.split_once('"')).map(|it| it.0).collect();
        if named.is_empty() {
            findings.add(&alarm, "it listens to no alarm");
        }
        for name in named.into_iter().filter(|name| !names.contains(name)) {
            findings.add(&alarm, format!("there is no alarm `{name}`"));
        }
    }
}
