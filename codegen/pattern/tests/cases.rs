//! The corpus in `cases/`: one file per operator and topic, each case readable on its own.

use std::fs;
use std::path::Path;

use serde_json::Value;
use stipule_pattern::run_case;

fn corpus() -> Vec<(String, String)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("cases");
    let mut files: Vec<_> =
        fs::read_dir(folder).expect("cases/").map(|entry| entry.expect("a file").path()).collect();
    files.sort();
    let mut lines = Vec::new();
    for file in files {
        let name = file.file_name().expect("a name").to_string_lossy().into_owned();
        let text = fs::read_to_string(&file).expect("readable");
        lines.extend(text.lines().map(|line| (name.clone(), line.to_owned())));
    }
    lines
}

#[test]
fn every_case_answers_as_it_says() {
    let mut wrong = Vec::new();
    let mut count = 0;
    for (file, line) in corpus() {
        count += 1;
        let case: Value =
            serde_json::from_str(&line).unwrap_or_else(|error| panic!("{file}: {error}: {line}"));
        let answer = run_case(&line);
        let expected = case["matches"].as_bool();
        let refused = case["error"].as_bool() == Some(true);
        assert!(expected.is_some() != refused, "{file}: a case says either matches or error: {line}");
        let right = match &answer.result {
            Ok(matches) => expected == Some(*matches),
            Err(_) => refused,
        };
        if !right {
            wrong.push(format!("{file}: {line}\n    answered {answer}"));
        }
    }
    assert!(count > 1500, "only {count} cases were found");
    assert!(wrong.is_empty(), "{} of {count} cases are wrong:\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn ids_name_one_case_each() {
    let mut ids: Vec<String> = corpus()
        .iter()
        .map(|(_, line)| serde_json::from_str::<Value>(line).expect("JSON")["id"].to_string())
        .collect();
    let count = ids.len();
    ids.sort();
    ids.dedup();
    assert_eq!(ids.len(), count);
}

#[test]
fn every_operator_stands_in_every_position() {
    let positions = [
        "top",
        "nested",
        "dotted-pattern",
        "dotted-event",
        "second-in-list",
        "value-in-array",
        "array-in-array",
        "object-in-array",
        "object-in-nested-array",
        "in-or",
        "in-nested-or",
    ];
    let operators = [
        "exact",
        "prefix",
        "suffix",
        "equals-ignore-case",
        "wildcard",
        "anything-but",
        "numeric",
        "cidr",
        "exists",
    ];
    let lines = corpus();
    for operator in operators {
        for position in positions {
            let id = format!("\"id\": \"{operator}/{position}/");
            assert!(lines.iter().any(|(_, line)| line.contains(&id)), "no case {operator}/{position}");
        }
    }
}
