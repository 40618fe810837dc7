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
        for number in 0..random.below(3) {
            if let Some(update) = update(sheet, entity, random) {
                lines.push(format!("change_{own}_{number}: [{{{update}}}]"));
            }
        }
        if random.percent(50) {
            lines.push(format!("drop_{own}: [{{delete: {}}}]", entity.name));
        }
    }
    for number in 0..random.below(3) {
        let parts = several(sheet, random);
        lines.push(format!("several_{number}: [{}]", parts.join(", ")));
    }
    lines
}

/// An update, unless nothing of the entity may be changed.
fn update(sheet: &Sheet, entity: &Entity, random: &mut Random) -> Option<String> {
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
    if !set.is_empty() {
        parts.push(format!("set: [{}]", names(set.iter().copied())));
    }
    parts.extend(counter.map(|counter| format!("add: {{{}: by}}", name(counter))));
    let _ = sheet;
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
            0 => update(sheet, entity, random).unwrap_or_else(|| format!("check: {}", entity.name)),
            1 => format!("delete: {}", entity.name),
            2 => format!("check: {}", entity.name),
            _ => format!("put: {}, if: absent", entity.name),
        };
        parts.push(format!("{{{kind}{each}}}"));
    }
    parts
}
