//! Updates of one item, put together attribute by attribute, and conditions that go with them.

use std::borrow::Cow;

use crate::entity::VERSION;
use crate::failure::StoreFailure;
use crate::item::{Attr, Item};
use crate::store::{Expression, IndexSchema, PrimaryKey, TableSchema};
use crate::write::Write;

/// An update of an item that must exist, and everything that must hold for it.
#[derive(Clone, Debug)]
#[must_use = "a change does nothing until it is part of a write"]
pub struct Change {
    /// `#u0 = :u0, …`
    sets: String,
    /// `#u1, …`
    removes: String,
    /// What the placeholders stand for; the text comes at the end.
    update: Expression,
    condition: Expression,
}

impl Change {
    /// Of an item without a version: it must exist, no more.
    pub fn of_existing(table: &TableSchema) -> Self {
        Self {
            sets: String::new(),
            removes: String::new(),
            update: Expression::new(""),
            condition: Expression::present(table),
        }
    }

    /// Of an item that must have this version; it gets the next one.
    pub fn of_version(version: u64) -> Self {
        let start = Self {
            sets: String::new(),
            removes: String::new(),
            update: Expression::new(""),
            condition: Expression::version(version),
        };
        start.set(VERSION, Attr::unsigned(version.saturating_add(1)))
    }

    /// Sets an attribute.
    pub fn set(mut self, attribute: &'static str, value: Attr) -> Self {
        let (name, placeholder) = self.bind(attribute, value);
        separate(&mut self.sets);
        self.sets.push_str(&format!("{name} = {placeholder}"));
        self
    }

    /// Sets an attribute, or removes it when there is no value.
    pub fn set_some(mut self, attribute: &'static str, value: Option<Attr>) -> Self {
        match value {
            Some(value) => self.set(attribute, value),
            None => {
                let name = self.name(attribute);
                separate(&mut self.removes);
                self.removes.push_str(&name);
                self
            }
        }
    }

    /// Sets the keys in an index; without any, the item leaves the index.
    pub fn index(self, index: &IndexSchema, key: impl Into<Option<PrimaryKey>>) -> Self {
        let (pk, sk) = key.into().map(|PrimaryKey { pk, sk }| (Attr::S(pk), Attr::S(sk))).unzip();
        self.set_some(index.pk, pk).set_some(index.sk, sk)
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
        self.within(attribute, i128::from(amount), least, most).add(attribute, amount)
    }

    /// Takes from a counter that stays within the limits of its type, or the condition fails.
    pub fn subtract_within(self, attribute: &'static str, amount: i64, least: i64, most: i64) -> Self {
        self.within(attribute, -i128::from(amount), least, most).subtract(attribute, amount)
    }

