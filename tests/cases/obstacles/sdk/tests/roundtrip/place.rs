//! A place to run the services in, and a way for the client to get there without a network.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use futures_util::future::BoxFuture;
use obstacles_sdk::Obstacles;
use obstacles_service::Services;
use stipule_client::{Builder, Retry, Transport, TransportError};
use stipule_runtime::store::{
    BatchAction, BatchGet, BatchGot, Get, Query, QueryPage, Scan, Store, StoreError, TableSchema,
    TransactError, Transaction,
};
use stipule_runtime::wire::DateTime;
use stipule_runtime::{App, Caller, Clock, CursorKey, Ids, Item, Ports, Principal};

use crate::services::{Echo, Kind};

/// A table without anything in it, and nothing stays there.
struct Nowhere;

impl Store for Nowhere {
    fn get(&self, _: Get) -> BoxFuture<'_, Result<Option<Item>, StoreError>> {
        Box::pin(async { Ok(None) })
    }

    fn query(&self, _: Query) -> BoxFuture<'_, Result<QueryPage, StoreError>> {
        Box::pin(async { Err(StoreError::Invalid("there is no table".into())) })
    }

    fn scan(&self, _: Scan) -> BoxFuture<'_, Result<QueryPage, StoreError>> {
        Box::pin(async { Err(StoreError::Invalid("there is no table".into())) })
    }

    fn batch_get(&self, _: BatchGet) -> BoxFuture<'_, Result<BatchGot, StoreError>> {
        Box::pin(async { Ok(BatchGot::default()) })
    }

    fn batch_write(&self, _: Vec<BatchAction>) -> BoxFuture<'_, Result<Vec<BatchAction>, StoreError>> {
        Box::pin(async { Ok(Vec::new()) })
    }

    fn transact(&self, _: Transaction) -> BoxFuture<'_, Result<(), TransactError>> {
        Box::pin(async { Ok(()) })
    }
}

/// Time that stands, and chance that doesn't vary.
struct Still;

impl Clock for Still {
    fn now(&self) -> DateTime {
        "2026-11-23T04:05:06Z".parse().unwrap()
    }

    fn sleep(&self, _: Duration) -> BoxFuture<'_, ()> {
        Box::pin(async {})
    }
}

impl Ids for Still {
    fn random(&self) -> [u8; 16] {
        [7; 16]
    }
}

static TABLE: TableSchema = TableSchema {
    name: "none",
    pk: "pk",
    sk: "sk",
    ttl: None,
    type_attribute: "_t",
    indexes: &[],
    native: &[],
    outbox_shards: 1,
};

/// Requests go straight into the app; its caller has all scopes if there is a token.
struct Direct {
    app: App,
    ports: Arc<Ports>,
}

impl Transport for Direct {
    fn send(
        &self,
        request: http::Request<Bytes>,
    ) -> BoxFuture<'_, Result<http::Response<Bytes>, TransportError>> {
        let caller = if request.headers().contains_key("authorization") {
            Caller::Known { tenant: "t".into(), principal: Principal::new("p", ["read", "write"]) }
        } else {
            Caller::Anonymous
        };
        Box::pin(async move { Ok(self.app.handle(request, caller, &self.ports).await) })
    }
}

/// A client of services that answer what they were asked.
pub(crate) fn client(echo: &Echo) -> Builder<Obstacles> {
    let still = Arc::new(Still);
    let ports = Arc::new(Ports {
        store: Arc::new(Nowhere),
        table: &TABLE,
        clock: still.clone(),
        ids: still,
        cursor_key: CursorKey::new([1; 32]),
        workflows: Arc::new(stipule_runtime::saga::NoWorkflows),
        sockets: Arc::new(stipule_runtime::socket::NoSockets),
    });
    let app = Services { r#type: Kind, things: echo.clone() }.into_app();
    Obstacles::builder("http://obstacles.example")
        .transport(Direct { app, ports })
        .token("t")
        .retry(Retry::NONE)
}
