//! `stipule table examples`: one item of each entity, as it is stored or as the services see it.

use serde::ser::{Serialize, SerializeMap as _, Serializer};
use serde_json::{Map, Value};
use stipule_ir::Contract;
use stipule_ir::table::{EntityId, Table};
use stipule_table::{Any, Attr, Examples};

use crate::failure::Failure;
use crate::output::Output;

/// Examples by entity, in the order of the file.
struct Shown(Vec<(String, Form)>);

/// An example in one of its forms.
enum Form {
    /// As services see it, its fields in the order of the schema.
    Plain(Any),
    /// As it is stored: `{"S": "text"}`.
    Stored(Value),
}

impl Serialize for Shown {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.0.len()))?;
        for (name, form) in &self.0 {
            match form {
                Form::Plain(value) => map.serialize_entry(name, value)?,
                Form::Stored(item) => map.serialize_entry(name, item)?,
            }
        }
        map.end()
    }
}

/// Prints a JSON object of examples by entity: DynamoDB's form, or plain JSON.
pub(super) fn print(
    contract: &Contract,
    table: &Table,
    only: &[EntityId],
    plain: bool,
    output: &Output,
) -> Result<(), Failure> {
    let examples = Examples::new(contract, table);
    let mut shown = Vec::new();
    let mut missing = Vec::new();
    for (id, entity) in (0u32..).map(EntityId).zip(&table.entities) {
        if !only.is_empty() && !only.contains(&id) {
            continue;
        }
        let name = entity.name.wire.clone();
        match examples.get(id) {
            Some(example) if plain => shown.push((name, Form::Plain(example.value.clone()))),
            Some(example) => {
                let attributes = example.item.iter().map(|(name, value)| (name.to_owned(), dynamo(value)));
                shown.push((name, Form::Stored(Value::Object(attributes.collect()))));
            }
            None => missing.push(name),
        }
    }
    output.print_json(&Shown(shown))?;
    if missing.is_empty() {
        return Ok(());
    }
    let names = missing.join(", ");
    Err(Failure::new(format!("no value was found for {names}: give their schemas `examples`")))
}

/// An attribute in the JSON of DynamoDB.
fn dynamo(value: &Attr) -> Value {
    let content = match value {
        Attr::S(text) | Attr::N(text) => Value::String(text.clone()),
        Attr::Bool(truth) => Value::Bool(*truth),
        Attr::Null => Value::Bool(true),
        Attr::B(bytes) => Value::Array(bytes.iter().map(|byte| Value::from(*byte)).collect()),
        Attr::L(items) => Value::Array(items.iter().map(dynamo).collect()),
        Attr::M(entries) => {
            Value::Object(entries.iter().map(|(name, it)| (name.to_owned(), dynamo(it))).collect())
        }
    };
    Value::Object(Map::from_iter([(value.kind().to_owned(), content)]))
}
