//! Reading a mapping with a known set of keys: our own formats, OpenAPI objects, extension objects.
//!
//! Getters take what they name, report what doesn't fit and remember which keys exist; [`Shape::finish`] reports
//! the keys that nobody asked for.

use stipule_ir::{Diagnostic, Diagnostics, Span, Spanned};

use crate::reader::{Entry, Node};
use crate::suggest;

/// A mapping being read.
#[derive(Debug)]
pub struct Shape<'n> {
    node: &'n Node,
    entries: &'n [Entry],
    /// What the mapping is, for messages: `an operation`.
    what: &'static str,
    /// Where messages about the whole mapping point: its key if it has one.
    place: Span,
    /// Keys that somebody asked for.
    known: Vec<&'static str>,
    /// Keys that somebody asked for only to refuse them: never proposed.
    refused: Vec<&'static str>,
}

impl<'n> Shape<'n> {
    /// Starts reading `node` as `what` (with its article: `an operation`). `None`, with `SYN020`, if it isn't a
    /// mapping.
    pub fn of(node: &'n Node, what: &'static str, diagnostics: &mut Diagnostics) -> Option<Self> {
        let Some(entries) = node.entries() else {
            wrong_kind(&node.span, what, "a mapping", node, diagnostics);
            return None;
        };
        Some(Self {
            node,
            entries,
            what,
            place: beginning(&node.span),
            known: Vec::new(),
            refused: Vec::new(),
        })
    }

    /// As [`of`](Self::of) for the value of a key, so that messages about the whole point at the key.
    pub fn under(entry: &'n Entry, what: &'static str, diagnostics: &mut Diagnostics) -> Option<Self> {
        let mut shape = Self::of(&entry.value, what, diagnostics)?;
        shape.place = entry.key.span.clone();
        Some(shape)
    }

