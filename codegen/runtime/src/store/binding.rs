//! What the placeholders of a call stand for, when its expressions keep them in one place as DynamoDB does.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

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
    /// # Errors
    /// [`StoreError::Invalid`] for an index that the table doesn't have.
    pub fn condition(&self, table: &TableSchema) -> Result<Expression, StoreError> {
        let (pk, sk) = match self.index {
            None => (table.pk, table.sk),
            Some(name) => {
                let index = table.index(name);
                let index =
                    index.ok_or_else(|| StoreError::Invalid(format!("there is no index `{name}`")))?;
                (index.pk, index.sk)
            }
        };
        let whole = |text| Expression::new(text).name("#kp", pk).value(":kp", Attr::text(self.pk.as_str()));
        Ok(match &self.sort {
            Sort::All => whole("#kp = :kp"),
            Sort::Prefix(prefix) => whole("#kp = :kp AND begins_with(#ks, :kf)")
                .name("#ks", sk)
                .value(":kf", Attr::text(prefix.as_str())),
            Sort::Between(from, to) => whole("#kp = :kp AND #ks BETWEEN :kf AND :kt")
                .name("#ks", sk)
                .value(":kf", Attr::text(from.as_str()))
                .value(":kt", Attr::text(to.as_str())),
        })
    }
}
