//! Where keys to an account come from.

use std::fs;
use std::process::Command;

use super::{Ran, Stage};

fn plan(stage: &Stage, variables: &[(&str, &str)]) -> Ran {
    let output = Command::new(env!("CARGO_BIN_EXE_stipule"))
        .args(["deploy", "plan", "stacks", "--stage", "test", "--code", "code.zip"])
        .current_dir(stage.root.path())
        .env_clear()
        .env("AWS_ENDPOINT_URL", &stage.address)
        .env("AWS_REGION", "us-east-1")
        .envs(variables.iter().copied())
        .output();
    Ran::from(&output.expect("the tool runs"))
}

#[test]
fn a_web_identity_is_changed_for_keys_and_expired_ones_for_new_ones() {
    let stage = Stage::new();
    let file = stage.root.path().join("token");
    fs::write(&file, "who I am\n").unwrap();
    let file = file.to_str().unwrap();
    let variables = [("AWS_WEB_IDENTITY_TOKEN_FILE", file), ("AWS_ROLE_ARN", "arn:role")];
    stage.trouble("DescribeStacks", 2, 400, "ExpiredToken");
    let ran = plan(&stage, &variables);
    assert_eq!(ran.code, 0, "{}", ran.err);
    assert_eq!(stage.account().count("Keys"), 2);
    let wrong = [("AWS_WEB_IDENTITY_TOKEN_FILE", file), ("AWS_ROLE_ARN", "arn:other")];
    let ran = plan(&stage, &wrong);
    assert!(
        ran.code == 2 && ran.err.contains("no keys: AssumeRoleWithWebIdentity is answered 403"),
        "{}",
        ran.err
    );
    assert!(!ran.err.contains("who I am"), "{}", ran.err);
}

#[test]
fn a_container_is_given_keys() {
    let stage = Stage::new();
    let address = format!("{}/keys", stage.address);
    let variables = [
        ("AWS_CONTAINER_CREDENTIALS_FULL_URI", address.as_str()),
        ("AWS_CONTAINER_AUTHORIZATION_TOKEN", "let me in"),
    ];
    let ran = plan(&stage, &variables);
    assert_eq!(ran.code, 0, "{}", ran.err);
    assert_eq!(stage.account().count("Keys"), 1);
}

#[test]
fn a_profile_of_the_shared_files_has_keys() {
    let stage = Stage::new();
    let folder = stage.root.path().join(".aws");
    fs::create_dir(&folder).unwrap();
    let keys = "[ship]\naws_access_key_id = AKIDTEST\naws_secret_access_key = s\n";
    fs::write(folder.join("credentials"), keys).unwrap();
    let home = stage.root.path().to_str().unwrap();
    assert_eq!(plan(&stage, &[("HOME", home)]).code, 2, "it has to be named");
    let ran = plan(&stage, &[("HOME", home), ("AWS_PROFILE", "ship")]);
    assert_eq!(ran.code, 0, "{}", ran.err);
}

#[test]
fn cloudformation_may_be_told_whose_rights_it_takes() {
    let stage = Stage::new();
    let ran = stage.run("apply", &["--code", "code.zip", "--role", "arn:aws:iam::1:role/stacks"]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    assert_eq!(stage.account().roles, ["arn:aws:iam::1:role/stacks"; 3]);
}
