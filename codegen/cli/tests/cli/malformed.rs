//! Every fault of a contract gives exactly the diagnostics that its case expects.
//!
//! A case is a folder `tests/cases/malformed/<CODE>-<slug>` with `bad.patch`, which breaks the good base, and
//! `expected.txt`, what `stipule check` prints. With `good.patch` the same thing is said in a way that gives no
//! diagnostic of the code. `arguments.txt` names another command than `check`. `STIPULE_BLESS=1 cargo test -p stipule --test cli` writes the expectations anew.

use std::collections::BTreeSet;
use std::fs;
use std::path::PathBuf;

use crate::support::patch::apply;
use crate::support::{base, cases, printed, stipule};

struct Case {
    name: String,
    code: String,
    folder: PathBuf,
}

impl Case {
    fn text(&self, file: &str) -> Option<String> {
        fs::read_to_string(self.folder.join(file)).ok()
    }

    fn bad(&self) -> String {
        self.text("bad.patch").unwrap_or_else(|| panic!("{} has a bad.patch", self.name))
    }

    /// What a run of the case prints, and its exit code; `more` goes to its command.
    fn run(&self, patch: &str, more: &[&str]) -> (String, Option<i32>) {
        let named = self.text("arguments.txt");
        let command = named.as_deref().unwrap_or("check");
        checked(patch, &command.split_whitespace().chain(more.iter().copied()).collect::<Vec<_>>())
    }

    /// Whether it is about the contracts, and not about files beside them.
    fn is_contract(&self) -> bool {
        !self.folder.join("arguments.txt").exists()
    }
}

fn all_cases() -> Vec<Case> {
    let mut found = Vec::new();
    for entry in fs::read_dir(cases()).expect("the cases can be read") {
        let folder = entry.expect("the cases can be read").path();
        let name = folder.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if name == "base" {
            continue;
        }
        let (code, _) = name.split_once('-').unwrap_or_else(|| panic!("{name} is named CODE-slug"));
        found.push(Case { code: code.to_owned(), name, folder });
    }
    found.sort_by(|one, two| one.name.cmp(&two.name));
    found
}

fn checked(patch: &str, arguments: &[&str]) -> (String, Option<i32>) {
    let root = base();
    apply(root.path(), patch);
    let output = stipule(root.path(), arguments);
    (printed(&output), output.status.code())
}

/// The codes in a rendered text: `error[TBL001]`, `warning[TBL111]`.
fn codes(text: &str) -> BTreeSet<String> {
    let starts = text.lines().filter_map(|line| {
        line.strip_prefix("error[").or_else(|| line.strip_prefix("warning["))?.split_once(']')
    });
    starts.map(|(code, _)| code.to_owned()).collect()
}

/// The code of every page.
fn pages() -> BTreeSet<String> {
    let (text, _) = checked("", &["explain", "--format", "json"]);
    let pages: serde_json::Value = serde_json::from_str(&text).expect("the pages are JSON");
    let pages = pages.as_array().expect("the pages are a list");
    pages.iter().map(|page| page["code"].as_str().expect("a page has a code").to_owned()).collect()
}

#[test]
fn the_base_has_no_findings() {
    let (text, code) = checked("", &["check", "--deny-warnings"]);
    assert_eq!((text.as_str(), code), ("no findings in 11 files\n", Some(0)));
}

#[test]
fn every_case_gives_its_expected_diagnostics() {
    let rewrite = std::env::var_os("STIPULE_BLESS").is_some();
    let mut wrong = Vec::new();
    for case in all_cases() {
        let strict: &[&str] = if case.is_contract() { &["--deny-warnings"] } else { &[] };
        let (text, status) = case.run(&case.bad(), strict);
        if rewrite {
            fs::write(case.folder.join("expected.txt"), &text).expect("an expectation can be written");
        }
        let expected = case.text("expected.txt").unwrap_or_default();
        if text != expected {
            wrong.push(format!("{}: expected\n{expected}\nbut got\n{text}", case.name));
        }
        if status != Some(1) {
            wrong.push(format!("{}: exit code {status:?} rather than 1", case.name));
        }
        if !codes(&text).contains(&case.code) {
            wrong.push(format!("{}: {} is not among the diagnostics\n{text}", case.name, case.code));
        }
    }
    assert!(
        wrong.is_empty(),
        "{}\n\nIf this is what should be: STIPULE_BLESS=1 cargo test -p stipule --test cli",
        wrong.join("\n\n")
    );
}

#[test]
fn the_good_form_of_a_case_gives_no_diagnostic_of_its_code() {
    for case in all_cases() {
        let Some(good) = case.text("good.patch") else { continue };
        let (text, _) = case.run(&good, &[]);
        assert!(!codes(&text).contains(&case.code), "{}:\n{text}", case.name);
        assert!(!text.contains("error["), "{} has another fault:\n{text}", case.name);
        let (text, status) = checked(&good, &["generate"]);
        assert_eq!(status, Some(0), "{} generates:\n{text}", case.name);
    }
}

