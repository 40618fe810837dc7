//! Every rule has its page, reports the change that its page calls bad, and passes over the one that it calls good.

use std::collections::BTreeSet;

use serde_json::{Value, json};
use stipule_review::rule::{Change, Section, rules, sections};
use stipule_review::{
    Api, Dialect, Direction, Documents, Finding, Formats, OpenContent, Schema, Settings, Severity, Verdict,
    compare_apis, compare_with,
};

const METHODS: [&str; 2] = ["get", "post"];

fn settings() -> Settings {
    Settings {
        formats: Formats::Checked,
        open_content: OpenContent::Ignored,
        docs: true,
        today: Some("2026-01-01".parse().expect("a date")),
        notice_days: 90,
        ..Settings::default()
    }
}

fn yaml(text: &str) -> Value {
    serde_yaml_ng::from_str(text).unwrap_or_else(|error| panic!("{error} in\n{text}"))
}

/// Adds what a page leaves out of an operation.
fn complete(operation: &mut Value) {
    if operation.is_object() && operation.get("responses").is_none() {
        operation["responses"] = json!({"200": {"description": "Done."}});
    }
}

/// A whole API around what a page shows of one: an operation, parts of a document, or a schema that goes both ways.
fn api(shown: Value) -> Value {
    let mut api = json!({"openapi": "3.1.0", "info": {"title": "Library", "version": "1"}, "paths": {"/books": {"get": {}}}});
    let is_operation = METHODS.iter().any(|method| shown.get(method).is_some());
    let is_part = ["paths", "webhooks", "components", "servers"].iter().any(|key| shown.get(key).is_some());
    if is_operation {
        api["paths"]["/books"] = shown;
    } else if is_part {
        for (name, value) in shown.as_object().expect("parts of a document") {
            api[name] = value.clone();
        }
    } else {
        let content = json!({"application/json": {"schema": shown}});
        api["paths"]["/books"] = json!({"post": {
            "requestBody": {"required": true, "content": content},
            "responses": {"200": {"description": "Done.", "content": content}},
        }});
    }
    for item in api["paths"].as_object_mut().expect("paths by name").values_mut() {
        item.as_object_mut().expect("operations by method").values_mut().for_each(complete);
    }
    api
}

fn found(change: Change) -> Vec<Finding> {
    let (before, after) = (yaml(change.before), yaml(change.after));
    if before.get("$schema").is_some() {
        let [before, after] = [before, after].map(|schema| Schema::read(&schema, Dialect::Draft2020));
        return match compare_with(&before, &after, Direction::Full, &Settings::default()) {
            Verdict::Compatible(_) => Vec::new(),
            Verdict::Incompatible(found) | Verdict::Unknown(found) => found,
        };
    }
    let [before, after] = [api(before), api(after)];
    let [before, after] = [&before, &after].map(|api| Documents::one(api, Dialect::Draft2020));
    let api = |documents| Api { documents, at: "" };
    compare_apis(api(&before), api(&after), &settings())
}

/// Those that show a rule as bad as it says it is.
fn of<'f>(found: &'f [Finding], code: &'static str) -> Vec<&'f Finding> {
    found
        .iter()
        .filter(|finding| finding.rule.code == code && finding.severity == finding.rule.severity)
        .collect()
}

/// Rules from here on are about whole repositories: a test of their own runs what they show.
const OF_REPOSITORIES: &str = "REV700";

fn of_documents() -> impl Iterator<Item = &'static Section> {
    sections().iter().filter(|section| section.code < OF_REPOSITORIES)
}

#[test]
fn every_rule_has_a_page_and_every_page_a_rule() {
    let rules: BTreeSet<(&str, &str)> = rules().into_iter().map(|rule| (rule.code, rule.name)).collect();
    let pages: BTreeSet<(&str, &str)> =
        sections().iter().map(|section| (section.code, section.name)).collect();
    assert_eq!(rules.difference(&pages).collect::<Vec<_>>(), [] as [&(&str, &str); 0], "without a page");
    assert_eq!(pages.difference(&rules).collect::<Vec<_>>(), [] as [&(&str, &str); 0], "without a rule");
    assert_eq!(pages.len(), sections().len(), "a page is there twice");
    let codes: BTreeSet<&str> = rules.iter().map(|(code, _)| *code).collect();
    assert_eq!(codes.len(), rules.len(), "a code is used twice");
    println!("{} rules", rules.len());
}

#[test]
fn what_a_page_calls_bad_is_reported() {
    let mut faults = Vec::new();
    for section in of_documents() {
        let change = section.reported.unwrap_or_else(|| panic!("{} shows no change", section.code));
        let found = found(change);
        if of(&found, section.code).is_empty() {
            let instead: Vec<String> =
                found.iter().map(|finding| format!("{} {:?}", finding.rule.name, finding.severity)).collect();
            faults.push(format!("{} {}: {instead:?}", section.code, section.name));
        }
    }
    assert!(faults.is_empty(), "not found:\n{}", faults.join("\n"));
}

#[test]
fn what_a_page_calls_good_is_passed_over() {
    let mut faults = Vec::new();
    for section in of_documents() {
        let change = section.passed.unwrap_or_else(|| panic!("{} shows no good change", section.code));
        if !of(&found(change), section.code).is_empty() {
            faults.push(format!("{} {}", section.code, section.name));
        }
    }
    assert!(faults.is_empty(), "found all the same:\n{}", faults.join("\n"));
}

#[test]
fn what_is_reported_says_where_and_is_proved_where_documents_can() {
    for section in of_documents() {
        for finding in section.reported.map(found).unwrap_or_default() {
            assert!(finding.base.is_some() && finding.revision.is_some(), "{}: {finding:?}", section.code);
            if finding.severity == Severity::Break && ("REV400".."REV540").contains(&finding.rule.code) {
                assert!(finding.witness.is_some(), "{}: {finding:?}", section.code);
            }
        }
    }
}
