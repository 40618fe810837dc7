//! Stacks on their way to an account and back, which is one of the tests' own.

mod account;
mod difference;
mod gates;
mod keys;
mod objects;
mod server;
mod troubles;

use std::fs;
use std::process::{Command, Output};
use std::sync::{Arc, Mutex, MutexGuard};

use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use tempfile::TempDir;

use self::account::{Account, Stack, Trouble};
use crate::support::{base, complained, printed};

const SECRET: &str = "SECRETsecretSECRET";

/// A repository, its templates, and an account.
struct Stage {
    root: TempDir,
    account: Arc<Mutex<Account>>,
    address: String,
}

/// What came of a run.
struct Ran {
    code: i32,
    out: String,
    err: String,
}

impl From<&Output> for Ran {
    fn from(output: &Output) -> Self {
        let (out, err) = (printed(output), complained(output));
        assert!(!out.contains(SECRET) && !err.contains(SECRET), "{out}{err}");
        Self { code: output.status.code().expect("it ends by itself"), out, err }
    }
}

impl Stage {
    /// A stage with `foundation`, which has the bucket, `data` with a table, and `work` with a function and a queue.
    fn new() -> Self {
        let account = Arc::new(Mutex::new(Account::default()));
        let address = server::serve(&account);
        let stage = Self { root: base(), account, address };
        fs::create_dir(stage.root.path().join("stacks")).expect("a folder");
        fs::write(stage.root.path().join("code.zip"), "PK one").expect("an archive");
        stage.write("foundation", &json!({"Key": {"Type": "AWS::KMS::Key"}}), &["key"], &[]);
        let table = json!({"Table": {"Type": "AWS::DynamoDB::Table", "UpdateReplacePolicy": "Retain", "Properties": {"Name": "a"}}});
        stage.write("data", &table, &["table"], &["key"]);
        let work = json!({"Api": {"Type": "AWS::Lambda::Function"}, "Live": {"Type": "AWS::Lambda::Alias"}, "Queue": {"Type": "AWS::SQS::Queue"}});
        stage.write("work", &work, &[], &["table"]);
        stage
    }

    fn write(&self, name: &str, resources: &Value, gives: &[&str], takes: &[&str]) {
        let mut resources = resources.clone();
        let takes: Vec<Value> = takes.iter().map(|it| json!({"Fn::ImportValue": it})).collect();
        resources["Topic"] = json!({"Type": "AWS::SNS::Topic", "Properties": {"Takes": takes}});
        let mut outputs = json!({});
        for it in gives {
            outputs[it] = json!({"Value": "v", "Export": {"Name": it}});
        }
        let mut parameters = json!({"Stage": {"Type": "String"}});
        if name == "foundation" {
            outputs["CodeBucketName"] = json!({"Value": {"Ref": "Bucket"}});
        }
        if name == "work" {
            parameters["CodeKey"] = json!({"Type": "String"});
        }
        let template = json!({"Resources": resources, "Outputs": outputs, "Parameters": parameters});
        fs::write(self.path(name), template.to_string()).expect("a template");
    }

    fn path(&self, name: &str) -> std::path::PathBuf {
        self.root.path().join(format!("stacks/{name}.json"))
    }

    /// Changes a template.
    fn edit(&self, name: &str, change: impl FnOnce(&mut Value)) {
        let text = fs::read_to_string(self.path(name)).expect("a template");
        let mut template = serde_json::from_str(&text).expect("JSON");
        change(&mut template);
        fs::write(self.path(name), template.to_string()).expect("a template");
    }

    fn run(&self, command: &str, more: &[&str]) -> Ran {
        let folder: &[&str] = if command == "rollback" { &[] } else { &["stacks"] };
        let output = Command::new(env!("CARGO_BIN_EXE_stipule"))
            .args(["deploy", command])
            .args(folder)
            .args([
                "--stage",
                "test",
                "--endpoint",
                &self.address,
                "--region",
                "us-east-1",
                "--every",
                "0.01",
            ])
            .args(more)
            .current_dir(self.root.path())
            .env_clear()
            .envs([
                ("AWS_ACCESS_KEY_ID", "AKIDTEST"),
                ("AWS_SECRET_ACCESS_KEY", SECRET),
                ("AWS_SESSION_TOKEN", SECRET),
            ])
            .output();
        Ran::from(&output.expect("the tool runs"))
    }

    fn json(&self, command: &str, more: &[&str]) -> (i32, Value) {
        let ran = self.run(command, &[&["--format", "json"], more].concat());
        let read = serde_json::from_str(&ran.out);
        (ran.code, read.unwrap_or_else(|error| panic!("{error}: {}{}", ran.out, ran.err)))
    }

    /// Applies what must succeed.
    fn applied(&self) -> Value {
        let (code, done) = self.json("apply", &["--code", "code.zip"]);
        assert_eq!(code, 0, "{done}");
        done
    }

