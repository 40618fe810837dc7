//! The ways in which an operation fails: names and sentences.

use stipule_ir::table::{Entity, WriteKind, WriteOperation};

use super::condition;
use super::error::Failure;
use super::update;
use crate::store::scene::Scene;

/// Somebody else was faster.
pub(super) const CONFLICT: &str = "Conflict";

/// The name of the error for the operation's own condition; `None` when it can't fail.
pub(super) fn own_name(scene: &Scene<'_>, operation: &WriteOperation) -> Option<String> {
    if let WriteKind::Emit { .. } = operation.kind {
        return None;
    }
    if let Some(name) = &operation.otherwise {
        return Some(name.variant());
    }
    let entity = scene.entity(update::entity_of(&operation.kind)?);
    let name = entity.name.variant();
    let conflict = CONFLICT.to_owned();
    Some(match &operation.kind {
        WriteKind::Put { absent: true, .. } => format!("{name}Exists"),
        WriteKind::Put { absent: false, .. } => conflict,
        kind if update::needs_stored(entity, kind) => conflict,
        WriteKind::Update { condition: Some(_), .. } | WriteKind::Check { condition: Some(_), .. } => {
            conflict
        }
        WriteKind::Update { add, .. } if !add.is_empty() => conflict,
        _ => format!("{name}Missing"),
    })
}

/// Whether the operation fails in two ways: because the stored value is another one by now, and because it isn't as
/// demanded. Then both have a name.
pub(super) fn may_be_stale(scene: &Scene<'_>, operation: &WriteOperation) -> bool {
    let WriteKind::Update { entity, add, condition, .. } = &operation.kind else { return false };
    let demands = condition.is_some() || !add.is_empty();
    scene.entity(*entity).version
        && demands
        && own_name(scene, operation).is_some_and(|name| name != CONFLICT)
}

/// The name of the error for a unique field that somebody else has.
pub(super) fn taken_name(scene: &Scene<'_>, entity: &Entity, field: stipule_ir::table::FieldRef) -> String {
    format!("{}{}Taken", entity.name.variant(), scene.field(entity, field).name.variant())
}

/// Every way in which the operation fails.
pub(super) fn of(scene: &Scene<'_>, operation: &WriteOperation) -> Vec<Failure> {
    let in_list = operation.each.as_ref().is_some_and(|each| each.max.value != 1);
    let Some(name) = own_name(scene, operation) else { return Vec::new() };
    let mut failures = vec![Failure { name, reason: reason(scene, operation), in_list }];
    if may_be_stale(scene, operation) {
        let id = update::entity_of(&operation.kind).expect("only updates can be stale");
        let reason = format!("The `{}` was changed or removed since it was read.", scene.entity(id).name);
        failures.push(Failure { name: CONFLICT.to_owned(), reason, in_list });
    }
    let Some(id) = update::entity_of(&operation.kind) else { return failures };
    let entity = scene.entity(id);
    for unique in update::locks(entity, &operation.kind) {
        let field = &scene.field(entity, unique.field).name;
        failures.push(Failure {
            name: taken_name(scene, entity, unique.field),
            reason: format!("Another `{}` has this `{field}`.", entity.name),
            in_list,
        });
    }
    failures
}

fn reason(scene: &Scene<'_>, operation: &WriteOperation) -> String {
    let Some(id) = update::entity_of(&operation.kind) else { return String::new() };
    let entity = scene.entity(id);
    let name = &entity.name;
    let rule = match &operation.kind {
        WriteKind::Update { condition: Some(rule), .. } | WriteKind::Check { condition: Some(rule), .. } => {
            Some(condition::shown(scene, entity, rule))
        }
        _ => None,
    };
    let versioned = update::needs_stored(entity, &operation.kind);
    let counts = matches!(&operation.kind, WriteKind::Update { add, .. } if !add.is_empty());
    match (&operation.kind, rule) {
        (WriteKind::Put { absent: true, .. }, _) => format!("There is a `{name}` with this key already."),
        (_, Some(rule)) if may_be_stale(scene, operation) => format!("Not `{rule}` of the `{name}`."),
        (_, Some(rule)) if versioned => {
            format!("The `{name}` was changed or removed since it was read, or not `{rule}`.")
        }
        (_, Some(rule)) => format!("There is no `{name}` with this key, or not `{rule}`."),
        _ if versioned => format!("The `{name}` was changed or removed since it was read."),
        _ if counts => format!("There is no `{name}` with this key, or a counter would leave its limits."),
        _ => format!("There is no `{name}` with this key."),
    }
}
