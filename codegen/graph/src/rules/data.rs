//! What holds data is kept.

use stipule_ir::Page;

use super::{Findings, Rule};
use crate::graph::Stacks;

pub(super) const RULE: Rule = Rule {
    page: Page {
        code: "STK017",
        title: "Data can be lost with its resource",
        text: "Whatever holds data stays when it is replaced or its stack is deleted (Retain, twice); a table is protected from deletion and can be restored to any moment of 35 days, and has a stream with both images; versions of functions stay, since a release goes back to them.",
    },
    check,
    bad: r#"{"B": {"Type": "AWS::S3::Bucket", "DeletionPolicy": "Retain"}}"#,
    good: r#"{"B": {"Type": "AWS::S3::Bucket", "DeletionPolicy": "Retain", "UpdateReplacePolicy": "Retain"}}"#,
};

const HOLDERS: [&str; 5] = [
    "AWS::DynamoDB::Table",
    "AWS::Events::Archive",
    "AWS::KMS::Key",
    "AWS::Lambda::Version",
    "AWS::S3::Bucket",
];

fn check(stacks: &Stacks, findings: &mut Findings) {
    for holder in HOLDERS.into_iter().flat_map(|kind| stacks.of(kind)) {
        for policy in ["DeletionPolicy", "UpdateReplacePolicy"] {
            if holder.resource.said[policy] != "Retain" {
                findings.add(&holder, format!("its {policy} isn't `Retain`"));
            }
        }
    }
    for table in stacks.of("AWS::DynamoDB::Table") {
        let said = &table.resource.properties;
        if said["DeletionProtectionEnabled"] != true {
            findings.add(&table, "it isn't protected from deletion");
        }
        if said["PointInTimeRecoverySpecification"]["PointInTimeRecoveryEnabled"] != true {
            findings.add(&table, "it can't be restored to a moment");
        }
        if said["StreamSpecification"]["StreamViewType"] != "NEW_AND_OLD_IMAGES" {
            findings.add(&table, "its stream hasn't both images");
        }
    }
}
