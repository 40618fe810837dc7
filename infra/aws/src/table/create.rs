//! Making the table, for tests and stand-ins: in an account the stack makes it.

use std::time::Duration;

use aws_sdk_dynamodb::client::Waiters;
use aws_sdk_dynamodb::types::{
    AttributeDefinition, BillingMode, GlobalSecondaryIndex, KeySchemaElement, KeyType, Projection,
    ProjectionType, ScalarAttributeType, StreamSpecification, StreamViewType, TimeToLiveSpecification,
};
use stipule_runtime::store::{self, IndexSchema, StoreError, TableSchema};

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
        let indexes: Vec<_> = table.indexes.iter().map(secondary_index).collect::<Result<_, _>>()?;
        let stream = StreamSpecification::builder()
            .stream_enabled(true)
            .stream_view_type(StreamViewType::NewAndOldImages)
            .build()
            .map_err(incomplete)?;
        let call = self
            .client
            .create_table()
            .table_name(&self.name)
            .set_key_schema(Some(key_schema(table.pk, table.sk)?))
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

fn attributes(table: &TableSchema) -> Result<Vec<AttributeDefinition>, StoreError> {
    let mut names = vec![table.pk, table.sk];
    names.extend(table.indexes.iter().flat_map(|index| [index.pk, index.sk]));
    names.sort_unstable();
    // Two indexes may share an attribute, which is defined once.
    names.dedup();
    let define = |name: &str| {
        let text = AttributeDefinition::builder().attribute_type(ScalarAttributeType::S);
        text.attribute_name(name).build().map_err(incomplete)
    };
    names.into_iter().map(define).collect()
}

fn secondary_index(index: &IndexSchema) -> Result<GlobalSecondaryIndex, StoreError> {
    let (kind, included) = match index.projection {
        store::Projection::All => (ProjectionType::All, None),
        store::Projection::Keys => (ProjectionType::KeysOnly, None),
        store::Projection::Include(names) => {
            (ProjectionType::Include, Some(names.iter().map(|name| (*name).to_owned()).collect()))
        }
    };
    GlobalSecondaryIndex::builder()
        .index_name(index.name)
        .set_key_schema(Some(key_schema(index.pk, index.sk)?))
        .projection(Projection::builder().projection_type(kind).set_non_key_attributes(included).build())
        .build()
        .map_err(incomplete)
}

fn key_schema(pk: &str, sk: &str) -> Result<Vec<KeySchemaElement>, StoreError> {
    [(pk, KeyType::Hash), (sk, KeyType::Range)]
        .into_iter()
        .map(|(name, kind)| {
            KeySchemaElement::builder().attribute_name(name).key_type(kind).build().map_err(incomplete)
        })
        .collect()
}
