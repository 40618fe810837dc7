//! Every alarm names the page that says what to do, and pages lead to pages that are there.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use serde_json::Value;
use stack_judges::root;

/// Pages that a template's alarms name; alarms without one are faults.
fn named(template: &Path, faults: &mut Vec<String>) -> BTreeSet<String> {
    let text = fs::read_to_string(template).expect("the template is read");
    let template_json: Value = serde_json::from_str(&text).expect("the template is JSON");
    let mut pages = BTreeSet::new();
    for (id, resource) in template_json["Resources"].as_object().into_iter().flatten() {
        if !matches!(
            resource["Type"].as_str(),
            Some("AWS::CloudWatch::Alarm" | "AWS::CloudWatch::CompositeAlarm")
        ) {
            continue;
        }
        let about = resource["Properties"]["AlarmDescription"].as_str().unwrap_or_default();
        match about.split_once("Runbook: ") {
            Some((_, page)) => drop(pages.insert(page.to_owned())),
            None => faults.push(format!("{} of {} names no page", id, template.display())),
        }
    }
    pages
}

#[test]
fn every_alarm_names_a_page_that_is_there() {
    let mut faults = Vec::new();
    for repository in [".", "tests/cases/library", "tests/cases/obstacles"].map(|folder| root().join(folder))
    {
        let stacks = repository.join("infra/stacks");
        let mut pages = BTreeSet::new();
        for entry in fs::read_dir(&stacks).expect("the stacks are there") {
            let path = entry.expect("a file").path();
            if path.extension().is_some_and(|ending| ending == "json") {
                pages.extend(named(&path, &mut faults));
            }
        }
        assert!(!pages.is_empty(), "{} has alarms", repository.display());
        for page in &pages {
            match fs::read_to_string(repository.join(page)) {
                Ok(text) if text.contains("**Alarm**") && text.contains("**It is over**") => {}
                _ => faults.push(format!("{page} isn't a runbook in {}", repository.display())),
            }
        }
        // Pages send people on to others.
        for entry in fs::read_dir(stacks.join("runbooks")).expect("the runbooks are there") {
            let path = entry.expect("a page").path();
            let text = fs::read_to_string(&path).expect("the page is read");
            for link in text.split("](").skip(1).filter_map(|rest| rest.split(')').next()) {
                let there = stacks.join("runbooks").join(link);
                if !there.is_file() {
                    faults.push(format!("{} leads to {link}", path.display()));
                }
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}
