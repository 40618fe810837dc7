//! A document while it is written: keys in the order they were given, as YAML for people or JSON for programs.

use std::fmt::Write as _;

use serde_json::Value;

/// A value of a document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Tree {
    /// JSON text of a number, of a truth value or of null.
    Raw(String),
    /// Text.
    Text(String),
    /// A list.
    List(Vec<Tree>),
    /// Keys with their values.
    Map(Vec<(String, Tree)>),
}

/// JSON text.
pub(super) struct Raw(String);

impl From<bool> for Raw {
    fn from(value: bool) -> Self {
        Self(value.to_string())
    }
}

impl From<u64> for Raw {
    fn from(value: u64) -> Self {
        Self(value.to_string())
    }
}

impl From<i64> for Raw {
    fn from(value: i64) -> Self {
        Self(value.to_string())
    }
}

impl From<usize> for Raw {
    fn from(value: usize) -> Self {
        Self(value.to_string())
    }
}

impl From<&str> for Raw {
    fn from(text: &str) -> Self {
        Self(text.to_owned())
    }
}

/// Longest key that readers of YAML expect before its colon, less some; others say that they are keys.
const LONGEST_KEY: usize = 900;

/// Longest value that is written in one line, in columns.
const LONGEST_FLOW: usize = 96;

impl Tree {
    /// An object without members.
    pub(super) fn object() -> Self {
        Self::Map(Vec::new())
    }

    /// Text.
    pub(super) fn text(text: impl Into<String>) -> Self {
        Self::Text(text.into())
    }

    /// A number, or anything else whose JSON is what it shows.
    pub(super) fn raw(value: impl Into<Raw>) -> Self {
        Self::Raw(value.into().0)
    }

    /// The value that compact JSON says; the text itself where it says none.
    pub(super) fn json(text: &str) -> Self {
        serde_json::from_str(text).map_or_else(|_| Self::text(text), |value| Self::of(&value))
    }

    fn of(value: &Value) -> Self {
        match value {
            Value::String(text) => Self::text(text),
            Value::Array(items) => Self::List(items.iter().map(Self::of).collect()),
            Value::Object(members) => {
                Self::Map(members.iter().map(|(key, value)| (key.clone(), Self::of(value))).collect())
            }
            scalar => Self::Raw(scalar.to_string()),
        }
    }

    /// The same with another member; nothing else than an object has members.
    #[must_use]
    pub(super) fn with(mut self, key: &str, value: Tree) -> Self {
        self.set(key, value);
        self
    }

    /// Sets a member.
    pub(super) fn set(&mut self, key: &str, value: Tree) {
        let Self::Map(members) = self else { return };
        match members.iter_mut().find(|(own, _)| own == key) {
            Some((_, place)) => *place = value,
            None => members.push((key.to_owned(), value)),
        }
    }

    /// The value of a member.
    pub fn get(&self, key: &str) -> Option<&Tree> {
        let Self::Map(members) = self else { return None };
        members.iter().find(|(own, _)| own == key).map(|(_, value)| value)
    }

    /// As [`get`](Self::get), to change it.
    pub fn get_mut(&mut self, key: &str) -> Option<&mut Tree> {
        match self {
            Self::Map(members) => members.iter_mut().find(|(own, _)| own == key).map(|(_, value)| value),
            Self::List(items) => items.get_mut(key.parse::<usize>().ok()?),
            _ => None,
        }
    }

    /// Takes a member away.
    pub fn remove(&mut self, key: &str) -> Option<Tree> {
        let Self::Map(members) = self else { return None };
        let at = members.iter().position(|(own, _)| own == key)?;
        Some(members.remove(at).1)
    }

    /// The members, if this is an object.
    pub fn members(&self) -> &[(String, Tree)] {
        if let Self::Map(members) = self { members } else { &[] }
    }

    /// Whether this is an object without members.
    pub(super) fn is_empty(&self) -> bool {
        matches!(self, Self::Map(members) if members.is_empty())
    }

