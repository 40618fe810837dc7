//! What a write may demand of a stored item, as expressions. Placeholders of the runtime begin with `_`, which no
//! field's does.

use stipule_wire::DateTime;

use crate::entity::VERSION;
use crate::item::Attr;
use crate::store::{Expression, TableSchema};

impl Expression {
    /// There is no item with this key.
    pub fn absent(table: &TableSchema) -> Self {
        Self::new("attribute_not_exists(#_pk)").name("#_pk", table.pk)
    }

    /// There is an item with this key.
    pub fn present(table: &TableSchema) -> Self {
        Self::new("attribute_exists(#_pk)").name("#_pk", table.pk)
    }

    /// There is no item with this key, or one that expired and wasn't swept away yet.
    pub fn gone(table: &TableSchema, now: &DateTime) -> Self {
        Self::new("attribute_not_exists(#_pk) OR #_ttl <= :_now")
            .name("#_pk", table.pk)
            .name("#_ttl", table.ttl_attribute())
            .value(":_now", Attr::integer(now.unix_seconds()))
    }

    /// There is an item with this key, and it hasn't expired.
    pub fn live(table: &TableSchema, now: &DateTime) -> Self {
        Self::new("attribute_exists(#_pk) AND (attribute_not_exists(#_ttl) OR #_ttl > :_now)")
            .name("#_pk", table.pk)
            .name("#_ttl", table.ttl_attribute())
            .value(":_now", Attr::integer(now.unix_seconds()))
    }

    /// There is no expired item with this key.
    pub fn unexpired(table: &TableSchema, now: &DateTime) -> Self {
        Self::new("attribute_not_exists(#_ttl) OR #_ttl > :_now")
            .name("#_ttl", table.ttl_attribute())
            .value(":_now", Attr::integer(now.unix_seconds()))
    }

    /// The item has this version.
    pub fn version(version: u64) -> Self {
        Self::new("#_v = :_v").name("#_v", VERSION).value(":_v", Attr::unsigned(version))
    }

    /// The attribute still has this value; `None` for none at all.
    pub fn unchanged(attribute: &'static str, value: Option<Attr>) -> Self {
        // Attribute names are anything, placeholders letters and digits.
        let placeholder: String = attribute.bytes().map(|byte| format!("{byte:02x}")).collect();
        let name = format!("#_was_{placeholder}");
        match value {
            None => Self::new(format!("attribute_not_exists({name})")).name(name, attribute),
            Some(value) => {
                let old = format!(":_was_{placeholder}");
                Self::new(format!("{name} = {old}")).name(name, attribute).value(old, value)
            }
        }
    }

    /// Both hold. A placeholder of the same name must stand for the same thing in both.
    #[must_use]
    pub fn and(self, other: Expression) -> Self {
        self.joined("AND", other)
    }

    /// At least one holds; placeholders as in [`and`](Self::and).
    #[must_use]
    pub fn or(self, other: Expression) -> Self {
        self.joined("OR", other)
    }

    fn joined(self, word: &str, other: Expression) -> Self {
        let mut joined = Self::new(format!("({}) {word} ({})", self.text, other.text));
        joined.names = self.names;
        joined.values = self.values;
        for name in other.names {
            if !joined.names.contains(&name) {
                joined.names.push(name);
            }
        }
        for value in other.values {
            if !joined.values.contains(&value) {
                joined.values.push(value);
            }
        }
        joined
    }

    /// Says what a placeholder stands for that is all there is in parentheses: `#state IN (:states)`. Of an empty list
    /// nothing is a part.
    #[must_use]
    pub fn values(mut self, placeholder: &str, values: impl IntoIterator<Item = Attr>) -> Self {
        let mut placeholders = Vec::new();
        for (number, value) in values.into_iter().enumerate() {
            placeholders.push(format!("{placeholder}_{number}"));
            self.values.push((format!("{placeholder}_{number}").into(), value));
        }
        if placeholders.is_empty() {
            // The service refuses an empty list. No field holds bytes, so none is equal to these.
            placeholders.push(format!("{placeholder}_none"));
            self.values.push((format!("{placeholder}_none").into(), Attr::B(vec![0])));
        }
        let listed = format!("({})", placeholders.join(", "));
        self.text = self.text.replace(&format!("({placeholder})"), &listed).into();
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_of_values_has_a_placeholder_each() {
        let expression =
            Expression::new("#s IN (:s) AND #n = :sum").values(":s", [Attr::from("a"), Attr::from("b")]);
        assert_eq!(expression.text, "#s IN (:s_0, :s_1) AND #n = :sum");
        assert_eq!(expression.values.len(), 2);
        let empty = Expression::new("#s IN (:s)").values(":s", []);
        assert_eq!((empty.text.as_ref(), empty.values.len()), ("#s IN (:s_none)", 1));
    }

    #[test]
    fn what_two_expressions_share_is_said_once() {
        let now = DateTime::UNIX_EPOCH;
        let table = TableSchema {
            name: "t",
            pk: "pk",
            sk: "sk",
            ttl: None,
            type_attribute: "_t",
            indexes: &[],
            native: &[],
            outbox_shards: 1,
        };
        let both = Expression::live(&table, &now).and(Expression::unexpired(&table, &now));
        assert_eq!((both.names.len(), both.values.len()), (2, 1));
    }
}
