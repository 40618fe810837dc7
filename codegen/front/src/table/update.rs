//! Updates and checks: what they set, what they add, what must hold before.

use std::collections::BTreeMap;

use stipule_ir::table::{Add, Condition, Entity, EntityId, FieldRef, SegmentKind, Table, WriteKind};
use stipule_ir::{Diagnostic, Diagnostics, Name, Span, Spanned, TypeId};

use super::compare::{self, Argument};
use super::known::Surroundings;
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

    fn field_name(&self, entity: &Entity, field: FieldRef) -> &str {
        &self.around.fields(entity.ty)[field.0 as usize].name.wire
    }
}

/// `expect: version`: said or not, a versioned entity is always checked; `TBL016` for one without versions.
pub(super) fn expect_version(
    shape: &mut Shape<'_>,
    entity: Option<EntityId>,
    context: &Context<'_>,
    diagnostics: &mut Diagnostics,
) {
    let expected = shape.choice("expect", &[("version", ())], diagnostics);
    let (Some(expected), Some(entity)) = (expected, entity) else { return };
    let entity = context.entity(entity);
    if !entity.version {
        let message = format!("`{}` has no version to expect", entity.name);
        let fault = Diagnostic::error("TBL016", &expected.span, message)
            .related(&entity.span, "declared without `version: true`")
            .help("give the entity `version: true`, or leave `expect` out");
        diagnostics.push(fault);
    }
}

/// `{update: Order, set: [status], add: {paid: amount}, if: "…", else: Name}`.
pub(super) fn update(
    shape: &mut Shape<'_>,
    id: Option<EntityId>,
    context: &Context<'_>,
    diagnostics: &mut Diagnostics,
) -> Option<WriteKind> {
    expect_version(shape, id, context, diagnostics);
    let set = shape.texts("set", diagnostics).unwrap_or_default();
    let add = shape.mapping("add", diagnostics).unwrap_or_default();
    let condition = shape.text("if", diagnostics);
    let id = id?;
    let entity = context.entity(id);
    if set.is_empty() && add.is_empty() {
        let message = format!("this update of `{}` changes nothing", entity.name);
        let help = "name fields to `set` or counters to `add` to, or use `check` to require a condition";
        diagnostics.push(Diagnostic::error("TBL026", &context.name.span, message).help(help));
    }
    let mut fields: Vec<Spanned<FieldRef>> = Vec::new();
    for name in set {
        let Some(field) = context.around.field(entity.ty, &name, diagnostics) else { continue };
        if let Some(before) = fields.iter().find(|before| before.value == field) {
            diagnostics.push(twice(&name.value, &name.span, &before.span));
        } else if may_be_set(entity, field, &name, diagnostics) {
            fields.push(Spanned::new(field, name.span));
        }
    }
    let mut adds = Vec::new();
    let mut arguments = Vec::new();
    for entry in add {
        if let Some((add, argument)) = addition(entry, entity, context, diagnostics) {
            adds.push(add);
            arguments.push(argument);
        }
    }
    let condition =
        condition.map(|text| compare::lower(&text, entity.ty, context.around, &mut arguments, diagnostics));
    judge_arguments(&arguments, entity, &fields, context, diagnostics);
    let condition = match condition {
        Some(found) => Some(found?),
        None => None,
    };
    let set = fields.into_iter().map(|field| field.value).collect();
    Some(WriteKind::Update { entity: id, set, add: adds, condition })
}

/// `{check: Order, if: "…"}`.
pub(super) fn check(
    shape: &mut Shape<'_>,
    id: Option<EntityId>,
    context: &Context<'_>,
    diagnostics: &mut Diagnostics,
) -> Option<WriteKind> {
    expect_version(shape, id, context, diagnostics);
    let condition = shape.text("if", diagnostics);
    let id = id?;
    let entity = context.entity(id);
    let mut arguments = Vec::new();
    let condition: Option<Condition> = match condition {
        Some(text) => Some(compare::lower(&text, entity.ty, context.around, &mut arguments, diagnostics)?),
        None => None,
    };
    judge_arguments(&arguments, entity, &[], context, diagnostics);
    Some(WriteKind::Check { entity: id, condition })
}

fn twice(name: &str, span: &Span, first: &Span) -> Diagnostic {
    Diagnostic::error("TBL010", span, format!("`{name}` is named twice")).related(first, "first here")
}

/// `TBL017`: a key says which item it is, an immutable field was promised to stay, a counter is only added to.
fn may_be_set(
    entity: &Entity,
    field: FieldRef,
    name: &Spanned<String>,
    diagnostics: &mut Diagnostics,
) -> bool {
    let in_key = entity.key.pk.iter().chain(&entity.key.sk).find(|part| match part.kind {
        SegmentKind::Field { field: part, .. } | SegmentKind::Shard { field: part, .. } => part == field,
        SegmentKind::Literal(_) => false,
    });
    let declared = |list: &[Spanned<FieldRef>]| {
        list.iter().find(|declared| declared.value == field).map(|declared| declared.span.clone())
    };
    let (why, span, help) = if let Some(part) = in_key {
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

/// `reserved: qty` adds the argument `qty`, `reserved: -qty` takes it away.
fn addition(
    entry: &Entry,
    entity: &Entity,
    context: &Context<'_>,
    diagnostics: &mut Diagnostics,
) -> Option<(Add, Argument)> {
    let argument = expect_text(&entry.value, &entry.key.value, diagnostics);
    let field = context.around.field(entity.ty, &entry.key, diagnostics)?;
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
    let ty = context.around.fields(entity.ty)[field.0 as usize].ty;
    let name = Name::new(name, argument.span.clone());
    let used = Argument { name: name.clone(), ty, span: argument.span };
    Some((Add { field, argument: name, negative }, used))
}

/// `TBL025`: in the generated arguments each name means one thing.
fn judge_arguments(
    arguments: &[Argument],
    entity: &Entity,
    set: &[Spanned<FieldRef>],
    context: &Context<'_>,
    diagnostics: &mut Diagnostics,
) {
    let mut fields: BTreeMap<String, Span> = BTreeMap::new();
    for field in set {
        let name = Name::new(context.field_name(entity, field.value), field.span.clone());
        fields.insert(name.field(), field.span.clone());
    }
    for part in entity.key.pk.iter().chain(&entity.key.sk) {
        if let SegmentKind::Field { field, .. } = part.kind {
            let name = Name::new(context.field_name(entity, field), part.span.clone());
            fields.insert(name.field(), part.span.clone());
        }
    }
    let mut first: BTreeMap<String, &Argument> = BTreeMap::new();
    for argument in arguments {
        let form = argument.name.field();
        let message = format!("the argument `{}` would mean two things", argument.name);
        if let Some(field) = fields.get(&form) {
            let fault = Diagnostic::error("TBL025", &argument.span, message)
                .related(field, "the value of this field is an argument of the same name")
                .help("give the argument a name of its own");
            diagnostics.push(fault);
        } else if let Some(before) = first.get(&form) {
            if !same_type(before.ty, argument.ty, context.around) {
                let fault = Diagnostic::error("TBL025", &argument.span, message)
                    .related(&before.span, "here it has another type")
                    .help("give one of them a name of its own");
                diagnostics.push(fault);
            }
        } else {
            first.insert(form, argument);
        }
    }
}

fn same_type(one: TypeId, other: TypeId, around: &Surroundings<'_>) -> bool {
    let declared = |ty: TypeId| around.types.get(ty).declaration.is_some();
    one == other
        || (around.scalar(one).is_some()
            && around.scalar(one) == around.scalar(other)
            && !declared(one)
            && !declared(other))
}
