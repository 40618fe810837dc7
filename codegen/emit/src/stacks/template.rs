//! The parts of a CloudFormation template that every stack has.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::{Value, json};
use stipule_ir::Contract;

use crate::files::HEADER;

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
    min_length: u32,
    max_length: u32,
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
    properties: Value,
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
            min_length: 1,
            max_length: 20,
        };
        Self {
            version: "2010-09-09",
            description: format!("{description} ({HEADER} {origin}; do not edit)"),
            parameters: BTreeMap::from([("Stage", stage)]),
            resources: BTreeMap::new(),
            outputs: BTreeMap::new(),
        }
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
        Self { kind, deletion_policy: None, update_replace_policy: None, properties }
    }

    /// A resource that stays, whatever becomes of its stack: it holds data.
    pub(super) fn retained(kind: &'static str, properties: &impl Serialize) -> Self {
        let keep = Some("Retain");
        Self { deletion_policy: keep, update_replace_policy: keep, ..Self::new(kind, properties) }
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
