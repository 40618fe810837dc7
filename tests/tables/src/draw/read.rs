//! Random reads.

use super::sheet::{Entity, Key, Segment, Sheet, name, names};
use crate::random::Random;

/// Lines of `reads`.
pub(super) fn draw(sheet: &Sheet, random: &mut Random) -> Vec<String> {
    let mut lines = Vec::new();
    for number in 0..1 + random.below(4) {
        let line = match random.below(10) {
            0..=3 => partition(sheet, random),
            4 => by_keys(sheet, random),
            5 => scan(sheet, random),
            _ => query(sheet, random),
        };
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
    let consistent = if random.percent(20) { ", consistent: false" } else { "" };
    let bind = if random.percent(25) { bound(&head.key, random).0 } else { Vec::new() };
    let bind =
        if bind.is_empty() { String::new() } else { format!(", bind: [{}]", names(bind.iter().copied())) };
    // The collections alone, of which the head's own may be one.
    if random.percent(25) {
        let own = (many.is_empty() || random.percent(30)).then_some(head.name);
        let many: Vec<&str> = many.into_iter().chain(own).collect();
        return format!(
            "partition: {}{bind}, returns: {{many: [{}]}}{consistent}",
            head.name,
            many.join(", ")
        );
    }
    let many = if many.is_empty() { String::new() } else { format!(", many: [{}]", many.join(", ")) };
    format!("partition: {0}{bind}, returns: {{one: {0}{many}}}{consistent}", head.name)
}

/// `read: [a, c]`, now and then.
fn select(entity: &Entity, random: &mut Random) -> Option<String> {
    let all = entity.fields.iter().map(|(field, _)| *field);
    let some: Vec<usize> = all.filter(|_| random.percent(50)).collect();
    (random.percent(15) && !some.is_empty()).then(|| format!("read: [{}]", names(some)))
}

fn by_keys(sheet: &Sheet, random: &mut Random) -> String {
    let entity = &sheet.entities[random.below(sheet.entities.len())];
    let mut parts = vec![format!("batch: {}, max: {}", entity.name, random.one(&[1, 3, 200]))];
    parts.extend(select(entity, random));
    parts.join(", ")
}

fn scan(sheet: &Sheet, random: &mut Random) -> String {
    let entity = &sheet.entities[random.below(sheet.entities.len())];
    let index = random.pick(&entity.index_keys).map(|(index, _)| *index).filter(|_| random.percent(40));
    let mut parts = vec![format!("scan: {}, reason: \"to count\"", entity.name)];
    parts.extend(index.map(|index| format!("index: gsi{index}")));
    parts.extend(random.percent(40).then(|| "segments: 3".to_owned()));
    parts.extend(select(entity, random));
    parts.push(format!("page: {}", 1 + random.below(4)));
    parts.join(", ")
}

fn query(sheet: &Sheet, random: &mut Random) -> String {
    let entity = &sheet.entities[random.below(sheet.entities.len())];
    let index = random.pick(&entity.index_keys).map(|(index, _)| *index).filter(|_| random.percent(60));
    let key = entity.key_in(index);
    let beside = |other: &&Entity| {
        other.name != entity.name && other.key_in(index).map(|key| &key.pk) == key.map(|key| &key.pk)
    };
    let beside: Vec<&Entity> = sheet.entities.iter().filter(beside).collect();
    match random.pick(&beside) {
        Some(other) if random.percent(40) => {
            let whole = query_of(entity, index, random);
            whole.replacen(
                &format!("of: {}", entity.name),
                &format!("of: [{}, {}]", entity.name, other.name),
                1,
            )
        }
        _ => query_of(entity, index, random),
    }
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
    if index.is_none() && random.percent(15) {
        parts.push("consistent: false".to_owned());
    }
    parts.extend(select(entity, random));
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
