//! Updates and upserts: which fields they set, add to and remove.

use stipule_ir::table::{
    Add, Changes, Entity, EntityId, FieldRef, Form, Segment, SegmentKind, Table, WriteKind,
};
use stipule_ir::{Diagnostic, Diagnostics, Name, Span, Spanned};

use super::condition::{self, Used};
use super::known::Surroundings;
use super::{argument, demand};
use crate::reader::Entry;
use crate::shape::{Shape, expect_text};

/// What an operation is about.
pub(super) struct Context<'c> {
    pub(super) table: &'c Table,
    pub(super) around: &'c Surroundings<'c>,
    /// The entity's name in the operation.
    pub(super) name: &'c Spanned<String>,
}

impl Context<'_> {
    pub(super) fn entity(&self, id: EntityId) -> &Entity {
        &self.table.entities[id.0 as usize]
    }
}

/// `{update: Order, set: [status], add: {paid: amount}, remove: [note], if: "…", else: Name}`.
pub(super) fn update(
    shape: &mut Shape<'_>,
    id: Option<EntityId>,
    context: &Context<'_>,
    diagnostics: &mut Diagnostics,
) -> Option<WriteKind> {
    demand::expect_version(shape, id, context, diagnostics);
    let said = Said::read(shape, diagnostics);
    let condition = shape.text("if", diagnostics);
    let id = id?;
    let entity = context.entity(id);
    let mut found = Found::new(entity, context, How::Set);
    let changes = found.changes(said, diagnostics);
    found.must_be_optional(&changes, diagnostics);
    let condition = condition
        .map(|text| condition::lower(&text, entity.ty, context.around, &mut found.arguments, diagnostics));
    argument::judge(&found.arguments, entity, &found.given, context.around, diagnostics);
    let condition = match condition {
        Some(found) => Some(Box::new(found?)),
        None => None,
    };
    Some(WriteKind::Update { entity: id, changes, condition })
}

/// `{upsert: Stock, add: {onHand: came}, set_if_absent: [createdAt]}`.
pub(super) fn upsert(
    shape: &mut Shape<'_>,
    id: Option<EntityId>,
    context: &Context<'_>,
    diagnostics: &mut Diagnostics,
) -> Option<WriteKind> {
    let said = Said::read(shape, diagnostics);
    if let Some(condition) = shape.refused("if") {
        let message = "an upsert has no condition: it changes the item or makes it";
        let help = "say `update` for an item that must be there, `put` for one that must not";
        diagnostics.push(Diagnostic::error("TBL016", &condition.key.span, message).help(help));
    }
    let id = id?;
    let entity = context.entity(id);
    if entity.version {
        let message = format!("`{}` has versions, and an upsert checks none", entity.name);
        let help = "read the item and `update` it, or `put` it with `if: absent`";
        let fault = Diagnostic::error("TBL016", &context.name.span, message);
        diagnostics.push(fault.related(&entity.span, "declared with `version: true`").help(help));
    }
    if let Some(unique) = entity.unique.first() {
        let message =
            format!("`{}` has unique values, and an upsert doesn't know whose it replaces", entity.name);
        let help = "read the item and `update` it, or `put` it with `if: absent`";
        let fault = Diagnostic::error("TBL016", &context.name.span, message);
        diagnostics.push(fault.related(&unique.span, "declared here").help(help));
    }
    let mut found = Found::new(entity, context, How::Kept);
    let changes = found.changes(said, diagnostics);
    found.must_be_whole(&changes, diagnostics);
    argument::judge(&found.arguments, entity, &found.given, context.around, diagnostics);
    Some(WriteKind::Upsert { entity: id, changes })
}

/// The lists of an update as they are written.
struct Said<'n> {
    set: Vec<Spanned<String>>,
    set_if_absent: Vec<Spanned<String>>,
    add: &'n [Entry],
    remove: Vec<Spanned<String>>,
}

impl<'n> Said<'n> {
    fn read(shape: &mut Shape<'n>, diagnostics: &mut Diagnostics) -> Self {
        Self {
            set: shape.texts("set", diagnostics).unwrap_or_default(),
            set_if_absent: shape.texts("set_if_absent", diagnostics).unwrap_or_default(),
            add: shape.mapping("add", diagnostics).unwrap_or_default(),
            remove: shape.texts("remove", diagnostics).unwrap_or_default(),
        }
    }
}

