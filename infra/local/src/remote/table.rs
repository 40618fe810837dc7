//! The table as functions reach it: what they write is told and wakes the publisher, as what this process writes does.

use std::sync::Arc;

use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use http::{StatusCode, header};
use serde_json::{Value, json};
use stipule_runtime::event::OUTBOX_TYPE;
use stipule_runtime::item::Item;
use stipule_runtime::store::TableSchema;

use super::endpoint::{Behind, refused, written};
use crate::chaos::Befallen;
use crate::happening::{Change, Happening, Under, Wrote};
use crate::table::image;

/// What an action writes: verb, key or item.
struct Write<'w> {
    verb: &'static str,
    /// The item, or its key.
    at: &'w Value,
}

impl Behind {
    /// Does what an action of DynamoDB asks.
    pub(super) async fn table(&self, action: &str, body: Bytes, under: Option<Under>) -> Response {
        let asked: Value = match action {
            "PutItem" | "UpdateItem" | "DeleteItem" | "BatchWriteItem" | "TransactWriteItems" => {
                serde_json::from_slice(&body).unwrap_or_default()
            }
            _ => Value::Null,
        };
        let befallen = match &under {
            Some(under) => self.storm.table(asked_for(action), Some(under)).await,
            // The platform's own functions publish what is written: their weather is that of the calls they are asked by.
            None => Befallen::Nothing,
        };
        if befallen == Befallen::Refused {
            let kind = "com.amazonaws.dynamodb.v20120810#ProvisionedThroughputExceededException";
            return written(refused(StatusCode::BAD_REQUEST, kind, "there is too much going on"));
        }
        let spoken = self.table.call(action, body).await;
        let writes = writes(action, &asked);
        if !writes.is_empty() {
            let committed = spoken.status == 200;
            let changes = writes.iter().filter_map(|it| change(it, self.schema)).collect();
            if let Some(why) = under {
                self.happenings.tell(Happening::Wrote(Arc::new(Wrote { why, changes, committed })));
            }
            if committed {
                self.announce(&writes);
            }
        }
        if befallen == Befallen::Unheard {
            let kind = "com.amazonaws.dynamodb.v20120810#InternalServerError";
            return written(refused(StatusCode::INTERNAL_SERVER_ERROR, kind, "the answer was lost"));
        }
        let status = StatusCode::from_u16(spoken.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        (status, [(header::CONTENT_TYPE, "application/x-amz-json-1.0")], spoken.body).into_response()
    }

    fn announce(&self, writes: &[Write<'_>]) {
        let text = |item: &Value, name: &str| item[name]["S"].as_str().unwrap_or_default().to_owned();
        let mut any = false;
        for write in writes.iter().filter(|it| text(it.at, self.schema.type_attribute) == OUTBOX_TYPE) {
            self.happenings.committed(&text(write.at, "name"), &text(write.at, "tenant"));
            any = true;
        }
        if any {
            self.written.notify_one();
        }
    }
}

/// What an action is called where services of this process ask for it.
fn asked_for(action: &str) -> &str {
    match action {
        "GetItem" => "get",
        "Query" => "query",
        "Scan" => "scan",
        "BatchGetItem" => "batch get",
        "BatchWriteItem" => "batch write",
        "TransactWriteItems" => "transaction",
        other => other,
    }
}

fn writes<'w>(action: &str, asked: &'w Value) -> Vec<Write<'w>> {
    let list = |value: &'w Value| value.as_array().map(Vec::as_slice).unwrap_or_default();
    match action {
        "PutItem" => vec![Write { verb: "put", at: &asked["Item"] }],
        "UpdateItem" => vec![Write { verb: "update", at: &asked["Key"] }],
        "DeleteItem" => vec![Write { verb: "delete", at: &asked["Key"] }],
        "TransactWriteItems" => list(&asked["TransactItems"]).iter().filter_map(in_transaction).collect(),
        "BatchWriteItem" => {
            let tables = asked["RequestItems"].as_object().into_iter().flat_map(|it| it.values());
            let of = |it: &'w Value| match it.get("PutRequest") {
                Some(put) => Write { verb: "put", at: &put["Item"] },
                None => Write { verb: "delete", at: &it["DeleteRequest"]["Key"] },
            };
            tables.flat_map(list).map(of).collect()
        }
        _ => Vec::new(),
    }
}

fn in_transaction(action: &Value) -> Option<Write<'_>> {
    let verbs = [
        ("Put", "put", "Item"),
        ("Update", "update", "Key"),
        ("Delete", "delete", "Key"),
        ("ConditionCheck", "check", "Key"),
    ];
    let found = |(name, verb, at): (&str, _, &str)| Some(Write { verb, at: action.get(name)?.get(at)? });
    verbs.into_iter().find_map(found)
}

fn change(write: &Write<'_>, schema: &TableSchema) -> Option<Change> {
    let text = |name: &str| write.at[name]["S"].as_str().map(str::to_owned);
    let entity = text(schema.type_attribute);
    Some(Change::new(write.verb, entity, (text(schema.pk)?, text(schema.sk)?)))
}

/// Rows as the stream of the table brings them. Source: "Using Lambda with Amazon DynamoDB" of the Lambda developer guide.
pub(super) fn records(rows: &[Item]) -> Value {
    let record = |row: &Item| {
        json!({
            "eventName": "INSERT", "eventSource": "aws:dynamodb",
            "dynamodb": { "NewImage": image(row.clone()), "StreamViewType": "NEW_IMAGE" },
        })
    };
    json!({ "Records": rows.iter().map(record).collect::<Vec<_>>() })
}