    fn account(&self) -> MutexGuard<'_, Account> {
        self.account.lock().expect("no test panicked in it")
    }

    fn trouble(&self, action: &'static str, at: usize, status: u16, code: &'static str) {
        let message = "as the test wants it";
        self.account().troubles.push(Trouble { action, at, more: 0, status, code, message });
    }
}

fn full(name: &str) -> String {
    let platform =
        fs::read_to_string(crate::support::cases().join("base/contracts/platform.yaml")).expect("it");
    let line = platform.lines().find_map(|it| it.trim().strip_prefix("name: ")).expect("a name");
    format!("{line}-test-{name}")
}

#[test]
fn a_new_stage_comes_up_in_order_and_then_there_is_nothing_to_do() {
    let stage = Stage::new();
    let (code, plan) = stage.json("plan", &["--code", "code.zip"]);
    assert_eq!((code, &plan["stacks"][0]["verdict"]), (0, &json!("new")), "{plan}");
    assert_eq!(
        stage.account().count("CreateChangeSet"),
        0,
        "what isn't there needs no change set to be planned"
    );
    let done = stage.applied();
    assert_eq!(done["changed"], json!(["foundation", "data", "work"]));
    assert_eq!(done["release"], 1);
    assert_eq!(stage.account().executed(), [full("foundation"), full("data"), full("work")]);
    let archive = Sha256::digest("PK one").iter().map(|byte| format!("{byte:02x}")).collect::<String>();
    let keys: Vec<String> = stage.account().objects.keys().cloned().collect();
    assert!(keys.contains(&format!("code/{archive}.zip")), "{keys:?}");
    assert_eq!(keys.iter().filter(|it| it.starts_with("templates/")).count(), 3, "{keys:?}");
    let (code, plan) = stage.json("plan", &["--code", "code.zip"]);
    assert_eq!((code, &plan["empty"]), (0, &json!(true)), "{plan}");
    assert_eq!(stage.account().waiting(), 0, "no change set of a plan stays");
    let ran = stage.run("plan", &[]);
    assert!(ran.out.ends_with("nothing to do in 3 stacks\n"), "{}", ran.out);
    let again = stage.applied();
    assert_eq!((&again["changed"], &again["release"]), (&json!([]), &json!(1)), "the same is no new release");
}

