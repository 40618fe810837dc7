//! What a stack asks for may be given: each pattern of a parameter takes what a deployment really hands over.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use regex::Regex;
use serde_json::Value;

/// What is handed over for each parameter, and what must not be.
const GIVEN: [(&str, &str, &str); 3] = [
    ("Stage", "staging", "Staging 1"),
    (
        "CodeKey",
        "code/9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08.zip",
        "code/9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08_zip",
    ),
    (
        "Connection",
        "arn:aws:codeconnections:eu-central-1:123456789012:connection/8e3f1f3e-2f0f-4ad5-9b3f-1d1b1f6a9c55",
        "https://example.com/repository",
    ),
];

#[test]
fn every_pattern_of_a_parameter_takes_what_is_handed_over() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../infra/stacks");
    let mut asked = BTreeSet::new();
    for entry in fs::read_dir(folder).expect("the generated stacks") {
        let path = entry.expect("an entry").path();
        if path.extension().is_none_or(|extension| extension != "json") {
            continue;
        }
        let text = fs::read_to_string(&path).expect("a template");
        let template: Value = serde_json::from_str(&text).expect("a template is JSON");
        for (name, parameter) in template["Parameters"].as_object().into_iter().flatten() {
            let Some(pattern) = parameter["AllowedPattern"].as_str() else { continue };
            let place = format!("{}: {name}", path.display());
            let row = GIVEN.iter().find(|(known, ..)| known == name);
            let (_, good, bad) = row.unwrap_or_else(|| panic!("{place}: say what is handed over for it"));
            let pattern = Regex::new(pattern).unwrap_or_else(|error| panic!("{place}: {error}"));
            assert!(pattern.is_match(good), "{place} refuses {good}");
            assert!(!pattern.is_match(bad), "{place} takes {bad}");
            asked.insert(name.clone());
        }
    }
    assert_eq!(asked.len(), GIVEN.len(), "stacks ask for {asked:?}");
}
