//! Every rule about repositories reports the change that its page calls bad, and passes over the one that it calls good.

use stipule_review::Finding;
use stipule_review::rule::{Change, Section, rules, sections};

use crate::library;

/// From here on rules are about repositories; from there on about how a review is done.
const FIRST: &str = "REV700";
const LAST: &str = "REV950";

fn of_repositories() -> impl Iterator<Item = &'static Section> {
    sections().iter().filter(|section| section.code >= FIRST && section.code < LAST)
}

fn found(section: &Section, change: Change) -> Result<Vec<Finding>, String> {
    let version = |which: &str, patch: &str| {
        library::version(patch).map_err(|faults| format!("{} {which}: {faults}", section.code))
    };
    // What comes after is said on top of what was before.
    let after = over(change.before, change.after);
    Ok(library::changed(&version("before", change.before)?, &version("after", &after)?).findings)
}

/// Both patches, one after the other.
fn over(before: &str, after: &str) -> String {
    let (mut whole, more) = (library::yaml(before), library::yaml(after));
    // A file that isn't there before is there afterwards.
    if let Some(files) = whole.as_object_mut() {
        files.retain(|_, file| !file.is_null());
    }
    layered(&mut whole, more);
    whole.to_string()
}

fn layered(into: &mut serde_json::Value, patch: serde_json::Value) {
    match (into, patch) {
        (serde_json::Value::Object(members), serde_json::Value::Object(patch)) => {
            for (name, part) in patch {
                layered(members.entry(name).or_insert(serde_json::Value::Null), part);
            }
        }
        (into, patch) => *into = patch,
    }
}

fn of<'f>(found: &'f [Finding], section: &Section) -> Vec<&'f Finding> {
    let rule =
        |finding: &&Finding| finding.rule.code == section.code && finding.severity == finding.rule.severity;
    found.iter().filter(rule).collect()
}

#[test]
fn what_a_page_calls_bad_is_reported() {
    let mut faults = Vec::new();
    for section in of_repositories() {
        let change = section.reported.unwrap_or_else(|| panic!("{} shows no change", section.code));
        match found(section, change) {
            Ok(found) if of(&found, section).is_empty() => {
                let instead: Vec<String> = found
                    .iter()
                    .map(|finding| format!("{} {:?}", finding.rule.name, finding.severity))
                    .collect();
                faults.push(format!("{} {}: {instead:?}", section.code, section.name));
            }
            Ok(found) => {
                for finding in of(&found, section) {
                    assert!(finding.base.is_some() && finding.revision.is_some(), "{finding:?}");
                    assert!(!finding.reaches.is_empty(), "{finding:?}");
                }
            }
            Err(fault) => faults.push(fault),
        }
    }
    assert!(faults.is_empty(), "not found:\n{}", faults.join("\n"));
}

#[test]
fn what_a_page_calls_good_is_passed_over() {
    let mut faults = Vec::new();
    for section in of_repositories() {
        let change = section.passed.unwrap_or_else(|| panic!("{} shows no good change", section.code));
        match found(section, change) {
            Ok(found) if of(&found, section).is_empty() => {}
            Ok(_) => faults.push(format!("{} {}", section.code, section.name)),
            Err(fault) => faults.push(fault),
        }
    }
    assert!(faults.is_empty(), "found all the same:\n{}", faults.join("\n"));
}

#[test]
fn whatever_loses_data_blocks() {
    for rule in rules().into_iter().filter(|rule| rule.loses_data) {
        assert_eq!(rule.severity, stipule_review::Severity::Break, "{}", rule.name);
    }
}

#[test]
fn the_same_version_twice_has_no_finding() {
    let version = library::version("{}").expect("the library loads");
    assert_eq!(library::changed(&version, &version).findings, []);
}
