//! Updates of one item, put together attribute by attribute, and conditions that go with them.

use std::borrow::Cow;

use crate::entity::{Entity, VERSION};
use crate::failure::StoreFailure;
use crate::item::{Attr, Item};
use crate::store::{Expression, IndexSchema, PrimaryKey, TableSchema};
use crate::write::Write;

/// An update of an item, and everything that must hold for it.
#[derive(Clone, Debug)]
#[must_use = "a change does nothing until it is part of a write"]
pub struct Change {
    /// `#_u0 = :_u0, …`
    sets: String,
    /// `#_u1, …`
    removes: String,
    /// What the placeholders stand for; the text comes at the end.
    update: Expression,
    condition: Option<Expression>,
}

impl Change {
    fn new(condition: Option<Expression>) -> Self {
        Self { sets: String::new(), removes: String::new(), update: Expression::new(""), condition }
    }

    /// Of an item without a version: it must exist, no more.
    pub fn of_existing(table: &TableSchema) -> Self {
        Self::new(Some(Expression::present(table)))
    }

    /// Of an item that must have this version; it gets the next one.
    pub fn of_version(version: u64) -> Self {
        let start = Self::new(Some(Expression::version(version)));
        start.set(VERSION, Attr::unsigned(version.saturating_add(1)))
    }

    /// Of an item that is made if it isn't there.
    pub fn of_any(entity: &Entity) -> Self {
        Self::new(None).set(entity.table.type_attribute, Attr::text(entity.name))
    }

    /// Sets an attribute.
    pub fn set(mut self, attribute: &'static str, value: Attr) -> Self {
        let (name, placeholder) = self.bind(attribute, value);
        separate(&mut self.sets);
        self.sets.push_str(&format!("{name} = {placeholder}"));
        self
    }

    /// Sets an attribute, or removes it when there is no value.
    pub fn set_some(self, attribute: &'static str, value: Option<Attr>) -> Self {
        match value {
            Some(value) => self.set(attribute, value),
            None => self.remove(attribute),
        }
    }

    /// Sets an attribute that the item lacks; one that it has stays.
    pub fn set_if_absent(mut self, attribute: &'static str, value: Attr) -> Self {
        let (name, placeholder) = self.bind(attribute, value);
        separate(&mut self.sets);
        self.sets.push_str(&format!("{name} = if_not_exists({name}, {placeholder})"));
        self
    }

    /// Removes an attribute.
    pub fn remove(mut self, attribute: &'static str) -> Self {
        let name = self.name(attribute);
        separate(&mut self.removes);
        self.removes.push_str(&name);
        self
    }

    /// Sets the keys in an index; without any, the item leaves the index.
    pub fn index(self, index: &IndexSchema, key: impl Into<Option<PrimaryKey>>) -> Self {
        let (pk, sk) = key.into().map(|PrimaryKey { pk, sk }| (Attr::S(pk), Attr::S(sk))).unzip();
        self.set_some(index.pk, pk).set_some(index.sk, sk)
    }

    /// Sets the keys in an index of an item that has none there yet.
    pub fn index_if_absent(self, index: &IndexSchema, key: PrimaryKey) -> Self {
        self.set_if_absent(index.pk, Attr::S(key.pk)).set_if_absent(index.sk, Attr::S(key.sk))
    }

    /// Adds to a counter.
    pub fn add(self, attribute: &'static str, amount: i64) -> Self {
        self.count(attribute, '+', amount)
    }

    /// Takes from a counter.
    pub fn subtract(self, attribute: &'static str, amount: i64) -> Self {
        self.count(attribute, '-', amount)
    }

    /// Adds to a counter that stays within the limits of its type, or the condition fails.
    pub fn add_within(self, attribute: &'static str, amount: i64, least: i64, most: i64) -> Self {
        let bounds = self.within(attribute, i128::from(amount), least, most);
        self.require(bounds).add(attribute, amount)
    }

    /// Takes from a counter that stays within the limits of its type, or the condition fails.
    pub fn subtract_within(self, attribute: &'static str, amount: i64, least: i64, most: i64) -> Self {
        let bounds = self.within(attribute, -i128::from(amount), least, most);
        self.require(bounds).subtract(attribute, amount)
    }

    /// Adds to a counter, which is 0 where it is missing, and stays within the limits of its type or the condition
    /// fails.
    pub fn count_from_zero(mut self, attribute: &'static str, amount: i128, least: i64, most: i64) -> Self {
        let bounds = self.within(attribute, amount, least, most);
        let starts_within = (i128::from(least)..=i128::from(most)).contains(&amount);
        let bounds = if starts_within {
            let name = format!("#_c{}", self.update.names.len());
            Expression::new(format!("attribute_not_exists({name})")).name(name, attribute).or(bounds)
        } else {
            bounds
        };
        let (name, placeholder) = self.bind(attribute, Attr::N(amount.to_string()));
        let zero = format!(":_z{}", self.update.values.len());
        self.update.values.push((Cow::Owned(zero.clone()), Attr::integer(0)));
        separate(&mut self.sets);
        self.sets.push_str(&format!("{name} = if_not_exists({name}, {zero}) + {placeholder}"));
        self.require(bounds)
    }

    /// Demands something more of the stored item.
    pub fn require(mut self, condition: Expression) -> Self {
        self.condition = Some(match self.condition {
            Some(before) => before.and(condition),
            None => condition,
        });
        self
    }

