//! What open sockets may listen to, and the port through which they are told.

pub mod frame;
mod rows;
pub mod table;
pub mod ticket;

use std::fmt;
use std::future::Future;
use std::sync::Arc;

use futures_util::future::BoxFuture;
use serde::Serialize;
use stipule_wire::Json;

use crate::context::{Cause, Context};
use crate::subscription::Failure;

/// Something that sockets may listen to, and who may.
#[derive(Clone)]
pub struct Topic {
    /// Who decides, and tells.
    pub service: &'static str,
    /// `order/{orderId}`
    pub address: &'static str,
    /// Scopes that a listener needs, all of them.
    pub scopes: &'static [&'static str],
    /// Parts that its listeners are in where a table holds them, at least 1.
    pub shards: u32,
    /// Whether somebody who has them may listen.
    pub handler: TopicHandler,
}

impl Topic {
    /// The parameters of a topic's name; `None` for the name of another.
    pub(crate) fn parameters<'n>(&self, name: &'n str) -> Option<Vec<&'n str>> {
        let mut parts = name.split('/');
        let mut found = Vec::new();
        for wanted in self.address.split('/') {
            let part = parts.next()?;
            if wanted.starts_with('{') {
                found.push(part);
            } else if part != wanted {
                return None;
            }
        }
        parts.next().is_none().then_some(found)
    }
}

impl fmt::Debug for Topic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Topic({}, {})", self.address, self.service)
    }
}

/// A topic of one channel, with its parameters.
pub trait TopicName: Sized + Send + Sync {
    /// The topic with these parameters; `None` if one of them is not what it should be.
    fn read(parameters: &[&str]) -> Option<Self>;

    /// Its name: `order/018f3a52-…`.
    fn name(&self) -> String;
}

/// Longest name of a topic, in bytes; a longer one names none.
pub(crate) const LONGEST_NAME: usize = 256;

/// What is asked before anybody listens; made by [`topic_handler`]. `None` for a name that no topic can have.
pub type TopicHandler = Arc<
    dyn Fn(Context, &[&str]) -> Option<BoxFuture<'static, Result<bool, Failure>>> + Send + Sync + 'static,
>;

/// A handler of one channel's topics.
pub fn topic_handler<T, F, R>(handle: F) -> TopicHandler
where
    T: TopicName,
    F: Fn(Context, T) -> R + Send + Sync + 'static,
    R: Future<Output = Result<bool, Failure>> + Send + 'static,
{
    Arc::new(move |cx, parameters| Some(Box::pin(handle(cx, T::read(parameters)?))))
}

/// Something that those who listen to a topic are told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Told {
    /// Whose topic it is.
    pub tenant: String,
    /// Name of the topic.
    pub topic: String,
    /// Name of the message: `order.updated`.
    pub message: &'static str,
    /// What it says, as JSON.
    pub data: String,
    /// Why: what is told again for the same reason is told once. `None` where nothing repeats it.
    pub cause: Option<String>,
}

/// Open sockets. Telling is at most once: who misses something is told to read the state again.
pub trait Sockets: Send + Sync {
    /// Tells those who listen now.
    fn tell(&self, told: Told) -> BoxFuture<'_, Result<(), SocketsUnavailable>>;
}

/// The sockets can't be reached; it may go better next time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SocketsUnavailable(pub String);

impl fmt::Display for SocketsUnavailable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for SocketsUnavailable {}

/// A place without sockets: nobody listens, and nobody is told.
#[derive(Clone, Copy, Debug, Default)]
pub struct NoSockets;

impl Sockets for NoSockets {
    fn tell(&self, _: Told) -> BoxFuture<'_, Result<(), SocketsUnavailable>> {
        Box::pin(async { Ok(()) })
    }
}

/// Tells a message to those who listen to a topic of the tenant in hand.
///
/// # Errors
/// When the sockets can't be reached.
pub async fn tell<T: TopicName, M: Serialize>(
    cx: &Context,
    topic: &T,
    message: &'static str,
    says: &M,
) -> Result<(), Failure> {
    let cause = match cx.cause() {
        Cause::Event { event_id, .. } => Some(event_id.clone()),
        Cause::Step { key, .. } => Some(key.clone()),
        Cause::Command { .. } | Cause::Job { .. } => None,
    };
    let told = Told {
        tenant: cx.tenant().to_owned(),
        topic: topic.name(),
        message,
        data: Json::of(says).map_err(Failure::park)?.to_text(),
        cause,
    };
    cx.ports().sockets.tell(told).await.map_err(Failure::retry)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_gives_its_parameters_only_to_its_own_channel() {
        let topic =
            |address| Topic { service: "s", address, scopes: &[], shards: 1, handler: Arc::new(|_, _| None) };
        for (address, name, wanted) in [
            ("order/{id}", "order/7", Some(vec!["7"])),
            ("order/{id}/line/{no}", "order/7/line/2", Some(vec!["7", "2"])),
            ("news", "news", Some(vec![])),
            ("order/{id}", "order/7/8", None),
            ("order/{id}", "order", None),
            ("order/{id}", "parcel/7", None),
            ("order/{id}", "", None),
        ] {
            assert_eq!(topic(address).parameters(name), wanted, "{name} of {address}");
        }
    }
}