    /// JSON, two blanks a level, with a line break at its end.
    pub fn to_json(&self) -> String {
        let mut out = String::new();
        self.write_json(0, &mut out);
        out.push('\n');
        out
    }

    fn write_json(&self, depth: usize, out: &mut String) {
        let line = |depth: usize, out: &mut String| {
            out.push('\n');
            out.extend(std::iter::repeat_n("  ", depth));
        };
        let comma = |at: usize| if at == 0 { "" } else { "," };
        match self {
            Self::Raw(text) => out.push_str(text),
            Self::Text(text) => out.push_str(&quoted(text)),
            Self::List(items) if items.is_empty() => out.push_str("[]"),
            Self::Map(members) if members.is_empty() => out.push_str("{}"),
            Self::List(items) => {
                out.push('[');
                for (at, item) in items.iter().enumerate() {
                    out.push_str(comma(at));
                    line(depth + 1, out);
                    item.write_json(depth + 1, out);
                }
                line(depth, out);
                out.push(']');
            }
            Self::Map(members) => {
                out.push('{');
                for (at, (key, value)) in members.iter().enumerate() {
                    out.push_str(comma(at));
                    line(depth + 1, out);
                    let _ = write!(out, "{}: ", quoted(key));
                    value.write_json(depth + 1, out);
                }
                line(depth, out);
                out.push('}');
            }
        }
    }

    /// YAML: short values in one line, long ones in a block.
    pub fn to_yaml(&self) -> String {
        let mut out = String::new();
        match self {
            Self::Map(members) if !members.is_empty() => write_members(members, 0, &mut out),
            other => {
                out.push_str(&other.flow());
                out.push('\n');
            }
        }
        out
    }

    /// In one line.
    fn flow(&self) -> String {
        match self {
            Self::Raw(text) => text.clone(),
            Self::Text(text) => plain(text),
            Self::List(items) => format!("[{}]", items.iter().map(Self::flow).collect::<Vec<_>>().join(", ")),
            Self::Map(members) => {
                let member = |(key, value): &(String, Tree)| match plain(key) {
                    key if key.len() > LONGEST_KEY => format!("? {key} : {}", value.flow()),
                    key => format!("{key}: {}", value.flow()),
                };
                let members: Vec<String> = members.iter().map(member).collect();
                format!("{{{}}}", members.join(", "))
            }
        }
    }

    /// Nesting below this value; words in several lines count as much as anybody wants in one.
    fn is_short(&self, columns: usize) -> bool {
        let has_lines = |text: &str| text.contains('\n');
        match self {
            Self::Raw(_) => true,
            Self::Text(text) => !has_lines(text),
            Self::List(items) => items.iter().all(|item| item.is_short(0)) && self.flow().len() <= columns,
            Self::Map(members) => {
                members.iter().all(|(_, value)| value.is_short(columns)) && self.flow().len() <= columns
            }
        }
    }

    fn write_block(&self, depth: usize, out: &mut String) {
        let columns = LONGEST_FLOW.saturating_sub(depth * 2);
        match self {
            Self::Text(text) if is_block(text) => {
                out.push_str(if text.ends_with('\n') { " |\n" } else { " |-\n" });
                for line in text.lines() {
                    if !line.is_empty() {
                        out.extend(std::iter::repeat_n("  ", depth));
                        out.push_str(line);
                    }
                    out.push('\n');
                }
            }
            Self::Map(members) if !members.is_empty() && !self.is_short(columns) => {
                out.push('\n');
                write_members(members, depth, out);
            }
            Self::List(items) if !items.is_empty() && self.flow().len() > columns => {
                out.push('\n');
                for item in items {
                    out.extend(std::iter::repeat_n("  ", depth));
                    let _ = writeln!(out, "- {}", item.flow());
                }
            }
            other => {
                let _ = writeln!(out, " {}", other.flow());
            }
        }
    }
}

fn write_members(members: &[(String, Tree)], depth: usize, out: &mut String) {
    for (key, value) in members {
        out.extend(std::iter::repeat_n("  ", depth));
        let key = plain(key);
        if key.len() > LONGEST_KEY {
            let _ = writeln!(out, "? {key}");
            out.extend(std::iter::repeat_n("  ", depth));
        } else {
            out.push_str(&key);
        }
        out.push(':');
        value.write_block(depth + 1, out);
    }
}

