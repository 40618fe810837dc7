//! What goes wrong on the way, and how it goes on.

use serde_json::json;

use super::{Stack, Stage, full};

#[test]
fn a_call_that_is_turned_away_is_made_again() {
    let stage = Stage::new();
    for (action, at, status, code) in [
        ("DescribeStacks", 1, 400, "Throttling"),
        ("CreateChangeSet", 2, 503, "ServiceUnavailable"),
        ("DescribeChangeSet", 1, 400, "RequestLimitExceeded"),
        ("ExecuteChangeSet", 2, 500, "InternalFailure"),
        ("DescribeStackEvents", 3, 429, "TooManyRequestsException"),
        ("PutObject", 1, 503, "SlowDown"),
    ] {
        stage.trouble(action, at, status, code);
    }
    let done = stage.applied();
    assert_eq!(done["changed"], json!(["foundation", "data", "work"]));
    let account = stage.account();
    assert!(account.troubles.iter().all(|it| account.count(it.action) > it.at), "each was met");
}

#[test]
fn a_place_that_does_not_answer_is_told() {
    let mut stage = Stage::new();
    // Nobody listens where somebody did.
    let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    stage.address = format!("http://{free}");
    let ran = stage.run("status", &[]);
    assert_eq!(ran.code, 2);
    assert!(
        ran.err.contains(&format!("{free} doesn't answer DescribeStacks: Connection refused")),
        "{}",
        ran.err
    );
    assert!(ran.err.contains("(tried 3 times); is the region or --endpoint right"), "{}", ran.err);
}

#[test]
fn a_call_that_is_refused_is_not_made_again_and_the_reason_is_told() {
    let stage = Stage::new();
    stage.trouble("DescribeStacks", 1, 403, "AccessDenied");
    let ran = stage.run("plan", &[]);
    assert_eq!(ran.code, 2);
    let said = "cloudformation refuses DescribeStacks: AccessDenied: as the test wants it; OPERATING.md says which rights";
    assert!(ran.err.contains(said), "{}", ran.err);
    assert_eq!(stage.account().count("DescribeStacks"), 1);
}

#[test]
fn keys_that_end_on_the_way_are_told_and_it_goes_on_where_it_stopped() {
    let stage = Stage::new();
    // The keys are asked for anew once, and are the same.
    stage.trouble("ExecuteChangeSet", 3, 400, "ExpiredToken");
    stage.account().troubles[0].more = 1;
    let ran = stage.run("apply", &["--code", "code.zip"]);
    assert_eq!(ran.code, 2);
    assert!(ran.err.contains("sign in again, and the same command goes on where it stopped"), "{}", ran.err);
    stage.account().troubles.clear();
    let done = stage.applied();
    assert_eq!((&done["changed"], &done["same"]), (&json!(["work"]), &json!(["foundation", "data"])));
}

#[test]
fn an_apply_that_is_interrupted_while_a_stack_changes_goes_on_with_that_stack() {
    let stage = Stage::new();
    stage.applied();
    stage.edit("data", |it| it["Resources"]["More"] = json!({"Type": "AWS::SNS::Topic"}));
    stage.account().calls.clear();
    // Its second look at what happens is refused: the stack goes on by itself, and nobody watches.
    stage.trouble("DescribeStackEvents", 2, 403, "AccessDenied");
    let before = stage.run("apply", &[]);
    assert_eq!(before.code, 2, "{}{}", before.out, before.err);
    assert_eq!(stage.account().stacks[&full("data")].status, "UPDATE_IN_PROGRESS");
    stage.account().troubles.clear();
    let executed = stage.account().count("ExecuteChangeSet");
    let ran = stage.run("apply", &[]);
    assert_eq!(ran.code, 0, "{}{}", ran.out, ran.err);
    assert!(ran.err.contains("goes on where it was interrupted (UPDATE_IN_PROGRESS)"), "{}", ran.err);
    assert_eq!(stage.account().count("ExecuteChangeSet"), executed, "nothing is executed twice");
}

#[test]
fn two_deployments_do_not_get_in_each_others_way() {
    let stage = Stage::new();
    stage.applied();
    {
        let mut account = stage.account();
        let it = account.stacks.get_mut(&full("data")).unwrap();
        "UPDATE_IN_PROGRESS".clone_into(&mut it.status);
        "somebody-elses".clone_into(&mut it.change_set);
    }
    stage.edit("foundation", |it| it["Resources"]["More"] = json!({"Type": "AWS::SNS::Topic"}));
    let before = stage.account().count("ExecuteChangeSet");
    let ran = stage.run("apply", &[]);
    assert_eq!(ran.code, 1);
    let said = "another deployment goes on (change set somebody-elses): let it end, then do this again";
    assert!(ran.out.contains(said), "{}", ran.out);
    assert_eq!(stage.account().count("ExecuteChangeSet"), before, "nothing is begun beside it");
}

