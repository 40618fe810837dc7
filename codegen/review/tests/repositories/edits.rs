//! A catalogue of changes of every kind of contract, each with what a review must say of it.
//!
//! `STIPULE_BLESS=1` writes down whom a change concerns, who answers for it and what it needs; the verdict and the rule
//! that leads are written by people.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::PathBuf;

use serde_json::{Value, json};
use stipule_review::Severity;
use stipule_review::report::{Acknowledgement, Acknowledgements, Bump, Decision, Report};

use crate::library::{self, Version, reported, version};

const KINDS: [&str; 12] = [
    "http",
    "types",
    "events",
    "subscriptions",
    "sockets",
    "tables",
    "reads",
    "writes",
    "sagas",
    "infra",
    "platform",
    "costs",
];

fn path() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/repositories/edits.yaml")
}

/// The catalogue, with the lines of the patches as they are written.
fn catalogue() -> (String, Vec<(Value, String)>) {
    let text = std::fs::read_to_string(path()).expect("the catalogue is there");
    let head: String = text
        .lines()
        .take_while(|line| line.starts_with('#'))
        .fold(String::new(), |head, line| head + line + "\n");
    let patches = text.lines().filter_map(|line| line.strip_prefix("  patch: ")).map(str::to_owned);
    let Value::Array(entries) = library::yaml(&text) else { panic!("the catalogue is a list") };
    (head, entries.into_iter().zip(patches).collect())
}

/// What a review says: consumers, owners, bumps.
fn said(report: &Report) -> (Value, Value, Value) {
    let matter = || report.entries.iter().filter(|entry| entry.finding.matters());
    let consumers: BTreeSet<String> =
        matter().flat_map(|entry| &entry.affected).map(|user| user.consumer.clone()).collect();
    let owners: BTreeSet<String> = report.entries.iter().flat_map(|entry| entry.owners.clone()).collect();
    let bumps: serde_json::Map<String, Value> = report
        .contracts
        .iter()
        .filter(|contract| {
            if contract.whole { contract.required == Bump::Major } else { contract.required != Bump::None }
        })
        .map(|contract| (contract.name.clone(), contract.required.as_str().into()))
        .collect();
    (json!(consumers), json!(owners), Value::Object(bumps))
}

/// Rules of the worst findings, those about the review itself aside.
fn rules(report: &Report) -> Vec<&'static str> {
    let entries = report.entries.iter().filter(|entry| entry.finding.rule.code < "REV950");
    entries.map(|entry| entry.finding.rule.code).collect()
}

/// The verdict without what is about versions: it is looked at by itself.
fn verdict(report: &Report) -> &'static str {
    let about_versions = |entry: &&stipule_review::report::Entry| entry.finding.rule.code == "REV950";
    let rest = report.entries.iter().filter(|entry| !about_versions(entry) && entry.finding.matters());
    match rest.map(|entry| entry.finding.severity).min() {
        Some(Severity::Break) => "BLOCK",
        Some(_) => "REVIEW",
        None => "PASS",
    }
}

fn reported_after(base: &Version, patch: &str) -> Result<Report, String> {
    Ok(reported(base, &version(patch)?, &Acknowledgements::default()))
}

#[test]
fn every_edit_of_the_catalogue_is_judged_as_it_says() {
    let base = version("{}").expect("the library loads");
    let bless = std::env::var_os("STIPULE_BLESS").is_some();
    let (mut out, entries) = catalogue();
    assert!(entries.len() >= 150, "{} edits", entries.len());
    let mut faults = Vec::new();
    for (entry, patch) in &entries {
        let what = entry["what"].as_str().expect("an edit says what it is");
        let report = match reported_after(&base, patch) {
            Ok(report) => report,
            Err(fault) => {
                faults.push(format!("{what}: {fault}"));
                continue;
            }
        };
        let found = rules(&report);
        let (consumers, owners, bumps) = said(&report);
        let expected = entry["rule"].as_str();
        let rule = if bless && expected == Some("?") { found.first().copied() } else { expected };
        if expected != Some("?") && !expected.map_or(found.is_empty(), |rule| found.contains(&rule)) {
            faults.push(format!("{what}: {expected:?} isn't among {found:?}"));
        }
        if entry["verdict"] != verdict(&report) {
            faults.push(format!("{what}: {} rather than {}, {found:?}", verdict(&report), entry["verdict"]));
        }
        if bless {
            let _ = write!(
                out,
                "- what: {what}\n  kind: {}\n  patch: {patch}\n  rule: {}\n  verdict: {}\n  consumers: {consumers}\n  owners: {owners}\n  bump: {bumps}\n",
                entry["kind"].as_str().unwrap_or_default(),
                rule.unwrap_or("~"),
                entry["verdict"].as_str().unwrap_or_default(),
            );
        } else {
            for (key, measured) in [("consumers", &consumers), ("owners", &owners), ("bump", &bumps)] {
                if &entry[key] != measured {
                    faults.push(format!("{what}: {key} are {measured}, not {}", entry[key]));
                }
            }
        }
    }
    assert!(faults.is_empty(), "{} of {}:\n{}", faults.len(), entries.len(), faults.join("\n"));
    if bless {
        std::fs::write(path(), out).expect("the catalogue can be written");
    }
}

