//! Random reads.

use super::sheet::{Entity, Key, Segment, Sheet, name, names};
use crate::random::Random;

/// Lines of `reads`.
pub(super) fn draw(sheet: &Sheet, random: &mut Random) -> Vec<String> {
    let mut lines = Vec::new();
    for number in 0..1 + random.below(4) {
        let line = if random.percent(40) { partition(sheet, random) } else { query(sheet, random) };
        lines.push(format!("r{number}: {{{line}}}"));
    }
    // An index that nothing reads is only warned about, but it tests nothing.
    for index in 0..sheet.indexes.len() {
        let marker = format!("index: gsi{index},");
        let member = sheet.entities.iter().find(|entity| entity.key_in(Some(index)).is_some());
        if let Some(entity) = member.filter(|_| !lines.iter().any(|line| line.contains(&marker))) {
            let line = query_of(entity, Some(index), random);
            lines.push(format!("i{index}: {{{line}}}"));
        }
    }
    lines
}

fn partition(sheet: &Sheet, random: &mut Random) -> String {
    let head = &sheet.entities[random.below(sheet.entities.len())];
    let is_single = |entity: &&Entity| {
        entity
            .key
            .sk
            .iter()
            .all(|segment| matches!(segment, Segment::Literal(_)) || entity.key.pk.contains(segment))
    };
    let singles: Vec<&Entity> = sheet.entities.iter().filter(is_single).collect();
    let head = match random.pick(&singles) {
        Some(single) if random.percent(90) => single,
        _ => head,
    };
    let beside = |entity: &&Entity| entity.key.pk == head.key.pk && entity.name != head.name;
    let many: Vec<&str> = sheet
        .entities
        .iter()
        .filter(beside)
        .filter(|_| random.percent(85))
        .map(|entity| entity.name)
        .collect();
    let many = if many.is_empty() { String::new() } else { format!(", many: [{}]", many.join(", ")) };
    format!("partition: {0}, returns: {{one: {0}{many}}}", head.name)
}

fn query(sheet: &Sheet, random: &mut Random) -> String {
    let entity = &sheet.entities[random.below(sheet.entities.len())];
    let index = random.pick(&entity.index_keys).map(|(index, _)| *index).filter(|_| random.percent(60));
    query_of(entity, index, random)
}

fn query_of(entity: &Entity, index: Option<usize>, random: &mut Random) -> String {
    let Some(key) = entity.key_in(index) else { return String::new() };
    let mut parts = Vec::new();
    parts.extend(index.map(|index| format!("index: gsi{index}")));
    parts.push(format!("of: {}", entity.name));
    let (bound, free) = bound(key, random);
    parts.push(format!("bind: [{}]", names(bound)));
    if random.percent(70) {
        parts.extend(order(key, free, random));
    }
    if random.percent(40) {
        let field = if random.percent(90) { free } else { key.sk.iter().rev().find_map(|it| it.field()) };
        parts.extend(field.map(|field| format!("range: {}", name(field))));
    }
    if key.is_sharded() {
        parts.push("fan_out: merge".to_owned());
    }
    parts.push(format!("page: {}", 1 + random.below(4)));
    parts.join(", ")
}

/// The fields that are bound, and the first of the sort key that isn't.
fn bound(key: &Key, random: &mut Random) -> (Vec<usize>, Option<usize>) {
    let mut bound: Vec<usize> = Vec::new();
    for field in key.pk.iter().filter_map(|segment| segment.field()) {
        bound.push(field);
    }
    let sort: Vec<usize> = key.sk.iter().filter_map(|segment| segment.field()).collect();
    let more = random.below(sort.len() + 1);
    bound.extend(&sort[..more]);
    (bound, sort.get(more).copied())
}

fn order(key: &Key, free: Option<usize>, random: &mut Random) -> Option<String> {
    let last = key.sk.iter().rev().find_map(|segment| segment.field());
    let field = if random.percent(85) { free } else { last }?;
    let direction = if random.percent(50) { "asc" } else { "desc" };
    Some(format!("order: {direction}({})", name(field)))
}
