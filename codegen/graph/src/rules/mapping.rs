//! Mappings report what failed, and are held to a number of calls.

use stipule_ir::Page;

use super::{Findings, Rule};
use crate::graph::Stacks;

pub(super) const RULE: Rule = Rule {
    page: Page {
        code: "STK009",
        title: "One failed event takes its batch with it",
        text: "Every mapping reports which events of a batch failed (ReportBatchItemFailures), an ordered queue gives 10 at most, and a queue is held to a number of calls at once, so that it can't take all of an account's.",
    },
    check,
    bad: r#"{"M": {"Type": "AWS::Lambda::EventSourceMapping", "Properties": {"BatchSize": 10}}}"#,
    good: r#"{"M": {"Type": "AWS::Lambda::EventSourceMapping", "Properties": {"BatchSize": 10, "FunctionResponseTypes": ["ReportBatchItemFailures"]}}}"#,
};

fn check(stacks: &Stacks, findings: &mut Findings) {
    for mapping in stacks.of("AWS::Lambda::EventSourceMapping") {
        let said = &mapping.resource.properties;
        let reports = said["FunctionResponseTypes"].as_array();
        if !reports.is_some_and(|all| all.iter().any(|it| it == "ReportBatchItemFailures")) {
            findings.add(&mapping, "it doesn't report which events failed");
        }
        let Some(source) = stacks.target(mapping.stack, &said["EventSourceArn"]) else { continue };
        if source.resource.kind != "AWS::SQS::Queue" {
            continue;
        }
        let ordered = source.resource.properties["FifoQueue"] == true;
        if ordered && said["BatchSize"].as_u64().is_none_or(|size| size > 10) {
            findings.add(&mapping, "an ordered queue gives 10 events at most");
        }
        let at_once = said["ScalingConfig"]["MaximumConcurrency"].as_u64();
        if !at_once.is_some_and(|calls| (2..=1_000).contains(&calls)) {
            findings.add(&mapping, "it isn't held to a number of calls at once, from 2 to 1,000");
        }
    }
}
