//! Blank lines between items: the printer leaves none.

/// Puts a blank line between two items, at any depth, unless both are one-line neighbours of a kind
/// (`use` after `use`, `mod` after `mod`).
///
/// Works on lines: an item ends with a line that closes a block or ends in `;`, and the next one starts with its
/// documentation, an attribute or a keyword. Generated texts hold no literal that spans lines, so no line of a
/// string is taken for one of these.
pub(super) fn space(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + text.len() / 16);
    let mut previous: Option<&str> = None;
    for line in text.lines() {
        if previous.is_some_and(|previous| parts(previous, line)) {
            out.push('\n');
        }
        out.push_str(line);
        out.push('\n');
        previous = Some(line);
    }
    out
}

fn parts(previous: &str, line: &str) -> bool {
    if previous.is_empty() || indent(previous) != indent(line) {
        return false;
    }
    let (before, after) = (previous.trim_start(), line.trim_start());
    if before.starts_with("//!") {
        return !after.starts_with("//!");
    }
    // Words about the next line, whatever they end with: an example in documentation ends with `}` too.
    if before.starts_with("//") {
        return false;
    }
    let ends_block = before == "}" || before == "};" || (before.ends_with('}') && starts_item(before));
    let ends_line = before.ends_with(';');
    if !(ends_block || ends_line) || !starts_item(after) {
        return false;
    }
    // The last line of an import over several lines.
    if before == "};" && after.starts_with("use ") {
        return false;
    }
    ends_block || one_line_kind(before).is_none() || one_line_kind(before) != one_line_kind(after)
}

fn indent(line: &str) -> usize {
    line.len() - line.trim_start().len()
}

fn starts_item(line: &str) -> bool {
    const STARTS: &[&str] = &[
        "///",
        "//",
        "#[",
        "pub ",
        "pub(",
        "fn ",
        "async fn ",
        "impl ",
        "impl<",
        "struct ",
        "enum ",
        "trait ",
        "mod ",
        "use ",
        "const ",
        "static ",
        "type ",
        "unsafe ",
    ];
    STARTS.iter().any(|start| line.starts_with(start)) || is_macro_item(line)
}

/// `wire::text!(…)` at the start of a line: only items are written so in generated files.
fn is_macro_item(line: &str) -> bool {
    line.split_once('!').is_some_and(|(path, rest)| {
        rest.starts_with(['(', '{', ' '])
            && path.contains("::")
            && path.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_' || byte == b':')
    })
}

/// Kinds of items that stand close together.
fn one_line_kind(line: &str) -> Option<&'static str> {
    const KINDS: &[(&str, &str)] = &[
        ("use std::", "use std"),
        ("use ", "use"),
        ("pub use ", "pub use"),
        ("mod ", "mod"),
        ("pub mod ", "pub mod"),
        ("const ", "const"),
        ("type ", "type"),
    ];
    if let Some((_, kind)) = KINDS.iter().find(|(start, _)| line.starts_with(start)) {
        return Some(kind);
    }
    is_macro_item(line).then_some("macro")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn items_part_and_neighbours_stay() {
        let text = "use a;\nuse b;\npub struct A {\n    /// One.\n    pub x: u8,\n    pub y: u8,\n}\nimpl A {\n    pub fn new() -> A {\n        if x {\n        }\n        A\n    }\n    pub fn b() {}\n    fn c();\n    /// D.\n    fn d();\n}\n";
        let spaced = "use a;\nuse b;\n\npub struct A {\n    /// One.\n    pub x: u8,\n    pub y: u8,\n}\n\nimpl A {\n    pub fn new() -> A {\n        if x {\n        }\n        A\n    }\n\n    pub fn b() {}\n\n    fn c();\n\n    /// D.\n    fn d();\n}\n";
        assert_eq!(space(text), spaced);
    }

    #[test]
    fn documentation_stays_together_whatever_its_lines_end_with() {
        let text = "/// Example:\n/// {\"a\": {}}\n/// ends;\n/// ```\npub struct A;\n";
        assert_eq!(space(text), text);
    }

    #[test]
    fn file_documentation_parts_from_the_first_item() {
        assert_eq!(
            space("//! A file.\n//! Of two lines.\nuse a;\n"),
            "//! A file.\n//! Of two lines.\n\nuse a;\n"
        );
    }
}
