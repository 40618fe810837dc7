//! One open socket: what it listens to, and until when.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use axum::extract::ws::{CloseFrame, Message as Frame, Utf8Bytes, WebSocket};
use stipule_runtime::socket::frame::{self, Said};
use stipule_runtime::socket::ticket::Holder;
use stipule_runtime::wire::DateTime;
use tokio_stream::wrappers::{BroadcastStream, errors::BroadcastStreamRecvError};
use tokio_stream::{StreamExt, StreamMap};

use super::hub::Message;
use crate::gateway::Gateway;

/// Most topics that a socket listens to.
const MOST_TOPICS: usize = 50;
/// Most messages of a topic that a client leaves unacknowledged; it is told no more until it has acknowledged some.
const MOST_UNHEARD: u64 = 256;
/// Most messages that a client sends between two looks after it.
const MOST_SAID: u32 = 200;
/// How often a socket is looked after, and asked whether it is there.
const LOOK: Duration = Duration::from_secs(20);
/// Looks after which a socket that says nothing is closed.
const MOST_SILENT: u32 = 3;

/// Why a socket is closed. Source: RFC 6455, section 7.4; from 4000 on they are ours.
#[derive(Clone, Copy)]
enum End {
    /// The platform stops.
    Away = 1001,
    /// The client says something that there isn't.
    Nonsense = 1008,
    /// The token has expired.
    Expired = 4401,
    /// The client says nothing any more.
    Silent = 4408,
    /// The client says too much.
    Loud = 4429,
}

impl End {
    const fn reason(self) -> &'static str {
        match self {
            Self::Away => "the platform stops",
            Self::Nonsense => "that is no message",
            Self::Expired => "the token has expired",
            Self::Silent => "nothing was heard for a minute",
            Self::Loud => "too many messages",
        }
    }
}

/// A topic that a socket listens to.
struct Listening {
    /// What was sent last.
    sent: u64,
    acknowledged: u64,
    /// Something wasn't sent, as too much is unacknowledged.
    behind: bool,
}

/// An open socket and whose it is.
pub(crate) struct Connection {
    gateway: Arc<Gateway>,
    holder: Holder,
    topics: BTreeMap<String, Listening>,
    heard: StreamMap<String, BroadcastStream<Message>>,
    silent: u32,
    said: u32,
}

impl Connection {
    pub(crate) fn new(gateway: Arc<Gateway>, holder: Holder) -> Self {
        let (topics, heard) = (BTreeMap::new(), StreamMap::new());
        Self { gateway, holder, topics, heard, silent: 0, said: 0 }
    }

    /// Until the client goes, or has to.
    pub(crate) async fn run(mut self, mut socket: WebSocket) {
        if let Err(Some(end)) = self.listen(&mut socket).await {
            tracing::debug!(reason = end.reason(), "a socket is closed");
            let frame = CloseFrame { code: end as u16, reason: end.reason().into() };
            // A client that is gone needs no reason.
            let _ = send_frame(&mut socket, Frame::Close(Some(frame))).await;
        }
    }

    /// `Err(None)` when the client went.
    async fn listen(&mut self, socket: &mut WebSocket) -> Result<(), Option<End>> {
        let clock = Arc::clone(&self.gateway.ports.clock);
        let stopping = self.gateway.stopping.clone();
        // Thousands of sockets are told something at once: what each waits for besides is set up once, not for each message.
        let mut stopped = std::pin::pin!(stopping.cancelled());
        let mut looked = clock.now();
        let mut rest = clock.sleep(self.rest(looked, looked));
        loop {
            tokio::select! {
                biased;
                () = &mut stopped => return Err(Some(End::Away)),
                () = &mut rest => {
                    let now = clock.now();
                    if self.holder.principal.expires.is_some_and(|at| at <= now) {
                        return Err(Some(End::Expired));
                    }
                    if now.since(looked).is_none_or(|since| since >= LOOK) {
                        looked = now;
                        Box::pin(self.look_after(socket)).await?;
                    }
                    rest = clock.sleep(self.rest(looked, now));
                }
                // Boxed, as it is seldom: a quiet socket takes no room for what it doesn't do.
                frame = socket.recv() => Box::pin(self.take(socket, frame)).await?,
                Some((topic, message)) = self.heard.next(), if !self.heard.is_empty() => {
                    self.tell(socket, &topic, message).await?;
                }
            }
        }
    }

    /// How long there is nothing to do by itself: until the next look or the end of the token.
    fn rest(&self, looked: DateTime, now: DateTime) -> Duration {
        let look = LOOK.saturating_sub(now.since(looked).unwrap_or_default());
        self.holder.principal.expires.map_or(look, |at| until(at, now).min(look))
    }

    async fn look_after(&mut self, socket: &mut WebSocket) -> Result<(), Option<End>> {
        self.silent += 1;
        self.said = 0;
        if self.silent > MOST_SILENT {
            return Err(Some(End::Silent));
        }
        send_frame(socket, Frame::Ping(Vec::new().into())).await
    }

