//! Making the table, for tests and stand-ins: in an account the stack makes it.

use std::time::Duration;

use aws_sdk_dynamodb::client::Waiters;
use aws_sdk_dynamodb::types::{
    AttributeDefinition, BillingMode, GlobalSecondaryIndex, KeySchemaElement, KeyType, Projection,
    ProjectionType, ScalarAttributeType, StreamSpecification, StreamViewType, TimeToLiveSpecification,
};
use stipule_runtime::store::{self, IndexShape, KeyAttribute, KeyKind, KeyShape, StoreError, TableSchema};

use super::fault::store_error;
use super::{DynamoTable, incomplete};

/// Most time until a new table can be used.
const READY: Duration = Duration::from_secs(60);

impl DynamoTable {
    /// Creates the table with its indexes, its stream (both images) and its expiry, paid per request, and waits until it
    /// can be used.
    ///
    /// # Errors
    /// [`StoreError`]; [`StoreError::Invalid`] also when there is a table of this name.
    pub async fn create(&self) -> Result<(), StoreError> {
        self.create_without_expiry().await?;
        let expiry = TimeToLiveSpecification::builder().enabled(true);
        let expiry = expiry.attribute_name(self.schema.ttl_attribute()).build().map_err(incomplete)?;
        let call =
            self.client.update_time_to_live().table_name(&self.name).time_to_live_specification(expiry);
        call.send().await.map_err(store_error)?;
        Ok(())
    }

    /// As [`create`](Self::create), for a stand-in that knows no expiry.
    ///
    /// # Errors
    /// As [`create`](Self::create).
    pub async fn create_without_expiry(&self) -> Result<(), StoreError> {
        let table = self.schema;
        let indexes: Vec<_> =
            table.shapes().map(|index| secondary_index(&index)).collect::<Result<_, _>>()?;
        let stream = StreamSpecification::builder()
            .stream_enabled(true)
            .stream_view_type(StreamViewType::NewAndOldImages)
            .build()
            .map_err(incomplete)?;
        let call = self
            .client
            .create_table()
            .table_name(&self.name)
            .set_key_schema(Some(key_schema(&table_key(table))?))
            .set_attribute_definitions(Some(attributes(table)?))
            // An empty list is refused.
            .set_global_secondary_indexes((!indexes.is_empty()).then_some(indexes))
            .billing_mode(BillingMode::PayPerRequest)
            .stream_specification(stream);
        call.send().await.map_err(store_error)?;
        let ready = self.client.wait_until_table_exists().table_name(&self.name).wait(READY).await;
        ready.map_err(|fault| StoreError::Unavailable(fault.to_string()))?;
        Ok(())
    }
}

/// The key of the table itself.
fn table_key(table: &TableSchema) -> KeyShape {
    KeyShape { pk: vec![KeyAttribute::text(table.pk)], sk: vec![KeyAttribute::text(table.sk)] }
}

fn attributes(table: &TableSchema) -> Result<Vec<AttributeDefinition>, StoreError> {
    let mut attributes: Vec<KeyAttribute> = table_key(table).attributes().collect();
    attributes.extend(table.shapes().flat_map(|index| index.key.attributes().collect::<Vec<_>>()));
    attributes.sort_unstable_by_key(|attribute| attribute.name);
    // Two indexes may share an attribute, which is defined once.
    attributes.dedup();
    let define = |attribute: KeyAttribute| {
        let kind = match attribute.kind {
            KeyKind::Text => ScalarAttributeType::S,
            KeyKind::Number => ScalarAttributeType::N,
        };
        let definition = AttributeDefinition::builder().attribute_type(kind);
        definition.attribute_name(attribute.name).build().map_err(incomplete)
    };
    attributes.into_iter().map(define).collect()
}

fn secondary_index(index: &IndexShape) -> Result<GlobalSecondaryIndex, StoreError> {
    let (kind, included) = match index.projection {
        store::Projection::All => (ProjectionType::All, None),
        store::Projection::Keys => (ProjectionType::KeysOnly, None),
        store::Projection::Include(names) => {
            (ProjectionType::Include, Some(names.iter().map(|name| (*name).to_owned()).collect()))
        }
    };
    GlobalSecondaryIndex::builder()
        .index_name(index.name)
        .set_key_schema(Some(key_schema(&index.key)?))
        .projection(Projection::builder().projection_type(kind).set_non_key_attributes(included).build())
        .build()
        .map_err(incomplete)
}

fn key_schema(key: &KeyShape) -> Result<Vec<KeySchemaElement>, StoreError> {
    let hash = key.pk.iter().map(|attribute| (attribute, KeyType::Hash));
    let range = key.sk.iter().map(|attribute| (attribute, KeyType::Range));
    hash.chain(range)
        .map(|(attribute, kind)| {
            let element = KeySchemaElement::builder().attribute_name(attribute.name).key_type(kind);
            element.build().map_err(incomplete)
        })
        .collect()
}
