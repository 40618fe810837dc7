//! Operations in words, for documentation.

use stipule_ir::table::{Entity, FieldRef, WriteKind, WriteOperation};

use super::update;
use crate::store::scene::Scene;

/// `puts a new `Loan``.
pub(super) fn summary(scene: &Scene<'_>, operation: &WriteOperation) -> String {
    let each = operation.each.as_ref().map(|each| format!(" for each of `{}`", each.argument.field()));
    let text = match &operation.kind {
        WriteKind::Emit { event } => {
            let event = scene.contract.event(*event);
            format!("emits `{}` (version {})", event.name, event.version)
        }
        kind => {
            let id = update::entity_of(kind).expect("all but events are about an entity");
            of_entity(scene, scene.entity(id), kind)
        }
    };
    format!("{text}{}", each.unwrap_or_default())
}

fn of_entity(scene: &Scene<'_>, entity: &Entity, kind: &WriteKind) -> String {
    let name = &entity.name;
    match kind {
        WriteKind::Put { absent: true, .. } => format!("puts a new `{name}`"),
        WriteKind::Put { absent: false, .. } => format!("replaces a `{name}`"),
        WriteKind::Update { set, add, .. } => {
            let counted: Vec<FieldRef> = add.iter().map(|add| add.field).collect();
            let mut parts = Vec::new();
            if !set.is_empty() {
                parts.push(format!("sets {} of", fields(scene, entity, set)));
            }
            if !counted.is_empty() {
                parts.push(format!("counts {} of", fields(scene, entity, &counted)));
            }
            if parts.is_empty() {
                parts.push("raises the version of".to_owned());
            }
            format!("{} a `{name}`", parts.join(" and "))
        }
        WriteKind::Delete { .. } => format!("removes a `{name}`"),
        WriteKind::Check { condition: None, .. } => format!("requires a `{name}`"),
        WriteKind::Check { condition: Some(rule), .. } => {
            format!("requires a `{name}` with `{}`", super::condition::shown(scene, entity, rule))
        }
        WriteKind::Emit { .. } => String::new(),
    }
}

fn fields(scene: &Scene<'_>, entity: &Entity, fields: &[FieldRef]) -> String {
    let names: Vec<String> =
        fields.iter().map(|field| format!("`{}`", scene.field(entity, *field).name)).collect();
    names.join(", ")
}
