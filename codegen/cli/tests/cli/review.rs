//! `stipule review` with two documents, and with lines of pairs.

use std::fs;

use serde_json::{Value, json};

use crate::support::{complained, printed, stipule, stipule_reading};

const BASE: &str = "openapi: 3.1.0
info: {title: Library, version: 1.0.0}
paths:
  /books:
    post:
      requestBody:
        content:
          application/json:
            schema: {$ref: \"types/book.yaml#/$defs/Book\"}
      responses: {\"201\": {description: Made.}}
";

const BOOK: &str = "$defs:
  Book:
    type: object
    properties:
      pages: {type: integer}
";

/// A folder with two versions of an API, the type changed by a replacement.
fn versions(from: &str, to: &str) -> tempfile::TempDir {
    let root = tempfile::tempdir().expect("a temporary folder");
    for (folder, book) in [("old", BOOK.to_owned()), ("new", BOOK.replace(from, to))] {
        fs::create_dir_all(root.path().join(folder).join("types")).expect("a folder can be made");
        fs::write(root.path().join(folder).join("api.yaml"), BASE).expect("a file can be written");
        fs::write(root.path().join(folder).join("types/book.yaml"), book).expect("a file can be written");
    }
    root
}

const NARROWED: (&str, &str) = ("{type: integer}", "{type: integer, maximum: 999}");

fn review(root: &tempfile::TempDir, more: &[&str]) -> std::process::Output {
    let mut arguments = vec!["review", "--base", "old/api.yaml", "--revision", "new/api.yaml"];
    arguments.extend(more);
    stipule(root.path(), &arguments)
}

#[test]
fn a_change_that_breaks_exits_with_1_and_shows_both_versions() {
    let root = versions(NARROWED.0, NARROWED.1);
    let output = review(&root, &[]);
    let text = printed(&output);
    assert_eq!(output.status.code(), Some(1), "{text}");
    for line in [
        "BLOCK  1 change breaks somebody, 1 thing to settle",
        "  Library needs 2.0.0, declares 1.0.0",
        "break[REV422]: `Book.pages`: numbers that are too large are refused where all were accepted",
        "   ┌─ new/types/book.yaml:5:30",
        " 5 │ +       pages: {type: integer, maximum: 999}",
        "   = proof: {\"pages\":1000} was valid, and is refused now",
    ] {
        assert!(text.contains(line), "{line} in\n{text}");
    }
}

#[test]
fn a_change_that_breaks_nobody_exits_with_0_and_the_comment_is_silent_without_one() {
    let root = versions("{type: integer}", "{type: integer, description: How long it is.}");
    let output = review(&root, &[]);
    assert_eq!(output.status.code(), Some(0), "{}", printed(&output));
    assert_eq!(printed(&review(&root, &["--format", "markdown"])), "");
}

#[test]
fn what_may_break_somebody_exits_with_3() {
    let root = versions("      pages: {type: integer}\n", "      isbn: {type: string}\n");
    let output = review(&root, &[]);
    assert_eq!(output.status.code(), Some(3), "{}", printed(&output));
    assert!(printed(&output).contains("REV541"), "{}", printed(&output));
}

#[test]
fn an_acknowledgement_counts_until_its_day_and_never_without_a_finding() {
    let root = versions(NARROWED.0, NARROWED.1);
    let report: Value = serde_json::from_str(&printed(&review(&root, &["--format", "json"]))).unwrap();
    let fingerprints: Vec<&str> = report["findings"]
        .as_array()
        .unwrap()
        .iter()
        .filter_map(|found| found["fingerprint"].as_str())
        .collect();
    assert_eq!(fingerprints.len(), 2);
    let entry = |fingerprint: &str| {
        format!(
            "- {{fingerprint: '{fingerprint}', reason: no caller, owner: books, ticket: LIB-1, expires: 2026-06-30}}\n"
        )
    };
    let write = |fingerprints: &[&str]| {
        let entries: String = fingerprints.iter().map(|fingerprint| entry(fingerprint)).collect();
        fs::write(root.path().join("known.yaml"), format!("acknowledgements:\n{entries}")).unwrap();
    };
    let run = |today: &str| review(&root, &["--acknowledgements", "known.yaml", "--today", today]);
    write(&fingerprints);
    let output = run("2026-06-30");
    assert_eq!(output.status.code(), Some(0), "{}", printed(&output));
    assert!(printed(&output).starts_with("PASS-ACKNOWLEDGED"), "{}", printed(&output));
    let late = run("2026-07-01");
    assert_eq!(late.status.code(), Some(1));
    assert!(printed(&late).contains("REV951"), "{}", printed(&late));
    write(&[fingerprints[0], fingerprints[1], "0123456789abcdef"]);
    let unused = run("2026-06-30");
    assert_eq!(unused.status.code(), Some(1));
    assert!(printed(&unused).contains("REV952"), "{}", printed(&unused));
}

#[test]
fn a_policy_says_how_bad_what_is() {
    let root = versions(NARROWED.0, NARROWED.1);
    let policy = |text: &str| {
        fs::write(root.path().join("policy.yaml"), text).unwrap();
        review(&root, &["--policy", "policy.yaml"])
    };
    assert_eq!(policy("rules: {maximum-added: safe}").status.code(), Some(3), "the version is another rule");
    assert_eq!(policy("rules: {REV422: off, REV950: off}").status.code(), Some(0));
    let wrong = policy("rules: {maximum-aded: safe}");
    assert_eq!(wrong.status.code(), Some(2));
    assert!(complained(&wrong).contains("did you mean `maximum-added`?"), "{}", complained(&wrong));
}

#[test]
fn outputs_are_the_same_bytes_each_time() {
    let root = versions(NARROWED.0, NARROWED.1);
    for format in ["text", "json", "markdown", "sarif", "junit", "html", "github"] {
        let arguments = ["--format", format, "--today", "2026-01-01"];
        let first = review(&root, &arguments);
        assert!(!printed(&first).is_empty(), "{format}");
        assert_eq!(printed(&first), printed(&review(&root, &arguments)), "{format}");
    }
}

#[test]
fn no_line_is_wider_than_the_terminal_and_a_document_of_one_line_is_shown_around_the_place() {
    let root = versions(NARROWED.0, NARROWED.1);
    let minified = |most: u64| {
        let property = |name: String| format!("\"{name}\":{{\"type\":\"string\",\"maxLength\":80}}");
        let many =
            |from: u32| (from..from + 60).map(|number| property(format!("p{number}"))).collect::<Vec<_>>();
        format!(
            "{{\"type\":\"object\",\"properties\":{{{},\"pages\":{{\"maximum\":{most}}},{}}}}}\n",
            many(0).join(","),
            many(60).join(",")
        )
    };
    for (name, most) in [("old", 999), ("new", 100)] {
        fs::write(root.path().join(name).join("book.json"), minified(most)).unwrap();
    }
    let minified = ["review", "--base", "old/book.json", "--revision", "new/book.json"];
    for width in ["60", "80", "200"] {
        let columns: usize = width.parse().unwrap();
        for output in [
            review(&root, &["--width", width]),
            stipule(root.path(), &[&minified[..], &["--width", width]].concat()),
        ] {
            let text = printed(&output);
            let widest = text.lines().map(|line| line.chars().count()).max().unwrap_or_default();
            assert!(widest <= columns, "{widest} of {width} columns:\n{text}");
        }
        let text = printed(&stipule(root.path(), &[&minified[..], &["--width", width]].concat()));
        for line in [("- ", "\"maximum\":999"), ("+ ", "\"maximum\":100")] {
            let shown = |shown: &str| shown.contains(&format!("│ {}…", line.0)) && shown.contains(line.1);
            assert!(text.lines().any(shown), "{line:?} in\n{text}");
        }
    }
}

#[test]
fn documents_that_are_not_compared_are_refused_with_the_reason() {
    let root = versions("", "");
    fs::write(root.path().join("old/api.yaml"), "{swagger: '2.0', paths: {}}").unwrap();
    let output = review(&root, &[]);
    assert_eq!(output.status.code(), Some(2));
    assert!(complained(&output).contains("Swagger 2.0"), "{}", complained(&output));
}

#[test]
fn every_line_of_pairs_gets_an_answer() {
    let root = tempfile::tempdir().unwrap();
    let good = json!({"id": "a", "kind": "jsonschema", "base": {"type": "integer"}, "revision": {"minimum": 0, "type": "integer"}});
    let api = json!({"openapi": "3.0.0", "paths": {}});
    let same = json!({"id": 2, "kind": "openapi", "base": api, "revision": api});
    let mut deep = String::from("{\"id\": 3, \"kind\": \"jsonschema\", \"base\": ");
    deep.push_str(&"[".repeat(100_000));
    let lines = format!("{good}\n\nnot json\n{same}\n{deep}\n{{\"id\": 4}}\n");
    let output = stipule_reading(root.path(), &["review", "--pairs", "-"], lines.as_bytes());
    assert_eq!(output.status.code(), Some(0), "{}", complained(&output));
    let answers: Vec<Value> =
        printed(&output).lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(answers.len(), 5);
    assert_eq!((&answers[0]["id"], &answers[0]["breaking"]), (&json!("a"), &json!(true)));
    assert_eq!(answers[0]["findings"][0]["witness"], json!(-1));
    assert_eq!(answers[1]["line"], json!(3));
    assert_eq!((&answers[2]["verdict"], &answers[2]["findings"]), (&json!("compatible"), &json!([])));
    assert!(answers[3]["error"].is_string() && answers[4]["error"].is_string());
}
