//! Topics with those who listen: each is counted by itself, and its last messages are kept for who comes back.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use axum::extract::ws::Utf8Bytes;
use futures_util::future::BoxFuture;
use serde_json::{Value, json};
use stipule_runtime::ports::Clock;
use stipule_runtime::socket::frame;
use stipule_runtime::socket::{Sockets, SocketsUnavailable, Told};
use tokio::sync::broadcast;

/// Messages of a topic that are kept, and may wait for a slow socket.
pub(crate) const KEPT: usize = 64;

/// Topics that are remembered without anybody listening, about. Every order has one, so this is memory that a busy platform
/// holds.
const REMEMBERED: usize = 2_000;

/// Messages of a topic that a look at all of them shows.
const SHOWN: usize = 5;

/// A message of a topic, ready to be sent: all who are told it share its text.
#[derive(Clone, Debug)]
pub(crate) struct Message {
    pub(crate) seq: u64,
    pub(crate) text: Utf8Bytes,
}

struct Topic {
    seq: u64,
    /// When something was told last, in milliseconds since 1970.
    told: i64,
    kept: VecDeque<Message>,
    /// Causes of what is kept.
    causes: VecDeque<Option<String>>,
    /// Room for [`KEPT`] messages on their way, which costs some kilobytes: there is none while nobody listens.
    listeners: Option<broadcast::Sender<Message>>,
}

/// A place among the listeners of a topic.
pub(crate) struct Place {
    pub(crate) receiver: broadcast::Receiver<Message>,
    /// Number of the last message before it listened.
    pub(crate) seq: u64,
    /// What it missed since it last listened; `None` when that isn't known any more.
    pub(crate) missed: Option<Vec<Message>>,
}

/// Every topic, by tenant and name.
///
/// Numbers of a topic begin with the clock's milliseconds: a number of an earlier life (before a restart, or before the
/// topic was forgotten) is then smaller than all of this life, and never taken for one of them.
pub(crate) struct Hub {
    topics: Mutex<Topics>,
    clock: Arc<dyn Clock>,
}

impl Hub {
    pub(crate) fn new(clock: Arc<dyn Clock>) -> Self {
        Self { topics: Mutex::default(), clock }
    }

    /// Listens; `since` is the number of the last message that was heard before.
    pub(crate) fn listen(&self, tenant: &str, name: &str, since: Option<u64>) -> Place {
        let mut topics = self.topics();
        let topic = topics.all.entry((tenant.to_owned(), name.to_owned())).or_insert_with(|| self.begin());
        let missed = match since {
            None => Some(Vec::new()),
            Some(since) => topic.after(since),
        };
        Place { receiver: topic.subscribe(), seq: topic.seq, missed }
    }

    fn begin(&self) -> Topic {
        Topic::new(u64::try_from(self.clock.now().unix_millis()).unwrap_or(0))
    }

    /// Number of the last message of a topic.
    pub(crate) fn seq(&self, tenant: &str, name: &str) -> u64 {
        self.topics().all.get(&(tenant.to_owned(), name.to_owned())).map_or(0, |topic| topic.seq)
    }

    /// How many listen, to any topic.
    pub(crate) fn listeners(&self) -> usize {
        self.topics().all.values().map(Topic::listeners).sum()
    }

    /// Every topic that is remembered: whose, how many listen, what was told last.
    pub(crate) fn topics_now(&self) -> Vec<Value> {
        let topics = self.topics();
        let topics = topics.all.iter().map(|((tenant, name), topic)| {
            let last: Vec<Value> = topic
                .kept
                .iter()
                .rev()
                .take(SHOWN)
                .filter_map(|it| serde_json::from_str(&it.text).ok())
                .collect();
            let listeners = topic.listeners();
            json!({ "tenant": tenant, "name": name, "seq": topic.seq, "listeners": listeners, "last": last })
        });
        topics.collect()
    }

    fn publish(&self, told: Told) {
        let mut topics = self.topics();
        topics.make_place();
        let Told { tenant, topic, message, data, cause } = told;
        let found = topics.all.entry((tenant, topic.clone())).or_insert_with(|| self.begin());
        if cause.is_some() && found.causes.contains(&cause) {
            return;
        }
        found.told = self.clock.now().unix_millis();
        found.push(&topic, message, &data, cause);
    }

