//! Data is encrypted where it lies, and nothing is public.

use stipule_ir::Page;

use super::{Findings, Rule};
use crate::graph::Stacks;

pub(super) const RULE: Rule = Rule {
    page: Page {
        code: "STK023",
        title: "Something lies open",
        text: "Queues, topics, tables and buckets are encrypted, buckets belong to their owner alone and talk over TLS only, a key turns over every year. A secret that CloudFormation puts into the settings of a function is sealed by a key of the account: whoever may read settings may not read it.",
    },
    check,
    bad: r#"{"Q": {"Type": "AWS::SQS::Queue", "Properties": {}}}"#,
    good: r#"{"Q": {"Type": "AWS::SQS::Queue", "Properties": {"SqsManagedSseEnabled": true}}}"#,
};

/// What a reference to a secret begins with, which CloudFormation resolves.
const SECRET: &str = "{{resolve:secretsmanager:";

fn check(stacks: &Stacks, findings: &mut Findings) {
    for queue in stacks.of("AWS::SQS::Queue") {
        let said = &queue.resource.properties;
        if said["SqsManagedSseEnabled"] != true && said["KmsMasterKeyId"].is_null() {
            findings.add(&queue, "it isn't encrypted");
        }
    }
    for topic in stacks.of("AWS::SNS::Topic") {
        if topic.resource.properties["KmsMasterKeyId"].is_null() {
            findings.add(&topic, "it isn't encrypted");
        }
    }
    for table in stacks.of("AWS::DynamoDB::Table") {
        if table.resource.properties["SSESpecification"]["SSEEnabled"] != true {
            findings.add(&table, "it isn't encrypted by a key of the account");
        }
    }
    for function in stacks.of("AWS::Lambda::Function") {
        let said = &function.resource.properties;
        if said["KmsKeyArn"].is_null() && said["Environment"].to_string().contains(SECRET) {
            findings.add(&function, "a secret lies in its settings, which no key of the account seals");
        }
    }
    for key in stacks.of("AWS::KMS::Key") {
        if key.resource.properties["EnableKeyRotation"] != true {
            findings.add(&key, "it is never turned over");
        }
    }
    for bucket in stacks.of("AWS::S3::Bucket") {
        let said = &bucket.resource.properties;
        let blocked = &said["PublicAccessBlockConfiguration"];
        let all = ["BlockPublicAcls", "BlockPublicPolicy", "IgnorePublicAcls", "RestrictPublicBuckets"];
        if !all.iter().all(|key| blocked[key] == true) {
            findings.add(&bucket, "it can be made public");
        }
        if said["BucketEncryption"].is_null() {
            findings.add(&bucket, "it isn't encrypted");
        }
        if said["VersioningConfiguration"]["Status"] != "Enabled" {
            findings.add(&bucket, "what is overwritten in it is lost");
        }
        let own = stacks.of("AWS::S3::BucketPolicy").filter(|policy| {
            stacks
                .target(policy.stack, &policy.resource.properties["Bucket"])
                .is_some_and(|it| it.is(&bucket))
        });
        let tls =
            own.flat_map(|it| it.resource.properties["PolicyDocument"]["Statement"].as_array().cloned());
        let denies = |it: &serde_json::Value| {
            it["Effect"] == "Deny" && it["Condition"]["Bool"]["aws:SecureTransport"] == false
        };
        if !tls.flatten().any(|statement| denies(&statement)) {
            findings.add(&bucket, "it talks without TLS");
        }
    }
}