/// How a field changes.
#[derive(Clone, Copy, PartialEq, Eq)]
enum How {
    Set,
    Removed,
    /// Given to a new item, and kept by one that is there.
    Kept,
}

/// What was found while reading them.
struct Found<'c> {
    entity: &'c Entity,
    context: &'c Context<'c>,
    /// What `set_if_absent` does: an update changes an item that is there.
    once: How,
    /// Fields whose values are arguments.
    given: Vec<Spanned<FieldRef>>,
    /// Every field named so far.
    named: Vec<Spanned<FieldRef>>,
    arguments: Vec<Used>,
}

impl<'c> Found<'c> {
    fn new(entity: &'c Entity, context: &'c Context<'c>, once: How) -> Self {
        Self { entity, context, once, given: Vec::new(), named: Vec::new(), arguments: Vec::new() }
    }

    fn changes(&mut self, said: Said<'_>, diagnostics: &mut Diagnostics) -> Changes {
        let nothing = said.set.len() + said.set_if_absent.len() + said.add.len() + said.remove.len() == 0;
        if nothing {
            let message = format!("this changes nothing of `{}`", self.entity.name);
            let help = "name fields to `set` or counters to `add` to, or use `check` to require a condition";
            diagnostics.push(Diagnostic::error("TBL026", &self.context.name.span, message).help(help));
        }
        let set = self.fields(said.set, How::Set, diagnostics);
        let set_if_absent = self.fields(said.set_if_absent, self.once, diagnostics);
        let remove = self.fields(said.remove, How::Removed, diagnostics);
        let add = said.add.iter().filter_map(|entry| self.addition(entry, diagnostics)).collect();
        Changes { set, set_if_absent, add, remove }
    }

    fn fields(
        &mut self,
        names: Vec<Spanned<String>>,
        how: How,
        diagnostics: &mut Diagnostics,
    ) -> Vec<FieldRef> {
        let mut found = Vec::new();
        for name in names {
            let Some(field) = self.context.around.field(self.entity.ty, &name, diagnostics) else { continue };
            if let Some(before) = self.named.iter().find(|before| before.value == field) {
                let message = format!("`{}` is named twice", name.value);
                let fault = Diagnostic::error("TBL010", &name.span, message);
                diagnostics.push(fault.related(&before.span, "first here"));
                continue;
            }
            self.named.push(Spanned::new(field, name.span.clone()));
            if may_be_set(self.entity, field, &name, how, diagnostics) {
                if how != How::Removed {
                    self.given.push(Spanned::new(field, name.span));
                }
                found.push(field);
            }
        }
        found
    }

