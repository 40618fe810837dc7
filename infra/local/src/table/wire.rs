//! The table in the words of DynamoDB's own API: what a function in a process of its own says, and is answered.

use bytes::Bytes;
use dynoxide::DynoxideError;
use dynoxide::actions::{
    batch_get_item, batch_write_item, delete_item, get_item, put_item, query, scan, transact_write_items,
    update_item,
};
use dynoxide::storage::Storage;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use stipule_runtime::item::Item;

use super::attribute::item_out;
use super::{LocalTable, now_or_lost};

/// An answer of the API: its status, and its JSON.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Spoken {
    pub(crate) status: u16,
    pub(crate) body: String,
}

impl LocalTable {
    /// Does what an action of the API asks, by its name: `GetItem`. What isn't there is refused as DynamoDB refuses it.
    /// Limits are the engine's own here: those that [`Store`](stipule_runtime::store::Store) adds to them aren't minded.
    ///
    /// Source: "Actions" and "Common errors" of the DynamoDB API reference.
    pub(crate) async fn call(&self, action: &str, body: Bytes) -> Spoken {
        match action {
            "GetItem" => self.looks(body, |at, it| now_or_lost(get_item::execute(at, it))).await,
            "Query" => self.looks(body, |at, it| now_or_lost(query::execute(at, it))).await,
            "Scan" => self.looks(body, |at, it| now_or_lost(scan::execute(at, it))).await,
            "BatchGetItem" => self.looks(body, |at, it| now_or_lost(batch_get_item::execute(at, it))).await,
            "PutItem" => self.changes(body, |at, it| now_or_lost(put_item::execute(at, it))).await,
            "UpdateItem" => self.changes(body, |at, it| now_or_lost(update_item::execute(at, it))).await,
            "DeleteItem" => self.changes(body, |at, it| now_or_lost(delete_item::execute(at, it))).await,
            "BatchWriteItem" => {
                self.changes(body, |at, it| now_or_lost(batch_write_item::execute(at, it))).await
            }
            "TransactWriteItems" => {
                self.changes(body, |at, it| now_or_lost(transact_write_items::execute(at, it))).await
            }
            _ => Spoken {
                status: 400,
                body: r#"{"__type":"com.amazonaws.dynamodb.v20120810#UnknownOperationException"}"#.to_owned(),
            },
        }
    }

    async fn looks<Q: DeserializeOwned + 'static, A: Serialize + 'static>(
        &self,
        body: Bytes,
        work: fn(&Storage, Q) -> Result<A, DynoxideError>,
    ) -> Spoken {
        let work = move |storage: &Storage| said(storage, &body, work);
        let outcome = match &self.reads {
            Some(reads) => reads.run(work).await,
            None => self.writes.read(work).await,
        };
        spoken(outcome.unwrap_or_else(|_| Err(stopped())))
    }

    async fn changes<Q: DeserializeOwned + 'static, A: Serialize + 'static>(
        &self,
        body: Bytes,
        work: fn(&Storage, Q) -> Result<A, DynoxideError>,
    ) -> Spoken {
        let outcome = self.writes.write(move |storage| said(storage, &body, work)).await;
        spoken(outcome.unwrap_or_else(|_| Err(stopped())))
    }
}

/// An item as a stream of DynamoDB has it.
pub(crate) fn image(item: Item) -> Value {
    // Attributes of every kind can be written as JSON.
    serde_json::to_value(item_out(item)).unwrap_or_default()
}

/// From JSON to JSON, on the thread of the engine.
fn said<Q: DeserializeOwned, A: Serialize>(
    storage: &Storage,
    body: &[u8],
    work: fn(&Storage, Q) -> Result<A, DynoxideError>,
) -> Result<String, DynoxideError> {
    let unread = |error: serde_json::Error| DynoxideError::SerializationException(error.to_string());
    let answer = work(storage, serde_json::from_slice(body).map_err(unread)?)?;
    serde_json::to_string(&answer).map_err(|error| DynoxideError::InternalServerError(error.to_string()))
}

fn spoken(outcome: Result<String, DynoxideError>) -> Spoken {
    match outcome {
        Ok(body) => Spoken { status: 200, body },
        Err(fault) => Spoken { status: fault.status_code(), body: fault.to_json() },
    }
}

fn stopped() -> DynoxideError {
    DynoxideError::InternalServerError("the table stopped before it answered".to_owned())
}
