//! One story, told three times: in one process, with functions in processes of their own, and where AWS is stood in for. It
//! comes to the same, its calls are answered alike (status, headers that count, body), and it makes the same events.
//!
//! The generated templates, deployed to MiniStack by `stipule deploy` with the real binary, packed by `stipule package`:
//! everything that the contracts ask for comes up there. Then the pipeline's own commands bring a release there, and
//! `stipule deploy rollback` takes it back. Through what stands then, orders go by its API Gateway, Lambda, DynamoDB,
//! EventBridge, SQS and Step Functions to their ends, as they do on one machine in one process.
//!
//! What isn't shown there: MiniStack has no CodeDeploy, so aliases move at once and no canary runs, neither forth nor back;
//! it takes the role that stacks are made as and the rights of whoever asks, and judges neither; and CodeBuild's commands
//! are run by a shell here, with a binary that was built before instead of by `package` itself.

mod drivers;
mod events;
mod letters;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use drivers::Functions;
use serde_json::{Value, json};

/// What a store lives through, in this order.
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
    ("a command that comes twice has one answer", "true"),
    ("a ticket opens one socket", "true"),
    ("another store's order is unknown", "[\"refused\",\"unknown\"]"),
    ("who listens hears how the order goes on", "[\"CANCELLED\"]"),
    ("the socket is alive", "\"pong\""),
    ("what comes too early waits among the dead letters, whole", "[true,0]"),
    ("it is redriven when it can be handled", "[1,19]"),
    ("what was handled comes again without effect", "[0,19]"),
];

/// What MiniStack's gateway answers itself, in words of its own instead of those that the API asks for: path and status
/// there, status here.
const IN_OTHER_WORDS: &[(&str, u64, u64)] =
    &[("GET /nowhere", 403, 404), ("GET /orders/<id>", 401, 401), ("POST /customers", 401, 401)];

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

fn texts(value: &Value) -> BTreeSet<&str> {
    value.as_array().into_iter().flatten().map(text).collect()
}

/// The templates, by the name of their stack.
fn templates(root: &Path) -> BTreeMap<String, Value> {
    let entries = fs::read_dir(root.join("infra/stacks")).expect("the stacks are there");
    let paths = entries.map(|entry| entry.expect("it can be read").path());
    let read = |path: PathBuf| {
        let text = fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        let name = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        (name, serde_json::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display())))
    };
    paths.filter(|path| path.extension().is_some_and(|it| it == "json")).map(read).collect()
}

/// Every resource came up, or is of a kind that has a reason.
fn account_for(root: &Path, told: &[Value]) {
    let stacks: BTreeMap<&str, &Value> =
        told.iter().filter(|it| it.get("up").is_some()).map(|it| (text(&it["stack"]), it)).collect();
    let gone = told.iter().filter(|it| it.get("filtered").is_some());
    let gone: BTreeSet<(&str, &str)> = gone.map(|it| (text(&it["stack"]), text(&it["filtered"]))).collect();
    let (mut up, mut left_out) = (0, BTreeMap::new());
    for (name, template) in &templates(root) {
        let stack = stacks.get(&**name).unwrap_or_else(|| panic!("{name} wasn't deployed"));
        assert_eq!(stack["status"], "CREATE_COMPLETE", "{name}: {}", stack["why"]);
        let there = texts(&stack["up"]);
        for (logical, resource) in template["Resources"].as_object().expect("resources") {
            if there.contains(&**logical) {
                up += 1;
                continue;
            }
            let kind = text(&resource["Type"]);
            assert!(gone.contains(&(name, logical)), "{name}: nobody accounts for {logical}, a {kind}");
            let plain = kind == "AWS::CloudWatch::Alarm" && resource["Properties"].get("Metrics").is_none();
            let known = NOT_THERE.iter().any(|(it, _)| *it == kind);
            assert!(known && !plain, "{name}: {logical} is left out without a reason, a {kind}");
            *left_out.entry(kind.to_owned()).or_insert(0) += 1;
        }
    }
    println!("{up} resources of {} stacks came up", stacks.len());
    for (kind, why) in NOT_THERE {
        let count = left_out.get(*kind).copied().unwrap_or_default();
        println!("left out: {count} {kind}: {why}");
        assert!(count > 0, "no {kind} was left out: its reason is of no use any more");
    }
}

/// The tool brought the stacks there in their order, sees them as they are, and has nothing to do any more.
fn brought(root: &Path, told: &[Value]) {
    let said = |name: &str| told.iter().find(|it| it.get(name).is_some()).expect(name);
    let all = told.iter().find(|it| it["deployed"] == "all").expect("it went to its end");
    let stacks = templates(root).len();
    assert_eq!(
        (&said("deployed")["changed"], &said("deployed")["release"]),
        (&json!(["foundation"]), &json!(1))
    );
    assert_eq!((&all["same"], &all["release"]), (&json!(["foundation"]), &json!(2)), "{all}");
    assert_eq!(all["changed"].as_array().map(Vec::len), Some(stacks - 1));
    let standing = said("standing");
    assert_eq!(standing["standing"], true, "{standing}");
    let aliases = standing["aliases"].as_array().expect("versions");
    assert!(aliases.len() >= 40 && aliases.iter().all(|it| it == "1"), "{aliases:?}");
    let planned = said("planned");
    assert_eq!((&planned["planned"], &planned["empty"]), (&json!(true), &json!(true)), "{planned}");
    assert_eq!(said("left")["left"], json!([]), "change sets of plans are removed");
    println!("{stacks} stacks applied with {} lines of progress, {} aliases", all["lines"], aliases.len());
}

