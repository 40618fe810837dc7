//! Rust that is laid out while it is written.
//!
//! Most of what is generated repeats a few shapes per field, operation or value. Written through tokens, a syntax tree
//! and a printer, these shapes took four fifths of the time of `stipule generate`; written as lines they take next to
//! none. Debug builds parse every line of them, so that the tests prove it is Rust.

use std::fmt::{Arguments, Write as _};

use proc_macro2::TokenStream;
use stipule_ir::types::Docs;

use super::docs::{doc_lines, doc_lines_and, lines_of};
use super::layout::{self, WIDTH};

/// Items as text.
#[derive(Default)]
pub(crate) struct Text {
    out: String,
}

impl Text {
    /// A line, indented by so many steps of four.
    pub(crate) fn line(&mut self, depth: usize, text: Arguments<'_>) {
        let before = self.out.len();
        self.indent(depth);
        self.out.write_fmt(text).expect("a String takes any text");
        // Nothing but its indentation: a blank line.
        if self.out.len() == before + depth * 4 {
            self.out.truncate(before);
        }
        self.out.push('\n');
    }

    /// A statement or an expression, given as one line: over several if it is too long for one.
    pub(crate) fn code(&mut self, depth: usize, code: &str) {
        layout::write(&mut self.out, depth, code);
    }

    /// A blank line between two items; none before the first of a file or a block.
    pub(crate) fn part(&mut self) {
        if !self.out.is_empty() && !self.out.ends_with("{\n") {
            self.out.push('\n');
        }
    }

    /// Lines that are laid out already.
    pub(crate) fn push(&mut self, lines: &str) {
        self.out.push_str(lines);
    }

    /// `use path::{…};`, its names as many to a line as fit; nothing for no names.
    pub(crate) fn import(&mut self, path: &str, names: &[&str]) {
        self.names(&format!("use {path}::"), names);
    }

    /// As [`import`](Self::import), for everybody.
    pub(crate) fn export(&mut self, path: &str, names: &[&str]) {
        self.names(&format!("pub use {path}::"), names);
    }

    fn names(&mut self, path: &str, names: &[&str]) {
        let joined = names.join(", ");
        match names {
            [] => {}
            [name] => self.line(0, format_args!("{path}{name};")),
            _ if path.len() + joined.len() + "{};".len() <= WIDTH => {
                self.line(0, format_args!("{path}{{{joined}}};"));
            }
            _ => {
                self.line(0, format_args!("{path}{{"));
                let mut line = String::new();
                for name in names {
                    if 4 + line.len() + name.len() + 1 > WIDTH {
                        self.line(1, format_args!("{}", line.trim_end()));
                        line.clear();
                    }
                    line.push_str(name);
                    line.push_str(", ");
                }
                self.line(1, format_args!("{}", line.trim_end()));
                self.line(0, format_args!("}};"));
            }
        }
    }

    /// The words about an item.
    pub(crate) fn docs(&mut self, depth: usize, docs: &Docs) {
        self.out.push_str(&doc_lines(docs, depth * 4));
    }

    /// The words about an item, and what the generator knows better.
    pub(crate) fn docs_and(&mut self, depth: usize, docs: &Docs, note: Option<&str>) {
        self.out.push_str(&doc_lines_and(docs, note, depth * 4));
    }

    /// Words of the generator's own.
    pub(crate) fn doc(&mut self, depth: usize, markdown: &str) {
        self.out.push_str(&lines_of(markdown, depth * 4));
    }

    /// A list between `open` and `close` (which holds all that follows): on one line if that is short enough, else
    /// an item a line. Braces stand apart from their items.
    pub(crate) fn list(&mut self, depth: usize, open: &str, items: &[String], close: &str) {
        let pad = if open.ends_with('{') && !items.is_empty() { " " } else { "" };
        let length: usize = items.iter().map(|item| item.len() + 2).sum();
        let short = depth * 4 + open.len() + length + close.len() + pad.len() * 2 <= WIDTH + 2;
        if short && items.iter().all(|item| !item.contains('\n')) {
            self.line(depth, format_args!("{open}{pad}{}{pad}{close}", items.join(", ")));
            return;
        }
        self.line(depth, format_args!("{open}"));
        for item in items {
            self.line(depth + 1, format_args!("{item},"));
        }
        self.line(depth, format_args!("{close}"));
    }

    fn indent(&mut self, depth: usize) {
        for _ in 0..depth {
            self.out.push_str("    ");
        }
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.out
    }

    pub(crate) fn into_string(self) -> String {
        self.out
    }
}

impl From<String> for Text {
    fn from(out: String) -> Self {
        Self { out }
    }
}

/// Tokens of a type or a path as they are written by hand.
pub(crate) fn tight(tokens: &TokenStream) -> String {
    let mut out = String::new();
    let text = tokens.to_string();
    let mut letters = text.chars().peekable();
    let mut quoted = false;
    while let Some(letter) = letters.next() {
        match letter {
            '"' if !out.ends_with('\\') => {
                quoted = !quoted;
                out.push(letter);
            }
            ' ' if !quoted => {
                // Words stand apart, and so does what follows a comma or stands between braces.
                let before = out.chars().last();
                let after = letters.peek().copied();
                let word = |letter: Option<char>| letter.is_some_and(|it| it.is_alphanumeric() || it == '_');
                let apart = matches!(before, Some(',' | '{')) || after == Some('}') || after == Some('{');
                if apart || (word(before) && word(after)) {
                    out.push(' ');
                }
            }
            letter => out.push(letter),
        }
    }
    out
}

/// An expression as a function without arguments, for a statement at this depth; a long one on a line of its own.
pub(crate) fn function(value: &str, depth: usize) -> String {
    let (outer, inner) = ("    ".repeat(depth), "    ".repeat(depth + 1));
    match value {
        "Default::default()" => "Default::default".to_owned(),
        short if short.len() < 40 => format!("|| {short}"),
        long => format!("|| {{\n{inner}{long}\n{outer}}}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use quote::quote;

    #[test]
    fn types_are_written_as_by_hand() {
        for (tokens, text) in [
            (quote!(Option<Text<1, 80>>), "Option<Text<1, 80>>"),
            (
                quote!(BoundedVec<types::Line, 0, { usize::MAX }>),
                "BoundedVec<types::Line, 0, { usize::MAX }>",
            ),
            (quote!(Vec<(i64, r#type::T,)>), "Vec<(i64, r#type::T,)>"),
            (quote!(Ranged<-5, { i64::MAX }>), "Ranged<-5, { i64::MAX }>"),
            (quote!("a , b".parse().expect("it fits")), "\"a , b\".parse().expect(\"it fits\")"),
        ] {
            assert_eq!(tight(&tokens), text);
        }
    }

    #[test]
    fn short_lists_are_lines_and_long_ones_are_not() {
        let mut text = Text::default();
        text.list(1, "f(", &["a".into(), "b".into()], ")");
        text.list(0, "Some(Self {", &["a".into()], "})");
        text.list(0, "g(", &["x".repeat(50), "y".repeat(50)], ")");
        let [x, y] = ["x".repeat(50), "y".repeat(50)];
        assert_eq!(
            text.into_string(),
            format!("    f(a, b)\nSome(Self {{ a }})\ng(\n    {x},\n    {y},\n)\n")
        );
    }
}
