//! Rules about a change as a whole: versions, and what was acknowledged. Each reports what it is for, and passes over
//! what it isn't.

use std::collections::BTreeSet;

use jiff::civil::Date;
use stipule_review::report::{Acknowledgement, Acknowledgements, Policy, Report};
use stipule_review::rule::{rules, sections};

use crate::library::{Version, reported, reported_under, version};

/// What only the tool sees: files that are generated, and the policy. Its own tests trigger them
/// (`codegen/cli/tests/cli/repositories.rs`).
const BY_THE_TOOL: [&str; 2] = ["REV955", "REV956"];

/// A rule, a change that it reports, and one that it doesn't.
type Case = (&'static str, fn() -> Report, fn() -> Report);

const CASES: [Case; 5] = [
    ("REV950", || change(REMOVED), || change(REMOVED_IN_A_NEW_VERSION)),
    ("REV951", || acknowledged_until("2025-12-31"), || acknowledged_until("2026-01-01")),
    ("REV952", || acknowledged("{}", None, true), || acknowledged(AUDIENCE, None, true)),
    ("REV953", || acknowledged(LOSS, None, true), || acknowledged(LOSS, Some("migrations/loans.yaml"), true)),
    ("REV954", || acknowledged(AUDIENCE, None, false), || acknowledged(AUDIENCE, None, true)),
];

const REMOVED: &str = "{http/lending.yaml: {paths: {/books: null}}}";
const REMOVED_IN_A_NEW_VERSION: &str = "{http/lending.yaml: {info: {version: 2.0.0}, paths: {/books: null}}}";
const AUDIENCE: &str = "{platform.yaml: {token: {audience: books}}}";
const LOSS: &str =
    "{tables/library.table.yaml: {entities: {Loan: {key: {pk: [BOOK, bookId], sk: [LENT, memberId]}}}}}";

/// The day on which all are reviewed.
const TODAY: &str = "2026-01-01";

fn load(patch: &str) -> Version {
    version(patch).unwrap_or_else(|faults| panic!("{patch}: {faults}"))
}

fn change(patch: &str) -> Report {
    reported(&load("{}"), &load(patch), &Acknowledgements::default())
}

fn date(text: &str) -> Date {
    text.parse().expect("a date")
}

/// What a change is acknowledged by somebody is taken from what breaks without; nothing breaks: from another change.
fn entries(patch: &str, expires: &str, migration: Option<&str>) -> Vec<Acknowledgement> {
    let mut report = change(patch);
    if report.entries.is_empty() {
        report = change(AUDIENCE);
    }
    let matter = report.entries.into_iter().filter(|entry| entry.finding.matters());
    matter
        .map(|entry| Acknowledgement {
            fingerprint: entry.fingerprint,
            reason: "nobody relies on it".to_owned(),
            owner: "library".to_owned(),
            ticket: "LIB-1".to_owned(),
            expires: date(expires),
            migration: migration.map(str::to_owned),
            place: String::new(),
        })
        .collect()
}

fn under(patch: &str, list: Vec<Acknowledgement>, known: bool) -> Report {
    let fingerprints: BTreeSet<String> = list.iter().map(|entry| entry.fingerprint.clone()).collect();
    let known = Some(fingerprints).filter(|_| known).or_else(|| Some(BTreeSet::new()));
    let mut policy = Policy::default();
    policy.apis.today = Some(date(TODAY));
    reported_under(&load("{}"), &load(patch), &Acknowledgements { list, known }, &policy)
}

fn acknowledged(patch: &str, migration: Option<&str>, known: bool) -> Report {
    under(patch, entries(patch, "2030-01-01", migration), known)
}

fn acknowledged_until(day: &str) -> Report {
    under(AUDIENCE, entries(AUDIENCE, day, None), true)
}

fn reports(report: &Report, code: &str) -> bool {
    report.entries.iter().any(|entry| entry.finding.rule.code == code)
}

#[test]
fn each_reports_what_it_is_for_and_passes_over_what_it_isnt() {
    for (code, bad, good) in CASES {
        assert!(reports(&bad(), code), "{code} doesn't report what it is for");
        assert!(!reports(&good(), code), "{code} reports what is good");
    }
}

#[test]
fn every_rule_there_is_has_a_page_a_bad_case_and_a_good_one() {
    let by_hand: BTreeSet<&str> = CASES.iter().map(|(code, ..)| *code).chain(BY_THE_TOOL).collect();
    for rule in rules() {
        let section = sections().iter().find(|section| section.code == rule.code);
        let section = section.unwrap_or_else(|| panic!("{} has no page", rule.code));
        assert!(!section.title.is_empty() && section.text.len() > 20, "{} has an empty page", rule.code);
        // The changes that pages show are run by the tests of `rules`.
        let shown = section.reported.is_some() && section.passed.is_some();
        assert!(shown != by_hand.contains(rule.code), "{} has no cases, or has them twice", rule.code);
    }
}