    /// Demands something more of the stored item.
    pub fn require(mut self, condition: Expression) -> Self {
        self.condition = self.condition.and(condition);
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
    fn within(self, attribute: &'static str, amount: i128, least: i64, most: i64) -> Self {
        let number = self.update.names.len();
        let (name, low, high) = (format!("#c{number}"), format!(":l{number}"), format!(":h{number}"));
        let bounds = Expression::new(format!("{name} BETWEEN {low} AND {high}"))
            .name(name, attribute)
            .value(low, Attr::N((i128::from(least) - amount).to_string()))
            .value(high, Attr::N((i128::from(most) - amount).to_string()));
        self.require(bounds)
    }

    fn name(&mut self, attribute: &'static str) -> String {
        let name = format!("#u{}", self.update.names.len());
        self.update.names.push((Cow::Owned(name.clone()), Cow::Borrowed(attribute)));
        name
    }

    fn bind(&mut self, attribute: &'static str, value: Attr) -> (String, String) {
        let placeholder = format!(":u{}", self.update.names.len());
        self.update.values.push((Cow::Owned(placeholder.clone()), value));
        (self.name(attribute), placeholder)
    }

    fn into_expressions(self) -> (Expression, Expression) {
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

impl Expression {
    /// The item has this version.
    pub fn version(version: u64) -> Self {
        Self::new("#_v = :_v").name("#_v", VERSION).value(":_v", Attr::unsigned(version))
    }

    /// The attribute still has this value; `None` for none at all.
    pub fn unchanged(attribute: &'static str, value: Option<Attr>) -> Self {
        // Attribute names are anything, placeholders letters and digits.
        let placeholder: String = attribute.bytes().map(|byte| format!("{byte:02x}")).collect();
        let name = format!("#was_{placeholder}");
        match value {
            None => Self::new(format!("attribute_not_exists({name})")).name(name, attribute),
            Some(value) => {
                let old = format!(":was_{placeholder}");
                Self::new(format!("{name} = {old}")).name(name, attribute).value(old, value)
            }
        }
    }

    /// Both hold. A placeholder of the same name must stand for the same thing in both.
    #[must_use]
    pub fn and(self, other: Expression) -> Self {
        let mut joined = Self::new(format!("({}) AND ({})", self.text, other.text));
        joined.names = self.names;
        joined.values = self.values;
        joined
            .names
            .extend(other.names.into_iter().filter(|name| !joined.names.contains(name)).collect::<Vec<_>>());
        joined.values.extend(other.values);
        joined
    }
}

impl<E: From<StoreFailure>> Write<'_, E> {
    /// Adds an item whose key is free; `index` and `otherwise` as in [`push`](Self::push).
    pub fn put_new(&mut self, item: Item, index: usize, otherwise: fn(usize) -> E) {
        let condition = Expression::absent(self.table());
        self.put(item, Some(condition), index, otherwise);
    }

    /// Adds an item in place of the one that has this version; `index` and `otherwise` as in [`push`](Self::push).
    pub fn replace(&mut self, item: Item, version: u64, index: usize, otherwise: fn(usize) -> E) {
        self.put(item, Some(Expression::version(version)), index, otherwise);
    }

    /// Adds a change of one item; `index` and `otherwise` as in [`push`](Self::push).
    pub fn change(&mut self, key: PrimaryKey, change: Change, index: usize, otherwise: fn(usize) -> E) {
        let (update, condition) = change.into_expressions();
        self.update(key, update, Some(condition), index, otherwise);
    }

    /// As [`change`](Self::change), of an item that must have a version and for which more must hold: `stale` is the
    /// error when it hasn't the version any more, `otherwise` when it has.
    pub fn change_current(
        &mut self,
        key: PrimaryKey,
        change: Change,
        version: u64,
        index: usize,
        otherwise: fn(usize) -> E,
        stale: fn(usize) -> E,
    ) {
        self.change(key, change, index, otherwise);
        self.unless_stale(version, stale);
    }

    /// Demands that a list of arguments isn't longer than the contract says.
    pub fn at_most(&mut self, argument: &'static str, count: usize, most: usize) {
        if count > most {
            self.fail(StoreFailure::Invalid(format!(
                "`{argument}` has {count} elements, and may have {most}"
            )));
        }
    }

    /// Demands that a value which replaces another one differs from it in nothing that never changes.
    pub fn same(&mut self, fields: &'static str, same: bool) {
        if !same {
            self.fail(StoreFailure::Invalid(format!("{fields} of a stored value never changes")));
        }
    }
}

/// What every error of a write has beside its own variants: a failure of the store, words, and what it means in a
/// handler of events. There, a write that was denied is tried again, since the next try sees what denied this one; a
/// handler that knows better matches the variant.
#[macro_export]
macro_rules! write_error {
    ($name:ident, $failed:ident) => {
        impl ::std::fmt::Display for $name {
            fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                match self {
                    Self::$failed(failure) => ::std::fmt::Display::fmt(failure, f),
                    denied => ::std::write!(f, "denied: {denied:?}"),
                }
            }
        }

        impl ::std::error::Error for $name {}

        impl ::std::convert::From<$crate::StoreFailure> for $name {
            fn from(failure: $crate::StoreFailure) -> Self {
                Self::$failed(failure)
            }
        }

        impl ::std::convert::From<$name> for $crate::Failure {
            fn from(error: $name) -> Self {
                match error {
                    $name::$failed(failure) => failure.into(),
                    denied => $crate::Failure::retry(denied),
                }
            }
        }
    };
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(change: Change) -> (String, String) {
        let (update, condition) = change.into_expressions();
        (update.text.into_owned(), condition.text.into_owned())
    }

    #[test]
    fn a_versioned_change_raises_the_version_it_demands() {
        let change = Change::of_version(3).set("title", Attr::text("x")).set_some("note", None);
        assert_eq!(texts(change), ("SET #u0 = :u0, #u1 = :u1 REMOVE #u2".to_owned(), "#_v = :_v".to_owned()));
    }

    #[test]
    fn limits_of_a_counter_move_against_the_amount() {
        let change = Change::of_version(1).subtract_within("copies", 2, 0, i64::MAX);
        let (update, condition) = change.into_expressions();
        assert_eq!(update.text, "SET #u0 = :u0, #u1 = #u1 - :u1");
        assert_eq!(condition.text, "(#_v = :_v) AND (#c1 BETWEEN :l1 AND :h1)");
        let bounds: Vec<_> = condition.values[1..].iter().map(|(_, value)| value.clone()).collect();
        assert_eq!(bounds, [Attr::N("2".to_owned()), Attr::N("9223372036854775809".to_owned())]);
    }
}
