//! What holds data isn't lost by the way.

use serde_json::json;

use super::{Stage, full};

#[test]
fn what_holds_data_is_not_replaced_unless_it_is_named() {
    let stage = Stage::new();
    stage.applied();
    stage.edit("data", |it| it["Resources"]["Table"]["Properties"]["Name"] = json!("b"));
    stage.edit("foundation", |it| it["Resources"]["More"] = json!({"Type": "AWS::SNS::Topic"}));
    let before = stage.account().count("ExecuteChangeSet");
    let ran = stage.run("plan", &[]);
    assert_eq!(ran.code, 1);
    let name = full("data");
    for line in [
        format!("{name}        1 replaced"),
        "  ! Table  AWS::DynamoDB::Table  replaced, ReplaceAndRetain".to_owned(),
        "  stops: Table holds rows and would be replaced (the old one is kept beside it, and nothing leads there); if \
         that is meant: --allow data/Table"
            .to_owned(),
        "1 reason against it; nothing would be changed".to_owned(),
    ] {
        assert!(ran.out.lines().any(|it| it == line), "{line} in\n{}", ran.out);
    }
    let (code, done) = stage.json("apply", &[]);
    assert_eq!((code, &done["changed"]), (1, &json!([])), "not even what stands before it: {done}");
    assert_eq!(stage.account().count("ExecuteChangeSet"), before);
    assert_eq!(stage.account().waiting(), 0, "no change set stays");
    for wrong in ["data/Tabl", "work/Table", "data"] {
        assert_eq!(stage.run("apply", &["--allow", wrong]).code, 1, "{wrong}");
    }
    assert_eq!(stage.run("plan", &["--allow", "data/Table"]).code, 0);
    assert_eq!(stage.run("apply", &["--allow", "Table"]).code, 0);
}

#[test]
fn what_goes_or_is_perhaps_replaced_is_not_lost_either() {
    let stage = Stage::new();
    stage.applied();
    stage.edit("work", |it| {
        it["Resources"].as_object_mut().unwrap().remove("Queue");
        it["Resources"].as_object_mut().unwrap().remove("Live");
    });
    stage.edit("data", |it| it["Resources"]["Table"]["Properties"]["Perhaps"] = json!(1));
    let (code, plan) = stage.json("plan", &[]);
    assert_eq!(code, 1);
    let faults: Vec<&str> = plan["stacks"]
        .as_array()
        .unwrap()
        .iter()
        .flat_map(|it| it["faults"].as_array().unwrap())
        .map(|it| it.as_str().unwrap())
        .collect();
    assert_eq!(faults.len(), 2, "an alias holds nothing: {faults:?}");
    assert!(faults[0].contains("Table holds rows and would be perhaps replaced"), "{faults:?}");
    assert!(faults[1].contains("Queue holds messages and would be removed"), "{faults:?}");
    assert_eq!(stage.run("apply", &["--allow", "data/Table", "--allow", "work/Queue"]).code, 0);
}

#[test]
fn going_back_takes_away_nothing_that_holds_data_either() {
    let stage = Stage::new();
    stage.applied();
    stage.edit("data", |it| it["Resources"]["Second"] = json!({"Type": "AWS::DynamoDB::Table"}));
    stage.applied();
    let ran = stage.run("rollback", &[]);
    assert_eq!(ran.code, 1);
    assert!(ran.out.contains("Second holds rows and would be removed"), "{}", ran.out);
    assert!(stage.account().stacks[&full("data")].template.contains("Second"));
    assert_eq!(stage.run("rollback", &["--allow", "data/Second"]).code, 0);
}
