//! Nothing is pinned to an account or region.

use stipule_ir::Page;

use super::{Findings, Rule};
use crate::graph::Stacks;

pub(super) const RULE: Rule = Rule {
    page: Page {
        code: "STK011",
        title: "A template works in one account or region only",
        text: "No ARN, account, region or partition is written out in a template: they come from references and pseudo parameters, so that the same bytes serve every environment.",
    },
    check,
    bad: r#"{"R": {"Type": "AWS::IAM::Role", "Properties": {"A": "arn:aws:sqs:us-east-1:123456789012:a"}}}"#,
    good: r#"{"R": {"Type": "AWS::IAM::Role", "Properties": {"A": {"Fn::Sub": "arn:${AWS::Partition}:sqs:${AWS::Region}:${AWS::AccountId}:a"}}}}"#,
};

use crate::graph::walk;

/// Beginnings of the names of regions.
const REGIONS: [&str; 9] = ["us-", "eu-", "ca-", "ap-", "sa-", "me-", "af-", "il-", "mx-"];

fn check(stacks: &Stacks, findings: &mut Findings) {
    for target in stacks.all() {
        walk(&target.resource.properties, &mut |value| {
            let Some(text) = value.as_str() else { return };
            if ["arn:aws:", "arn:aws-cn:", "arn:aws-us-gov:"].iter().any(|start| text.contains(start)) {
                findings.add(&target, format!("an ARN is written out: `{text}`"));
            }
            if text.split(|letter: char| !letter.is_ascii_alphanumeric()).any(is_account) {
                findings.add(&target, format!("an account is written out: `{text}`"));
            }
            if text.split([':', '/', '"', '.']).any(is_region) {
                findings.add(&target, format!("a region is written out: `{text}`"));
            }
        });
    }
}

fn is_account(word: &str) -> bool {
    word.len() == 12 && word.bytes().all(|byte| byte.is_ascii_digit())
}

/// `us-east-1`
fn is_region(word: &str) -> bool {
    let parts: Vec<&str> = word.split('-').collect();
    let numbered =
        parts.last().is_some_and(|last| last.len() == 1 && last.bytes().all(|it| it.is_ascii_digit()));
    parts.len() == 3 && numbered && REGIONS.iter().any(|start| word.starts_with(start))
}
