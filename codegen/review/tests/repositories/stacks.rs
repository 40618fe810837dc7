//! The stacks of this repository, changed: what is generated is what is deployed.

use std::path::Path;

use serde_json::{Value, json};
use stipule_review::{Finding, Severity};

use crate::library;

/// A stack as it is checked in.
fn stack(name: &str) -> Value {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../infra/stacks").join(name);
    let text = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    serde_json::from_str(&text).expect("a stack is JSON")
}

/// What is found between a stack and an edited version of it.
fn found(name: &str, edit: impl FnOnce(&mut Value)) -> Vec<Finding> {
    let version = |stack: &Value| {
        let patch = json!({format!("infra/stacks/{name}"): stack});
        library::version(&patch.to_string()).expect("it loads")
    };
    let before = stack(name);
    let mut after = before.clone();
    edit(&mut after);
    assert_ne!(before, after, "the edit changes nothing");
    library::changed(&version(&before), &version(&after)).findings
}

fn codes(found: &[Finding]) -> Vec<&str> {
    let matter = found.iter().filter(|finding| finding.matters());
    matter.map(|finding| finding.rule.code).collect()
}

fn without(value: &mut Value, pointer: &str) {
    let (around, name) = pointer.rsplit_once('/').expect("a pointer");
    let around = value.pointer_mut(around).expect("it is there").as_object_mut().expect("an object");
    assert!(around.remove(name).is_some(), "{pointer} is there");
}

fn set(value: &mut Value, pointer: &str, to: Value) {
    *value.pointer_mut(pointer).unwrap_or_else(|| panic!("{pointer} is there")) = to;
}

const TABLE: &str = "/Resources/Table/Properties";

/// An edit of the stack that holds the table, the rule that blocks it, and whether data is lost.
type Edit = (&'static str, fn(&mut Value), &'static str, bool);

const EDITS: [Edit; 15] = [
    ("the table is gone", |stack| without(stack, "/Resources/Table"), "REV870", true),
    ("another name", |stack| set(stack, &at("TableName"), json!("books")), "REV871", true),
    (
        "another type of a key",
        |stack| set(stack, &at("AttributeDefinitions/8/AttributeType"), json!("N")),
        "REV871",
        true,
    ),
    ("another key", |stack| set(stack, &at("KeySchema/1/AttributeName"), json!("rk")), "REV871", true),
    ("no retention when deleted", |stack| without(stack, "/Resources/Table/DeletionPolicy"), "REV872", true),
    (
        "no retention when replaced",
        |stack| set(stack, "/Resources/Table/UpdateReplacePolicy", json!("Delete")),
        "REV872",
        true,
    ),
    ("no export of the stream", |stack| without(stack, "/Outputs/TableStreamArn"), "REV875", false),
    ("another export", |stack| set(stack, "/Outputs/TableArn/Export/Name", json!("arn")), "REV875", false),
    ("no encryption", |stack| set(stack, &at("SSESpecification/SSEEnabled"), json!(false)), "REV877", false),
    ("no recovery", |stack| without(stack, &at("PointInTimeRecoverySpecification")), "REV878", false),
    ("no protection", |stack| set(stack, &at("DeletionProtectionEnabled"), json!(false)), "REV879", false),
    (
        "a week to recover",
        |stack| set(stack, &at("PointInTimeRecoverySpecification/RecoveryPeriodInDays"), json!(7)),
        "REV881",
        true,
    ),
    (
        "keys in the stream",
        |stack| set(stack, &at("StreamSpecification/StreamViewType"), json!("KEYS_ONLY")),
        "REV886",
        false,
    ),
    ("no stream", |stack| without(stack, &at("StreamSpecification")), "REV886", false),
    (
        "a bucket instead",
        |stack| set(stack, "/Resources/Table/Type", json!("AWS::S3::Bucket")),
        "REV871",
        true,
    ),
];

fn at(property: &str) -> String {
    format!("{TABLE}/{property}")
}

#[test]
fn whatever_endangers_the_table_blocks() {
    for (what, edit, code, loses) in EDITS {
        let found = found("data.json", edit);
        let finding = found.iter().find(|finding| finding.rule.code == code);
        let finding = finding.unwrap_or_else(|| panic!("{what}: {code} isn't among {:?}", codes(&found)));
        assert_eq!((finding.severity, finding.loses_data()), (Severity::Break, loses), "{what}");
    }
}

#[test]
fn what_endangers_nothing_is_passed_over() {
    let words = found("data.json", |stack| set(stack, "/Description", json!("The table.")));
    assert_eq!(codes(&words), [] as [&str; 0]);
    let index = found("data.json", |stack| {
        let attributes = stack.pointer_mut(&at("AttributeDefinitions")).and_then(Value::as_array_mut);
        attributes.expect("a list").insert(0, json!({"AttributeName": "gsi0pk", "AttributeType": "S"}));
    });
    assert_eq!(codes(&index), [] as [&str; 0]);
    let alarm =
        found("data.json", |stack| stack["Resources"]["Alarm"] = json!({"Type": "AWS::CloudWatch::Alarm"}));
    assert_eq!(codes(&alarm), [] as [&str; 0]);
}

const CARTS: &str = "/Resources/CartsTableAccess/Properties/PolicyDocument/Statement";

#[test]
fn what_a_service_may_do_is_compared_grant_by_grant() {
    let more = found("access.json", |stack| {
        set(stack, &format!("{CARTS}/0/Action"), json!(["dynamodb:GetItem", "dynamodb:Scan"]));
    });
    assert_eq!(codes(&more), ["REV882"]);
    assert!(
        more[0].note.as_deref().is_some_and(|note| note.starts_with("dynamodb:scan on *#")),
        "{:?}",
        more[0].note
    );
    let all = found("access.json", |stack| {
        set(
            stack,
            &format!("{CARTS}/0"),
            json!({"Effect": "Allow", "Action": "dynamodb:*", "Resource": "*"}),
        );
    });
    assert_eq!(codes(&all), ["REV883"]);
    let fewer = found("access.json", |stack| {
        stack.pointer_mut(CARTS).and_then(Value::as_array_mut).expect("statements").remove(0);
    });
    assert_eq!(codes(&fewer), [] as [&str; 0]);
}

#[test]
fn statements_that_are_grouped_otherwise_allow_the_same() {
    let split = found("access.json", |stack| {
        let statements = stack.pointer_mut(CARTS).and_then(Value::as_array_mut).expect("statements");
        let keys = "/Condition/ForAllValues:StringLike/dynamodb:LeadingKeys";
        let mut other = statements[0].clone();
        let listed = other.pointer_mut(keys).and_then(Value::as_array_mut).expect("keys");
        let moved = listed.split_off(2);
        assert!(!moved.is_empty());
        set(&mut statements[0], keys, json!(moved));
        statements.reverse();
        statements.insert(0, other);
    });
    assert_eq!(codes(&split), [] as [&str; 0]);
}
