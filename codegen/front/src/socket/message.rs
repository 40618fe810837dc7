//! Messages of a document: declared once, and told on channels.

use std::collections::BTreeSet;

use stipule_ir::socket::Message;
use stipule_ir::types::Docs;
use stipule_ir::{Diagnostic, Diagnostics, Name, TypeKind};

use super::{RATE, Surroundings};
use crate::rate::rate;
use crate::reader::{Entry, Node};
use crate::shape::Shape;
use crate::suggest;

/// Where messages are declared.
const PLACE: &str = "#/components/messages/";

/// The messages of a document.
pub(super) struct Messages<'n> {
    entries: &'n [Entry],
    /// By entry; none for one at fault.
    read: Vec<Option<Message>>,
    told: BTreeSet<&'n str>,
}

impl<'n> Messages<'n> {
    pub(super) fn new(
        entries: &'n [Entry],
        around: &Surroundings<'_>,
        diagnostics: &mut Diagnostics,
    ) -> Self {
        let read: Vec<_> = entries.iter().map(|entry| message(entry, around, diagnostics)).collect();
        let mut names: Vec<&Name> = Vec::new();
        for name in read.iter().flatten().map(|it| &it.name) {
            if let Some(first) = names.iter().find(|known| known.wire == name.wire) {
                let message = format!("two messages are called `{name}`");
                let fault = Diagnostic::error("SOC008", &name.span, message);
                diagnostics.push(fault.related(&first.span, "the first"));
            }
            names.push(name);
        }
        Self { entries, read, told: BTreeSet::new() }
    }

    /// The message that a channel refers to; `SOC009` for one that isn't there.
    pub(super) fn refer(&mut self, told: &Entry, diagnostics: &mut Diagnostics) -> Option<Message> {
        let mut shape = Shape::under(told, "a message of a channel", diagnostics)?;
        let reference = shape.required_text("$ref", diagnostics);
        shape.finish(diagnostics);
        let reference = reference?;
        let name = reference.value.strip_prefix(PLACE).unwrap_or(&reference.value);
        let Some(at) = self.entries.iter().position(|entry| entry.key.value == name) else {
            let known: Vec<&str> = self.entries.iter().map(|entry| entry.key.value.as_str()).collect();
            let message = format!("there is no message `{name}`");
            let help = suggest::help(name, &known);
            diagnostics.push(Diagnostic::error("SOC009", &reference.span, message).help(help));
            return None;
        };
        self.told.insert(self.entries[at].key.value.as_str());
        self.read[at].clone()
    }

    /// `SOC009`: a message that is told nowhere.
    pub(super) fn refuse_idle(&self, diagnostics: &mut Diagnostics) {
        for entry in self.entries.iter().filter(|entry| !self.told.contains(entry.key.value.as_str())) {
            let message = format!("no channel tells `{}`", entry.key.value);
            let fault = Diagnostic::error("SOC009", &entry.key.span, message);
            diagnostics.push(fault.help("name it under the `messages` of a channel"));
        }
    }
}

fn message(entry: &Entry, around: &Surroundings<'_>, diagnostics: &mut Diagnostics) -> Option<Message> {
    let mut shape = Shape::under(entry, "a message", diagnostics)?;
    let name = shape.required_text("name", diagnostics);
    let summary = shape.text("summary", diagnostics).map(|text| text.value);
    let description = shape.text("description", diagnostics).map(|text| text.value);
    let payload = shape.required("payload", diagnostics);
    let rate = rate(&mut shape, RATE, "SOC011", diagnostics);
    shape.finish(diagnostics);
    let name = name?;
    let part = |part: &str| {
        part.starts_with(|first: char| first.is_ascii_lowercase())
            && part.chars().all(|letter| letter.is_ascii_lowercase() || letter.is_ascii_digit())
    };
    if !name.value.contains('.') || !name.value.split('.').all(part) {
        let message = format!("`{}` can't be the name of a message", name.value);
        let fault = Diagnostic::error("SOC008", &name.span, message);
        diagnostics.push(fault.help("what it is about and what happened, in small letters: `book.lent`"));
    }
    let payload = payload?;
    if payload.value.get("$ref").and_then(Node::as_str).is_none() {
        let fault = Diagnostic::error("SOC010", &payload.key.span, "a payload refers to a schema");
        diagnostics.push(fault.help("`payload: {$ref: \"#/components/schemas/BookLent\"}`"));
        return None;
    }
    // One that leads nowhere is a fault already.
    let ty = *around.schemas.get(&entry.key.value)?;
    let found = around.types.get(ty);
    if !matches!(found.kind, TypeKind::Struct(_)) && !diagnostics.has_error_within(&found.span) {
        let fault = Diagnostic::error("SOC010", &payload.key.span, "a payload is an object with properties");
        diagnostics.push(fault.related(&found.span, "its type"));
    }
    Some(Message {
        name: Name::new(name.value, name.span),
        payload: ty,
        rate,
        docs: Docs { description: description.or(summary), ..Docs::default() },
        span: entry.key.span.clone(),
    })
}
