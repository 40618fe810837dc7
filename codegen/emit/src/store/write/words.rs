//! Operations in words, for documentation.

use stipule_ir::table::{Changes, Demand, Entity, FieldRef, WriteKind, WriteOperation};

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
            let id = kind.entity().expect("all but events are about an entity");
            of_entity(scene, scene.entity(id), kind)
        }
    };
    format!("{text}{}", each.unwrap_or_default())
}

fn of_entity(scene: &Scene<'_>, entity: &Entity, kind: &WriteKind) -> String {
    let name = &entity.name;
    let rule =
        kind.condition().map(|rule| format!(" with `{}`", super::condition::shown(scene, entity, rule)));
    let rule = rule.unwrap_or_default();
    match kind {
        WriteKind::Put { demand: Demand::Absent, .. } => format!("puts a new `{name}`"),
        WriteKind::Put { demand: Demand::Any, .. } => format!("puts a `{name}`, whatever was there"),
        WriteKind::Put { demand: Demand::Present(_), .. } => format!("replaces a `{name}`{rule}"),
        WriteKind::Update { changes, .. } => format!("{} a `{name}`", changed(scene, entity, changes)),
        WriteKind::Upsert { changes, .. } => {
            format!("{} a `{name}`, which is made if it isn't there", changed(scene, entity, changes))
        }
        WriteKind::Delete { demand: Demand::Any, .. } => format!("removes a `{name}` if it is there"),
        WriteKind::Delete { .. } => format!("removes a `{name}`{rule}"),
        WriteKind::Check { demand: Demand::Absent, .. } => format!("requires that there is no `{name}`"),
        WriteKind::Check { .. } => format!("requires a `{name}`{rule}"),
        WriteKind::Emit { .. } => String::new(),
    }
}

/// `sets `state` and counts `lent` of`, to be followed by whose.
fn changed(scene: &Scene<'_>, entity: &Entity, changes: &Changes) -> String {
    let counted: Vec<FieldRef> = changes.add.iter().map(|add| add.field).collect();
    let parts: Vec<String> = [
        ("sets", &changes.set, ""),
        ("sets", &changes.set_if_absent, " where there is none"),
        ("counts", &counted, ""),
        ("removes", &changes.remove, ""),
    ]
    .into_iter()
    .filter(|(_, listed, _)| !listed.is_empty())
    .map(|(verb, listed, remark)| format!("{verb} {}{remark}", fields(scene, entity, listed)))
    .collect();
    match parts.split_last() {
        None => "raises the version of".to_owned(),
        Some((last, [])) => format!("{last} of"),
        Some((last, before)) => format!("{} and {last} of", before.join(", ")),
    }
}

fn fields(scene: &Scene<'_>, entity: &Entity, fields: &[FieldRef]) -> String {
    let names: Vec<String> =
        fields.iter().map(|field| format!("`{}`", scene.field(entity, *field).name)).collect();
    names.join(", ")
}
