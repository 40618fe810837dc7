//! What cfn-lint, parliament, sam-translator, asl-validator, cfn-guard and checkov say of the generated templates.

use std::process::Command;

use serde_json::Value;
use stack_judges::{root, templates};

/// Findings that we don't follow: who, a part of what it says, and why.
const EXCEPTIONS: &[(&str, &str, &str)] = &[
    (
        "parliament",
        "'codedeploy:PutLifecycleEventHookExecutionStatus', 'required_format': '*'",
        "the guide of SAM grants it on the groups of one application; `*` would let a hook end releases of others",
    ),
    (
        "parliament",
        "delivery DeployRole: UNKNOWN_CONDITION_FOR_ACTION Unknown condition kms:ResourceAliases",
        "the guide of KMS has it for every operation on a key, in policies of identities; parliament's list is older than it",
    ),
    (
        "checkov",
        "CKV_AWS_18:",
        "they hold the repository's code and what a release is made of, which roles of this platform alone may read; a log \
         of accesses needs a third bucket to look after",
    ),
    ("checkov", "CKV_AWS_27:", "SQS seals every queue with its own key unless it is told otherwise"),
    (
        "checkov",
        "CKV_AWS_115:",
        "the sources of queues have a bound each (MaximumConcurrency), and calls one at the gateway; what is reserved \
         for one function is taken from all others of the account",
    ),
    (
        "checkov",
        "CKV_AWS_116:",
        "queues, machines and the gateway wait for the answer and keep what failed; the sweeper, whom a rule calls, has \
         a dead-letter queue at the rule (asserted below)",
    ),
    (
        "checkov",
        "CKV_AWS_117:",
        "no function has to reach into a network of ours: AWS's own addresses are all they call",
    ),
    (
        "checkov",
        "CKV_AWS_119:",
        "the table is sealed by KMS with the key that AWS keeps for the account: a key of ours would open it to others' \
         accounts, which nobody needs, for a price a month and a policy that can lock us out",
    ),
    ("checkov", "CKV_AWS_158:", "CloudWatch seals logs with its own key unless it is told otherwise"),
];

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

#[test]
fn judges_find_nothing_that_has_no_reason() {
    let root = root();
    let ran = Command::new(root.join(".tools/python/bin/python"))
        .arg(root.join("tests/stacks/drivers/judge.py"))
        .arg(root.join("infra/stacks"))
        .output()
        .unwrap_or_else(|error| panic!("the judges can't be asked (run tests/setup): {error}"));
    let said = String::from_utf8_lossy(&ran.stdout);
    assert!(ran.status.success(), "{}", String::from_utf8_lossy(&ran.stderr));
    let mut judges = Vec::new();
    let mut faults = Vec::new();
    let mut excepted = vec![0; EXCEPTIONS.len()];
    for line in said.lines() {
        let judge: Value = serde_json::from_str(line).unwrap_or_else(|error| panic!("{line}: {error}"));
        let name = text(&judge["judge"]).to_owned();
        let asked = judge["asked"].as_u64().unwrap_or_default();
        assert!(asked > 0, "{name} was asked nothing");
        for finding in judge["found"].as_array().into_iter().flatten().map(text) {
            let exception =
                EXCEPTIONS.iter().position(|(who, what, _)| *who == name && finding.contains(what));
            match exception {
                Some(at) => excepted[at] += 1,
                None => faults.push(format!("{name}: {finding}")),
            }
        }
        println!("{name}: {asked} asked");
        judges.push(name);
    }
    for ((who, what, why), count) in EXCEPTIONS.iter().zip(&excepted) {
        println!("{who}, {count} times: {what} {why}");
        assert!(*count > 0, "nobody says {what} any more");
    }
    assert_eq!(judges, ["cfn-lint", "parliament", "sam-translator", "asl-validator", "cfn-guard", "checkov"]);
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

/// What the exception of CKV_AWS_116 rests on.
#[test]
fn a_function_that_nobody_waits_for_has_a_place_for_what_failed() {
    let mut called = 0;
    for (stack, template) in templates() {
        for (name, resource) in template["Resources"].as_object().into_iter().flatten() {
            if resource["Type"] != "AWS::Events::Rule" {
                continue;
            }
            for target in resource["Properties"]["Targets"].as_array().into_iter().flatten() {
                if target["Arn"]["Ref"].as_str().is_some_and(|it| it.ends_with("Alias")) {
                    called += 1;
                    assert!(target.get("DeadLetterConfig").is_some(), "{stack} {name} loses what failed");
                }
            }
        }
    }
    assert!(called > 0, "no rule calls a function: the exception's reason says so");
}
