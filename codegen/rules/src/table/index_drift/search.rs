//! The search for an item that a write leaves with a wrong key.

use stipule_ir::table::{Add, FieldRef, SegmentKind, When};
use stipule_ir::types::EnumLiteral;
use stipule_ir::witness::Example;

use super::{Judged, fields_of_index};
use crate::table::example::example;

type Values = Vec<(FieldRef, EnumLiteral)>;

/// Values of a field that are tried: enough to find one of another shard.
const TRIED: usize = 32;

/// An item, and what the operation is called with.
pub(super) struct Found {
    pub(super) before: Example,
    pub(super) asked: Example,
}

impl Judged<'_> {
    /// An item whose key is another one once this field has changed.
    pub(super) fn drift(&self, changed: FieldRef) -> Option<Found> {
        let inside = self.inside()?;
        if self.changes.remove.contains(&changed) {
            // Without the field an item is in no index.
            return Some(Found { before: self.example(&inside), asked: self.example(&[]) });
        }
        if self.changes.set_if_absent.contains(&changed) {
            return self.gains(changed, inside);
        }
        let old = inside.iter().find(|(field, _)| *field == changed).map(|(_, old)| old)?;
        let when = self.when(changed);
        let leaves = |new: &EnumLiteral| when.is_some_and(|when| !when.values.contains(new));
        let values = self.keys.values(self.entity, changed, TRIED);
        let other = values.into_iter().find(|new| leaves(new) || self.is_told_apart(changed, old, new));
        let asked = match other {
            Some(other) => self.example(&[(changed, other)]),
            // Every value lets it in, but it may lose the value.
            None if self.is_always_there(changed) => return None,
            None => Example { without: vec![self.keys.name(self.entity, changed)], ..self.example(&[]) },
        };
        Some(Found { before: self.example(&inside), asked })
    }

    /// An item without a value that it needs to be in the index, and gets.
    fn gains(&self, field: FieldRef, mut inside: Values) -> Option<Found> {
        if self.is_always_there(field) {
            return None;
        }
        let at = inside.iter().position(|(known, _)| *known == field)?;
        let gained = inside.remove(at);
        let without = vec![self.keys.name(self.entity, field)];
        let before = Example { without, ..self.example(&inside) };
        Some(Found { before, asked: self.example(&[gained]) })
    }

    /// An item, and a number that is added to one of its counters: its key is another one then, or it is in the index and
    /// was not, or the other way round. Both numbers are values that the counter may have.
    pub(super) fn counted(&self, add: &Add) -> Option<Found> {
        let inside = self.inside()?;
        let when = self.when(add.field);
        let mut numbers: Vec<i64> = Vec::new();
        let listed = when.into_iter().flat_map(|when| &when.values).cloned();
        for value in listed.chain(self.keys.values(self.entity, add.field, TRIED)) {
            if let EnumLiteral::Integer(number) = value
                && !numbers.contains(&number)
            {
                numbers.push(number);
            }
        }
        let is_inside =
            |number: i64| when.is_none_or(|when| when.values.contains(&EnumLiteral::Integer(number)));
        let drifts = |old: i64, new: i64| match (is_inside(old), is_inside(new)) {
            (true, true) => {
                let [old, new] = [old, new].map(EnumLiteral::Integer);
                self.is_told_apart(add.field, &old, &new)
            }
            (old, new) => old != new,
        };
        let amount = |old: i64, new: i64| {
            if add.negative { old.checked_sub(new) } else { new.checked_sub(old) }
        };
        let pairs = numbers.iter().flat_map(|old| numbers.iter().map(move |new| (*old, *new)));
        let found = pairs
            .filter(|(old, new)| drifts(*old, *new))
            .filter_map(|(old, new)| Some((old, amount(old, new)?)))
            // An amount that is added rather than taken reads easier, and so does an item that is inside before.
            .min_by_key(|(old, amount)| (*amount < 0, !is_inside(*old), amount.unsigned_abs()));
        let (old, amount) = found?;
        let before: Values = inside
            .into_iter()
            .map(|(field, value)| (field, if field == add.field { EnumLiteral::Integer(old) } else { value }))
            .collect();
        let asked = [(add.field, EnumLiteral::Integer(amount))];
        Some(Found { before: self.example(&before), asked: self.example(&asked) })
    }

    /// An item that isn't in a sparse index, and what a new one would need to be in it, though this one keeps its own.
    pub(super) fn enters(&self, open: &[FieldRef]) -> Option<Found> {
        let inside = self.inside()?;
        let kept = |field: &FieldRef| open.contains(field) && self.changes.set_if_absent.contains(field);
        let when = self.index.when.iter().find(|when| kept(&when.field))?;
        let outside = self.keys.values(self.entity, when.field, TRIED);
        let outside = outside.into_iter().find(|value| !when.values.contains(value))?;
        let mut before = inside.clone();
        before
            .iter_mut()
            .filter(|(field, _)| *field == when.field)
            .for_each(|(_, value)| *value = outside.clone());
        let asked =
            inside.into_iter().filter(|(field, _)| open.contains(field) && self.changes.touches(*field));
        let asked: Values = asked.collect();
        Some(Found { before: self.example(&before), asked: self.example(&asked) })
    }

    fn when(&self, field: FieldRef) -> Option<&When> {
        self.index.when.iter().find(|when| when.field == field)
    }

    /// The fields of an item that is in the index.
    fn inside(&self) -> Option<Values> {
        let value = |field: FieldRef| {
            let first = || self.keys.values(self.entity, field, 1).pop();
            Some((field, self.when(field).map_or_else(first, |when| when.values.first().cloned())?))
        };
        fields_of_index(self.index).into_iter().map(value).collect()
    }

    fn example(&self, values: &[(FieldRef, EnumLiteral)]) -> Example {
        example(self.entity, values, self.keys)
    }

    /// Whether the key is another one with the other value.
    fn is_told_apart(&self, field: FieldRef, old: &EnumLiteral, new: &EnumLiteral) -> bool {
        let shard = |value: &EnumLiteral, shards| self.keys.shard(self.entity, field, value, shards);
        self.index.key.pk.iter().chain(&self.index.key.sk).any(|part| match part.kind {
            SegmentKind::Field { field: part, .. } => part == field && old != new,
            SegmentKind::Shard { field: part, shards } => {
                part == field && shard(old, shards) != shard(new, shards)
            }
            SegmentKind::Literal(_) => false,
        })
    }
}
