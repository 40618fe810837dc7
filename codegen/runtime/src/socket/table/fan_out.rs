//! Posts a message to everybody who listens to its topic, the parts of them side by side.

use futures_util::StreamExt;
use futures_util::stream;

use super::{NotPosted, TableSockets};
use crate::expiry::is_expired;
use crate::item::Item;
use crate::socket::{Told, rows};
use crate::store::Query;

/// Parts of the listeners that are read at once.
const PARTS: usize = 8;

/// Connections that are posted to at once, in each part.
const POSTS: usize = 32;

impl TableSockets {
    /// Tells everybody. Who isn't reached misses it, and finds the gap by the number of the next message.
    pub(super) async fn fan_out(&self, told: &Told, shards: u32, text: &str) {
        let parts = stream::iter(0..shards);
        parts.for_each_concurrent(PARTS, |shard| self.post_part(told, shard, text)).await;
    }

    async fn post_part(&self, told: &Told, shard: u32, text: &str) {
        let mut query = Query::partition(rows::listeners(&told.tenant, &told.topic, shard));
        loop {
            let page = match self.store.query(query.clone()).await {
                Ok(page) => page,
                Err(error) => {
                    tracing::warn!(%error, shard, "a part of those who listen can't be read");
                    return;
                }
            };
            stream::iter(&page.items).for_each_concurrent(POSTS, |row| self.post(row, text)).await;
            let Some(next) = page.next else { return };
            query.start = Some(next);
        }
    }

    async fn post(&self, row: &Item, text: &str) {
        let Some(connection) = rows::connection_of(row) else { return };
        if is_expired(row, self.table, &self.clock.now()) {
            return self.end(connection, "the token has expired").await;
        }
        match self.connections.post(connection, text.to_owned()).await {
            Ok(()) => {}
            Err(NotPosted::Gone) => self.reap(connection).await,
            Err(NotPosted::Unavailable(reason)) => {
                tracing::warn!(connection, reason, "somebody who listens wasn't told");
            }
        }
    }
}