    fn count(mut self, attribute: &'static str, sign: char, amount: i64) -> Self {
        let (name, placeholder) = self.bind(attribute, Attr::integer(amount));
        separate(&mut self.sets);
        self.sets.push_str(&format!("{name} = {name} {sign} {placeholder}"));
        self
    }

    /// The stored number must be such that it is within the limits after `amount` was added. Expressions can't
    /// reckon in conditions, so the limits move instead; they may leave 64 bits, which numbers of the store may too.
    fn within(&self, attribute: &'static str, amount: i128, least: i64, most: i64) -> Expression {
        let number = self.update.names.len();
        let (name, low, high) = (format!("#_c{number}"), format!(":_l{number}"), format!(":_h{number}"));
        Expression::new(format!("{name} BETWEEN {low} AND {high}"))
            .name(name, attribute)
            .value(low, Attr::N((i128::from(least) - amount).to_string()))
            .value(high, Attr::N((i128::from(most) - amount).to_string()))
    }

    fn name(&mut self, attribute: &'static str) -> String {
        let name = format!("#_u{}", self.update.names.len());
        self.update.names.push((Cow::Owned(name.clone()), Cow::Borrowed(attribute)));
        name
    }

    fn bind(&mut self, attribute: &'static str, value: Attr) -> (String, String) {
        let placeholder = format!(":_u{}", self.update.names.len());
        self.update.values.push((Cow::Owned(placeholder.clone()), value));
        (self.name(attribute), placeholder)
    }

    fn into_expressions(self) -> (Expression, Option<Expression>) {
        let Self { sets, removes, mut update, condition } = self;
        let mut text = String::new();
        for (verb, list) in [("SET ", sets), ("REMOVE ", removes)] {
            if !list.is_empty() {
                if !text.is_empty() {
                    text.push(' ');
                }
                text.push_str(verb);
                text.push_str(&list);
            }
        }
        update.text = Cow::Owned(text);
        (update, condition)
    }
}

fn separate(list: &mut String) {
    if !list.is_empty() {
        list.push_str(", ");
    }
}

impl<E: From<StoreFailure>> Write<'_, E> {
    /// Adds an item whose key is free; `index` and `otherwise` as in [`push`](Self::push).
    pub fn put_new(&mut self, item: Item, index: usize, otherwise: fn(usize) -> E) {
        let condition = Expression::absent(self.table());
        self.put(item, Some(condition), index, otherwise);
    }

    /// Adds an item in place of whatever is there.
    pub fn put_any(&mut self, item: Item) {
        self.put(item, None, 0, unconditional);
    }

    /// Adds the removal of whatever is there.
    pub fn delete_any(&mut self, key: PrimaryKey) {
        self.delete(key, None, 0, unconditional);
    }

    /// Adds a change of one item; `index` and `otherwise` as in [`push`](Self::push).
    pub fn change(&mut self, key: PrimaryKey, change: Change, index: usize, otherwise: fn(usize) -> E) {
        let (update, condition) = change.into_expressions();
        self.update(key, update, condition, index, otherwise);
    }

    /// Adds a change that nothing can deny.
    pub fn change_any(&mut self, key: PrimaryKey, change: Change) {
        self.change(key, change, 0, unconditional);
    }

    /// Demands that a value which replaces another one differs from it in nothing that never changes.
    pub fn same(&mut self, fields: &'static str, same: bool) {
        if !same {
            self.fail(StoreFailure::Invalid(format!("{fields} of a stored value never changes")));
        }
    }
}

/// What it means when an action without condition is denied.
fn unconditional<E: From<StoreFailure>>(_: usize) -> E {
    StoreFailure::Invalid("an action without condition was denied".to_owned()).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(change: Change) -> (String, String) {
        let (update, condition) = change.into_expressions();
        (update.text.into_owned(), condition.expect("it has a condition").text.into_owned())
    }

    #[test]
    fn a_versioned_change_raises_the_version_it_demands() {
        let change = Change::of_version(3).set("title", Attr::text("x")).set_some("note", None);
        assert_eq!(
            texts(change),
            ("SET #_u0 = :_u0, #_u1 = :_u1 REMOVE #_u2".to_owned(), "#_v = :_v".to_owned())
        );
    }

    #[test]
    fn limits_of_a_counter_move_against_the_amount() {
        let change = Change::of_version(1).subtract_within("copies", 2, 0, i64::MAX);
        let (update, condition) = change.into_expressions();
        let condition = condition.expect("it has a condition");
        assert_eq!(update.text, "SET #_u0 = :_u0, #_u1 = #_u1 - :_u1");
        assert_eq!(condition.text, "(#_v = :_v) AND (#_c1 BETWEEN :_l1 AND :_h1)");
        let bounds: Vec<_> = condition.values[1..].iter().map(|(_, value)| value.clone()).collect();
        assert_eq!(bounds, [Attr::N("2".to_owned()), Attr::N("9223372036854775809".to_owned())]);
    }

    #[test]
    fn a_counter_that_is_missing_starts_at_zero_if_it_may() {
        let count = |amount| texts(Change::new(None).count_from_zero("copies", amount, 0, 10));
        let (update, condition) = count(3);
        assert_eq!(update, "SET #_u0 = if_not_exists(#_u0, :_z1) + :_u0");
        assert_eq!(condition, "(attribute_not_exists(#_c0)) OR (#_c0 BETWEEN :_l0 AND :_h0)");
        assert_eq!(count(-3).1, "#_c0 BETWEEN :_l0 AND :_h0");
    }
}
