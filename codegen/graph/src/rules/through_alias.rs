//! Everybody calls aliases.

use serde_json::Value;
use stipule_ir::Page;

use super::{Findings, Rule};
use crate::graph::Stacks;

pub(super) const RULE: Rule = Rule {
    page: Page {
        code: "STK007",
        title: "A function is called past its alias",
        text: "Mappings, rules, permissions, APIs and state machines call the alias of a function. What calls the function itself gets each new version at once, without canary and without a way back.",
    },
    check,
    bad: r#"{"M": {"Type": "AWS::Lambda::EventSourceMapping", "Properties": {"FunctionName": {"Ref": "F"}}}, "F": {"Type": "AWS::Lambda::Function"}}"#,
    good: r#"{"M": {"Type": "AWS::Lambda::EventSourceMapping", "Properties": {"FunctionName": {"Ref": "A"}}}, "A": {"Type": "AWS::Lambda::Alias", "Properties": {"FunctionName": {"Ref": "F"}}}, "F": {"Type": "AWS::Lambda::Function"}}"#,
};

use crate::graph::{Target, walk};

const CALLERS: [(&str, &[&str]); 6] = [
    ("AWS::Lambda::EventSourceMapping", &["FunctionName"]),
    ("AWS::Lambda::Permission", &["FunctionName"]),
    ("AWS::Events::Rule", &["Arn"]),
    ("AWS::ApiGateway::RestApi", &["uri", "authorizerUri"]),
    ("AWS::ApiGatewayV2::Integration", &["IntegrationUri"]),
    ("AWS::ApiGatewayV2::Authorizer", &["AuthorizerUri"]),
];

fn check(stacks: &Stacks, findings: &mut Findings) {
    for (kind, keys) in CALLERS {
        for caller in stacks.of(kind) {
            walk(&caller.resource.properties, &mut |value| {
                keys.iter().for_each(|key| past(stacks, &caller, &value[*key], findings));
            });
        }
    }
    for machine in stacks.of("AWS::StepFunctions::StateMachine") {
        let stands = machine.resource.properties["DefinitionSubstitutions"].as_object();
        stands.into_iter().flatten().for_each(|(_, value)| past(stacks, &machine, value, findings));
    }
}

fn past(stacks: &Stacks, caller: &Target<'_>, place: &Value, findings: &mut Findings) {
    if let Some((function, false)) = stacks.function(caller.stack, place) {
        findings.add(caller, format!("it calls {} past its alias", function.name));
    }
}
