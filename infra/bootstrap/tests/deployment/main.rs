//! The generated templates, deployed to MiniStack with the real binary: everything that the contracts ask for comes up
//! there, and orders go through its API Gateway, Lambda, DynamoDB, EventBridge, SQS and Step Functions to their ends.
//!
//! What its CloudFormation doesn't make is in the driver, by type; alarms over expressions beside it.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::Write;
use std::net::{Ipv4Addr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde_json::Value;

/// What a shop should live through, in this order.
const STORY: &[(&str, &str)] = &[
    ("a shop opens", "null"),
    ("an order that succeeds", "\"CONFIRMED\""),
    ("a card that is declined", "\"REJECTED\""),
    ("more than there is", "\"REJECTED\""),
    ("what is left", "3"),
    ("an order that looks suspicious", "\"RESERVED\""),
    ("somebody approves it", "\"CONFIRMED\""),
    ("it is cancelled", "\"CANCELLED\""),
    ("what is left then", "83"),
    ("another store asks for the order", "404"),
    ("somebody without a token asks", "401"),
];

/// The only resources that don't come up there, by type, and why.
const NOT_THERE: &[(&str, &str)] = &[
    ("AWS::ApiGatewayV2::Deployment", "its stage answers without one"),
    ("AWS::CloudWatch::Alarm", "only those over an expression of several metrics"),
    ("AWS::CloudWatch::CompositeAlarm", "not made there"),
    ("AWS::CodeDeploy::Application", "not made there: `stipule deploy simulate` and sam-translator judge it"),
    ("AWS::CodeDeploy::DeploymentConfig", "as the application"),
    ("AWS::CodeDeploy::DeploymentGroup", "as the application"),
    ("AWS::CodePipeline::Pipeline", "not made there: cfn-lint judges it"),
    ("AWS::Events::Archive", "not made there"),
    ("AWS::WAFv2::WebACLAssociation", "the list itself is made"),
    ("AWS::XRay::SamplingRule", "not made there"),
];

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

fn texts(value: &Value) -> BTreeSet<String> {
    value.as_array().into_iter().flatten().map(|it| text(it).to_owned()).collect()
}

/// What the driver tells, line by line.
fn deployed(root: &Path) -> Vec<Value> {
    let free = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).and_then(|it| it.local_addr());
    let port = free.unwrap_or_else(|error| panic!("no free port: {error}")).port();
    let tools = root.join(".tools/python/bin");
    let mut driver = Command::new(tools.join("python"))
        .arg(root.join("infra/bootstrap/tests/deployment/deploy.py"))
        .arg(tools.join("ministack"))
        .arg(env!("CARGO_BIN_EXE_bootstrap"))
        .arg(root.join("infra/stacks"))
        .arg(port.to_string())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap_or_else(|error| panic!("the driver can't be started (run tests/setup): {error}"));
    let mut scopes = driver.stdin.take().expect("a pipe");
    scopes.write_all(commerce::scopes().join(" ").as_bytes()).expect("the driver reads");
    drop(scopes);
    let ended = driver.wait_with_output().expect("the driver ends");
    let said = String::from_utf8_lossy(&ended.stdout);
    assert!(ended.status.success(), "the story breaks off after\n{said}");
    let line = |line: &str| serde_json::from_str(line).unwrap_or_else(|error| panic!("{line}: {error}"));
    said.lines().map(line).collect()
}

/// Names of the resources of a template.
fn resources(path: &Path) -> BTreeMap<String, Value> {
    let text = fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let template: Value =
        serde_json::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let resources = template["Resources"].as_object().cloned().unwrap_or_default();
    resources.into_iter().collect()
}

#[test]
fn the_templates_come_up_and_orders_go_through_them_to_their_ends() {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../..");
    let told = deployed(&root);

    let stacks: BTreeMap<&str, &Value> = told
        .iter()
        .filter_map(|it| it.get("stack").and_then(Value::as_str).zip(it.get("status").map(|_| it)))
        .collect();
    let gone: BTreeSet<(&str, &str)> = told
        .iter()
        .filter(|it| it.get("filtered").is_some())
        .map(|it| (text(&it["stack"]), text(&it["filtered"])))
        .collect();
    let (mut up, mut left_out) = (0, BTreeMap::new());
    for entry in fs::read_dir(root.join("infra/stacks")).expect("the stacks are there") {
        let path = entry.expect("it can be read").path();
        if path.extension().is_none_or(|it| it != "json") {
            continue;
        }
        let name = path.file_stem().and_then(|it| it.to_str()).expect("a name");
        let stack = stacks.get(name).unwrap_or_else(|| panic!("{name} wasn't deployed"));
        assert_eq!(stack["status"], "CREATE_COMPLETE", "{name}: {}", stack["why"]);
        let there = texts(&stack["up"]);
        for (logical, resource) in resources(&path) {
            if there.contains(&logical) {
                up += 1;
                continue;
            }
            let kind = text(&resource["Type"]).to_owned();
            assert!(gone.contains(&(name, &*logical)), "{name}: nobody accounts for {logical}, a {kind}");
            let known = NOT_THERE.iter().any(|(it, _)| *it == kind);
            assert!(known, "{name}: {logical} is left out without a reason, a {kind}");
            assert!(
                kind != "AWS::CloudWatch::Alarm" || resource["Properties"].get("Metrics").is_some(),
                "{name}: {logical} is a plain alarm"
            );
            *left_out.entry(kind).or_insert(0) += 1;
        }
    }
    println!("{up} resources of {} stacks came up", stacks.len());
    for (kind, why) in NOT_THERE {
        let count = left_out.get(*kind).copied().unwrap_or_default();
        println!("left out: {count} {kind}: {why}");
        assert!(count > 0, "no {kind} was left out: its reason is of no use any more");
    }
    let steps: Vec<(&str, String)> = told
        .iter()
        .filter_map(|it| {
            let found = [&it["status"], &it["stock"]["available"], &it["answer"]];
            let found = found.into_iter().find(|it| !it.is_null()).unwrap_or(&Value::Null);
            it.get("step").and_then(Value::as_str).map(|step| (step, found.to_string()))
        })
        .collect();
    let steps: Vec<(&str, &str)> = steps.iter().map(|(step, found)| (*step, &**found)).collect();
    assert_eq!(steps, STORY);
}
