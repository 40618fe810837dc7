//! The table as the contract wants it against the table as it is stored.

use std::fmt::Write;

use dynoxide::DynoxideError;
use dynoxide::actions::create_table::{self, CreateTableRequest};
use dynoxide::actions::describe_table::{self, DescribeTableRequest};
use dynoxide::actions::vector_lifecycle::VectorIndexLifecycle;
use dynoxide::storage::Storage;
use dynoxide::types::{
    AttributeDefinition, GlobalSecondaryIndex, KeySchemaElement, KeyType, Projection, ProjectionType,
    ScalarAttributeType,
};
use stipule_runtime::store::{self, IndexShape, KeyAttribute, KeyKind, KeyShape, TableSchema};

use super::{OpenError, now_or_lost};

/// Creates the table with its indexes if it isn't there; otherwise proves that it is the same.
pub(super) fn prepare(storage: &Storage, schema: &TableSchema) -> Result<(), OpenError> {
    let describe = DescribeTableRequest { table_name: schema.name.to_owned() };
    let lifecycle = VectorIndexLifecycle::new();
    match now_or_lost(describe_table::execute(storage, describe, &lifecycle)) {
        Ok(found) => {
            let stored = Shape::of(
                &found.table.key_schema,
                found
                    .table
                    .global_secondary_indexes
                    .unwrap_or_default()
                    .into_iter()
                    .map(|index| (index.index_name, index.key_schema, index.projection)),
            );
            verify(schema, &stored)
        }
        Err(DynoxideError::ResourceNotFoundException(_)) => {
            now_or_lost(create_table::execute(storage, creation(schema)))?;
            Ok(())
        }
        Err(fault) => Err(fault.into()),
    }
}

fn creation(schema: &TableSchema) -> CreateTableRequest {
    let mut attributes = table_key(schema).attributes().collect::<Vec<_>>();
    for attribute in schema.shapes().flat_map(|index| index.key.attributes().collect::<Vec<_>>()) {
        // Indexes may share an attribute, which is defined once.
        if !attributes.contains(&attribute) {
            attributes.push(attribute);
        }
    }
    let indexes: Vec<_> = schema.shapes().map(|index| secondary_index(&index)).collect();
    CreateTableRequest {
        table_name: schema.name.to_owned(),
        key_schema: key_schema(&table_key(schema)),
        attribute_definitions: attributes.into_iter().map(definition).collect(),
        global_secondary_indexes: (!indexes.is_empty()).then_some(indexes),
        billing_mode: Some("PAY_PER_REQUEST".to_owned()),
        ..CreateTableRequest::default()
    }
}

fn definition(attribute: KeyAttribute) -> AttributeDefinition {
    AttributeDefinition {
        attribute_name: attribute.name.to_owned(),
        attribute_type: match attribute.kind {
            KeyKind::Text => ScalarAttributeType::S,
            KeyKind::Number => ScalarAttributeType::N,
        },
    }
}

/// The key of the table itself.
fn table_key(schema: &TableSchema) -> KeyShape {
    KeyShape { pk: vec![KeyAttribute::text(schema.pk)], sk: vec![KeyAttribute::text(schema.sk)] }
}

fn secondary_index(index: &IndexShape) -> GlobalSecondaryIndex {
    let (kind, included) = match index.projection {
        store::Projection::All => (ProjectionType::ALL, None),
        store::Projection::Keys => (ProjectionType::KEYS_ONLY, None),
        store::Projection::Include(names) => {
            (ProjectionType::INCLUDE, Some(names.iter().map(|name| (*name).to_owned()).collect()))
        }
    };
    GlobalSecondaryIndex {
        index_name: index.name.to_owned(),
        key_schema: key_schema(&index.key),
        projection: Projection { projection_type: Some(kind), non_key_attributes: included },
        provisioned_throughput: None,
    }
}

fn key_schema(key: &KeyShape) -> Vec<KeySchemaElement> {
    let part = |attribute: &KeyAttribute, key_type| KeySchemaElement {
        attribute_name: attribute.name.to_owned(),
        key_type,
    };
    let hash = key.pk.iter().map(|attribute| part(attribute, KeyType::HASH));
    let range = key.sk.iter().map(|attribute| part(attribute, KeyType::RANGE));
    hash.chain(range).collect()
}

/// What two tables must have in common for the same items to live in both: sorted lines, one per key.
#[derive(Debug, PartialEq, Eq)]
struct Shape {
    lines: Vec<String>,
}

impl Shape {
    fn of(
        key: &[KeySchemaElement],
        indexes: impl Iterator<Item = (String, Vec<KeySchemaElement>, Projection)>,
    ) -> Self {
        let mut lines = vec![format!("the table is keyed by {}", key_words(key))];
        lines.extend(indexes.map(|(name, key, projection)| {
            let mut line = format!("index `{name}` is keyed by {} and carries ", key_words(&key));
            match projection.projection_type.unwrap_or_default() {
                ProjectionType::ALL => line.push_str("all attributes"),
                ProjectionType::KEYS_ONLY => line.push_str("keys"),
                ProjectionType::INCLUDE => {
                    let mut names = projection.non_key_attributes.unwrap_or_default();
                    names.sort();
                    // Writing to a string can't fail.
                    let _ = write!(line, "keys and {}", names.join(", "));
                }
            }
            line
        }));
        lines.sort();
        Self { lines }
    }
}

fn key_words(key: &[KeySchemaElement]) -> String {
    let names: Vec<_> = key.iter().map(|part| format!("`{}`", part.attribute_name)).collect();
    names.join(" and ")
}

fn verify(schema: &TableSchema, stored: &Shape) -> Result<(), OpenError> {
    let wanted = Shape::of(
        &key_schema(&table_key(schema)),
        schema.shapes().map(|index| {
            let index = secondary_index(&index);
            (index.index_name, index.key_schema, index.projection)
        }),
    );
    if wanted == *stored {
        return Ok(());
    }
    let only = |these: &Shape, those: &Shape| -> Vec<String> {
        these.lines.iter().filter(|line| !those.lines.contains(line)).cloned().collect()
    };
    Err(OpenError::Differs {
        table: schema.name.to_owned(),
        stored: only(stored, &wanted),
        wanted: only(&wanted, stored),
    })
}
