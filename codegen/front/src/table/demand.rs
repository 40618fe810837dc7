//! What an operation demands of the item that is there: `if: absent`, `if: any`, a condition.

use stipule_ir::table::{Condition, Demand, Entity, EntityId, WriteKind};
use stipule_ir::{Diagnostic, Diagnostics, Span, Spanned};

use super::update::Context;
use super::{argument, condition};
use crate::shape::Shape;
use crate::suggest;

/// `expect: version`, if it is said. A versioned entity that is changed is checked in any case; `TBL016` for one
/// without versions.
pub(super) fn expect_version(
    shape: &mut Shape<'_>,
    entity: Option<EntityId>,
    context: &Context<'_>,
    diagnostics: &mut Diagnostics,
) -> bool {
    let expected = shape.choice("expect", &[("version", ())], diagnostics);
    let (Some(expected), Some(entity)) = (expected, entity) else { return false };
    let entity = context.entity(entity);
    if !entity.version {
        let message = format!("`{}` has no version to expect", entity.name);
        let fault = Diagnostic::error("TBL016", &expected.span, message)
            .related(&entity.span, "declared without `version: true`")
            .help("give the entity `version: true`, or leave `expect` out");
        diagnostics.push(fault);
    }
    entity.version
}

/// `{put: Order, if: absent}`, or `{put: Order}` to replace an item whose version matches.
pub(super) fn put(
    shape: &mut Shape<'_>,
    id: Option<EntityId>,
    context: &Context<'_>,
    diagnostics: &mut Diagnostics,
) -> Option<WriteKind> {
    expect_version(shape, id, context, diagnostics);
    let said = said(shape, &["absent", "any"], id, context, diagnostics);
    let (entity, (demand, span)) = (id?, said?);
    let declared = context.entity(entity);
    match demand {
        Demand::Present(None) if !declared.version => {
            let message =
                format!("`{}` has no version, so nothing guards what a put replaces", declared.name);
            let help = "say `if: absent` to insert, `if: any` to replace whatever is there, or give the entity \
                        `version: true`";
            let fault = Diagnostic::error("TBL016", &context.name.span, message);
            let fault = fault.related(&declared.span, "declared without `version: true`");
            diagnostics.push(fault.help(help));
        }
        Demand::Any => unguarded("replaces", declared, &span, diagnostics),
        Demand::Absent | Demand::Present(_) => {}
    }
    Some(WriteKind::Put { entity, demand })
}

/// `{delete: Order}`, which must be there, `{delete: Order, if: "status = 'DRAFT'"}`, `{delete: Order, if: any}`.
pub(super) fn delete(
    shape: &mut Shape<'_>,
    id: Option<EntityId>,
    context: &Context<'_>,
    diagnostics: &mut Diagnostics,
) -> Option<WriteKind> {
    expect_version(shape, id, context, diagnostics);
    let said = said(shape, &["any"], id, context, diagnostics);
    let (entity, (demand, span)) = (id?, said?);
    let declared = context.entity(entity);
    if let (Demand::Any, Some(unique)) = (&demand, declared.unique.first()) {
        let message = format!("`any` doesn't know which values of `{}` become free", declared.name);
        let fault = Diagnostic::error("TBL016", &span, message)
            .related(&unique.span, "this one is unique")
            .help("leave `if` out: an item with unique values is deleted as it was read");
        diagnostics.push(fault);
    }
    Some(WriteKind::Delete { entity, demand })
}

/// `{check: Order, if: "…"}`, `{check: Ban, if: absent}`.
pub(super) fn check(
    shape: &mut Shape<'_>,
    id: Option<EntityId>,
    context: &Context<'_>,
    diagnostics: &mut Diagnostics,
) -> Option<WriteKind> {
    let current = expect_version(shape, id, context, diagnostics);
    let said = said(shape, &["absent"], id, context, diagnostics);
    let (entity, (demand, span)) = (id?, said?);
    if current && demand == Demand::Absent {
        let message = "what isn't there has no version";
        diagnostics.push(Diagnostic::error("TBL016", &span, message).help("leave `expect` or `if` out"));
    }
    Some(WriteKind::Check { entity, demand, current })
}

/// `TBL016`: what is promised of an item isn't kept by a write that doesn't look at it.
fn unguarded(verb: &str, entity: &Entity, span: &Span, diagnostics: &mut Diagnostics) {
    let (promise, place) = if entity.version {
        ("has versions, and `any` checks none", &entity.span)
    } else if let Some(unique) = entity.unique.first() {
        ("has unique values, and `any` doesn't know which become free", &unique.span)
    } else if let Some(immutable) = entity.immutable.first() {
        ("has fields that never change, and `any` doesn't know what they were", &immutable.span)
    } else {
        return;
    };
    let message = format!("`{}` {promise}", entity.name);
    let fault = Diagnostic::error("TBL016", span, message)
        .related(place, "declared here")
        .help(format!("leave `if` out or say a condition: what {verb} an item has to look at it"));
    diagnostics.push(fault);
}

/// The demand, and where it stands. Without `if`, that the item is there.
fn said(
    shape: &mut Shape<'_>,
    words: &[&str],
    id: Option<EntityId>,
    context: &Context<'_>,
    diagnostics: &mut Diagnostics,
) -> Option<(Demand, Span)> {
    let Some(node) = shape.get("if") else { return Some((Demand::Present(None), context.name.span.clone())) };
    let text = crate::shape::expect_text(node, "if", diagnostics)?;
    let span = text.span.clone();
    let is_word = text.value.bytes().all(|byte| byte.is_ascii_alphabetic());
    if is_word {
        if !words.contains(&text.value.as_str()) {
            let message = format!("`{}` is neither a condition nor a word that `if` takes here", text.value);
            let help = suggest::help(&text.value, words);
            diagnostics.push(Diagnostic::error("SYN023", &text.span, message).help(help));
            return None;
        }
        let demand = if text.value == "absent" { Demand::Absent } else { Demand::Any };
        return Some((demand, span));
    }
    let condition = condition(&text, id?, context, diagnostics)?;
    Some((Demand::Present(Some(Box::new(condition))), span))
}

fn condition(
    text: &Spanned<String>,
    id: EntityId,
    context: &Context<'_>,
    diagnostics: &mut Diagnostics,
) -> Option<Condition> {
    let entity = context.entity(id);
    let mut arguments = Vec::new();
    let condition = condition::lower(text, entity.ty, context.around, &mut arguments, diagnostics)?;
    argument::judge(&arguments, entity, &[], context.around, diagnostics);
    Some(condition)
}
