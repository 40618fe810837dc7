//! Random entities.

use super::sheet::{Entity, Key, Segment, Sheet, name};
use crate::random::Random;
use stipule_ir::types::EnumLiteral;

/// Literals: few, so that they meet; and some that are values of fields.
const LITERALS: [&str; 6] = ["HEAD", "LINE", "ITEM", "A", "B", "OPEN"];

/// An entity that may share partitions with those already on the sheet.
pub(super) fn draw(name: &'static str, sheet: &Sheet, random: &mut Random) -> Entity {
    let model = if random.percent(55) { random.pick(&sheet.entities).cloned() } else { None };
    let mut fields = required_fields(sheet, model.as_ref(), random);
    let keyable: Vec<usize> =
        fields.iter().map(|(field, _)| *field).filter(|field| sheet.kind(*field).in_keys).collect();
    let key = match &model {
        Some(model) => {
            Key { pk: model.key.pk.clone(), sk: sort_key(sheet, &keyable, &model.key.pk, random), when: None }
        }
        None => {
            let pk = partition_key(sheet, &keyable, 12, random);
            Key { sk: sort_key(sheet, &keyable, &pk, random), pk, when: None }
        }
    };
    let mut index_keys = Vec::new();
    for index in 0..sheet.indexes.len() {
        if random.percent(60) {
            let key = match sheet.native[index] {
                true => native_key(sheet, index, &keyable, random),
                false => Some(index_key(sheet, index, &keyable, random)),
            };
            index_keys.extend(key.map(|key| (index, key)));
        }
    }
    let optional: Vec<usize> =
        (0..sheet.kinds.len()).filter(|field| !fields.contains(&(*field, true))).collect();
    for field in optional {
        if random.percent(25) {
            fields.push((field, false));
        }
    }
    for (index, key) in &mut index_keys {
        if !sheet.native[*index] || random.percent(3) {
            key.when = when(sheet, &fields, random);
        }
    }
    complete(name, sheet, (fields, key, index_keys), random)
}

type Parts = (Vec<(usize, bool)>, Key, Vec<(usize, Key)>);

fn complete(
    name: &'static str,
    sheet: &Sheet,
    (fields, key, index_keys): Parts,
    random: &mut Random,
) -> Entity {
    let mut entity = Entity {
        name,
        fields,
        key,
        index_keys,
        version: random.percent(50),
        counters: Vec::new(),
        unique: Vec::new(),
        immutable: Vec::new(),
        max_per_pk: random.percent(85).then_some(9),
    };
    for (field, required) in entity.fields.clone() {
        let kind = sheet.kind(field);
        let in_key = entity.key.fields().contains(&field);
        if required && kind.whole && random.percent(if in_key { 4 } else { 30 }) {
            entity.counters.push(field);
        } else if required && kind.in_keys && !kind.few && random.percent(if in_key { 2 } else { 10 }) {
            entity.unique.push(field);
        } else if !in_key && random.percent(15) {
            entity.immutable.push(field);
        }
    }
    entity
}

fn required_fields(sheet: &Sheet, model: Option<&Entity>, random: &mut Random) -> Vec<(usize, bool)> {
    let mut fields: Vec<(usize, bool)> = Vec::new();
    for segment in model.iter().flat_map(|model| &model.key.pk) {
        if let Segment::Field(field) | Segment::Rank(field) | Segment::Shard(field, _) = segment {
            fields.push((*field, true));
        }
    }
    let mut others: Vec<usize> = (0..sheet.kinds.len()).collect();
    for _ in 0..2 + random.below(3) {
        if let Some(field) = random.take(&mut others) {
            fields.push((field, true));
        }
    }
    fields.sort_unstable();
    fields.dedup();
    fields
}

fn literal(random: &mut Random) -> Segment {
    Segment::Literal(random.one(&LITERALS))
}

fn of_field(sheet: &Sheet, field: usize, random: &mut Random) -> Segment {
    if sheet.kind(field).ranked && random.percent(50) { Segment::Rank(field) } else { Segment::Field(field) }
}

