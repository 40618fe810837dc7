//! Random writes.

use super::sheet::{Entity, Sheet, name, names};
use crate::random::Random;

/// Lines of `writes`.
pub(super) fn draw(sheet: &Sheet, random: &mut Random) -> Vec<String> {
    let mut lines = Vec::new();
    for entity in &sheet.entities {
        let own = entity.name.to_lowercase();
        if random.percent(95) {
            lines.push(format!("put_{own}: [{{put: {}, if: absent}}]", entity.name));
        }
        if entity.version && random.percent(30) {
            lines.push(format!("replace_{own}: [{{put: {}, expect: version}}]", entity.name));
        }
        let guarded = entity.version || !entity.unique.is_empty() || !entity.immutable.is_empty();
        if !guarded && random.percent(20) {
            lines.push(format!("store_{own}: [{{put: {}, if: any}}]", entity.name));
        }
        if !entity.version && entity.unique.is_empty() && random.percent(30) {
            lines.extend(upsert(entity, random).map(|upsert| format!("keep_{own}: [{{{upsert}}}]")));
        }
        for number in 0..random.below(3) {
            if let Some(update) = update(entity, random) {
                lines.push(format!("change_{own}_{number}: [{{{update}}}]"));
            }
        }
        if random.percent(50) {
            let any = if entity.unique.is_empty() && !entity.version && random.percent(30) {
                ", if: any"
            } else {
                ""
            };
            lines.push(format!("drop_{own}: [{{delete: {}{any}}}]", entity.name));
        }
    }
    for number in 0..random.below(3) {
        let parts = several(sheet, random);
        lines.push(format!("several_{number}: [{}]", parts.join(", ")));
    }
    lines
}

/// An update, unless nothing of the entity may be changed.
fn update(entity: &Entity, random: &mut Random) -> Option<String> {
    let key = entity.key.fields();
    let in_indexes: Vec<usize> = entity.index_keys.iter().flat_map(|(_, key)| key.fields()).collect();
    let may_set = |field: &usize| {
        !key.contains(field) && !entity.immutable.contains(field) && !entity.counters.contains(field)
    };
    let settable: Vec<usize> = entity.fields.iter().map(|(field, _)| *field).filter(may_set).collect();
    // Without versions an update says all that a key in an index is made of, or nothing of it; mostly.
    let careful = !entity.version && random.percent(80);
    let safe = |field: &usize| {
        let others = entity.index_keys.iter().filter(|(_, key)| {
            key.fields().contains(field)
                || key.when.as_ref().is_some_and(|when| when.starts_with(name(*field)))
        });
        others.count() == 0
    };
    let set: Vec<usize> = settable
        .iter()
        .copied()
        .filter(|field| random.percent(60) && (!careful || safe(field) || random.percent(5)))
        .collect();
    let counter = random
        .pick(&entity.counters)
        .copied()
        .filter(|counter| random.percent(70) && (!in_indexes.contains(counter) || random.percent(15)));
    let mut parts = vec![format!("update: {}", entity.name)];
    let is_optional = |field: &usize| entity.fields.contains(&(*field, false));
    let (removed, set): (Vec<usize>, Vec<usize>) =
        set.into_iter().partition(|field| is_optional(field) && random.percent(20));
    let (once, set): (Vec<usize>, Vec<usize>) =
        set.into_iter().partition(|field| is_optional(field) && random.percent(20));
    for (heading, fields) in [("set", &set), ("set_if_absent", &once), ("remove", &removed)] {
        if !fields.is_empty() {
            parts.push(format!("{heading}: [{}]", names(fields.iter().copied())));
        }
    }
    parts.extend(counter.map(|counter| format!("add: {{{}: by}}", name(counter))));
    (parts.len() > 1).then(|| parts.join(", "))
}

/// An upsert: all that must be there, and some of what need not.
fn upsert(entity: &Entity, random: &mut Random) -> Option<String> {
    let key = entity.key.fields();
    let (mut set, mut once) = (Vec::new(), Vec::new());
    // Of what a key in an index is made of, all is set or all is kept; mostly.
    let kept = random.percent(40);
    for (field, required) in &entity.fields {
        let open = !key.contains(field) && !entity.counters.contains(field);
        if !open || !(*required || random.percent(50)) {
            continue;
        }
        let in_index = entity.index_keys.iter().any(|(_, key)| key.fields().contains(field));
        let once_only = entity.immutable.contains(field)
            || if in_index { kept != random.percent(5) } else { random.percent(30) };
        if once_only { once.push(*field) } else { set.push(*field) }
    }
    let mut parts = vec![format!("upsert: {}", entity.name)];
    for (heading, fields) in [("set", &set), ("set_if_absent", &once)] {
        if !fields.is_empty() {
            parts.push(format!("{heading}: [{}]", names(fields.iter().copied())));
        }
    }
    let counters: Vec<String> = entity
        .counters
        .iter()
        .filter(|counter| !key.contains(counter))
        .map(|counter| format!("{}: by", name(*counter)))
        .collect();
    if !counters.is_empty() {
        parts.push(format!("add: {{{}}}", counters.join(", ")));
    }
    (parts.len() > 1).then(|| parts.join(", "))
}

fn several(sheet: &Sheet, random: &mut Random) -> Vec<String> {
    let mut left: Vec<&Entity> = sheet.entities.iter().collect();
    let mut parts = Vec::new();
    let twice = random.percent(8);
    for _ in 0..1 + random.below(3) {
        let entity = if twice { left.first().copied() } else { random.take(&mut left) };
        let Some(entity) = entity else { break };
        let each = if random.percent(30) {
            let most = random.one(&[2, 3, 3, 3, 60]);
            format!(", each: l{}, max: {most}", parts.len())
        } else {
            String::new()
        };
        let kind = match random.below(4) {
            0 => update(entity, random).unwrap_or_else(|| format!("check: {}", entity.name)),
            1 => format!("delete: {}", entity.name),
            2 if random.percent(30) => format!("check: {}, if: absent", entity.name),
            2 => format!("check: {}", entity.name),
            _ => format!("put: {}, if: absent", entity.name),
        };
        parts.push(format!("{{{kind}{each}}}"));
    }
    parts
}
