//! A service more in `platform.yaml`: one line, everything else as it was.

use std::fs;
use std::path::{Path, PathBuf};

use stipule_ir::types::Docs;

use crate::failure::Failure;

/// The platform's file with the service.
pub(super) struct Platform {
    pub(super) file: PathBuf,
    /// As contracts are called: `contracts/platform.yaml`.
    pub(super) path: String,
    /// What it should say; `None` where it knows the service already.
    pub(super) text: Option<String>,
}

/// Adds a service to the platform below `into`.
pub(super) fn with_service(into: &Path, name: &str, docs: &Docs) -> Result<Platform, Failure> {
    let names = ["platform.yaml", "platform.yml", "platform.json"];
    let Some((file, own)) =
        names.into_iter().map(|own| (into.join(own), own)).find(|(file, _)| file.is_file())
    else {
        return Err(Failure::new(format!("there is no platform.yaml in {}", into.display())));
    };
    let path = format!("contracts/{own}");
    let text = fs::read_to_string(&file)
        .map_err(|error| Failure::io(&format!("read {}", file.display()), &error))?;
    let title = docs.title.as_deref().unwrap_or(name);
    let words: String = title.split_whitespace().collect::<Vec<_>>().join(" ");
    let entry = format!("{name}: {{description: {}}}", serde_json::Value::from(words));
    match insert(&text, name, &entry) {
        Place::Known => Ok(Platform { file, path, text: None }),
        Place::At(text) => Ok(Platform { file, path, text: Some(text) }),
        Place::Nowhere => {
            let message = format!(
                "add `{entry}` to the `services` of {}, then again; nothing was changed",
                file.display()
            );
            Err(Failure::new(message))
        }
    }
}

enum Place {
    /// The service is there.
    Known,
    /// The text with it.
    At(String),
    /// `services` isn't a block with an entry a line.
    Nowhere,
}

/// Puts an entry after the last of the block `services:`.
fn insert(text: &str, name: &str, entry: &str) -> Place {
    let lines: Vec<&str> = text.split_inclusive('\n').collect();
    let is_head = |line: &&str| {
        line.trim_end()
            .strip_prefix("services:")
            .is_some_and(|rest| rest.trim_start().is_empty() || rest.trim_start().starts_with('#'))
    };
    let Some(head) = lines.iter().position(is_head) else { return Place::Nowhere };
    let (mut last, mut indent) = (head, None);
    for (at, line) in lines.iter().enumerate().skip(head + 1) {
        let content = line.trim_start_matches(' ');
        if content.trim().is_empty() || content.starts_with('#') {
            continue;
        }
        let own = line.len() - content.len();
        if own == 0 {
            break;
        }
        if own == *indent.get_or_insert(own) && key(content) == Some(name) {
            return Place::Known;
        }
        last = at;
    }
    let Some(indent) = indent else { return Place::Nowhere };
    let mut out: String = lines[..=last].concat();
    if !out.ends_with('\n') {
        out.push('\n');
    }
    out.extend(std::iter::repeat_n(' ', indent));
    out.push_str(entry);
    out.push('\n');
    out.push_str(&lines[last + 1..].concat());
    Place::At(out)
}

/// The key of a line `key: …`, however it is quoted.
fn key(line: &str) -> Option<&str> {
    line.split_once(':').map(|(key, _)| key.trim().trim_matches(['"', '\'']))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with(text: &str) -> Option<String> {
        match insert(text, "pets", "pets: {}") {
            Place::At(text) => Some(text),
            Place::Known => Some("known".to_owned()),
            Place::Nowhere => None,
        }
    }

    #[test]
    fn the_entry_follows_the_last_and_nothing_else_changes() {
        let text =
            "name: a\n\nservices:  # all of them\n  one: {}\n  # two\n  two:\n    title: x\n\nbudget: {}\n";
        let expected = "name: a\n\nservices:  # all of them\n  one: {}\n  # two\n  two:\n    title: x\n  pets: {}\n\nbudget: {}\n";
        assert_eq!(with(text).as_deref(), Some(expected));
        assert_eq!(with("services:\n    one: {}").as_deref(), Some("services:\n    one: {}\n    pets: {}\n"));
    }

    #[test]
    fn a_service_that_is_there_stays_and_a_list_in_one_line_is_left_to_its_author() {
        assert_eq!(with("services:\n  \"pets\": {}\n").as_deref(), Some("known"));
        assert_eq!(with("services: {one: {}}\n"), None);
        assert_eq!(with("services:\n"), None);
        assert_eq!(with("{\"services\": {}}"), None);
    }
}
