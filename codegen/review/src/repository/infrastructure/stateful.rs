//! Resources that hold data: which of their properties can't be changed in place, and what keeps the data safe.

use serde_json::Value;

use super::{Places, report};
use crate::finding::Severity;
use crate::repository::diff::Diff;
use crate::rule::{Rule, rule};

const ENCRYPTION: Rule = rule("REV877", "encryption-removed", Severity::Break);
const RECOVERY: Rule = rule("REV878", "recovery-removed", Severity::Break);
const PROTECTION: Rule = rule("REV879", "deletion-protection-removed", Severity::Break);
const LETTERS: Rule = rule("REV880", "dead-letter-queue-removed", Severity::Break);
const RETENTION: Rule = rule("REV881", "retention-shortened", Severity::Break).loses_data();
const STREAM: Rule = rule("REV886", "stream-replaced", Severity::Break);

pub(super) const RULES: &[Rule] = &[ENCRYPTION, RECOVERY, PROTECTION, LETTERS, RETENTION, STREAM];

/// Types that hold data, with the properties whose change replaces them. Source: the update behaviours of the
/// CloudFormation template reference.
const STATEFUL: &[(&str, &[&str])] = &[
    (
        "AWS::DynamoDB::Table",
        &["TableName", "KeySchema", "LocalSecondaryIndexes", "ImportSourceSpecification"],
    ),
    ("AWS::DynamoDB::GlobalTable", &["TableName", "KeySchema", "LocalSecondaryIndexes"]),
    ("AWS::S3::Bucket", &["BucketName", "ObjectLockEnabled"]),
    ("AWS::SQS::Queue", &["QueueName", "FifoQueue"]),
    ("AWS::Kinesis::Stream", &["Name"]),
    ("AWS::Events::Archive", &["ArchiveName", "SourceArn"]),
    ("AWS::Events::EventBus", &["Name"]),
    ("AWS::Logs::LogGroup", &["LogGroupName"]),
    ("AWS::StepFunctions::StateMachine", &["StateMachineName", "StateMachineType"]),
    ("AWS::Cognito::UserPool", &["AliasAttributes", "UsernameAttributes", "UsernameConfiguration"]),
    (
        "AWS::RDS::DBInstance",
        &["DBInstanceIdentifier", "DBName", "Engine", "KmsKeyId", "StorageEncrypted", "MasterUsername"],
    ),
    (
        "AWS::RDS::DBCluster",
        &["DBClusterIdentifier", "DatabaseName", "Engine", "KmsKeyId", "StorageEncrypted", "MasterUsername"],
    ),
    ("AWS::EFS::FileSystem", &["Encrypted", "KmsKeyId", "PerformanceMode"]),
    ("AWS::KMS::Key", &["KeySpec", "KeyUsage", "MultiRegion"]),
    ("AWS::SecretsManager::Secret", &["Name"]),
    ("AWS::Backup::BackupVault", &["BackupVaultName", "EncryptionKeyArn"]),
];

/// Properties that say how long something is kept, in their own units.
const RETENTIONS: [&str; 6] = [
    "/RetentionDays",
    "/MessageRetentionPeriod",
    "/RetentionInDays",
    "/RetentionPeriodHours",
    "/BackupRetentionPeriod",
    "/PointInTimeRecoverySpecification/RecoveryPeriodInDays",
];

fn kind(resource: &Value) -> &str {
    resource.get("Type").and_then(Value::as_str).unwrap_or_default()
}

fn replacing(kind: &str) -> Option<&'static [&'static str]> {
    STATEFUL.iter().find(|(known, _)| *known == kind).map(|(_, properties)| *properties)
}

/// Whether something is in it that nobody can make again.
pub(super) fn holds_data(resource: &Value) -> bool {
    replacing(kind(resource)).is_some()
}