fn partition_key(sheet: &Sheet, keyable: &[usize], sharded: usize, random: &mut Random) -> Vec<Segment> {
    let mut key = Vec::new();
    if random.percent(80) {
        key.push(literal(random));
    }
    let mut left = keyable.to_vec();
    for _ in 0..random.below(3) {
        key.extend(random.take(&mut left).map(|field| of_field(sheet, field, random)));
    }
    if random.percent(sharded) {
        // Mostly of what a shard may be drawn from.
        let field = random.pick(keyable).copied();
        let field = field.filter(|field| sheet.kind(*field).in_shards || random.percent(5));
        key.extend(field.map(|field| Segment::Shard(field, 2 + u32::from(random.percent(50)))));
    }
    if key.is_empty() {
        key.push(literal(random));
    }
    key
}

fn sort_key(sheet: &Sheet, keyable: &[usize], pk: &[Segment], random: &mut Random) -> Vec<Segment> {
    let mut key = Vec::new();
    if random.percent(60) {
        key.push(literal(random));
    }
    // Now and then a field stands in both parts, as heads of graphs have it.
    let again = random.percent(8);
    let mut left: Vec<usize> = keyable
        .iter()
        .copied()
        .filter(|field| again || !pk.iter().any(|part| part.field() == Some(*field)))
        .collect();
    for _ in 0..random.below(3) {
        key.extend(random.take(&mut left).map(|field| of_field(sheet, field, random)));
    }
    if key.is_empty() {
        key.push(literal(random));
    }
    key
}

fn index_key(sheet: &Sheet, index: usize, keyable: &[usize], random: &mut Random) -> Key {
    let others: Vec<&Key> = sheet.entities.iter().filter_map(|other| other.key_in(Some(index))).collect();
    let shared = others.first().filter(|key| {
        let known = |segment: &Segment| match segment {
            Segment::Field(field) | Segment::Rank(field) | Segment::Shard(field, _) => {
                keyable.contains(field)
            }
            Segment::Literal(_) => true,
        };
        key.pk.iter().all(known)
    });
    let pk = match shared {
        Some(key) if random.percent(50) => key.pk.clone(),
        _ => partition_key(sheet, keyable, 25, random),
    };
    Key { sk: sort_key(sheet, keyable, &pk, random), pk, when: None }
}

/// A key of fields alone: that of the entities which are in the index already, or a new one.
fn native_key(sheet: &Sheet, index: usize, keyable: &[usize], random: &mut Random) -> Option<Key> {
    let shared = sheet.entities.iter().find_map(|other| other.key_in(Some(index)));
    if let Some(key) = shared.filter(|_| random.percent(95)) {
        return key.fields().iter().all(|field| keyable.contains(field)).then(|| key.clone());
    }
    let mut left: Vec<usize> = keyable.to_vec();
    let fit = |field: &usize, random: &mut Random| sheet.kind(*field).in_native || random.percent(4);
    left.retain(|field| fit(field, random));
    let mut part = |most: usize, random: &mut Random| -> Vec<Segment> {
        let fields = (0..random.below(most + 1)).filter_map(|_| random.take(&mut left));
        fields.map(Segment::Field).collect()
    };
    let (pk, sk) = (part(2, random), part(3, random));
    (!sk.is_empty()).then_some(Key { pk, sk, when: None })
}

fn when(sheet: &Sheet, fields: &[(usize, bool)], random: &mut Random) -> Option<String> {
    let few: Vec<usize> =
        fields.iter().map(|(field, _)| *field).filter(|field| sheet.kind(*field).few).collect();
    let field = *random.pick(&few)?;
    if random.percent(60) {
        return None;
    }
    let mut left = sheet.kind(field).values.clone();
    let count = 1 + random.below(2);
    let values: Vec<String> =
        (0..count).filter_map(|_| random.take(&mut left)).map(|value| shown(&value)).collect();
    Some(format!("{}: [{}]", name(field), values.join(", ")))
}

fn shown(value: &EnumLiteral) -> String {
    match value {
        EnumLiteral::String(text) => format!("{text:?}"),
        EnumLiteral::Integer(number) => number.to_string(),
        EnumLiteral::Boolean(truth) => truth.to_string(),
    }
}
