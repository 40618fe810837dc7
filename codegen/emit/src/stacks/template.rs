//! The parts of a CloudFormation template that every stack has.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::{Value, json};
use stipule_ir::Contract;

use crate::files::HEADER;

/// Resources whose tags are a list.
const LISTS: &[&str] = &[
    "AWS::ApiGateway::RestApi",
    "AWS::ApiGateway::Stage",
    "AWS::ApiGateway::UsagePlan",
    "AWS::CloudWatch::Alarm",
    "AWS::CodeBuild::Project",
    "AWS::CodeDeploy::Application",
    "AWS::CodeDeploy::DeploymentGroup",
    "AWS::CodePipeline::Pipeline",
    "AWS::DynamoDB::Table",
    "AWS::Events::EventBus",
    "AWS::IAM::Role",
    "AWS::KMS::Key",
    "AWS::Lambda::Function",
    "AWS::Logs::LogGroup",
    "AWS::S3::Bucket",
    "AWS::SNS::Topic",
    "AWS::SQS::Queue",
    "AWS::StepFunctions::StateMachine",
    "AWS::WAFv2::WebACL",
];

/// Resources whose tags are a mapping.
const MAPS: &[&str] = &["AWS::ApiGatewayV2::Api", "AWS::ApiGatewayV2::Stage"];

/// A template.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Template {
    #[serde(rename = "AWSTemplateFormatVersion")]
    version: &'static str,
    description: String,
    parameters: BTreeMap<&'static str, Parameter>,
    pub(super) resources: BTreeMap<String, Resource>,
    pub(super) outputs: BTreeMap<String, Output>,
}

/// Something that is said when a stack is made.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Parameter {
    #[serde(rename = "Type")]
    kind: &'static str,
    description: &'static str,
    allowed_pattern: &'static str,
    constraint_description: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    min_length: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    max_length: Option<u32>,
}

/// Something that AWS keeps for us.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Resource {
    #[serde(rename = "Type")]
    kind: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    deletion_policy: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    update_replace_policy: Option<&'static str>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    depends_on: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    metadata: Option<Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    update_policy: Option<Value>,
    pub(super) properties: Value,
}

/// What other stacks may know.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Output {
    description: String,
    value: Value,
    export: Export,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Export {
    name: Value,
}

/// Name and value.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Tag {
    key: &'static str,
    value: Value,
}

impl Template {
    /// An empty template. The origin stands in its description, since JSON has no comments.
    pub(super) fn new(description: &str, origin: &str) -> Self {
        let stage = Parameter {
            kind: "String",
            description: "The environment that the stack belongs to; part of every name and export",
            allowed_pattern: "^[a-z][a-z0-9-]*$",
            constraint_description: "lower-case letters, digits and hyphens, starting with a letter",
            min_length: Some(1),
            max_length: Some(20),
        };
        Self {
            version: "2010-09-09",
            description: format!("{description} ({HEADER} {origin}; do not edit)"),
            parameters: BTreeMap::from([("Stage", stage)]),
            resources: BTreeMap::new(),
            outputs: BTreeMap::new(),
        }
    }

    /// Adds something that goes with the stack; what is added can be told more.
    pub(super) fn add(
        &mut self,
        name: &str,
        kind: &'static str,
        properties: &impl Serialize,
    ) -> &mut Resource {
        self.resources.entry(name.to_owned()).or_insert_with(|| Resource::new(kind, properties))
    }

    /// Something else that is said when the stack is made.
    pub(super) fn ask(
        &mut self,
        name: &'static str,
        description: &'static str,
        allowed_pattern: &'static str,
        constraint_description: &'static str,
    ) {
        let parameter = Parameter {
            kind: "String",
            description,
            allowed_pattern,
            constraint_description,
            min_length: None,
            max_length: None,
        };
        self.parameters.insert(name, parameter);
    }

    /// Makes a value known to other stacks, under `<platform>-<stage>-<export>`.
    pub(super) fn export(&mut self, contract: &Contract, name: &str, export: &str, said: &str, value: Value) {
        let output = Output::exported(contract, export, said.to_owned(), value);
        self.outputs.insert(name.to_owned(), output);
    }

    /// Gives every resource that can have them the tags of the platform.
    pub(super) fn tagged(mut self, contract: &Contract, stack: &str) -> Self {
        for resource in self.resources.values_mut() {
            let Value::Object(properties) = &mut resource.properties else { continue };
            if LISTS.contains(&resource.kind) {
                let tags = serde_json::to_value(tags(contract, stack)).expect("tags are JSON");
                properties.insert("Tags".to_owned(), tags);
            } else if MAPS.contains(&resource.kind) {
                let tags = tags(contract, stack).into_iter().map(|tag| (tag.key.to_owned(), tag.value));
                properties.insert("Tags".to_owned(), Value::Object(tags.collect()));
            }
        }
        self
    }

    /// The kind and the properties of each resource.
    pub(super) fn into_resources(self) -> impl Iterator<Item = (&'static str, Value)> {
        self.resources.into_values().map(|resource| (resource.kind, resource.properties))
    }

