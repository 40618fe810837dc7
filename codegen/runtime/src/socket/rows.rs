//! Rows of the table that say which sockets are open, what each listens to, and what a topic was told last.
//!
//! ```text
//! #SOCKETS#CONNECTION#<connection>#            CONNECTION#            whose it is
//!                                              TOPIC#<topic>#         what it listens to
//! #SOCKETS#LISTENERS#<tenant>#<topic>#<shard># <connection>#          who listens, a part of them each
//! #SOCKETS#TOPIC#<tenant>#<topic>#             LAST#                  number of the last message
//!                                              MESSAGE#<number>#      it, and those before it
//!                                              CAUSE#<cause>#         what was told already, and why
//! ```
//!
//! All of them expire.

use std::time::Duration;

use stipule_wire::DateTime;

use super::ticket::Holder;
use crate::expiry;
use crate::item::{Attr, Item};
use crate::key::{KeyBuf, shard_of};
use crate::store::{Action, PrimaryKey, TableSchema};

/// Longest time that a gateway keeps a connection. Source: "Amazon API Gateway quotas", WebSocket connection duration.
pub(super) const LONGEST: Duration = Duration::from_hours(2);

/// How long what a topic was told is kept after the last listener may have gone.
pub(super) const REMEMBERED: Duration = Duration::from_hours(1);

const SEQ: &str = "seq";
const TEXT: &str = "text";
const SHARDS: &str = "shards";
const CONNECTION: &str = "connection";
const TOPIC: &str = "topic";

/// Partition of a connection.
pub(super) fn of_connection(connection: &str) -> String {
    KeyBuf::partition("").literal("SOCKETS").literal("CONNECTION").text(connection).finish()
}

/// Partition of a part of those who listen to a topic.
pub(super) fn listeners(tenant: &str, topic: &str, shard: u32) -> String {
    let key = KeyBuf::partition("").literal("SOCKETS").literal("LISTENERS");
    key.text(tenant).text(topic).shard(shard).finish()
}

/// Partition of what a topic was told.
pub(super) fn of_topic(tenant: &str, topic: &str) -> String {
    KeyBuf::partition("").literal("SOCKETS").literal("TOPIC").text(tenant).text(topic).finish()
}

fn sort(literal: &str) -> KeyBuf<'_> {
    KeyBuf::new().literal(literal)
}

/// Key of the number of a topic's last message.
pub(super) fn last_key(tenant: &str, topic: &str) -> PrimaryKey {
    PrimaryKey::new(of_topic(tenant, topic), sort("LAST").finish())
}

/// Key of a message.
pub(super) fn message_key(tenant: &str, topic: &str, seq: i64) -> PrimaryKey {
    PrimaryKey::new(of_topic(tenant, topic), sort("MESSAGE").integer(seq).finish())
}

/// An open socket: whose it is, and what it listens to.
#[derive(Debug)]
pub(super) struct Open {
    pub(super) holder: Holder,
    /// Until when it may be open, in seconds since 1970.
    pub(super) until: i64,
    /// Its topics, each with the number of parts that its listeners are in.
    pub(super) topics: Vec<(String, u32)>,
}

impl Open {
    /// From the rows of its partition; `None` if it isn't open.
    pub(super) fn of(rows: &[Item], table: &TableSchema) -> Option<Self> {
        let (mut holder, mut until) = (None, 0);
        let mut topics = Vec::new();
        for row in rows {
            match row.text(TOPIC) {
                Some(topic) => topics.push((topic.to_owned(), shards(row))),
                None => {
                    holder = Holder::of_item(row);
                    until = row.integer(table.ttl_attribute())?;
                }
            }
        }
        Some(Self { holder: holder?, until, topics })
    }
}

/// Parts of the listeners of a topic.
pub(super) fn shards(row: &Item) -> u32 {
    row.integer(SHARDS).and_then(|it| it.try_into().ok()).unwrap_or(1)
}

/// A row with the attributes that every row has.
fn row(table: &TableSchema, key: &PrimaryKey, name: &'static str, until: i64) -> Item {
    let mut item = key.to_item(table);
    item.insert(table.type_attribute, Attr::from(name));
    item.insert(table.ttl_attribute(), Attr::integer(until));
    item
}

/// A socket that has been opened, and until when it may be.
pub(super) fn connection(table: &TableSchema, connection: &str, holder: &Holder, now: &DateTime) -> Item {
    let longest = expiry::after(now, LONGEST).as_integer().unwrap_or(i64::MAX);
    let until = holder.principal.expires.map_or(longest, |at| at.unix_seconds().min(longest));
    let key = PrimaryKey::new(of_connection(connection), sort("CONNECTION").finish());
    let mut item = row(table, &key, "Socket", until);
    holder.write_to(&mut item);
    item
}

/// Keys of the two rows of a connection that listens: among its own, and among the listeners.
pub(super) fn listening_keys(tenant: &str, connection: &str, topic: &str, shards: u32) -> [PrimaryKey; 2] {
    let shard = shard_of(connection, shards);
    let own = PrimaryKey::new(of_connection(connection), sort("TOPIC").text(topic).finish());
    [own, PrimaryKey::new(listeners(tenant, topic, shard), KeyBuf::new().text(connection).finish())]
}

/// The two rows of a connection that listens.
pub(super) fn listening(
    table: &TableSchema,
    tenant: &str,
    connection: &str,
    (topic, shards): (&str, u32),
    until: i64,
) -> [Action; 2] {
    let [own, listener] = listening_keys(tenant, connection, topic, shards);
    let mut own = row(table, &own, "SocketTopic", until);
    own.insert(TOPIC, Attr::text(topic));
    own.insert(SHARDS, Attr::integer(i64::from(shards)));
    let mut listener = row(table, &listener, "SocketListener", until);
    listener.insert(CONNECTION, Attr::text(connection));
    [own, listener].map(|item| Action::Put { item, condition: None })
}

/// The connection of a listener's row.
pub(super) fn connection_of(row: &Item) -> Option<&str> {
    row.text(CONNECTION)
}

/// A number of a topic.
pub(super) fn seq(row: &Item) -> Option<i64> {
    row.integer(SEQ)
}

/// The number of a topic's last message, and how many parts its listeners may be in.
pub(super) fn last(
    table: &TableSchema,
    tenant: &str,
    topic: &str,
    (seq, shards): (i64, u32),
    until: i64,
) -> Item {
    let item = row(table, &last_key(tenant, topic), "Topic", until);
    item.with(SEQ, Attr::integer(seq)).with(SHARDS, Attr::integer(i64::from(shards)))
}

/// Name of the attribute that says which message was the last.
pub(super) const LAST: &str = SEQ;

/// A message, and its number.
pub(super) fn message(
    table: &TableSchema,
    tenant: &str,
    topic: &str,
    (seq, text): (i64, &str),
    until: i64,
) -> Item {
    let item = row(table, &message_key(tenant, topic, seq), "TopicMessage", until);
    item.with(SEQ, Attr::integer(seq)).with(TEXT, Attr::text(text))
}

/// What a message's row says.
pub(super) fn text(row: &Item) -> Option<&str> {
    row.text(TEXT)
}

/// That something was told for a reason.
pub(super) fn cause(table: &TableSchema, tenant: &str, topic: &str, cause: &str, until: i64) -> Item {
    let key = PrimaryKey::new(of_topic(tenant, topic), sort("CAUSE").text(cause).finish());
    row(table, &key, "TopicCause", until)
}
