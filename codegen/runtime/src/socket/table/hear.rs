//! What a client says, and what it is told then.

use std::sync::Arc;

use super::tell::numbered;
use super::{KEPT, MOST_TOPICS, NotPosted, TableSockets};
use crate::app::App;
use crate::expiry;
use crate::ports::Ports;
use crate::socket::frame::{self, Said};
use crate::socket::rows::{self, Open};
use crate::store::{Action, Expression, Get, Query, Sort, StoreError};

/// How often the row of a topic is looked for or made.
const TRIES: u32 = 6;

/// What a topic was told last.
struct Last {
    seq: i64,
    /// What the client missed, oldest first; `None` where that isn't known any more.
    missed: Option<Vec<String>>,
}

impl TableSockets {
    /// Hears what a client says, and answers it.
    ///
    /// # Errors
    /// [`StoreError`]; the client wasn't answered, or not all of it.
    pub async fn hear(
        &self,
        app: &App,
        ports: &Arc<Ports>,
        connection: &str,
        text: &str,
    ) -> Result<(), StoreError> {
        let open = Open::of(&self.rows(connection).await?, self.table);
        let Some(open) = open else {
            self.end(connection, "nobody knows it").await;
            return Ok(());
        };
        if open.until <= self.clock.now().unix_seconds() {
            self.end(connection, "the token has expired").await;
            return Ok(());
        }
        match frame::read(text) {
            None => self.end(connection, "that is no message").await,
            Some(Said::Ping) => self.answer(connection, frame::pong()).await,
            Some(Said::Subscribe { topic, since }) => {
                self.subscribe(app, ports, connection, &open, &topic, since).await?;
            }
            Some(Said::Unsubscribe { topic }) => {
                self.leave(connection, &open, &topic).await?;
                self.answer(connection, frame::unsubscribed(&topic)).await;
            }
            // The gateway holds back what a slow client doesn't take; nothing is counted here.
            Some(Said::Ack { .. }) => {}
        }
        Ok(())
    }

    async fn answer(&self, connection: &str, text: String) {
        match self.connections.post(connection, text).await {
            Ok(()) => {}
            Err(NotPosted::Gone) => self.reap(connection).await,
            Err(NotPosted::Unavailable(reason)) => {
                tracing::warn!(connection, reason, "a client wasn't answered");
            }
        }
    }

    /// Who may listen is found out each time anew.
    async fn subscribe(
        &self,
        app: &App,
        ports: &Arc<Ports>,
        connection: &str,
        open: &Open,
        topic: &str,
        since: Option<u64>,
    ) -> Result<(), StoreError> {
        let listens = open.topics.iter().any(|(name, _)| name == topic);
        if open.topics.len() >= MOST_TOPICS && !listens {
            self.answer(connection, frame::refused(topic, "too_many")).await;
            return Ok(());
        }
        let (tenant, principal) = (&open.holder.tenant, &open.holder.principal);
        let shards = match app.may_hear(topic, tenant, principal, ports).await {
            Ok(shards) => shards,
            Err(why) => {
                self.answer(connection, frame::refused(topic, frame::reason(why))).await;
                return Ok(());
            }
        };
        // First it is among those who listen, then it is looked what there was: nothing falls in between. What is told
        // meanwhile may reach the client twice, under one number.
        if open.topics.iter().any(|(name, parts)| name == topic && *parts != shards) {
            self.leave(connection, open, topic).await?;
        }
        self.begin(tenant, topic, shards, open.until).await?;
        let rows = rows::listening(self.table, tenant, connection, (topic, shards), open.until);
        self.write(rows.into()).await?;
        let last = self.last(tenant, topic, since).await?;
        let missed = last.missed.as_deref().unwrap_or_default();
        let before = last.seq - i64::try_from(missed.len()).unwrap_or(0);
        self.answer(connection, frame::subscribed(topic, before.unsigned_abs())).await;
        for text in missed {
            self.answer(connection, text.clone()).await;
        }
        if last.missed.is_none() {
            self.answer(connection, frame::resync(topic, last.seq.unsigned_abs())).await;
        }
        Ok(())
    }

    async fn leave(&self, connection: &str, open: &Open, topic: &str) -> Result<(), StoreError> {
        let Some((_, shards)) = open.topics.iter().find(|(name, _)| name == topic) else { return Ok(()) };
        let keys = rows::listening_keys(&open.holder.tenant, connection, topic, *shards);
        self.write(keys.map(|key| Action::Delete { key, condition: None }).into()).await
    }

    /// Sees to it that what the topic is told has a number for as long as this listener may be there.
    ///
    /// Numbers begin with the clock's milliseconds: a number of an earlier life, before the topic was forgotten, is then
    /// smaller than all of this life, and never taken for one of them.
    async fn begin(&self, tenant: &str, topic: &str, shards: u32, until: i64) -> Result<(), StoreError> {
        let table = self.table;
        for _ in 0..TRIES {
            let key = rows::last_key(tenant, topic);
            let now = self.clock.now();
            let found = self.store.get(Get { key, consistent: true }).await?;
            let found = found.filter(|row| !expiry::is_expired(row, table, &now));
            let remembered = found.as_ref().and_then(|row| row.integer(table.ttl_attribute()));
            // Where there are fewer parts than there were, those of before are still told.
            let parts = found.as_ref().map_or(shards, |row| rows::shards(row).max(shards));
            let is_told = found.as_ref().is_some_and(|row| rows::shards(row) == parts);
            if is_told && remembered.is_some_and(|remembered| remembered >= until) {
                return Ok(());
            }
            let (seq, condition) = match found.as_ref().and_then(rows::seq) {
                Some(seq) => (seq, numbered(seq)),
                None => (now.unix_millis(), Expression::gone(table, &now)),
            };
            let longer = expiry::after(&now, rows::LONGEST + rows::REMEMBERED).as_integer().unwrap_or(until);
            let item = rows::last(table, tenant, topic, (seq, parts), longer.max(until));
            let put = Action::Put { item, condition: Some(condition) };
            if self.try_write(vec![put]).await?.is_ok() {
                return Ok(());
            }
        }
        Err(StoreError::Throttled)
    }

    /// What there is after a number.
    async fn last(&self, tenant: &str, topic: &str, since: Option<u64>) -> Result<Last, StoreError> {
        let get = Get { key: rows::last_key(tenant, topic), consistent: true };
        let seq = self.store.get(get).await?.as_ref().and_then(rows::seq).unwrap_or_default();
        let Some(since) = since else { return Ok(Last { seq, missed: Some(Vec::new()) }) };
        let since = i64::try_from(since).unwrap_or(i64::MAX);
        if since > seq || seq - since > KEPT {
            return Ok(Last { seq, missed: None });
        }
        let from = rows::message_key(tenant, topic, since.saturating_add(1)).sk;
        let to = rows::message_key(tenant, topic, seq).sk;
        let query = Query::partition(rows::of_topic(tenant, topic)).sorted(Sort::Between(from, to));
        let page = if since == seq { Vec::new() } else { self.store.query(query).await?.items };
        let texts: Vec<String> = page.iter().filter_map(rows::text).map(str::to_owned).collect();
        // One that has expired, or is of an earlier life, leaves a gap.
        let is_whole = i64::try_from(texts.len()).is_ok_and(|found| found == seq - since);
        Ok(Last { seq, missed: is_whole.then_some(texts) })
    }
}
