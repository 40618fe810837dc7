//! `stipule coverage`: what a test run went through, held against the contracts.

use std::fs;
use std::path::Path;

use serde_json::Value;

use crate::support::{base, complained, printed, stipule};

/// What the gaps ask for, as the local platform would have written it.
fn lines(report: &Value) -> Vec<String> {
    let gaps = report["rows"]
        .as_array()
        .expect("a list")
        .iter()
        .flat_map(|row| row["gaps"].as_array().expect("a list"));
    let said = gaps.filter_map(|gap| {
        let gap = gap.as_str().expect("text");
        let quoted: Vec<&str> = gap.split('`').skip(1).step_by(2).collect();
        let states: Vec<&str> =
            gap.split('«').skip(1).map(|rest| rest.split('»').next().expect("a word")).collect();
        let line = match quoted[..] {
            // Some way leads there.
            [_] if gap.contains("never comes to") => return None,
            [name] if gap.contains("never begins") => format!("state\t{name}\t{}", states[0]),
            [name] if gap.contains("never goes") => format!("state\t{name}\t{}\t{}", states[1], states[0]),
            [name] if gap.contains("answered with") => {
                format!("answer\t{name}\t{}", gap.rsplit(' ').next().expect("a word"))
            }
            [name] if gap.ends_with("is never emitted") => format!("event\t{name}\t1"),
            [name] if gap.ends_with("an event twice") => format!("delivered\t{name}\tagain"),
            [name] if gap.ends_with("handles anything") => format!("delivered\t{name}\tfirst"),
            _ => panic!("another gap: {gap}"),
        };
        Some(line)
    });
    said.collect()
}

fn write(folder: &Path, file: &str, issuer: &str, lines: &[String]) {
    fs::write(folder.join(file), format!("platform\t{issuer}\n{}\n", lines.join("\n")))
        .expect("the folder can be written");
}

#[test]
fn gaps_are_named_until_some_process_has_closed_each() {
    let root = base();
    let folder = tempfile::tempdir().unwrap();
    let from = folder.path().to_str().unwrap();
    let report = || {
        let output = stipule(root.path(), &["coverage", "--from", from, "--format", "json"]);
        (serde_json::from_str::<Value>(&printed(&output)).unwrap_or_default(), output.status.code())
    };
    let issuer = "https://library.example/";
    write(folder.path(), "1.seen", issuer, &["answer\tlendBook\t418".to_owned()]);
    let (before, code) = report();
    let wanted = lines(&before);
    assert_eq!((code, &before["ok"], wanted.is_empty()), (Some(1), &Value::from(false), false), "{before}");
    // Another platform of the same test run closes nothing here.
    write(folder.path(), "2.seen", "https://elsewhere.example/", &wanted);
    assert_eq!(lines(&report().0), wanted);
    let (half, rest) = wanted.split_at(wanted.len() / 2);
    write(folder.path(), "3.seen", issuer, half);
    assert_eq!(lines(&report().0), rest);
    write(folder.path(), "4.seen", issuer, rest);
    assert_eq!((report().0["ok"].clone(), report().1), (Value::from(true), Some(0)));
    let text = stipule(root.path(), &["coverage", "--from", from]);
    assert!(printed(&text).ends_with("\nno gaps (3 processes)\n"), "{}", printed(&text));
}

/// An answer as the local platform would have written it.
fn said(operation: &str, status: u16, media: Option<&str>, body: &str) -> String {
    let headers: Vec<[&str; 2]> = media.map(|media| ["content-type", media]).into_iter().collect();
    format!("said\t{operation}\t{status}\t{}", serde_json::json!([headers, body]))
}