    /// The mapping itself.
    pub fn node(&self) -> &'n Node {
        self.node
    }

    /// Where the mapping is: its key if it has one, else its first byte.
    pub fn place(&self) -> &Span {
        &self.place
    }

    /// Marks a key as known without reading it.
    pub fn know(&mut self, key: &'static str) {
        self.known.push(key);
    }

    /// A key with its value, if it is there.
    pub fn entry(&mut self, key: &'static str) -> Option<&'n Entry> {
        self.known.push(key);
        self.entries.iter().find(|entry| entry.key.value == key)
    }

    /// A key that is not supported yet, if it is there: the caller says so, and it is proposed to nobody.
    pub fn refused(&mut self, key: &'static str) -> Option<&'n Entry> {
        self.refused.push(key);
        self.entries.iter().find(|entry| entry.key.value == key)
    }

    /// The value of a key, if it is there.
    pub fn get(&mut self, key: &'static str) -> Option<&'n Node> {
        self.entry(key).map(|entry| &entry.value)
    }

    /// A key that must be there; `SYN021` otherwise.
    pub fn required(&mut self, key: &'static str, diagnostics: &mut Diagnostics) -> Option<&'n Entry> {
        let entry = self.entry(key);
        if entry.is_none() {
            let message = format!("{} needs `{key}`", self.what);
            let mut missing = Diagnostic::error("SYN021", &self.place, message);
            let keys = self.entries.iter().map(|entry| entry.key.value.as_str());
            if let Some(near) = suggest::nearest(key, keys) {
                missing = missing.help(format!("`{near}` is there: did you mean `{key}`?"));
            }
            diagnostics.push(missing);
        }
        entry
    }

    /// Text, if the key is there; `SYN020` for anything else.
    pub fn text(&mut self, key: &'static str, diagnostics: &mut Diagnostics) -> Option<Spanned<String>> {
        let node = self.get(key)?;
        expect_text(node, key, diagnostics)
    }

    /// Text that must be there and not be empty.
    pub fn required_text(
        &mut self,
        key: &'static str,
        diagnostics: &mut Diagnostics,
    ) -> Option<Spanned<String>> {
        let entry = self.required(key, diagnostics)?;
        let text = expect_text(&entry.value, key, diagnostics)?;
        if text.value.trim().is_empty() {
            let message = format!("`{key}` of {} must not be empty", self.what);
            diagnostics.push(Diagnostic::error("SYN023", &text.span, message));
            return None;
        }
        Some(text)
    }

    /// `true` or `false`, if the key is there.
    pub fn boolean(&mut self, key: &'static str, diagnostics: &mut Diagnostics) -> Option<Spanned<bool>> {
        let node = self.get(key)?;
        let value = node.as_bool();
        if value.is_none() {
            wrong_kind(&node.span, &format!("`{key}`"), "`true` or `false`", node, diagnostics);
        }
        value.map(|value| Spanned::new(value, node.span.clone()))
    }

    /// A whole number from 0, if the key is there.
    pub fn whole(&mut self, key: &'static str, diagnostics: &mut Diagnostics) -> Option<Spanned<u64>> {
        let node = self.get(key)?;
        let value = node.as_u64();
        if value.is_none() {
            wrong_kind(&node.span, &format!("`{key}`"), "a whole number from 0", node, diagnostics);
        }
        value.map(|value| Spanned::new(value, node.span.clone()))
    }

    /// A whole number from `least` to `most`, if the key is there; `SYN023` for one outside.
    pub fn whole_within(
        &mut self,
        key: &'static str,
        least: u32,
        most: u32,
        diagnostics: &mut Diagnostics,
    ) -> Option<Spanned<u32>> {
        let found = self.whole(key, diagnostics)?;
        let value = u32::try_from(found.value).ok().filter(|value| (least..=most).contains(value));
        if value.is_none() {
            let message = format!("`{key}` must be from {least} to {most}, not {}", found.value);
            diagnostics.push(Diagnostic::error("SYN023", &found.span, message));
        }
        value.map(|value| Spanned::new(value, found.span))
    }

    /// The items of a list, if the key is there.
    pub fn list(&mut self, key: &'static str, diagnostics: &mut Diagnostics) -> Option<&'n [Node]> {
        let node = self.get(key)?;
        let items = node.items();
        if items.is_none() {
            wrong_kind(&node.span, &format!("`{key}`"), "a list", node, diagnostics);
        }
        items
    }

    /// The texts of a list, if the key is there; items of other kinds are reported and left out.
    pub fn texts(
        &mut self,
        key: &'static str,
        diagnostics: &mut Diagnostics,
    ) -> Option<Vec<Spanned<String>>> {
        let items = self.list(key, diagnostics)?;
        Some(items.iter().filter_map(|item| expect_text(item, key, diagnostics)).collect())
    }

    /// The entries of a mapping, if the key is there.
    pub fn mapping(&mut self, key: &'static str, diagnostics: &mut Diagnostics) -> Option<&'n [Entry]> {
        let node = self.get(key)?;
        let entries = node.entries();
        if entries.is_none() {
            wrong_kind(&node.span, &format!("`{key}`"), "a mapping", node, diagnostics);
        }
        entries
    }

    /// One of several words, if the key is there; `SYN023` with the valid ones otherwise.
    pub fn choice<T: Clone>(
        &mut self,
        key: &'static str,
        choices: &[(&'static str, T)],
        diagnostics: &mut Diagnostics,
    ) -> Option<Spanned<T>> {
        let text = self.text(key, diagnostics)?;
        let found = choices.iter().find(|(word, _)| *word == text.value);
        if found.is_none() {
            let words: Vec<&str> = choices.iter().map(|(word, _)| *word).collect();
            let message = format!("`{}` is not a value of `{key}`", text.value);
            let help = suggest::help(&text.value, &words);
            diagnostics.push(Diagnostic::error("SYN023", &text.span, message).help(help));
        }
        found.map(|(_, value)| Spanned::new(value.clone(), text.span))
    }

    /// Reports every key that nobody asked for (`SYN022`), with the nearest valid one.
    pub fn finish(self, diagnostics: &mut Diagnostics) {
        self.finish_except(|_| false, diagnostics);
    }

    /// As [`finish`](Self::finish), passing over the keys that `allowed` says yes to (extensions of others).
    pub fn finish_except(self, allowed: impl Fn(&str) -> bool, diagnostics: &mut Diagnostics) {
        #[cfg(test)]
        asked::note(self.what, &self.known);
        for entry in self.entries {
            let key = entry.key.value.as_str();
            if self.known.contains(&key) || self.refused.contains(&key) || allowed(key) {
                continue;
            }
            let message = format!("`{key}` is not a key of {}", self.what);
            let unknown = Diagnostic::error("SYN022", &entry.key.span, message);
            diagnostics.push(unknown.help(suggest::help(key, &self.known)));
        }
    }
}

/// The text of a node that must be text; `SYN020` naming `key` otherwise.
pub fn expect_text(node: &Node, key: &str, diagnostics: &mut Diagnostics) -> Option<Spanned<String>> {
    let text = node.as_str();
    if text.is_none() {
        wrong_kind(&node.span, &format!("`{key}`"), "text", node, diagnostics);
    }
    text.map(|text| Spanned::new(text.to_owned(), node.span.clone()))
}

/// `SYN020`: `what` must be `expected`, but `node` is of another kind.
pub fn wrong_kind(span: &Span, what: &str, expected: &str, node: &Node, diagnostics: &mut Diagnostics) {
    let message = format!("{what} must be {expected}, not {}", node.kind());
    let mut fault = Diagnostic::error("SYN020", span, message);
    if let (Some("yes" | "no" | "on" | "off"), true) = (node.as_str(), expected.contains("true")) {
        fault = fault.help("YAML 1.2 has only `true` and `false`");
    } else if expected == "text" && matches!(node.kind(), "a number" | "a boolean" | "null") {
        fault = fault.help(format!("quote it: \"{}\"", node.to_json()));
    }
    diagnostics.push(fault);
}

/// The first byte of a span: a message about a whole mapping shouldn't underline all of it.
fn beginning(span: &Span) -> Span {
    Span { end: span.start, ..span.clone() }
}

/// The keys that readers ask for, so that a test can hold the published schemas against them.
#[cfg(test)]
pub(crate) mod asked {
    use std::cell::RefCell;
    use std::collections::{BTreeMap, BTreeSet};

    type Keys = BTreeMap<&'static str, BTreeSet<&'static str>>;

    thread_local! {
        static ASKED: RefCell<Keys> = const { RefCell::new(BTreeMap::new()) };
    }

    pub(super) fn note(what: &'static str, keys: &[&'static str]) {
        ASKED.with_borrow_mut(|asked| asked.entry(what).or_default().extend(keys));
    }

    /// By what was read, all keys asked for on this thread so far.
    pub(crate) fn keys() -> Keys {
        ASKED.with_borrow(Clone::clone)
    }
}