    fn topics(&self) -> MutexGuard<'_, Topics> {
        // Every change under this lock is one call: a panic leaves nothing half done.
        self.topics.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// All of them, by tenant and name.
struct Topics {
    all: HashMap<(String, String), Topic>,
    /// So many may be there before some are forgotten.
    most: usize,
}

impl Default for Topics {
    fn default() -> Self {
        Self { all: HashMap::new(), most: REMEMBERED }
    }
}

impl Topics {
    /// Forgets the half of those without listeners that nothing was told of for longer, where there are too many. After it, there
    /// is place for a while, so that not everybody who tells something looks at all.
    fn make_place(&mut self) {
        if self.all.len() < self.most {
            return;
        }
        let idle = self.all.values().filter(|topic| topic.listeners() == 0);
        let mut told: Vec<i64> = idle.map(|topic| topic.told).collect();
        if let Some(middle) = told.len().checked_sub(1).map(|last| last / 2) {
            let middle = *told.select_nth_unstable(middle).1;
            self.all.retain(|_, topic| topic.listeners() > 0 || topic.told > middle);
        }
        self.most = REMEMBERED.max(self.all.len() + REMEMBERED / 2);
    }
}

impl Topic {
    /// A topic whose first message has the number after `seq`.
    fn new(seq: u64) -> Self {
        Self { seq, told: 0, kept: VecDeque::new(), causes: VecDeque::new(), listeners: None }
    }

    fn subscribe(&mut self) -> broadcast::Receiver<Message> {
        self.listeners.get_or_insert_with(|| broadcast::channel(KEPT).0).subscribe()
    }

    /// How many listen.
    fn listeners(&self) -> usize {
        self.listeners.as_ref().map_or(0, broadcast::Sender::receiver_count)
    }

    fn push(&mut self, name: &str, message: &str, data: &str, cause: Option<String>) {
        self.seq += 1;
        let text = frame::told(name, message, self.seq, data).into();
        let message = Message { seq: self.seq, text };
        if self.kept.len() == KEPT {
            self.kept.pop_front();
            self.causes.pop_front();
        }
        self.kept.push_back(message.clone());
        self.causes.push_back(cause);
        // Where nobody listens any more: they are told when they come back.
        self.listeners = self.listeners.take().filter(|listeners| listeners.send(message).is_ok());
    }

    /// Everything after a number; `None` when some of it isn't kept any more, or it is from another life.
    fn after(&self, since: u64) -> Option<Vec<Message>> {
        let first = self.kept.front().map_or(self.seq + 1, |message| message.seq);
        let is_known = since <= self.seq && since + 1 >= first;
        is_known.then(|| self.kept.iter().filter(|message| message.seq > since).cloned().collect())
    }
}

impl Sockets for Hub {
    fn tell(&self, told: Told) -> BoxFuture<'_, Result<(), SocketsUnavailable>> {
        self.publish(told);
        Box::pin(async { Ok(()) })
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use futures_util::FutureExt;
    use stipule_runtime::wire::DateTime;

    use super::*;
    use crate::system::MovableClock;

    /// A clock that shows so many seconds after 1970.
    struct Still(i64);

    impl Clock for Still {
        fn now(&self) -> DateTime {
            DateTime::from_unix(self.0, 0).expect("a date")
        }

        fn sleep(&self, _: Duration) -> BoxFuture<'_, ()> {
            std::future::pending().boxed()
        }
    }

    fn hub_at(seconds: i64) -> Hub {
        Hub::new(Arc::new(Still(seconds)))
    }

    fn told(tenant: &str, number: usize, cause: Option<String>) -> Told {
        let (tenant, topic) = (tenant.to_owned(), "order/7".to_owned());
        Told { tenant, topic, message: "order.updated", data: number.to_string(), cause }
    }

    fn seqs(place: &Place) -> Option<Vec<u64>> {
        place.missed.as_ref().map(|missed| missed.iter().map(|it| it.seq).collect())
    }

