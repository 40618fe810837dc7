//! The stack that others stand on: the key, the bucket of code, the topic of alarms, who may write logs of the gateway.

use serde_json::{Value, json};
use stipule_ir::Contract;

use super::template::{Template, attribute, named, policy, scoped, sub, trusted};

/// Services of AWS that use the key for what they bring to topics.
const SENDERS: [&str; 2] = ["cloudwatch.amazonaws.com", "events.amazonaws.com"];

pub(super) fn stack(contract: &Contract) -> Template {
    let platform = &contract.platform.name;
    let mut template = Template::new(&format!("What the other stacks of {platform} stand on"), "contracts");
    key(contract, &mut template);
    bucket(contract, &mut template);
    secret(contract, &mut template);
    alarms(contract, &mut template);
    gateway(&mut template);
    template
}

fn key(contract: &Contract, template: &mut Template) {
    let senders = json!({
        "Sid": "Senders",
        "Effect": "Allow",
        "Principal": { "Service": SENDERS },
        "Action": ["kms:Decrypt", "kms:GenerateDataKey"],
        "Resource": "*",
        "Condition": { "StringEquals": { "aws:SourceAccount": named("AWS::AccountId") } },
    });
    let owner = json!({
        "Sid": "Owner",
        "Effect": "Allow",
        "Principal": { "AWS": sub("arn:${AWS::Partition}:iam::${AWS::AccountId}:root") },
        "Action": "kms:*",
        "Resource": "*",
    });
    let properties = json!({
        "Description": sub(format!("Code and alarms of {} in ${{Stage}}", contract.platform.name.kebab())),
        "EnableKeyRotation": true,
        "KeyPolicy": policy(vec![owner, senders]),
    });
    let why = "in the policy of a key, `*` is the key itself; its account has to keep all rights, or nobody could change it";
    template.add("Key", "AWS::KMS::Key", &properties).kept().because("star", why);
    let alias = json!({
        "AliasName": { "Fn::Join": ["", ["alias/", scoped(contract, "platform")]] },
        "TargetKeyId": named("Key"),
    });
    template.add("KeyAlias", "AWS::KMS::Alias", &alias);
    template.export(contract, "KeyArn", "key-arn", "ARN of the key", attribute("Key", "Arn"));
}

/// What functions seal cursors with, and what whoever tells them something signs it with: 64 bytes in hexadecimal digits.
/// Another value would make every cursor and every signature of before worthless, so nothing replaces it unasked.
fn secret(contract: &Contract, template: &mut Template) {
    let properties = json!({
        "Name": scoped(contract, "functions"),
        "Description": "Seals cursors, and checks who tells functions something",
        "KmsKeyId": attribute("Key", "Arn"),
        "GenerateSecretString": {
            "PasswordLength": 128,
            "ExcludeUppercase": true,
            "ExcludePunctuation": true,
            "ExcludeCharacters": "ghijklmnopqrstuvwxyz",
            "RequireEachIncludedType": false,
        },
    });
    template.add("Secret", "AWS::SecretsManager::Secret", &properties).kept();
}

fn bucket(contract: &Contract, template: &mut Template) {
    let encryption = json!({ "SSEAlgorithm": "aws:kms", "KMSMasterKeyID": attribute("Key", "Arn") });
    let properties = json!({
        "BucketEncryption": { "ServerSideEncryptionConfiguration": [
            { "BucketKeyEnabled": true, "ServerSideEncryptionByDefault": encryption },
        ] },
        "OwnershipControls": { "Rules": [{ "ObjectOwnership": "BucketOwnerEnforced" }] },
        "PublicAccessBlockConfiguration": {
            "BlockPublicAcls": true,
            "BlockPublicPolicy": true,
            "IgnorePublicAcls": true,
            "RestrictPublicBuckets": true,
        },
        "LifecycleConfiguration": { "Rules": [
            { "Id": "former", "Status": "Enabled", "NoncurrentVersionExpiration": { "NoncurrentDays": 90 } },
            {
                "Id": "unfinished",
                "Status": "Enabled",
                "AbortIncompleteMultipartUpload": { "DaysAfterInitiation": 7 },
            },
        ] },
        "VersioningConfiguration": { "Status": "Enabled" },
    });
    template.add("CodeBucket", "AWS::S3::Bucket", &properties).kept();
    only_encrypted("CodeBucket", template);
    let said = "Name of the bucket with the code of the functions";
    template.export(contract, "CodeBucketName", "code-bucket", said, named("CodeBucket"));
    let said = "ARN of the bucket with the code of the functions";
    template.export(contract, "CodeBucketArn", "code-bucket-arn", said, attribute("CodeBucket", "Arn"));
}

/// A bucket talks over encrypted connections only.
pub(super) fn only_encrypted(bucket: &str, template: &mut Template) {
    let plain = json!({
        "Sid": "OnlyEncrypted",
        "Effect": "Deny",
        "Principal": "*",
        "Action": "s3:*",
        "Resource": [attribute(bucket, "Arn"), sub(format!("${{{bucket}.Arn}}/*"))],
        "Condition": { "Bool": { "aws:SecureTransport": false } },
    });
    let properties = json!({ "Bucket": named(bucket), "PolicyDocument": policy(vec![plain]) });
    let policy = template.add(&format!("{bucket}Policy"), "AWS::S3::BucketPolicy", &properties);
    policy.because("star", "it denies: everything to everybody, over connections that aren't encrypted");
}

fn alarms(contract: &Contract, template: &mut Template) {
    let properties = json!({
        "TopicName": scoped(contract, "alarms"),
        "KmsMasterKeyId": attribute("Key", "Arn"),
    });
    template.add("AlarmTopic", "AWS::SNS::Topic", &properties);
    let statement = json!({
        "Sid": "Alarms",
        "Effect": "Allow",
        "Principal": { "Service": "cloudwatch.amazonaws.com" },
        "Action": "sns:Publish",
        "Resource": named("AlarmTopic"),
        "Condition": {
            "ArnLike": { "aws:SourceArn": sub("arn:${AWS::Partition}:cloudwatch:${AWS::Region}:${AWS::AccountId}:alarm:*") },
        },
    });
    let properties = json!({ "Topics": [named("AlarmTopic")], "PolicyDocument": policy(vec![statement]) });
    template.add("AlarmTopicPolicy", "AWS::SNS::TopicPolicy", &properties);
    let said = "ARN of the topic that alarms are told to; people subscribe to it";
    template.export(contract, "AlarmTopicArn", "alarm-topic-arn", said, named("AlarmTopic"));
}

/// API Gateway writes logs by a role of the account, one for all of its APIs.
fn gateway(template: &mut Template) {
    let managed: Value =
        sub("arn:${AWS::Partition}:iam::aws:policy/service-role/AmazonAPIGatewayPushToCloudWatchLogs");
    let role = json!({
        "AssumeRolePolicyDocument": trusted("apigateway.amazonaws.com"),
        "ManagedPolicyArns": [managed],
        "Description": "Lets API Gateway write logs",
    });
    template.add("GatewayLogRole", "AWS::IAM::Role", &role);
    let account = json!({ "CloudWatchRoleArn": attribute("GatewayLogRole", "Arn") });
    template.add("GatewayAccount", "AWS::ApiGateway::Account", &account);
}
