//! The ways in which an operation fails: names and sentences.

use stipule_ir::table::{Entity, WriteKind, WriteOperation};

use super::condition;
use super::error::Failure;
use super::update;
use crate::store::scene::Scene;

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
    let conflict = "Conflict".to_owned();
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

/// The name of the error for a unique field that somebody else has.
pub(super) fn taken_name(scene: &Scene<'_>, entity: &Entity, field: stipule_ir::table::FieldRef) -> String {
    format!("{}{}Taken", entity.name.variant(), scene.field(entity, field).name.variant())
}

/// Every way in which the operation fails.
pub(super) fn of(scene: &Scene<'_>, operation: &WriteOperation) -> Vec<Failure> {
    let in_list = operation.each.as_ref().is_some_and(|each| each.max.value != 1);
    let Some(name) = own_name(scene, operation) else { return Vec::new() };
    let mut failures = vec![Failure { name, reason: reason(scene, operation), in_list }];
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
        (_, Some(rule)) if versioned => {
            format!("The `{name}` was changed or removed since it was read, or not `{rule}`.")
        }
        (_, Some(rule)) => format!("There is no `{name}` with this key, or not `{rule}`."),
        _ if versioned => format!("The `{name}` was changed or removed since it was read."),
        _ if counts => format!("There is no `{name}` with this key, or a counter would leave its limits."),
        _ => format!("There is no `{name}` with this key."),
    }
}
