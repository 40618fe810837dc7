//! Operations of the API have an integration, a validator and an authorizer.

use serde_json::Value;
use std::collections::BTreeMap;
use stipule_ir::Page;

use super::{Findings, Rule};
use crate::graph::Stacks;

pub(super) const RULE: Rule = Rule {
    page: Page {
        code: "STK015",
        title: "An operation of the API is open, unchecked, or leads nowhere",
        text: "Every operation in the body of a REST API has an integration, a validator that the body declares, and an authorizer that it declares, or says why everybody may call; models that it refers to are there; where two paths differ in a parameter, it has one name: API Gateway refuses two.",
    },
    check,
    bad: r#"{"A": {"Type": "AWS::ApiGateway::RestApi", "Properties": {"Body": {"paths": {"/a": {"get": {}}}}}}}"#,
    good: r#"{"A": {"Type": "AWS::ApiGateway::RestApi", "Properties": {"Body": {"x-amazon-apigateway-request-validators": {"p": {"validateRequestParameters": true}}, "paths": {"/a": {"get": {"x-stipule-public": "said", "x-amazon-apigateway-request-validator": "p", "x-amazon-apigateway-integration": {"type": "aws_proxy", "httpMethod": "POST", "uri": "x"}}}}}}}}"#,
};

use crate::graph::{Target, walk};

fn check(stacks: &Stacks, findings: &mut Findings) {
    for api in stacks.of("AWS::ApiGateway::RestApi") {
        let body = &api.resource.properties["Body"];
        let Some(paths) = body["paths"].as_object().filter(|paths| !paths.is_empty()) else {
            findings.add(&api, "it has no path");
            continue;
        };
        for (path, methods) in paths {
            for (method, operation) in methods.as_object().into_iter().flatten() {
                let name = format!("{} {path}", method.to_uppercase());
                self::operation(&api, body, &name, operation, findings);
            }
        }
        let prefix = "#/components/schemas/";
        walk(body, &mut |value| {
            let Some(model) = value["$ref"].as_str().and_then(|it| it.strip_prefix(prefix)) else { return };
            if body["components"]["schemas"].get(model).is_none() {
                findings.add(&api, format!("there is no model `{model}`"));
            }
        });
        siblings(&api, paths.keys().map(String::as_str), findings);
    }
}

fn operation(api: &Target<'_>, body: &Value, name: &str, operation: &Value, findings: &mut Findings) {
    let integration = &operation["x-amazon-apigateway-integration"];
    if integration["type"].as_str().is_none() || integration["uri"].is_null() {
        findings.add(api, format!("{name} has no integration"));
    }
    if integration["type"] == "aws_proxy" && integration["httpMethod"] != "POST" {
        findings.add(api, format!("{name} calls its function by another method than POST"));
    }
    let validator = operation["x-amazon-apigateway-request-validator"].as_str().unwrap_or_default();
    let validates = &body["x-amazon-apigateway-request-validators"][validator];
    if validates["validateRequestParameters"] != true {
        findings.add(api, format!("{name} has no validator"));
    }
    if operation.get("requestBody").is_some() && validates["validateRequestBody"] != true {
        findings.add(api, format!("{name} has a body that nothing checks"));
    }
    let public = operation["x-stipule-public"].as_str().is_some_and(|why| !why.is_empty());
    let asked = operation["security"].as_array().map_or(&[][..], Vec::as_slice);
    if asked.is_empty() && !public {
        findings.add(api, format!("{name} is open to everybody"));
    }
    for scheme in asked.iter().filter_map(Value::as_object).flat_map(|it| it.keys()) {
        let authorizer = &body["components"]["securitySchemes"][scheme]["x-amazon-apigateway-authorizer"];
        if authorizer["authorizerUri"].is_null() {
            findings.add(api, format!("{name} has no authorizer"));
        }
    }
}

/// Parameters at one place of a path have one name.
fn siblings<'p>(api: &Target<'_>, paths: impl Iterator<Item = &'p str>, findings: &mut Findings) {
    let mut known: BTreeMap<String, &str> = BTreeMap::new();
    for path in paths {
        let mut before = String::new();
        for part in path.split('/') {
            if part.starts_with('{') {
                let other = *known.entry(before.clone()).or_insert(part);
                if other != part {
                    findings.add(api, format!("`{before}` goes on with `{other}` and with `{part}`"));
                }
            }
            before = format!("{before}{part}/");
        }
    }
}
