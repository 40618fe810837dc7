//! Every change of code or settings makes a version.

use stipule_ir::Page;

use super::{Findings, Rule};
use crate::graph::Stacks;

pub(super) const RULE: Rule = Rule {
    page: Page {
        code: "STK021",
        title: "A release doesn't release",
        text: "A version is published by another description: it has to contain the key of the code and a mark of the settings, or a change of either would stay behind the alias. An alias is of the version of its own function.",
    },
    check,
    bad: r#"{"V": {"Type": "AWS::Lambda::Version", "Properties": {"Description": "one"}}}"#,
    good: r#"{"V": {"Type": "AWS::Lambda::Version", "Properties": {"Description": {"Fn::Sub": "${CodeKey} 0123456789abcdef"}}}}"#,
};

fn check(stacks: &Stacks, findings: &mut Findings) {
    for version in stacks.of("AWS::Lambda::Version") {
        let said = super::text(&version.resource.properties["Description"]).unwrap_or_default();
        let mark = said.strip_prefix("${CodeKey} ").unwrap_or_default();
        if mark.len() != 16 || !mark.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            findings.add(&version, "a change of code or settings makes no new version");
        }
    }
    for function in stacks.of("AWS::Lambda::Function") {
        let said = &function.resource.properties;
        if said["Code"]["S3Key"]["Ref"] != "CodeKey" {
            findings.add(&function, "its code isn't that of the release");
        }
        if said["Runtime"] != "provided.al2023" || said["Architectures"][0] != "arm64" {
            findings.add(&function, "it isn't a native binary for arm64");
        }
        if said["Handler"].as_str().is_none_or(|handler| handler.split('.').count() != 2) {
            findings.add(&function, "the binary can't tell what to do: its handler isn't `who.what`");
        }
    }
    for alias in stacks.of("AWS::Lambda::Alias") {
        let said = &alias.resource.properties;
        let version = stacks.target(alias.stack, &said["FunctionVersion"]);
        let of = version.and_then(|it| stacks.target(it.stack, &it.resource.properties["FunctionName"]));
        let own = stacks.target(alias.stack, &said["FunctionName"]);
        if of.zip(own).is_none_or(|(of, own)| !of.is(&own)) {
            findings.add(&alias, "it is of another function's version");
        }
    }
}
