//! Numbers what a topic is told, keeps it for who comes back, and hands it to those who listen.

use std::time::Duration;

use futures_util::FutureExt;
use futures_util::future::BoxFuture;

use super::{KEPT, TableSockets};
use crate::expiry;
use crate::socket::{Sockets, SocketsUnavailable, Told, frame, rows};
use crate::store::{Action, Cancellation, Expression, Get, StoreError};

/// How often a number is taken, while others take the same.
const TRIES: u32 = 6;

/// What waits the shortest before the next try; each time twice as long.
const PAUSE: Duration = Duration::from_millis(5);

impl Sockets for TableSockets {
    fn tell(&self, told: Told) -> BoxFuture<'_, Result<(), SocketsUnavailable>> {
        async move {
            let unavailable = |error: StoreError| SocketsUnavailable(error.to_string());
            if let Some((text, shards)) = self.number(&told).await.map_err(unavailable)? {
                self.fan_out(&told, shards, &text).await;
            }
            Ok(())
        }
        .boxed()
    }
}

impl TableSockets {
    /// Takes the next number; the frame with it, and how many parts the listeners are in. `None` where nobody has listened lately, and for what was told already.
    async fn number(&self, told: &Told) -> Result<Option<(String, u32)>, StoreError> {
        for attempt in 0..TRIES {
            let key = rows::last_key(&told.tenant, &told.topic);
            let Some(last) = self.store.get(Get { key, consistent: true }).await? else { return Ok(None) };
            let now = self.clock.now();
            let seq = rows::seq(&last).filter(|_| !expiry::is_expired(&last, self.table, &now));
            let Some(seq) = seq else { return Ok(None) };
            let shards = rows::shards(&last);
            let remembered = last.integer(self.table.ttl_attribute()).unwrap_or_default();
            let seq = seq.saturating_add(1);
            let text = frame::told(&told.topic, told.message, seq.unsigned_abs(), &told.data);
            let actions = self.actions(told, (seq, &text), shards, remembered);
            match self.try_write(actions).await? {
                Ok(()) => return Ok(Some((text, shards))),
                // The last action is about the cause.
                Err(reasons)
                    if told.cause.is_some() && reasons.last() == Some(&Cancellation::ConditionFailed) =>
                {
                    return Ok(None);
                }
                Err(_) => self.clock.sleep(PAUSE * 2_u32.pow(attempt)).await,
            }
        }
        Err(StoreError::Throttled)
    }

    fn actions(&self, told: &Told, (seq, text): (i64, &str), shards: u32, remembered: i64) -> Vec<Action> {
        let Told { tenant, topic, cause, .. } = told;
        let table = self.table;
        let now = self.clock.now();
        let until = expiry::after(&now, rows::REMEMBERED).as_integer().unwrap_or(i64::MAX);
        let last = Action::Put {
            item: rows::last(table, tenant, topic, (seq, shards), remembered.max(until)),
            condition: Some(numbered(seq - 1)),
        };
        let item = rows::message(table, tenant, topic, (seq, text), until);
        let message = Action::Put { item, condition: None };
        let key = rows::message_key(tenant, topic, seq - KEPT);
        let mut actions = vec![last, message, Action::Delete { key, condition: None }];
        actions.extend(cause.as_ref().map(|cause| Action::Put {
            item: rows::cause(table, tenant, topic, cause, until),
            condition: Some(Expression::gone(table, &now)),
        }));
        actions
    }
}

/// The last message has this number.
pub(super) fn numbered(seq: i64) -> Expression {
    Expression::new("#_last = :_last")
        .name("#_last", rows::LAST)
        .value(":_last", crate::item::Attr::integer(seq))
}