    #[test]
    fn who_comes_back_is_told_what_was_missed_or_that_too_much_was() {
        let hub = hub_at(0);
        for number in 0..3 {
            hub.publish(told("maple", number, None));
        }
        assert_eq!(seqs(&hub.listen("maple", "order/7", None)), Some(vec![]));
        assert_eq!(seqs(&hub.listen("maple", "order/7", Some(1))), Some(vec![2, 3]));
        assert_eq!(seqs(&hub.listen("maple", "order/7", Some(3))), Some(vec![]));
        assert_eq!(seqs(&hub.listen("maple", "order/7", Some(4))), None, "from another life");
        for number in 0..KEPT {
            hub.publish(told("maple", number, None));
        }
        assert_eq!(seqs(&hub.listen("maple", "order/7", Some(1))), None, "too long ago");
        assert_eq!(seqs(&hub.listen("maple", "order/7", Some(3))).map(|it| it.len()), Some(KEPT));
    }

    #[test]
    fn a_number_of_an_earlier_life_is_never_taken_for_one_of_this() {
        let hub = hub_at(1);
        for number in 0..3 {
            hub.publish(told("maple", number, None));
        }
        let before = hub.seq("maple", "order/7");
        let hub = hub_at(2);
        for number in 0..5 {
            hub.publish(told("maple", number, None));
        }
        assert_eq!(seqs(&hub.listen("maple", "order/7", Some(before))), None);
        let first = hub.seq("maple", "order/7") - 5;
        assert_eq!(seqs(&hub.listen("maple", "order/7", Some(first))).map(|it| it.len()), Some(5));
    }

    #[test]
    fn only_topics_that_somebody_listens_to_have_room_for_messages_on_their_way() {
        let hub = hub_at(0);
        let has_room = || hub.topics().all.values().any(|topic| topic.listeners.is_some());
        hub.publish(told("maple", 0, None));
        assert!(!has_room(), "nobody ever listened");
        let mut place = hub.listen("maple", "order/7", None);
        hub.publish(told("maple", 1, None));
        assert!(has_room() && place.receiver.try_recv().is_ok_and(|it| it.seq == 2));
        drop(place);
        hub.publish(told("maple", 2, None));
        assert!(!has_room(), "who listened is gone");
        assert_eq!(seqs(&hub.listen("maple", "order/7", Some(1))), Some(vec![2, 3]));
    }

    #[test]
    fn of_topics_without_listeners_the_latest_are_remembered() {
        let clock = Arc::new(MovableClock::new());
        let hub = Hub::new(Arc::clone(&clock) as Arc<dyn Clock>);
        let told = |number: usize| Told { topic: format!("order/{number}"), ..told("maple", 0, None) };
        let mut listening: Vec<Place> = Vec::new();
        for number in 0..4 * REMEMBERED {
            if number < REMEMBERED {
                listening.push(hub.listen("maple", &format!("order/{number}"), None));
            }
            hub.publish(told(number));
            clock.advance(Duration::from_millis(1));
            let topics = hub.topics().all.len();
            assert!(topics <= 2 * REMEMBERED + REMEMBERED / 2, "{topics} topics after {number}");
        }
        assert!(hub.seq("maple", &format!("order/{}", 4 * REMEMBERED - 100)) > 0, "it was told a moment ago");
        assert_eq!(hub.seq("maple", &format!("order/{}", 2 * REMEMBERED)), 0, "that is long ago");
        assert!(listening.iter_mut().all(|it| it.receiver.try_recv().is_ok()), "who listens is told");
        assert_eq!(hub.listeners(), REMEMBERED);
    }

    #[test]
    fn what_is_told_again_for_the_same_reason_is_told_once_and_only_to_its_tenant() {
        let hub = hub_at(0);
        let mut place = hub.listen("maple", "order/7", None);
        let mut other = hub.listen("oak", "order/7", None);
        for cause in ["a", "b", "a"] {
            hub.publish(told("maple", 0, Some(cause.to_owned())));
        }
        assert_eq!(hub.seq("maple", "order/7"), 2);
        assert_eq!((place.receiver.try_recv().unwrap().seq, place.receiver.try_recv().unwrap().seq), (1, 2));
        assert!(place.receiver.try_recv().is_err() && other.receiver.try_recv().is_err());
    }
}
