//! Logs go to groups that forget.

use stipule_ir::Page;

use super::{Findings, Rule};
use crate::graph::Stacks;

pub(super) const RULE: Rule = Rule {
    page: Page {
        code: "STK022",
        title: "Logs are kept for ever, or written nowhere",
        text: "Every group of logs says how long it keeps them; every function has one among the templates, traces, and its role may write to that group.",
    },
    check,
    bad: r#"{"G": {"Type": "AWS::Logs::LogGroup", "Properties": {}}}"#,
    good: r#"{"G": {"Type": "AWS::Logs::LogGroup", "Properties": {"RetentionInDays": 30}}}"#,
};

use crate::graph::walk;

fn check(stacks: &Stacks, findings: &mut Findings) {
    for group in stacks.of("AWS::Logs::LogGroup") {
        if group.resource.properties["RetentionInDays"].as_u64().is_none() {
            findings.add(&group, "it keeps logs for ever");
        }
    }
    for function in stacks.of("AWS::Lambda::Function") {
        let said = &function.resource.properties;
        if said["TracingConfig"]["Mode"] != "Active" {
            findings.add(&function, "it doesn't trace");
        }
        let Some(group) = stacks.target(function.stack, &said["LoggingConfig"]["LogGroup"]) else {
            findings.add(&function, "its logs go to a group that isn't among the templates");
            continue;
        };
        let Some(role) = stacks.target(function.stack, &said["Role"]) else { continue };
        let mut writes = false;
        walk(&role.resource.properties, &mut |statement| {
            let actions = statement["Action"].as_array().map_or(&[][..], Vec::as_slice);
            writes |= actions.iter().any(|action| action == "logs:PutLogEvents")
                && stacks.target(role.stack, &statement["Resource"]).is_some_and(|it| it.is(&group));
        });
        if !writes {
            findings.add(&function, "its role may not write its logs");
        }
    }
}
