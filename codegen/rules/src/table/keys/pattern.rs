//! Keys, or the starts of keys, with what each segment may be.

use std::collections::BTreeMap;
use std::rc::Rc;

use stipule_ir::table::{Codec, Entity, FieldRef, IndexId, Key, Segment, SegmentKind, When};
use stipule_ir::types::EnumLiteral;

use super::scene::{Keys, key_in};
use super::set::{Set, literal, plain_text};
use crate::language::texts::Texts;

/// One segment.
#[derive(Clone, Debug)]
pub(in crate::table) enum Part {
    /// Always this.
    Fixed(String),
    /// The value of a field: the same wherever the field stands.
    Field(FieldRef),
    /// The name of an enum's value, where the field stands as its rank too.
    Name(FieldRef),
    /// The shard of a field's value.
    Shard { field: FieldRef, shards: u32 },
    /// Any of these, whatever stands elsewhere.
    Free(Rc<Set>),
}

/// The keys of one entity's items, or those that a query asks for.
#[derive(Clone, Debug)]
pub(in crate::table) struct Pattern {
    pub(in crate::table) pk: Vec<Part>,
    pub(in crate::table) sk: Vec<Part>,
    pub(super) fields: BTreeMap<FieldRef, Values>,
}

/// What a field may be.
#[derive(Clone, Debug)]
pub(super) struct Values {
    /// How it is written; by its rank if it stands so anywhere in the key.
    pub(super) codec: Codec,
    /// All of them hold.
    pub(super) sets: Vec<Rc<Set>>,
    /// The values of an enum that is written by its rank.
    pub(super) ranked: Vec<EnumLiteral>,
}

impl Values {
    /// The value that is written as this text.
    pub(super) fn value(&self, text: &str) -> EnumLiteral {
        let ranked = text.parse().ok().and_then(|rank: usize| self.ranked.get(rank));
        ranked.cloned().unwrap_or_else(|| literal(self.codec, text))
    }

    /// The names of an enum that is written by its rank.
    pub(super) fn names(&self) -> Set {
        let ranks = 0..self.ranked.len();
        Set::Words(ranks.map(|rank| self.plain(&rank.to_string())).collect())
    }

    /// The text of the value itself: its name, what its shard is drawn from.
    pub(super) fn plain(&self, text: &str) -> String {
        match self.value(text) {
            EnumLiteral::String(name) if self.codec == Codec::EnumRank => name,
            EnumLiteral::Integer(number) if self.codec == Codec::EnumRank => number.to_string(),
            _ => plain_text(self.codec, text),
        }
    }
}

impl Pattern {
    /// The keys of the items of an entity; those in an index only of the items that are in it.
    pub(in crate::table) fn of_items(
        entity: &Entity,
        index: Option<IndexId>,
        keys: &Keys<'_>,
    ) -> Option<Self> {
        let mut pattern = Self::of(key_in(entity, index)?, entity, keys);
        let found = entity.index_keys.iter().find(|found| Some(found.index) == index);
        for when in found.iter().flat_map(|found| &found.when) {
            pattern.narrow(when);
        }
        Some(pattern)
    }

    /// The keys that a template makes of any values.
    pub(in crate::table) fn of(key: &Key, entity: &Entity, keys: &Keys<'_>) -> Self {
        let mut fields: BTreeMap<FieldRef, Values> = BTreeMap::new();
        for segment in key.pk.iter().chain(&key.sk) {
            let (field, codec) = match segment.kind {
                SegmentKind::Literal(_) => continue,
                SegmentKind::Field { field, codec } => (field, codec),
                SegmentKind::Shard { field, .. } => (field, keys.codec(entity, field)),
            };
            if codec == Codec::EnumRank || !fields.contains_key(&field) {
                let ranked =
                    if codec == Codec::EnumRank { keys.values(entity, field, usize::MAX) } else { vec![] };
                fields.insert(field, Values { codec, sets: vec![keys.set(entity, field, codec)], ranked });
            }
        }
        let part = |segment: &Segment| match &segment.kind {
            SegmentKind::Literal(text) => Part::Fixed(text.clone()),
            SegmentKind::Field { field, codec } if *codec != fields[field].codec => Part::Name(*field),
            SegmentKind::Field { field, .. } => Part::Field(*field),
            SegmentKind::Shard { field, shards } => Part::Shard { field: *field, shards: *shards },
        };
        let parts = |segments: &[Segment]| segments.iter().map(part).collect();
        Self { pk: parts(&key.pk), sk: parts(&key.sk), fields }
    }

    fn narrow(&mut self, when: &When) {
        let Some(values) = self.fields.get_mut(&when.field) else { return };
        let place = |value: &EnumLiteral| values.ranked.iter().position(|known| known == value);
        let written = |value: &EnumLiteral| match (place(value), value) {
            (Some(rank), _) => format!("{rank:03}"),
            (None, EnumLiteral::String(text)) => text.clone(),
            (None, EnumLiteral::Integer(number)) => super::integers::write(*number),
            (None, EnumLiteral::Boolean(truth)) => truth.to_string(),
        };
        // Instants and fractions may be spelt in many ways; what can't be narrowed stays wide.
        if !matches!(
            values.codec,
            Codec::DateTime | Codec::Uuid | Codec::Ulid | Codec::Number | Codec::Decimal
        ) {
            let narrow = Set::Words(when.values.iter().map(written).collect());
            values.sets.push(Rc::new(narrow));
        }
    }

    /// Every field, with the numbers of its shards if it stands nowhere itself.
    pub(in crate::table) fn fields_and_shards(&self) -> Vec<(FieldRef, Vec<u32>)> {
        let parts = || self.pk.iter().chain(&self.sk);
        let of = |field: FieldRef| {
            let stands =
                parts().any(|part| matches!(part, Part::Field(own) | Part::Name(own) if *own == field));
            let shards = parts().filter_map(|part| match part {
                Part::Shard { field: own, shards } if *own == field && !stands => Some(*shards),
                _ => None,
            });
            (field, shards.collect())
        };
        self.fields.keys().map(|field| of(*field)).collect()
    }

    /// With so many segments of the sort key.
    pub(in crate::table) fn cut(mut self, segments: usize) -> Self {
        self.sk.truncate(segments);
        self
    }

    /// Every shard in turn, whatever the value of the field is.
    pub(in crate::table) fn fanned_out(mut self) -> Self {
        for part in &mut self.pk {
            if let Part::Shard { shards, .. } = part {
                *part = Part::Free(Rc::new(Set::shards(*shards)));
            }
        }
        self
    }
}

/// The platform's own rows, each with its name. The outbox's keys start with `#`, which no tenant does.
pub(in crate::table) fn platform_rows() -> Vec<(&'static str, Pattern)> {
    let row = |word: &str, texts: usize| {
        let mut pk = vec![Part::Fixed(word.to_owned())];
        pk.extend(std::iter::repeat_n(Part::Free(Rc::new(Set::Text(Box::new(Texts::any())))), texts));
        Pattern { pk, sk: vec![Part::Fixed(word.to_owned())], fields: BTreeMap::new() }
    };
    // Entity, name and 1 to 8 values; a digest more where the values are long.
    let locks = (3..=11).map(|texts| ("the lock of a unique value", row("LOCK", texts)));
    let others = [
        ("the inbox", row("INBOX", 2)),
        ("an idempotency record", row("IDEM", 3)),
        ("a sequence", row("SEQ", 2)),
    ];
    locks.chain(others).collect()
}