    /// Pretty JSON with sorted keys.
    ///
    /// # Panics
    /// Never: the parts of a template have text keys and no floating-point numbers.
    pub(super) fn to_text(&self) -> String {
        // Through a value, whose maps are sorted.
        let value = serde_json::to_value(self).expect("a template is JSON");
        let mut text = serde_json::to_string_pretty(&value).expect("JSON can be written");
        text.push('\n');
        text
    }
}

impl Resource {
    /// A resource that goes with its stack.
    pub(super) fn new(kind: &'static str, properties: &impl Serialize) -> Self {
        let properties = serde_json::to_value(properties).expect("properties are JSON");
        Self {
            kind,
            deletion_policy: None,
            update_replace_policy: None,
            depends_on: Vec::new(),
            metadata: None,
            update_policy: None,
            properties,
        }
    }

    /// A resource that stays, whatever becomes of its stack: it holds data.
    pub(super) fn retained(kind: &'static str, properties: &impl Serialize) -> Self {
        let keep = Some("Retain");
        Self { deletion_policy: keep, update_replace_policy: keep, ..Self::new(kind, properties) }
    }
}

impl Resource {
    /// Made after these.
    pub(super) fn after(&mut self, names: impl IntoIterator<Item = String>) -> &mut Self {
        self.depends_on.extend(names);
        self.depends_on.sort();
        self
    }

    /// Why something that a reader would ask about is as it is.
    pub(super) fn because(&mut self, key: &str, reason: &str) -> &mut Self {
        let metadata = self.metadata.get_or_insert_with(|| json!({}));
        metadata[key] = reason.into();
        self
    }

    /// How it is replaced.
    pub(super) fn updated_by(&mut self, policy: Value) -> &mut Self {
        self.update_policy = Some(policy);
        self
    }

    /// Stays, whatever becomes of its stack.
    pub(super) fn kept(&mut self) -> &mut Self {
        (self.deletion_policy, self.update_replace_policy) = (Some("Retain"), Some("Retain"));
        self
    }
}

impl Output {
    /// A value that other stacks import as `<platform>-<stage>-<name>`.
    pub(super) fn exported(contract: &Contract, name: &str, description: String, value: Value) -> Self {
        Self { description, value, export: Export { name: scoped(contract, name) } }
    }
}

/// `<platform>-<stage>-<name>`: names are one of their kind in an account and region.
pub(super) fn scoped(contract: &Contract, name: &str) -> Value {
    json!({ "Fn::Sub": format!("{}-${{Stage}}-{name}", contract.platform.name.kebab()) })
}

/// What another stack exports.
pub(super) fn imported(contract: &Contract, name: &str) -> Value {
    json!({ "Fn::ImportValue": scoped(contract, name) })
}

/// The tags that every resource has.
pub(super) fn tags(contract: &Contract, stack: &str) -> Vec<Tag> {
    let platform = Value::String(contract.platform.name.kebab());
    vec![
        Tag { key: "stipule:platform", value: platform },
        Tag { key: "stipule:stack", value: Value::String(stack.to_owned()) },
        Tag { key: "stipule:stage", value: json!({ "Ref": "Stage" }) },
    ]
}

/// Text with `${names}` in it.
pub(super) fn sub(text: impl Into<String>) -> Value {
    json!({ "Fn::Sub": text.into() })
}

/// The value of a resource or a parameter.
pub(super) fn named(name: &str) -> Value {
    json!({ "Ref": name })
}

/// An attribute of a resource.
pub(super) fn attribute(name: &str, attribute: &str) -> Value {
    json!({ "Fn::GetAtt": [name, attribute] })
}

/// A policy document.
pub(super) fn policy(statements: impl Into<Vec<Value>>) -> Value {
    let statements: Vec<Value> = statements.into();
    json!({ "Version": "2012-10-17", "Statement": statements })
}

/// Who may take a role: a service of AWS.
pub(super) fn trusted(service: &str) -> Value {
    policy(vec![json!({
        "Effect": "Allow",
        "Principal": { "Service": service },
        "Action": "sts:AssumeRole",
    })])
}

/// `<platform>-<stage>-<name>`, with a name that leaves no more than `most` letters for all of it: a longer one ends in a
/// number that stands for the rest.
pub(super) fn bounded(contract: &Contract, name: &str, most: usize) -> Value {
    const LONGEST_STAGE: usize = 20;
    let room = most.saturating_sub(contract.platform.name.kebab().len() + LONGEST_STAGE + 2);
    if name.len() <= room {
        return scoped(contract, name);
    }
    let mark = format!("{:08x}", hash(name) >> 32);
    let kept: String = name.chars().take(room.saturating_sub(mark.len() + 1)).collect();
    scoped(contract, &format!("{kept}-{mark}"))
}

/// FNV-1a: tells texts apart, and is the same everywhere.
pub(super) fn hash(text: &str) -> u64 {
    text.bytes()
        .fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
}