/// Whether text of several lines can stand as it is.
fn is_block(text: &str) -> bool {
    let is_visible = |letter: char| letter == '\n' || !letter.is_control();
    text.trim_end_matches('\n').contains('\n')
        && !text.ends_with("\n\n")
        && !text.starts_with([' ', '\n'])
        && text.chars().all(|letter| is_visible(letter) && letter != '\u{feff}' && !is_line_break(letter))
        && text.lines().all(|line| !line.ends_with(' ') && !line.ends_with('\r'))
}

/// Breaks of lines that YAML 1.1 knew and 1.2 doesn't: readers disagree about them.
fn is_line_break(letter: char) -> bool {
    matches!(letter, '\u{85}' | '\u{2028}' | '\u{2029}')
}

/// Text without quotes where no reader could take it for anything else.
fn plain(text: &str) -> String {
    const WORDS: [&str; 9] = ["true", "false", "null", "yes", "no", "on", "off", "y", "n"];
    let mut letters = text.chars();
    let starts_well =
        letters.next().is_some_and(|first| first.is_ascii_alphabetic() || matches!(first, '/' | '$' | '_'));
    let is_plain = |letter: char| letter.is_ascii_alphanumeric() || "_-./$+ ".contains(letter);
    if starts_well
        && letters.all(is_plain)
        // `[a -]` is read by some and refused by others.
        && !text.ends_with([' ', '-'])
        && !WORDS.contains(&text.to_ascii_lowercase().as_str())
    {
        return text.to_owned();
    }
    quoted(text)
}

/// JSON text, which is YAML as well.
fn quoted(text: &str) -> String {
    Value::from(text).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_yaml_would_take_for_something_else_is_quoted() {
        for (text, expected) in [
            ("Thing", "Thing"),
            ("/things/one", "/things/one"),
            ("/things/{id}", "\"/things/{id}\""),
            ("yes", "\"yes\""),
            ("200", "\"200\""),
            ("3.1.0", "\"3.1.0\""),
            ("a: b", "\"a: b\""),
            ("a #b", "\"a #b\""),
            ("", "\"\""),
            ("a ", "\"a \""),
            ("- a", "\"- a\""),
            ("a -", "\"a -\""),
            ("a\"b", "\"a\\\"b\""),
        ] {
            assert_eq!(plain(text), expected);
        }
    }

    #[test]
    fn short_values_take_a_line_and_long_ones_a_block() {
        let long = "a word and another ".repeat(6);
        let tree = Tree::object()
            .with("short", Tree::object().with("type", Tree::text("string")).with("max", Tree::raw(3_u64)))
            .with("words", Tree::text("One line.\n\n  - another\n"))
            .with(
                "long",
                Tree::object().with("text", Tree::text(long.trim())).with("of", Tree::List(vec![])),
            );
        let expected = format!(
            "short: {{type: string, max: 3}}\nwords: |\n  One line.\n\n    - another\nlong:\n  text: {}\n  of: []\n",
            long.trim()
        );
        assert_eq!(tree.to_yaml(), expected);
    }

    #[test]
    fn a_long_key_says_that_it_is_one() {
        let key = "k".repeat(1100);
        let inside = Tree::object().with(&key, Tree::raw(1_u64));
        let tree = Tree::object().with(&key, Tree::List(vec![inside]));
        assert_eq!(tree.to_yaml(), format!("? {key}\n:\n  - {{? {key} : 1}}\n"));
    }

    #[test]
    fn members_keep_their_order_in_json() {
        let tree = Tree::object().with("b", Tree::json("[1,{\"x\":null}]")).with("a", Tree::text("\n"));
        assert_eq!(
            tree.to_json(),
            "{\n  \"b\": [\n    1,\n    {\n      \"x\": null\n    }\n  ],\n  \"a\": \"\\n\"\n}\n"
        );
    }
}