#[test]
fn every_kind_of_contract_is_in_the_catalogue() {
    let (_, entries) = catalogue();
    let kinds: BTreeSet<&str> = entries.iter().filter_map(|(entry, _)| entry["kind"].as_str()).collect();
    assert_eq!(kinds, KINDS.into_iter().collect());
}

/// An acknowledgement of each finding that matters.
fn acknowledged(report: &Report, migration: Option<&str>) -> Acknowledgements {
    let entries = report.entries.iter().filter(|entry| entry.finding.matters());
    let list: Vec<Acknowledgement> = entries
        .map(|entry| Acknowledgement {
            fingerprint: entry.fingerprint.clone(),
            reason: "nobody relies on it".to_owned(),
            owner: "library".to_owned(),
            ticket: "LIB-1".to_owned(),
            expires: "2030-01-01".parse().expect("a date"),
            migration: migration.map(str::to_owned),
            place: String::new(),
        })
        .collect();
    Acknowledgements { known: Some(list.iter().map(|known| known.fingerprint.clone()).collect()), list }
}

#[test]
fn what_loses_data_cant_be_acknowledged_without_a_migration() {
    let base = version("{}").expect("the library loads");
    let deep = std::env::var_os("STIPULE_DEEP").is_some();
    let (mut number, entries) = (0, catalogue().1);
    let blocked = entries.iter().filter(|(entry, _)| entry["verdict"] == "BLOCK");
    for (entry, patch) in blocked.step_by(if deep { 1 } else { 4 }) {
        let after = version(patch).expect("it loads");
        let open = reported(&base, &after, &Acknowledgements::default());
        let loses = open.entries.iter().any(|entry| entry.finding.loses_data());
        number += usize::from(loses);
        let waived = reported(&base, &after, &acknowledged(&open, None)).decision;
        let expected = if loses { Decision::Block } else { Decision::PassAcknowledged };
        assert_eq!(waived, expected, "{}", entry["what"]);
        let migrated = reported(&base, &after, &acknowledged(&open, Some("a plan"))).decision;
        assert_eq!(migrated, Decision::PassAcknowledged, "{}", entry["what"]);
    }
    assert!(number > if deep { 30 } else { 5 }, "{number} lose data");
}

#[test]
fn an_acknowledgement_by_the_change_itself_is_looked_at() {
    let base = version("{}").expect("the library loads");
    let after = version("{platform.yaml: {token: {audience: books}}}").expect("it loads");
    let open = reported(&base, &after, &Acknowledgements::default());
    let mut own = acknowledged(&open, None);
    own.known = Some(BTreeSet::new());
    let report = reported(&base, &after, &own);
    assert_eq!(report.decision, Decision::Review);
    assert!(report.entries.iter().any(|entry| entry.finding.rule.code == "REV954"));
}

#[test]
fn a_consumer_is_concerned_by_the_members_it_uses_and_no_others() {
    let base = version("{}").expect("the library loads");
    let consumers = |patch: &str| {
        let report = reported_after(&base, patch).expect("it loads");
        said(&report).0
    };
    let late = "{events/book-returned.yaml: {properties: {late: {type: integer}}}}";
    let member = "{events/book-returned.yaml: {properties: {memberId: {$ref: null, type: integer}}}}";
    assert_eq!(consumers(late), json!(["desk", "reports"]));
    assert_eq!(consumers(member), json!(["desk"]), "reports don't use it");
    let shelf = "{types/book.yaml: {properties: {shelf: {maxLength: 30}}}}";
    let title = "{types/book.yaml: {properties: {title: {maxLength: 300}}}}";
    assert_eq!(consumers(title), json!(["kiosk"]));
    assert_eq!(consumers(shelf), json!([]), "the kiosk shows no shelves");
}