/// What is said of the answers, and of how many.
fn faults(lines: &[String]) -> (Vec<String>, [u64; 2]) {
    let root = base();
    let folder = tempfile::tempdir().expect("a folder");
    write(folder.path(), "1.seen", "https://library.example/", lines);
    let from = folder.path().to_str().expect("a path in UTF-8");
    let output = stipule(root.path(), &["coverage", "--from", from, "--format", "json"]);
    let report: Value = serde_json::from_str(&printed(&output)).expect("a report");
    let rows = report["rows"].as_array().expect("a list");
    let row = rows.iter().find(|row| row["kind"] == "answers as declared").expect("they are judged");
    let gaps = row["gaps"].as_array().expect("a list").iter().map(|it| it.as_str().expect("text").to_owned());
    let counts = ["declared", "exercised"].map(|count| row[count].as_u64().expect("a number"));
    (gaps.collect(), counts)
}

const JSON: Option<&str> = Some("application/json");
const PROBLEM: Option<&str> = Some("application/problem+json; charset=utf-8");

#[test]
fn answers_that_say_what_is_declared_are_counted() {
    let sound = [
        said("listBooks", 200, JSON, r#"{"books": [], "next": "abc"}"#),
        said(
            "lendBook",
            409,
            PROBLEM,
            r#"{"type": "about:blank", "title": "No copy is left", "status": 409}"#,
        ),
        // What the platform answers by itself, no operation has to declare.
        said(
            "lendBook",
            429,
            PROBLEM,
            r#"{"type": "urn:stipule:problem:throttled", "title": "Wait", "status": 429}"#,
        ),
    ];
    assert_eq!(faults(&sound), (vec![], [3, 3]));
}

#[test]
fn each_way_to_break_a_promise_is_found() {
    let broken = [
        (said("burnBook", 200, JSON, "{}"), "there is no such operation"),
        (said("listBooks", 418, JSON, "{}"), "the status isn't declared"),
        (said("listBooks", 200, None, r#"{"books": []}"#), "the header `Content-Type` is missing"),
        (said("listBooks", 200, Some("text/html"), "<p>"), "`text/html` isn't declared"),
        (said("listBooks", 200, JSON, r#"{"books": ["#), "the body isn't JSON"),
        (said("listBooks", 200, JSON, "{}"), "\"books\" is a required property"),
        (said("listBooks", 200, JSON, r#"{"books": [{}]}"#), "/books/0: "),
        (said("listBooks", 200, JSON, r#"{"books": [], "next": 7}"#), "/next: 7 is not of type \"string\""),
        (
            said(
                "lendBook",
                429,
                JSON,
                r#"{"type": "urn:stipule:problem:throttled", "title": "Wait", "status": 429}"#,
            ),
            "the status isn't declared",
        ),
        (
            said(
                "lendBook",
                429,
                PROBLEM,
                r#"{"type": "urn:stipule:problem:throttled", "title": "Wait", "status": 503}"#,
            ),
            "the status isn't declared",
        ),
        ("said\tlistBooks\t200".to_owned(), "can't be read"),
    ];
    for (line, fault) in broken {
        let (found, counts) = faults(std::slice::from_ref(&line));
        assert!(matches!(&found[..], [one] if one.contains(fault)), "{line}: {found:?}");
        assert_eq!(counts, [1, 0], "{line}");
    }
}

#[test]
fn what_is_wrong_in_one_way_is_said_once() {
    let wrong =
        [7, 8, 9].map(|next| said("listBooks", 200, JSON, &format!(r#"{{"books": [], "next": {next}}}"#)));
    let (found, counts) = faults(&wrong);
    assert_eq!((found.len(), counts), (1, [3, 0]));
    assert!(found[0].ends_with("(3 times)"), "{found:?}");
}

#[test]
fn a_folder_without_anything_says_how_to_fill_it() {
    let root = base();
    let folder = tempfile::tempdir().unwrap();
    let output = stipule(root.path(), &["coverage", "--from", folder.path().to_str().unwrap()]);
    assert_eq!(output.status.code(), Some(2));
    assert!(complained(&output).contains("STIPULE_SEEN="), "{}", complained(&output));
}
