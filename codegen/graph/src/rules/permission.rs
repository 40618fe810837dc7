//! Who calls a function is let, and named.

use serde_json::Value;
use std::collections::BTreeSet;
use stipule_ir::Page;

use super::{Findings, Rule};
use crate::graph::{Stacks, Target, walk};

pub(super) const RULE: Rule = Rule {
    page: Page {
        code: "STK006",
        title: "Somebody may not call the function that it calls",
        text: "Every rule that targets a function and every API that has one behind it, authorizers included, has a permission on the alias that it calls, for its service, with a source.",
    },
    check,
    bad: r#"{"P": {"Type": "AWS::Lambda::Permission", "Properties": {"Action": "lambda:InvokeFunction", "FunctionName": {"Ref": "F"}, "Principal": "events.amazonaws.com"}}, "F": {"Type": "AWS::Lambda::Function"}}"#,
    good: r#"{"P": {"Type": "AWS::Lambda::Permission", "Properties": {"Action": "lambda:InvokeFunction", "FunctionName": {"Ref": "F"}, "Principal": "events.amazonaws.com", "SourceArn": {"Fn::GetAtt": ["R", "Arn"]}}}, "R": {"Type": "AWS::Events::Rule"}, "F": {"Type": "AWS::Lambda::Function"}}"#,
};

/// Who is let: the function's place, the service, and the place of the source.
type Let = (String, String, String, String, String);

fn key(of: &Target<'_>, service: &str, source: &Target<'_>) -> Let {
    let [stack, name, from, source] =
        [&of.stack.name, of.name, &source.stack.name, source.name].map(str::to_owned);
    (stack, name, service.to_owned(), from, source)
}

fn check(stacks: &Stacks, findings: &mut Findings) {
    let let_in = let_in(stacks, findings);
    let mut called = |by: &Target<'_>, source: &Target<'_>, place: &Value, service: &str| {
        let of = stacks.target(by.stack, place);
        let Some(of) = of.filter(|of| of.resource.kind.starts_with("AWS::Lambda::")) else { return };
        if !let_in.contains(&key(&of, service, source)) {
            findings.add(by, format!("it may not call {}", of.name));
        }
    };
    for rule in stacks.of("AWS::Events::Rule") {
        for target in rule.resource.properties["Targets"].as_array().into_iter().flatten() {
            called(&rule, &rule, &target["Arn"], "events.amazonaws.com");
        }
    }
    for kind in
        ["AWS::ApiGateway::RestApi", "AWS::ApiGatewayV2::Integration", "AWS::ApiGatewayV2::Authorizer"]
    {
        for api in stacks.of(kind) {
            let source = stacks.target(api.stack, &api.resource.properties["ApiId"]).unwrap_or(api);
            walk(&api.resource.properties, &mut |value| {
                for key in ["uri", "authorizerUri", "IntegrationUri", "AuthorizerUri"] {
                    called(&api, &source, &value[key], "apigateway.amazonaws.com");
                }
            });
        }
    }
}

fn let_in(stacks: &Stacks, findings: &mut Findings) -> BTreeSet<Let> {
    let mut let_in = BTreeSet::new();
    for permission in stacks.of("AWS::Lambda::Permission") {
        let said = &permission.resource.properties;
        if said["Action"] != "lambda:InvokeFunction" {
            findings.add(&permission, "it grants something else than calling");
        }
        let Some(source) = stacks.target(permission.stack, &said["SourceArn"]) else {
            findings.add(&permission, "it names no source: anybody's of that service may call");
            continue;
        };
        let service = said["Principal"].as_str().unwrap_or_default();
        match stacks.target(permission.stack, &said["FunctionName"]) {
            Some(of) => drop(let_in.insert(key(&of, service, &source))),
            None => findings.add(&permission, "there is no such function"),
        }
    }
    let_in
}