    /// `reserved: qty` adds the argument `qty`, `reserved: -qty` takes it away.
    fn addition(&mut self, entry: &Entry, diagnostics: &mut Diagnostics) -> Option<Add> {
        let argument = expect_text(&entry.value, &entry.key.value, diagnostics);
        let entity = self.entity;
        let field = self.context.around.field(entity.ty, &entry.key, diagnostics)?;
        if !entity.counters.iter().any(|counter| counter.value == field) {
            let message = format!("`{}` is not a counter", entry.key.value);
            let fault = Diagnostic::error("TBL017", &entry.key.span, message)
                .related(&entity.span, "of this entity")
                .help(format!("declare it: `counters: [{}]`", entry.key.value));
            diagnostics.push(fault);
        }
        let argument = argument?;
        let (negative, name) = match argument.value.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, argument.value.as_str()),
        };
        let good = name.starts_with(|first: char| first.is_ascii_alphabetic())
            && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
        if !good {
            let message = format!("`{}` is not the name of an argument", argument.value);
            let help = format!("`{}: qty` adds the argument `qty`, `-qty` takes it away", entry.key.value);
            diagnostics.push(Diagnostic::error("TBL025", &argument.span, message).help(help));
            return None;
        }
        let name = Name::new(name, argument.span.clone());
        let span = argument.span;
        self.arguments.push(Used { name: name.clone(), form: Form::Integer, list: false, span });
        Some(Add { field, argument: name, negative })
    }

    /// `TBL017`: what every item has is neither set where it is absent nor removed.
    fn must_be_optional(&self, changes: &Changes, diagnostics: &mut Diagnostics) {
        for field in &changes.set_if_absent {
            let declared = self.declared(*field);
            if declared.required || declared.default.is_some() {
                let message = format!("`{}` is always there", declared.name);
                let help = "no item is without it: `set` replaces what it has";
                self.refuse(*field, message, &declared.span, help, diagnostics);
            }
        }
        self.may_be_removed(changes, diagnostics);
    }

    fn may_be_removed(&self, changes: &Changes, diagnostics: &mut Diagnostics) {
        for field in &changes.remove {
            let declared = self.declared(*field);
            if declared.required {
                let message = format!("`{}` can't be removed: it is required", declared.name);
                let help = "an item without it couldn't be read any more";
                self.refuse(*field, message, &declared.span, help, diagnostics);
            } else if declared.default.is_some() {
                let message = format!("`{}` can't be removed: it has a default", declared.name);
                self.refuse(*field, message, &declared.span, "`set` it to that", diagnostics);
            }
        }
    }

    /// `TBL050`: an upsert may have to make the item, and knows no more than it says.
    fn must_be_whole(&self, changes: &Changes, diagnostics: &mut Diagnostics) {
        self.may_be_removed(changes, diagnostics);
        let entity = self.entity;
        let fields = (0u32..).map(FieldRef).zip(self.context.around.fields(entity.ty));
        let missing: Vec<String> = fields
            .filter(|(_, declared)| declared.required)
            .filter(|(field, _)| key_part(entity, *field).is_none() && !changes.touches(*field))
            // What is named and refused has a fault of its own.
            .filter(|(field, _)| !self.named.iter().any(|named| named.value == *field))
            .map(|(_, declared)| format!("`{}`", declared.name))
            .collect();
        if missing.is_empty() {
            return;
        }
        let (message, it) = match missing.as_slice() {
            [one] => (format!("a new `{}` would lack {one}", entity.name), "it"),
            many => (format!("a new `{}` would lack {}", entity.name, many.join(", ")), "them"),
        };
        let fault = Diagnostic::error("TBL050", &self.context.name.span, message)
            .related(&entity.span, "its schema requires it")
            .help(format!("say {it} in `set`, or in `set_if_absent` if an item that is there keeps its own"));
        diagnostics.push(fault);
    }

    fn declared(&self, field: FieldRef) -> &stipule_ir::types::Field {
        &self.context.around.fields(self.entity.ty)[field.0 as usize]
    }

    fn refuse(
        &self,
        field: FieldRef,
        message: String,
        declared: &Span,
        help: &str,
        diagnostics: &mut Diagnostics,
    ) {
        let named = self.named.iter().find(|named| named.value == field);
        let span = named.map_or(&self.context.name.span, |named| &named.span);
        diagnostics
            .push(Diagnostic::error("TBL017", span, message).related(declared, "declared here").help(help));
    }
}

/// `TBL017`: a key says which item it is, an immutable field was promised to stay, a counter is only added to.
fn may_be_set(
    entity: &Entity,
    field: FieldRef,
    name: &Spanned<String>,
    how: How,
    diagnostics: &mut Diagnostics,
) -> bool {
    let declared = |list: &[Spanned<FieldRef>]| {
        let declared = list.iter().find(|declared| declared.value == field && how != How::Kept);
        declared.map(|declared| declared.span.clone())
    };
    let (why, span, help) = if let Some(part) = key_part(entity, field) {
        (
            "part of the key",
            part.span.clone(),
            "another key is another item: `delete` this one and `put` that",
        )
    } else if let Some(span) = declared(&entity.immutable) {
        ("immutable", span, "leave it out, or take it from `immutable`")
    } else if let Some(span) = declared(&entity.counters) {
        ("a counter", span, "two writers would undo each other: use `add`")
    } else {
        return true;
    };
    let message = format!("`{}` can't be set: it is {why}", name.value);
    diagnostics.push(Diagnostic::error("TBL017", &name.span, message).related(&span, "said here").help(help));
    false
}

/// The segment of the key that a field is in.
fn key_part(entity: &Entity, field: FieldRef) -> Option<&Segment> {
    entity.key.pk.iter().chain(&entity.key.sk).find(|part| match part.kind {
        SegmentKind::Field { field: part, .. } | SegmentKind::Shard { field: part, .. } => part == field,
        SegmentKind::Literal(_) => false,
    })
}
