//! A small table of a library, and short words for talking to it.

use stipule_local::table::{LocalTable, Place};
use stipule_runtime::item::{Attr, Item};
use stipule_runtime::store::{
    Action, Cancellation, Expression, Get, IndexSchema, PrimaryKey, Projection, Query, QueryPage, Store,
    TableSchema, TransactError, Transaction,
};

pub(crate) static LIBRARY: TableSchema = TableSchema {
    name: "library",
    pk: "pk",
    sk: "sk",
    ttl: None,
    type_attribute: "_t",
    indexes: &[
        IndexSchema { name: "gsi1", pk: "gsi1pk", sk: "gsi1sk", projection: Projection::All },
        IndexSchema { name: "gsi2", pk: "gsi2pk", sk: "gsi2sk", projection: Projection::Include(&["title"]) },
        IndexSchema { name: "gsi3", pk: "gsi3pk", sk: "gsi3sk", projection: Projection::Keys },
    ],
    native: &[],
    outbox_shards: 2,
};

pub(crate) fn in_memory() -> LocalTable {
    LocalTable::open(&Place::Memory, &LIBRARY).expect("a table in memory opens")
}

pub(crate) fn key(pk: &str, sk: &str) -> PrimaryKey {
    PrimaryKey::new(pk, sk)
}

pub(crate) fn book(pk: &str, sk: &str) -> Item {
    key(pk, sk).to_item(&LIBRARY).with("title", Attr::text(format!("{pk} {sk}")))
}

pub(crate) fn put(item: Item) -> Action {
    Action::Put { item, condition: None }
}

pub(crate) fn put_new(item: Item) -> Action {
    Action::Put { item, condition: Some(Expression::absent(&LIBRARY)) }
}

pub(crate) async fn write(table: &dyn Store, actions: Vec<Action>) -> Result<(), TransactError> {
    table.transact(Transaction { actions }).await
}

pub(crate) async fn read(table: &dyn Store, key: PrimaryKey) -> Option<Item> {
    table.get(Get { key, consistent: true }).await.expect("a get of a sound key is answered")
}

pub(crate) async fn page(table: &dyn Store, query: Query) -> QueryPage {
    table.query(query).await.expect("a sound query is answered")
}

pub(crate) fn sort_keys(page: &QueryPage) -> Vec<&str> {
    page.items.iter().map(|item| item.text("sk").expect("every item has a sort key")).collect()
}

/// The reasons of a cancelled transaction.
pub(crate) fn reasons(outcome: Result<(), TransactError>) -> Vec<Cancellation> {
    match outcome {
        Err(TransactError::Cancelled(reasons)) => reasons,
        other => panic!("expected a cancelled transaction, got {other:?}"),
    }
}
