//! State machines have all that they call.

use serde_json::Value;
use std::collections::BTreeSet;
use stipule_ir::Page;

use super::{Findings, Rule};
use crate::graph::Stacks;

pub(super) const RULE: Rule = Rule {
    page: Page {
        code: "STK024",
        title: "A state machine lacks what it calls",
        text: "Every placeholder of a definition has something that stands for it, and nothing stands for what isn't there; the role of the machine may call each of its functions; it writes logs without what it is given, and traces.",
    },
    check,
    bad: r#"{"M": {"Type": "AWS::StepFunctions::StateMachine", "Properties": {"Definition": {"Resource": "${A}"}}}}"#,
    good: r#"{"M": {"Type": "AWS::StepFunctions::StateMachine", "Properties": {"Definition": {"Resource": "${A}"}, "DefinitionSubstitutions": {"A": "x"}, "RoleArn": {"Fn::GetAtt": ["R", "Arn"]}, "TracingConfiguration": {"Enabled": true},
"LoggingConfiguration": {"IncludeExecutionData": false, "Destinations": [{"A": 1}]}}}, "R": {"Type": "AWS::IAM::Role"}}"#,
};

use crate::graph::{Target, names_in, walk};

fn check(stacks: &Stacks, findings: &mut Findings) {
    for machine in stacks.of("AWS::StepFunctions::StateMachine") {
        let said = &machine.resource.properties;
        let mut wanted: BTreeSet<&str> = BTreeSet::new();
        walk(&said["Definition"], &mut |value| {
            wanted.extend(value.as_str().map(names_in).unwrap_or_default());
        });
        let stands = said["DefinitionSubstitutions"].as_object();
        let given: BTreeSet<&str> = stands.into_iter().flatten().map(|(name, _)| name.as_str()).collect();
        for name in wanted.difference(&given) {
            findings.add(&machine, format!("nothing stands for `{name}`"));
        }
        for name in given.difference(&wanted) {
            findings.add(&machine, format!("`{name}` stands for nothing"));
        }
        if said["TracingConfiguration"]["Enabled"] != true {
            findings.add(&machine, "it doesn't trace");
        }
        let logs = &said["LoggingConfiguration"];
        if logs["Destinations"][0].is_null() || logs["IncludeExecutionData"] != false {
            findings.add(&machine, "it writes no logs, or logs with what it was given");
        }
        let Some(role) = stacks.target(machine.stack, &said["RoleArn"]) else {
            findings.add(&machine, "it has no role among the templates");
            continue;
        };
        let may = callable(stacks, &role);
        for (name, value) in stands.into_iter().flatten() {
            let Some(alias) = stacks.target(machine.stack, value) else { continue };
            let key = (alias.stack.name.clone(), alias.name.to_owned());
            if alias.resource.kind == "AWS::Lambda::Alias" && !may.contains(&key) {
                findings.add(&machine, format!("its role may not call `{name}`"));
            }
        }
    }
}

/// What a role may call.
fn callable(stacks: &Stacks, role: &Target<'_>) -> BTreeSet<(String, String)> {
    let mut may = BTreeSet::new();
    walk(&role.resource.properties, &mut |statement| {
        if statement["Action"] != "lambda:InvokeFunction" {
            return;
        }
        let places = statement["Resource"].as_array().map_or(&[][..], Vec::as_slice);
        let found = places.iter().filter_map(|place: &Value| stacks.target(role.stack, place));
        may.extend(found.map(|it| (it.stack.name.clone(), it.name.to_owned())));
    });
    may
}