/// A release by the pipeline's own commands is in place, with its code and its settings, and all of it is as before when
/// it is gone back from. The API answers before, between and after.
fn went_back(told: &[Value]) {
    let said = |name: &str| told.iter().find(|it| it.get(name).is_some()).expect(name);
    let (released, back) = (said("released"), said("back"));
    assert_eq!(
        (&released["released"], &released["answers"]),
        (&json!("release 3 is in place"), &json!("Ada Moreau"))
    );
    let count = |it: &Value, kind: &str| it["differs"][kind].as_u64().unwrap_or_default();
    assert!(count(released, "function") >= 40 && count(released, "alias") >= 40, "{released}");
    assert!(count(released, "alarm") >= 1 && count(released, "stack") == 2, "{released}");
    assert_eq!(
        (&back["back"], &back["release"], &back["answers"]),
        (&json!(true), &json!(4), &json!("Ada Moreau"))
    );
    assert_eq!(back["differs"], json!({ "few": [] }), "something isn't as it was before");
    println!(
        "the pipeline's release changed {} functions, {} aliases and {} alarms; going back changed them all back",
        count(released, "function"),
        count(released, "alias"),
        count(released, "alarm")
    );
}

/// Steps, and what came of them.
fn steps(told: &[Value]) -> Vec<(&str, String)> {
    let step = |it: &'_ Value| {
        let found = [&it["status"], &it["stock"]["available"], &it["answer"]];
        let found = found.into_iter().find(|it| !it.is_null()).unwrap_or(&Value::Null);
        found.to_string()
    };
    told.iter().filter(|it| it.get("step").is_some()).map(|it| (text(&it["step"]), step(it))).collect()
}

/// Calls and answers, those that the gateway gives in words of its own as they are here.
fn calls(told: &[Value]) -> Vec<Value> {
    let call = |it: &Value| {
        let is_message = it["body"].as_object().is_some_and(|body| body.keys().eq(["message"]));
        let own = it["kind"] == "application/json" && is_message;
        let other = IN_OTHER_WORDS
            .iter()
            .find(|(call, there, _)| own && it["call"] == *call && it["answer"] == *there);
        let status = other.map_or_else(|| it["answer"].clone(), |(_, _, here)| (*here).into());
        let is_own = status == 401 || it["call"] == "GET /nowhere";
        let said = |name: &str| if is_own { Value::Null } else { it[name].clone() };
        json!({ "call": it["call"], "answer": status, "headers": said("headers"), "body": said("body") })
    };
    told.iter().filter(|it| it.get("call").is_some()).map(call).collect()
}

fn lived(told: &[Value]) {
    let steps = steps(told);
    assert_eq!(steps.iter().map(|(step, found)| (*step, &**found)).collect::<Vec<_>>(), STORY);
}

/// What the store holds at the end, which is what it holds when every event has come once more.
#[track_caller]
fn looks(told: &[Value]) -> Vec<&Value> {
    let looks: Vec<&Value> = told.iter().filter(|it| it.get("look").is_some()).collect();
    let (first, second) = looks.split_at(looks.len() / 2);
    assert!(first.len() >= 15, "{first:?}");
    for (one, other) in first.iter().zip(second) {
        assert_eq!(one, other, "an event that comes twice changes nothing");
    }
    first.to_vec()
}

#[track_caller]
fn alike(one: &[Value], other: &[Value]) {
    let (calls, others) = (calls(one), calls(other));
    println!("{} calls are answered alike", calls.len());
    assert!(calls.len() >= 20, "{calls:?}");
    for (call, other) in calls.iter().zip(&others) {
        assert_eq!(call, other);
    }
    assert_eq!(calls.len(), others.len());
    let (held, others) = (looks(one), looks(other));
    for (one, other) in held.iter().zip(&others) {
        assert_eq!(one, other);
    }
    println!("{} looks at what the store holds are alike, also when every event comes again", held.len());
    assert_eq!(held.len(), others.len());
    let (events, others) = (events::told(one), events::told(other));
    println!("{} events are alike", events.len());
    assert!(events.len() >= 40, "{events:?}");
    let missing: Vec<_> = events::without(&events, &others);
    let more: Vec<_> = events::without(&others, &events);
    assert!(missing.is_empty() && more.is_empty(), "only the first: {missing:#?}\nonly the other: {more:#?}");
}

#[tokio::test]
async fn orders_go_through_processes_of_the_real_binary_as_they_do_through_one_process() {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../..");
    let here = drivers::lived_here(&root, Functions::Here).await;
    let processes = drivers::lived_here(&root, Functions::Processes).await;
    lived(&processes);
    alike(&here, &processes);
}

#[tokio::test]
async fn the_templates_come_up_and_go_back_and_orders_go_through_them_as_they_do_on_one_machine() {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../..");
    let here = drivers::lived_here(&root, Functions::Here).await;
    let there = drivers::deployed(&root);
    brought(&root, &there);
    account_for(&root, &there);
    went_back(&there);
    lived(&here);
    lived(&there);
    alike(&here, &there);
}