    async fn take(
        &mut self,
        socket: &mut WebSocket,
        frame: Option<Result<Frame, axum::Error>>,
    ) -> Result<(), Option<End>> {
        let Some(Ok(frame)) = frame else { return Err(None) };
        self.silent = 0;
        self.said += 1;
        if self.said > MOST_SAID {
            return Err(Some(End::Loud));
        }
        match frame {
            Frame::Text(text) => match frame::read(text.as_str()) {
                Some(said) => self.hear(socket, said).await,
                None => Err(Some(End::Nonsense)),
            },
            Frame::Binary(_) => Err(Some(End::Nonsense)),
            Frame::Ping(_) | Frame::Pong(_) => Ok(()),
            Frame::Close(_) => Err(None),
        }
    }

    async fn hear(&mut self, socket: &mut WebSocket, said: Said) -> Result<(), Option<End>> {
        match said {
            Said::Ping => send(socket, frame::pong()).await,
            Said::Subscribe { topic, since } => self.subscribe(socket, topic, since).await,
            Said::Unsubscribe { topic } => {
                self.leave(&topic);
                send(socket, frame::unsubscribed(&topic)).await
            }
            Said::Ack { topic, seq } => {
                let Some(it) = self.topics.get_mut(&topic) else { return Ok(()) };
                it.acknowledged = it.acknowledged.max(seq.min(it.sent));
                if !it.behind || it.sent - it.acknowledged >= MOST_UNHEARD {
                    return Ok(());
                }
                it.behind = false;
                self.resync(socket, &topic).await
            }
        }
    }

    /// Who may listen is found out each time anew.
    async fn subscribe(
        &mut self,
        socket: &mut WebSocket,
        topic: String,
        since: Option<u64>,
    ) -> Result<(), Option<End>> {
        if self.topics.len() >= MOST_TOPICS && !self.topics.contains_key(&topic) {
            return send(socket, frame::refused(&topic, "too_many")).await;
        }
        let Holder { tenant, principal } = self.holder.clone();
        let (app, ports) = (&self.gateway.app, &self.gateway.ports);
        if let Err(why) = app.may_hear(&topic, &tenant, &principal, ports).await {
            return send(socket, frame::refused(&topic, frame::reason(why))).await;
        }
        self.leave(&topic);
        let place = self.gateway.hub.listen(&tenant, &topic, since);
        let missed = place.missed.as_deref().unwrap_or_default();
        let before = place.seq - missed.len() as u64;
        send(socket, frame::subscribed(&topic, before)).await?;
        for message in missed {
            send(socket, message.text.clone()).await?;
        }
        if place.missed.is_none() {
            send(socket, frame::resync(&topic, place.seq)).await?;
        }
        let it = Listening { sent: place.seq, acknowledged: before, behind: false };
        self.topics.insert(topic.clone(), it);
        self.heard.insert(topic, BroadcastStream::new(place.receiver));
        Ok(())
    }

    fn leave(&mut self, topic: &str) {
        self.topics.remove(topic);
        self.heard.remove(topic);
    }

    /// Something that a topic gives.
    async fn tell(
        &mut self,
        socket: &mut WebSocket,
        topic: &str,
        message: Result<Message, BroadcastStreamRecvError>,
    ) -> Result<(), Option<End>> {
        let Some(it) = self.topics.get_mut(topic) else { return Ok(()) };
        let Ok(message) = message else { return self.resync(socket, topic).await };
        if message.seq <= it.sent {
            return Ok(());
        }
        if it.sent - it.acknowledged >= MOST_UNHEARD {
            it.behind = true;
            return Ok(());
        }
        it.sent = message.seq;
        send(socket, message.text.clone()).await
    }

    /// Something was missed: the client reads the state, and hears what comes later.
    async fn resync(&mut self, socket: &mut WebSocket, topic: &str) -> Result<(), Option<End>> {
        let seq = self.gateway.hub.seq(&self.holder.tenant, topic);
        if let Some(it) = self.topics.get_mut(topic) {
            it.sent = seq;
            it.acknowledged = seq;
        }
        send(socket, frame::resync(topic, seq)).await
    }
}

fn until(at: DateTime, now: DateTime) -> Duration {
    let millis = at.unix_millis().saturating_sub(now.unix_millis());
    Duration::from_millis(u64::try_from(millis).unwrap_or(0))
}

async fn send(socket: &mut WebSocket, text: impl Into<Utf8Bytes>) -> Result<(), Option<End>> {
    send_frame(socket, Frame::Text(text.into())).await
}

/// A client that takes nothing for [`LOOK`] is gone.
async fn send_frame(socket: &mut WebSocket, frame: Frame) -> Result<(), Option<End>> {
    tokio::time::timeout(LOOK, socket.send(frame)).await.map_err(|_| None)?.map_err(|_| None)
}
