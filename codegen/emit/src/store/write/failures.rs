//! The ways in which an operation fails: names, and sentences for programmers and for people.

use stipule_ir::table::{Demand, Entity, Unique, WriteKind, WriteOperation};

use super::condition;
use super::error::Failure;
use super::update;
use crate::store::scene::Scene;

/// Somebody else was faster.
pub(super) const CONFLICT: &str = "Conflict";

/// The name of the error for the operation's own demand; `None` when it can't fail.
pub(super) fn own_name(scene: &Scene<'_>, operation: &WriteOperation) -> Option<String> {
    let entity = scene.entity(operation.kind.entity()?);
    let cause = cause(scene, entity, &operation.kind)?;
    if let Some(name) = &operation.otherwise {
        return Some(name.variant());
    }
    let name = entity.name.variant();
    Some(match cause {
        Cause::Exists => format!("{name}Exists"),
        Cause::Missing => format!("{name}Missing"),
        Cause::Changed | Cause::Limits | Cause::Condition | Cause::Expired => CONFLICT.to_owned(),
    })
}

/// Why the demand of an operation fails, apart from its condition.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Cause {
    /// There is an item, and there should be none.
    Exists,
    /// There is none.
    Missing,
    /// It is another one than was read.
    Changed,
    /// There is none, or a counter would leave its limits.
    Limits,
    /// There is none, or not as the condition says.
    Condition,
    /// It expired.
    Expired,
}

fn cause(scene: &Scene<'_>, entity: &Entity, kind: &WriteKind) -> Option<Cause> {
    let otherwise = match kind {
        WriteKind::Put { demand: Demand::Absent, .. } | WriteKind::Check { demand: Demand::Absent, .. } => {
            return Some(Cause::Exists);
        }
        WriteKind::Emit { .. } | WriteKind::Put { demand: Demand::Any, .. } => return None,
        WriteKind::Delete { demand: Demand::Any, .. } if !entity.version => return None,
        WriteKind::Upsert { changes, .. } if entity.expiry.is_none() => {
            let limited = |add: &stipule_ir::table::Add| {
                let ty = scene.field(entity, add.field).ty;
                super::change::is_limited(scene, ty)
            };
            return changes.add.iter().any(limited).then_some(Cause::Limits);
        }
        WriteKind::Upsert { .. } => return Some(Cause::Expired),
        WriteKind::Update { changes, .. } if !changes.add.is_empty() => Cause::Limits,
        _ => Cause::Missing,
    };
    Some(if update::needs_stored(entity, kind) {
        Cause::Changed
    } else if kind.condition().is_some() {
        Cause::Condition
    } else {
        otherwise
    })
}

/// Whether the operation fails in two ways: because the stored value is another one by now, and because it isn't as
/// demanded. Then both have a name.
pub(super) fn may_be_stale(scene: &Scene<'_>, operation: &WriteOperation) -> bool {
    let Some(id) = operation.kind.entity() else { return false };
    let entity = scene.entity(id);
    let counts = operation.kind.changes().is_some_and(|changes| !changes.add.is_empty());
    entity.version
        && update::needs_stored(entity, &operation.kind)
        && (operation.kind.condition().is_some() || counts)
        && own_name(scene, operation).is_some_and(|name| name != CONFLICT)
}

/// The name of the error for a unique value that somebody else has.
pub(super) fn taken_name(entity: &Entity, unique: &Unique) -> String {
    format!("{}{}Taken", entity.name.variant(), unique.name.variant())
}

/// Every way in which the operation fails.
pub(super) fn of(scene: &Scene<'_>, operation: &WriteOperation) -> Vec<Failure> {
    let in_list = operation.each.as_ref().is_some_and(|each| each.max.value != 1);
    let Some(id) = operation.kind.entity() else { return Vec::new() };
    let entity = scene.entity(id);
    let mut failures = Vec::new();
    if let Some(name) = own_name(scene, operation) {
        let reason = reason(scene, operation, &Voice::of(entity, true));
        let mut words = self::reason(scene, operation, &Voice::of(entity, false));
        if let Some(otherwise) = &operation.otherwise {
            words = format!("{}: {words}", otherwise.words().join(" "));
        }
        failures.push(Failure { name, reason: sentence(&reason), words, in_list });
    }
    if may_be_stale(scene, operation) {
        let changed = |voice: Voice| format!("the {voice} was changed or removed since it was read");
        let [reason, words] = [true, false].map(|code| changed(Voice::of(entity, code)));
        failures.push(Failure { name: CONFLICT.to_owned(), reason: sentence(&reason), words, in_list });
    }
    for unique in update::taken(entity, &operation.kind) {
        let name = taken_name(entity, unique);
        let fields: Vec<_> = unique.parts.iter().map(|part| &scene.field(entity, part.field).name).collect();
        let shown: Vec<String> = fields.iter().map(|field| format!("`{field}`")).collect();
        let reason = format!("Another `{}` has this {}.", entity.name, shown.join(", "));
        let spoken: Vec<String> = fields.iter().map(|field| field.words().join(" ")).collect();
        let words = format!("another {} has this {}", Voice::of(entity, false), spoken.join(" and "));
        failures.push(Failure { name, reason, words, in_list });
    }
    failures
}

/// An entity, as code or as words.
struct Voice(String);

impl Voice {
    fn of(entity: &Entity, code: bool) -> Self {
        Self(if code { format!("`{}`", entity.name) } else { entity.name.words().join(" ") })
    }
}

impl std::fmt::Display for Voice {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

/// `a` or `an`, as far as the first letter tells.
fn article(words: &str) -> &'static str {
    if words.starts_with(['a', 'e', 'i', 'o']) { "an" } else { "a" }
}

fn sentence(reason: &str) -> String {
    let mut letters = reason.chars();
    let first = letters.next().map(|first| first.to_uppercase().collect::<String>()).unwrap_or_default();
    format!("{first}{}.", letters.as_str())
}

/// Part of a sentence.
fn reason(scene: &Scene<'_>, operation: &WriteOperation, voice: &Voice) -> String {
    let Some(id) = operation.kind.entity() else { return String::new() };
    let entity = scene.entity(id);
    let rule = operation.kind.condition().map(|rule| condition::shown(scene, entity, rule));
    let missing = format!("there is no {voice} with this key");
    let changed = match &operation.kind {
        WriteKind::Delete { demand: Demand::Any, .. } => format!("the {voice} was changed since it was read"),
        _ => format!("the {voice} was changed or removed since it was read"),
    };
    match (cause(scene, entity, &operation.kind), rule) {
        (None, _) => String::new(),
        (Some(Cause::Exists), _) => {
            format!("there is {} {voice} with this key already", article(&voice.0))
        }
        (Some(Cause::Changed), Some(rule)) if may_be_stale(scene, operation) => {
            format!("not `{rule}` of the {voice}")
        }
        (Some(Cause::Changed), Some(rule)) => format!("{changed}, or not `{rule}`"),
        (Some(Cause::Changed), None) if may_be_stale(scene, operation) => {
            format!("a counter of the {voice} would leave its limits")
        }
        (Some(Cause::Changed), None) => changed,
        (Some(Cause::Limits), None) if matches!(operation.kind, WriteKind::Upsert { .. }) => {
            format!("a counter of the {voice} would leave its limits")
        }
        (Some(Cause::Limits), None) => format!("{missing}, or a counter would leave its limits"),
        (Some(Cause::Expired), _) => format!("the {voice} expired, and is still to be swept away"),
        (Some(_), Some(rule)) => format!("{missing}, or not `{rule}`"),
        (Some(Cause::Missing | Cause::Condition), None) => missing,
    }
}
