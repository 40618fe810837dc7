//! What differs between two templates, as the account of the tests sees it.

use serde_json::Value;

/// Action, logical id, kind, replacement and policy of each change.
pub(super) fn changes(old: &str, new: &str) -> Vec<[String; 5]> {
    let read = |text: &str| serde_json::from_str::<Value>(text).unwrap_or_default();
    let (old, new) = (read(old), read(new));
    let none = serde_json::Map::new();
    let before = old["Resources"].as_object().unwrap_or(&none);
    let after = new["Resources"].as_object().unwrap_or(&none);
    let mut found = Vec::new();
    let mut say = |action: &str, logical: &str, said: &Value, replacement: &str, policy: &str| {
        let kind = said["Type"].as_str().unwrap_or_default();
        found.push([action, logical, kind, replacement, policy].map(ToOwned::to_owned));
    };
    for (logical, said) in after {
        match before.get(logical) {
            None => say("Add", logical, said, "", ""),
            Some(was) if was == said => {}
            Some(was) => {
                let differs = |name: &str| was["Properties"][name] != said["Properties"][name];
                let kept = if said["UpdateReplacePolicy"] == "Retain" {
                    "ReplaceAndRetain"
                } else {
                    "ReplaceAndDelete"
                };
                match (differs("Name"), differs("Perhaps")) {
                    (true, _) => say("Modify", logical, said, "True", kept),
                    (_, true) => say("Modify", logical, said, "Conditional", kept),
                    _ => say("Modify", logical, said, "False", ""),
                }
            }
        }
    }
    for (logical, said) in before.iter().filter(|(it, _)| !after.contains_key(*it)) {
        say("Remove", logical, said, "", "Delete");
    }
    found
}
