//! What the placeholders of a call stand for, when its expressions keep them in one place as DynamoDB does.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::ops::Bound;

use super::failure::StoreError;
use super::query::Query;
use super::schema::TableSchema;
use super::sort::Sort;
use super::transaction::Expression;
use crate::item::Attr;

/// What the placeholders of one kind stand for, in an SDK's or an engine's own types.
pub type Placeholders<V> = Option<HashMap<String, V>>;

/// The placeholders of all expressions of one call.
#[derive(Default)]
pub struct Bindings {
    names: HashMap<String, String>,
    values: HashMap<String, Attr>,
}

impl Bindings {
    /// Takes over what an expression's placeholders stand for; its text.
    ///
    /// # Errors
    /// [`StoreError::Invalid`] when a placeholder stands for something else already.
    pub fn take(&mut self, expression: Expression) -> Result<String, StoreError> {
        for (placeholder, name) in expression.names {
            bind(&mut self.names, placeholder.into_owned(), name.into_owned())?;
        }
        for (placeholder, value) in expression.values {
            bind(&mut self.values, placeholder.into_owned(), value)?;
        }
        Ok(expression.text.into_owned())
    }

    /// As [`take`](Self::take), if there is an expression.
    ///
    /// # Errors
    /// As [`take`](Self::take).
    pub fn take_some(&mut self, expression: Option<Expression>) -> Result<Option<String>, StoreError> {
        expression.map(|expression| self.take(expression)).transpose()
    }

    /// Names and values, where there are any: an empty list of either is refused.
    pub fn into_parts<V>(self, value: impl Fn(Attr) -> V) -> (Placeholders<String>, Placeholders<V>) {
        let Self { names, values } = self;
        let values = values.into_iter().map(|(placeholder, attr)| (placeholder, value(attr)));
        let values: HashMap<_, _> = values.collect();
        ((!names.is_empty()).then_some(names), (!values.is_empty()).then_some(values))
    }
}

fn bind<V: PartialEq>(
    bindings: &mut HashMap<String, V>,
    placeholder: String,
    value: V,
) -> Result<(), StoreError> {
    match bindings.entry(placeholder) {
        Entry::Occupied(held) if *held.get() != value => {
            Err(StoreError::Invalid(format!("placeholder `{}` stands for two things", held.key())))
        }
        Entry::Occupied(_) => Ok(()),
        Entry::Vacant(free) => {
            free.insert(value);
            Ok(())
        }
    }
}

impl Query {
    /// What the keys of its items are like, as a key condition. Its placeholders begin with `#k` and `:k`.
    ///
    /// With two bounds on an attribute of an index over fields both are included: see [`Sort::admits`].
    ///
    /// # Errors
    /// [`StoreError::Invalid`] for an index that the table doesn't have, or one with another key.
    pub fn condition(&self, table: &TableSchema) -> Result<Expression, StoreError> {
        let shape = table.key_of(self.index)?;
        let values = self.partition.values();
        if values.len() != shape.pk.len() {
            let fault = format!("a partition key has {} parts, not {}", shape.pk.len(), values.len());
            return Err(StoreError::Invalid(fault));
        }
        let mut key = KeyCondition::default();
        for (attribute, value) in shape.pk.iter().zip(values) {
            key.equal(attribute.name, value);
        }
        let Some(first) = shape.sk.first() else { return Ok(key.finish()) };
        match &self.sort {
            Sort::All => {}
            Sort::Prefix(prefix) => key.prefix(first.name, Attr::text(prefix.as_str())),
            Sort::Between(from, to) => {
                key.between(first.name, Attr::text(from.as_str()), Attr::text(to.as_str()));
            }
            Sort::Values { equal, from, to } => {
                let ranged = !matches!((from, to), (Bound::Unbounded, Bound::Unbounded));
                if equal.len() + usize::from(ranged) > shape.sk.len() {
                    let fault = format!("a sort key has no more than {} parts", shape.sk.len());
                    return Err(StoreError::Invalid(fault));
                }
                for (attribute, value) in shape.sk.iter().zip(equal) {
                    key.equal(attribute.name, value.clone());
                }
                if let Some(next) = shape.sk.get(equal.len()) {
                    key.within(next.name, from.clone(), to.clone());
                }
            }
        }
        Ok(key.finish())
    }
}

/// A key condition while it is written.
#[derive(Default)]
struct KeyCondition {
    terms: Vec<String>,
    names: Vec<&'static str>,
    values: Vec<Attr>,
}

impl KeyCondition {
    fn name(&mut self, name: &'static str) -> String {
        self.names.push(name);
        format!("#k{}", self.names.len())
    }

    fn value(&mut self, value: Attr) -> String {
        self.values.push(value);
        format!(":k{}", self.values.len())
    }

    fn compare(&mut self, name: &'static str, sign: &str, value: Attr) {
        let term = format!("{} {sign} {}", self.name(name), self.value(value));
        self.terms.push(term);
    }

    fn equal(&mut self, name: &'static str, value: Attr) {
        self.compare(name, "=", value);
    }

    fn prefix(&mut self, name: &'static str, value: Attr) {
        let term = format!("begins_with({}, {})", self.name(name), self.value(value));
        self.terms.push(term);
    }

    fn between(&mut self, name: &'static str, from: Attr, to: Attr) {
        let term = format!("{} BETWEEN {} AND {}", self.name(name), self.value(from), self.value(to));
        self.terms.push(term);
    }

    fn within(&mut self, name: &'static str, from: Bound<Attr>, to: Bound<Attr>) {
        match (from, to) {
            (Bound::Unbounded, Bound::Unbounded) => {}
            (Bound::Included(from), Bound::Unbounded) => self.compare(name, ">=", from),
            (Bound::Excluded(from), Bound::Unbounded) => self.compare(name, ">", from),
            (Bound::Unbounded, Bound::Included(to)) => self.compare(name, "<=", to),
            (Bound::Unbounded, Bound::Excluded(to)) => self.compare(name, "<", to),
            (Bound::Included(from) | Bound::Excluded(from), Bound::Included(to) | Bound::Excluded(to)) => {
                self.between(name, from, to);
            }
        }
    }

    fn finish(self) -> Expression {
        let mut expression = Expression::new(self.terms.join(" AND "));
        for (place, name) in (1..).zip(self.names) {
            expression = expression.name(format!("#k{place}"), name);
        }
        for (place, value) in (1..).zip(self.values) {
            expression = expression.value(format!(":k{place}"), value);
        }
        expression
    }
}