/// The property whose change makes a resource anew, with its values.
pub(super) fn replaces<'v>(
    before: &'v Value,
    after: &'v Value,
) -> Option<(&'static str, Option<&'v Value>, Option<&'v Value>)> {
    if kind(before) != kind(after) {
        return Some(("Type", before.get("Type"), after.get("Type")));
    }
    let property = |resource: &'v Value, name: &str| resource.get("Properties").and_then(|all| all.get(name));
    let properties = replacing(kind(before))?;
    if let Some(changed) = attribute(before, after) {
        return Some(changed);
    }
    let changed = properties.iter().find(|name| property(before, name) != property(after, name))?;
    Some((changed, property(before, changed), property(after, changed)))
}

/// An attribute of a key that has another type: a definition that is there can't be changed in place.
fn attribute<'v>(
    before: &'v Value,
    after: &'v Value,
) -> Option<(&'static str, Option<&'v Value>, Option<&'v Value>)> {
    let all = |resource: &'v Value| resource.pointer("/Properties/AttributeDefinitions");
    let (old, new) = (all(before)?, all(after)?);
    let changed = old.as_array()?.iter().any(|attribute| {
        let same = |other: &&Value| other.get("AttributeName") == attribute.get("AttributeName");
        new.as_array().into_iter().flatten().find(same).is_some_and(|other| other != attribute)
    });
    changed.then_some(("AttributeDefinitions", Some(old), Some(new)))
}

/// Compares what keeps data safe.
pub(super) fn check(diff: &mut Diff<'_>, places: &Places, before: &Value, after: &Value) {
    let get = |resource: &'_ Value, path: &str| resource.pointer(&format!("/Properties{path}")).cloned();
    let on = |value: &Option<Value>| match value {
        Some(Value::Bool(is)) => *is,
        Some(Value::String(text)) => !matches!(text.as_str(), "false" | "Suspended" | ""),
        Some(_) => true,
        None => false,
    };
    for (rule, path) in [
        (ENCRYPTION, "/SSESpecification/SSEEnabled"),
        (ENCRYPTION, "/BucketEncryption"),
        (ENCRYPTION, "/KmsMasterKeyId"),
        (ENCRYPTION, "/SqsManagedSseEnabled"),
        (ENCRYPTION, "/StreamEncryption"),
        (RECOVERY, "/PointInTimeRecoverySpecification/PointInTimeRecoveryEnabled"),
        (RECOVERY, "/VersioningConfiguration/Status"),
        (PROTECTION, "/DeletionProtectionEnabled"),
        (PROTECTION, "/DeletionProtection"),
        (LETTERS, "/RedrivePolicy"),
        (LETTERS, "/DeadLetterConfig"),
        (LETTERS, "/DeadLetterQueue"),
    ] {
        let (was, is) = (get(before, path), get(after, path));
        if on(&was) && !on(&is) {
            report(diff, rule, &below(places, path), (was.as_ref(), is.as_ref()), None);
        }
    }
    let stream = "/StreamSpecification/StreamViewType";
    let (was, is) = (get(before, stream), get(after, stream));
    if was.is_some() && was != is {
        let note = "what isn't read yet from the old stream is lost to those who read it".to_owned();
        report(diff, STREAM, &below(places, stream), (was.as_ref(), is.as_ref()), Some(note));
    }
    for key in RETENTIONS {
        let number = |value: &Option<Value>| value.as_ref().and_then(Value::as_f64);
        let (was, is) = (get(before, key), get(after, key));
        // Without one, what is kept is kept for ever, or as long as the service says by itself.
        if let (before, Some(after)) = (number(&was), number(&is))
            && before.is_none_or(|before| after < before)
            && after > 0.0
        {
            report(diff, RETENTION, &below(places, key), (was.as_ref(), is.as_ref()), None);
        }
    }
}

/// The place of a property.
fn below(places: &Places, path: &str) -> Places {
    path.split('/').skip(1).fold(places.clone(), |at, key| at.below(key))
}