#[test]
fn who_is_slower_than_another_deployment_is_told_so() {
    let stage = Stage::new();
    stage.applied();
    stage.edit("data", |it| it["Resources"]["More"] = json!({"Type": "AWS::SNS::Topic"}));
    let at = stage.account().count("ExecuteChangeSet") + 1;
    stage.trouble("ExecuteChangeSet", at, 400, "InvalidChangeSetStatus");
    let ran = stage.run("apply", &[]);
    assert!(ran.code == 2 && ran.err.contains("another deployment was faster"), "{}", ran.err);
    assert_eq!(stage.run("apply", &[]).code, 0, "and goes on when that one has ended");
}

#[test]
fn a_stack_that_fails_is_told_with_its_reason_first_and_goes_on_when_that_is_mended() {
    let stage = Stage::new();
    stage.edit("work", |it| it["Resources"]["Api"]["Properties"]["Fail"] = json!("no such <role>"));
    let ran = stage.run("apply", &["--code", "code.zip"]);
    assert_eq!(ran.code, 1);
    let lines: Vec<&str> = ran.out.lines().collect();
    assert_eq!(lines[0], "error: Api (AWS::Lambda::Function): no such <role>");
    assert_eq!(lines[1], format!("{} is in ROLLBACK_COMPLETE", full("work")));
    assert_eq!(lines[2], "changed before: foundation, data");
    assert!(lines[3].contains("Mend that, then apply again"), "{lines:?}");
    assert!(!ran.out.contains("cancelled"), "what follows from it is no reason: {}", ran.out);
    assert!(!stage.account().objects.contains_key("releases/000001.json"), "no release is whole");
    stage.edit("work", |it| it["Resources"]["Api"]["Properties"]["Fail"] = json!(null));
    let (code, plan) = stage.json("plan", &["--code", "code.zip"]);
    assert_eq!((code, &plan["stacks"][2]["verdict"]), (0, &json!("again")), "{plan}");
    let done = stage.applied();
    assert_eq!((&done["changed"], &done["same"]), (&json!(["work"]), &json!(["foundation", "data"])));
    assert_eq!(stage.account().count("DeleteStack"), 1);
}

#[test]
fn a_change_that_fails_leaves_the_stack_as_it_was() {
    let stage = Stage::new();
    stage.applied();
    stage.edit("work", |it| {
        it["Resources"]["Bad"] = json!({"Type": "AWS::SNS::Topic", "Properties": {"Fail": "no"}});
    });
    let (code, done) = stage.json("apply", &[]);
    assert_eq!((code, &done["failed"]["status"]), (1, &json!("UPDATE_ROLLBACK_COMPLETE")));
    assert_eq!(done["failed"]["reasons"], json!(["Bad (AWS::SNS::Topic): no"]));
    stage.edit("work", |it| it["Resources"]["Bad"]["Properties"] = json!({}));
    assert_eq!(
        stage.json("apply", &[]).1["changed"],
        json!(["work"]),
        "a stack that went back can be changed"
    );
}

#[test]
fn what_only_a_person_can_mend_is_told_with_how() {
    let stage = Stage::new();
    stage.applied();
    for (status, said) in [
        ("UPDATE_ROLLBACK_FAILED", "aws cloudformation continue-update-rollback --stack-name"),
        ("DELETE_FAILED", "aws cloudformation delete-stack --stack-name"),
        ("CREATE_FAILED", "aws cloudformation delete-stack --stack-name"),
    ] {
        status.clone_into(&mut stage.account().stacks.get_mut(&full("data")).unwrap().status);
        let ran = stage.run("apply", &[]);
        assert!(ran.code == 1 && ran.out.contains(said), "{status}: {}", ran.out);
    }
}

#[test]
fn a_stack_that_went_back_is_whole_when_its_template_is_the_one_here() {
    let stage = Stage::new();
    stage.applied();
    "UPDATE_ROLLBACK_COMPLETE".clone_into(&mut stage.account().stacks.get_mut(&full("work")).unwrap().status);
    assert_eq!(stage.run("status", &[]).code, 0);
    assert_eq!(stage.applied()["changed"], json!([]));
}

#[test]
fn a_stack_that_was_only_reviewed_is_new() {
    let stage = Stage::new();
    let reviewed = Stack::standing("REVIEW_IN_PROGRESS");
    stage.account().stacks.insert(full("data"), reviewed);
    assert_eq!(stage.applied()["changed"], json!(["foundation", "data", "work"]));
}