#[test]
fn every_rule_has_a_good_form() {
    let judged: BTreeSet<String> = all_cases()
        .into_iter()
        .filter(|case| case.text("good.patch").is_some())
        .map(|case| case.code)
        .collect();
    let pages = stipule_rules::pages().chain(stipule_table::pages());
    let rules: BTreeSet<String> = pages.map(|page| page.code.to_owned()).collect();
    let missing: Vec<&String> = rules.difference(&judged).collect();
    assert!(missing.is_empty(), "rules without good.patch: {missing:?}");
}

/// What is proven of tables, and by which codes. That no value forges a delimiter and that the tenant leads every partition
/// hold by construction: `tests/cases/library/store/forgery.rs` tries to break them.
const PROVEN_OF_TABLES: [(&str, &[&str]); 14] = [
    ("no two entities have one key", &["TBL101"]),
    ("a read finds only what it names", &["TBL102", "TBL103"]),
    ("rows come in the promised order", &["TBL022"]),
    ("keys fit", &["TBL108"]),
    ("nothing mutable is part of a primary key", &["TBL017", "TBL113"]),
    ("no read scans unless it says why", &["TBL021"]),
    ("no index is read consistently", &["TBL114"]),
    ("what a read needs is in the index", &["TBL109"]),
    ("no index key lags behind", &["TBL107"]),
    ("transactions fit, and are about each item once", &["TBL105", "TBL106"]),
    ("items fit", &["TBL112"]),
    ("what is read whole is bounded", &["TBL104"]),
    ("no partition gets more than it can take", &["TBL115"]),
    ("what was released is still found", &["TBL120", "TBL121"]),
];

#[test]
fn what_is_proven_of_tables_has_a_page_a_bad_case_and_a_good_one() {
    let (pages, cases) = (pages(), all_cases());
    for (what, codes) in PROVEN_OF_TABLES {
        for code in codes {
            assert!(pages.contains(*code), "{what}: no page of {code}");
            let mut own = cases.iter().filter(|case| case.code == *code).peekable();
            assert!(own.peek().is_some(), "{what}: no bad case of {code}");
            assert!(own.any(|case| case.text("good.patch").is_some()), "{what}: no good case of {code}");
        }
    }
}

#[test]
fn every_code_with_a_page_has_a_case_and_every_code_of_a_case_has_a_page() {
    let pages = pages();
    let cases: BTreeSet<String> = all_cases().into_iter().map(|case| case.code).collect();
    // What a review reports is shown by the pages themselves, and tested with them; rules about stacks have their cases
    // beside them.
    let elsewhere = |code: &&String| ["REV", "STK"].iter().any(|start| code.starts_with(start));
    let without_case: Vec<&String> = pages.difference(&cases).filter(|code| !elsewhere(code)).collect();
    assert!(without_case.is_empty(), "codes without a case: {without_case:?}");
    for case in all_cases() {
        let expected = case.text("expected.txt").unwrap_or_default();
        let without_page: Vec<String> = codes(&expected).difference(&pages).cloned().collect();
        assert!(without_page.is_empty(), "{}: codes without a page: {without_page:?}", case.name);
    }
    assert!(all_cases().len() >= 60, "there are {} cases", all_cases().len());
}

#[test]
fn json_says_the_same_as_text() {
    for case in all_cases() {
        let (text, _) = case.run(&case.bad(), &[]);
        let (json, _) = case.run(&case.bad(), &["--format", "json"]);
        let document: serde_json::Value = serde_json::from_str(&json).expect("one JSON document");
        let found = document["diagnostics"].as_array().expect("a list of diagnostics");
        for diagnostic in found {
            let part = |key: &str| diagnostic[key].as_str().unwrap_or_default().to_owned();
            let heading = format!("{}[{}]: {}", part("severity"), part("code"), part("message"));
            assert!(text.contains(&heading), "{}: {heading}", case.name);
            let place = format!("{}:{}:{}", part("file"), diagnostic["line"], diagnostic["column"]);
            assert!(text.contains(&place), "{}: {place}", case.name);
        }
        assert_eq!(found.len(), text.matches(" ┌─ ").count(), "{}", case.name);
    }
}

#[test]
fn nothing_but_a_path_is_wider_than_a_narrow_terminal() {
    for case in all_cases() {
        let (text, _) = case.run(&case.bad(), &["--width", "40"]);
        for line in text.lines().filter(|line| !line.contains("┌─") && !line.contains("├─")) {
            let lone_word = line.trim_start_matches([' ', '=', '│', '^', '-']).split(' ').count() == 1;
            assert!(line.chars().count() <= 40 || lone_word, "{}: {line:?}", case.name);
        }
    }
}
