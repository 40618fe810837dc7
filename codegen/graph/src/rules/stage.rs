//! Stages are limited, traced, noted and behind a firewall.

use stipule_ir::Page;

use super::{Findings, Rule};
use crate::graph::Stacks;

pub(super) const RULE: Rule = Rule {
    page: Page {
        code: "STK016",
        title: "The API takes more than it can stand",
        text: "Every stage limits requests a second, traces, notes requests without what they carry, and stands behind a firewall with a limit per address; a deployment's name follows from the body, so that another body is deployed.",
    },
    check,
    bad: r#"{"S": {"Type": "AWS::ApiGateway::Stage", "Properties": {}}}"#,
    good: r#"{"S": {"Type": "AWS::ApiGateway::Stage", "Properties": {"TracingEnabled": true, "AccessLogSetting": {"DestinationArn": "x"}, "MethodSettings": [{"ResourcePath": "/*", "HttpMethod": "*", "ThrottlingRateLimit": 1, "ThrottlingBurstLimit": 1}]}},
"W": {"Type": "AWS::WAFv2::WebACLAssociation", "Properties": {"ResourceArn": {"Fn::Sub": "a/${S}"}}}}"#,
};

fn check(stacks: &Stacks, findings: &mut Findings) {
    for stage in stacks.of("AWS::ApiGateway::Stage") {
        let said = &stage.resource.properties;
        let all = said["MethodSettings"].as_array().into_iter().flatten();
        let all = all.into_iter().find(|it| it["ResourcePath"] == "/*" && it["HttpMethod"] == "*");
        let limit = |key: &str| all.and_then(|all| all[key].as_f64()).is_some_and(|limit| limit > 0.0);
        if !limit("ThrottlingRateLimit") || !limit("ThrottlingBurstLimit") {
            findings.add(&stage, "it takes any number of requests");
        }
        if all.is_some_and(|all| all["DataTraceEnabled"] == true) {
            findings.add(&stage, "it writes what requests carry into logs");
        }
        if said["TracingEnabled"] != true {
            findings.add(&stage, "it doesn't trace");
        }
        if said["AccessLogSetting"]["DestinationArn"].is_null() {
            findings.add(&stage, "it notes no requests");
        }
        let guarded = stacks.of("AWS::WAFv2::WebACLAssociation").any(|it| {
            super::text(&it.resource.properties["ResourceArn"])
                .is_some_and(|arn| arn.contains(&format!("${{{}}}", stage.name)))
        });
        if !guarded {
            findings.add(&stage, "no firewall stands before it");
        }
    }
    for firewall in stacks.of("AWS::WAFv2::WebACL") {
        let rules = firewall.resource.properties["Rules"].as_array().map_or(&[][..], Vec::as_slice);
        let limited = |rule: &serde_json::Value| {
            rule["Statement"]["RateBasedStatement"]["Limit"].as_u64().is_some()
                && rule["Action"]["Block"].is_object()
        };
        if !rules.iter().any(limited) {
            findings.add(&firewall, "it lets one address ask as often as it wants");
        }
    }
}