#[test]
fn progress_is_told_as_it_comes_with_how_many_are_done() {
    let stage = Stage::new();
    let ran = stage.run("apply", &["--code", "code.zip"]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    let name = full("data");
    for line in [
        format!("{name}: 2 added"),
        format!("{name} 2/2: Topic (AWS::SNS::Topic) CREATE_COMPLETE"),
        format!("{name}: CREATE_COMPLETE"),
    ] {
        assert!(ran.err.lines().any(|it| it == line), "{line} in\n{}", ran.err);
    }
    assert_eq!(ran.out, "changed foundation, data, work; 0 had nothing to change\nrelease 1 is in place\n");
}

#[test]
fn how_a_stage_stands_is_told_with_drift_versions_and_alarms() {
    let stage = Stage::new();
    let (code, found) = stage.json("status", &[]);
    assert_eq!((code, &found["stacks"][0]["status"]), (1, &Value::Null));
    stage.applied();
    let ran = stage.run("status", &[]);
    assert_eq!(ran.code, 0, "{}", ran.out);
    assert!(ran.out.contains("Live:live  version 7, 10 % of calls version 8"), "{}", ran.out);
    assert!(ran.out.ends_with("3 of 3 stacks as the templates here say, no alarm rings\n"), "{}", ran.out);
    // However a template is laid out, it is the same.
    let text = fs::read_to_string(stage.path("data")).unwrap();
    fs::write(stage.path("data"), format!("\n{text}\n")).unwrap();
    assert_eq!(stage.run("status", &[]).code, 0);
    stage.edit("data", |it| it["Description"] = json!("another"));
    stage.account().ringing.push("orders-failing".to_owned());
    let (code, found) = stage.json("status", &[]);
    assert_eq!((code, &found["alarms"]), (1, &json!(["orders-failing"])));
    let same: Vec<&Value> = found["stacks"].as_array().unwrap().iter().map(|it| &it["same"]).collect();
    assert_eq!(same, [&json!(true), &json!(false), &json!(true)]);
}

#[test]
fn a_release_comes_back_and_going_back_is_a_release() {
    let stage = Stage::new();
    stage.applied();
    let first = stage.account().stacks[&full("work")].clone();
    stage.edit("work", |it| it["Resources"]["More"] = json!({"Type": "AWS::SNS::Topic"}));
    fs::write(stage.root.path().join("code.zip"), "PK two").unwrap();
    assert_eq!(stage.applied()["release"], 2);
    let (code, plan) = stage.json("rollback", &["--plan"]);
    assert_eq!((code, plan["stacks"].as_array().map(Vec::len)), (0, Some(3)), "{plan}");
    let ran = stage.run("rollback", &[]);
    assert_eq!(ran.code, 0, "{}{}", ran.out, ran.err);
    assert!(ran.out.contains("release 3 is in place"), "{}", ran.out);
    assert_eq!(stage.account().stacks[&full("work")].template, first.template);
    let kept: Value = serde_json::from_slice(&stage.account().objects["releases/000003.json"]).unwrap();
    assert_eq!(kept["restores"], 1);
    let again = stage.run("rollback", &[]);
    assert!(again.code == 2 && again.err.contains("release 1 is the first one"), "{}", again.err);
    let named = stage.run("rollback", &["--to", "2"]);
    assert_eq!(named.code, 0, "{}", named.err);
    assert!(stage.account().stacks[&full("work")].template.contains("More"));
    assert!(
        stage.run("rollback", &["--to", "9"]).err.contains("there is no release 9; the newest: 4, 3, 2, 1")
    );
}

#[test]
fn what_was_begun_and_failed_goes_back_to_the_last_release() {
    let stage = Stage::new();
    stage.applied();
    stage.edit("data", |it| it["Resources"]["More"] = json!({"Type": "AWS::SNS::Topic"}));
    stage.edit("work", |it| {
        it["Resources"]["Bad"] = json!({"Type": "AWS::SNS::Topic", "Properties": {"Fail": "no"}});
    });
    assert_eq!(stage.run("apply", &["--code", "code.zip"]).code, 1);
    assert!(stage.account().stacks[&full("data")].template.contains("More"));
    let ran = stage.run("rollback", &[]);
    assert!(ran.code == 0 && ran.out.contains("release 1 is in place, as before"), "{}{}", ran.out, ran.err);
    assert!(!stage.account().stacks[&full("data")].template.contains("More"));
}

#[test]
fn a_template_that_is_too_large_goes_through_the_bucket() {
    let stage = Stage::new();
    stage.edit("data", |it| it["Description"] = json!("x".repeat(60_000)));
    stage.applied();
    let kept = stage.account().stacks[&full("data")].template.len();
    assert!(kept > 60_000, "{kept}");
    assert_eq!(stage.json("plan", &[]).1["empty"], true);
}

#[test]
fn who_takes_something_goes_before_whoever_gives_it_up() {
    let stage = Stage::new();
    stage.applied();
    stage.account().calls.clear();
    stage.write("foundation", &json!({"Key": {"Type": "AWS::KMS::Key", "Properties": {"X": 1}}}), &[], &[]);
    let table = json!({"Table": {"Type": "AWS::DynamoDB::Table", "UpdateReplacePolicy": "Retain", "Properties": {"Name": "a"}}});
    stage.write("data", &table, &["table"], &[]);
    stage.applied();
    assert_eq!(stage.account().executed(), [full("data"), full("foundation")]);
}

#[test]
fn templates_have_to_be_fresh_and_a_command_line_right() {
    let stage = Stage::new();
    let run = |arguments: &[&str]| {
        let output = Command::new(env!("CARGO_BIN_EXE_stipule"))
            .args(["deploy", "plan", "--region", "us-east-1", "--endpoint", &stage.address])
            .args(arguments)
            .current_dir(stage.root.path())
            .env_clear()
            .output();
        Ran::from(&output.unwrap())
    };
    for (arguments, said) in [
        (&["--stage", "test"][..], "infra/stacks/"),
        (&["--stage", "Test"], "lower-case letters"),
        (
            &["stacks", "--stage", "test", "--without", "dta"],
            "there is no stack dta; there are: data, foundation, work",
        ),
        (
            &["stacks", "--stage", "test", "--parameter", "Cod=1"],
            "no template has a parameter Cod to give; there are: CodeKey",
        ),
        (&["stacks", "--stage", "test", "--code", "stacks/data.json"], "is no archive"),
        (&["stacks", "--stage", "test"], "AWS_ACCESS_KEY_ID"),
        (&["stacks", "--stage", "test", "--profile", "nobody"], "profile `nobody`"),
    ] {
        let ran = run(arguments);
        assert!(ran.code == 2 && ran.err.contains(said), "{arguments:?}: {} {}", ran.code, ran.err);
    }
    assert!(stage.account().calls.is_empty());
    let (code, plan) = stage.json("plan", &[]);
    assert!(code == 1 && plan["stacks"].to_string().contains("--code FILE.zip"), "{plan}");
}

#[test]
fn a_stack_without_a_template_is_left_and_named() {
    let stage = Stage::new();
    stage.applied();
    let old = Stack::standing("CREATE_COMPLETE");
    stage.account().stacks.insert(full("former"), old);
    let ran = stage.run("plan", &[]);
    assert!(ran.out.contains(&format!("note: {} has no template any more", full("former"))), "{}", ran.out);
}
