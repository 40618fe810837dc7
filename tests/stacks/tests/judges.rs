//! What cfn-lint, parliament and sam-translator say of the generated templates.

use std::process::Command;

use serde_json::Value;
use stack_judges::root;

/// Findings that we don't follow: who, a part of what it says, and why.
const EXCEPTIONS: &[(&str, &str, &str)] = &[(
    "parliament",
    "'codedeploy:PutLifecycleEventHookExecutionStatus', 'required_format': '*'",
    "the guide of SAM grants it on the groups of one application; `*` would let a hook end releases of others",
)];

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
        println!("{who}, {count} times: {what}: {why}");
        assert!(*count > 0, "nobody says {what} any more");
    }
    assert_eq!(judges, ["cfn-lint", "parliament", "sam-translator"]);
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}
