//! The messages of one subscription, in memory.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use super::Message;

/// Waiting messages by due time, those in flight, and which ordering keys are busy.
#[derive(Default)]
pub(super) struct Lane {
    /// Messages that may be handed out, by due time and arrival.
    ready: BTreeMap<(i64, i64), Message>,
    /// Messages of a busy key, by arrival: they follow when the one before them is finished.
    behind: HashMap<String, BTreeMap<i64, Message>>,
    /// Keys with a message in `ready` or in flight.
    busy: HashSet<String>,
    /// Identities in this lane: a message is never there twice.
    known: BTreeSet<String>,
    /// Dead letters by ordering key and arrival.
    parked: HashMap<String, BTreeMap<i64, String>>,
}

impl Lane {
    pub(super) fn add(&mut self, message: Message) {
        if self.known.insert(message.event_id.clone()) {
            self.revive(&message);
            self.line_up(message);
        }
    }

    fn line_up(&mut self, message: Message) {
        if let Some(key) = &message.ordering_key
            && !self.busy.insert(key.clone())
        {
            self.behind.entry(key.clone()).or_default().insert(message.position, message);
            return;
        }
        self.ready.insert((message.visible_at, message.position), message);
    }

    /// Remembers a dead letter.
    pub(super) fn park(&mut self, message: &Message) {
        if let Some(key) = &message.ordering_key {
            self.parked.entry(key.clone()).or_default().insert(message.position, message.event_id.clone());
        }
    }

    /// Forgets a dead letter that comes back.
    fn revive(&mut self, message: &Message) {
        let Some(key) = &message.ordering_key else { return };
        if let Some(letters) = self.parked.get_mut(key) {
            letters.remove(&message.position);
            if letters.is_empty() {
                self.parked.remove(key);
            }
        }
    }

    /// The first dead letter of the message's key, if it came before.
    pub(super) fn parked_before(&self, message: &Message) -> Option<String> {
        let letters = self.parked.get(message.ordering_key.as_ref()?)?;
        let (position, event) = letters.first_key_value()?;
        (*position < message.position).then(|| event.clone())
    }

    pub(super) fn take(&mut self, now: i64) -> Option<Message> {
        let (&due, _) = self.ready.first_key_value()?;
        if due.0 > now {
            return None;
        }
        self.ready.remove(&due)
    }

    pub(super) fn next_due(&self) -> Option<i64> {
        self.ready.first_key_value().map(|((due, _), _)| *due)
    }

    /// Back in line; its key stays busy, so that nothing overtakes it.
    pub(super) fn give_back(&mut self, message: Message) {
        self.known.insert(message.event_id.clone());
        if let Some(key) = &message.ordering_key {
            self.busy.insert(key.clone());
        }
        self.ready.insert((message.visible_at, message.position), message);
    }

    pub(super) fn finish(&mut self, message: &Message) {
        self.known.remove(&message.event_id);
        let Some(key) = &message.ordering_key else { return };
        let next = self.behind.get_mut(key).and_then(BTreeMap::pop_first);
        match next {
            Some((_, following)) => {
                self.ready.insert((following.visible_at, following.position), following);
            }
            None => {
                self.behind.remove(key);
                self.busy.remove(key);
            }
        }
    }

    /// How many wait, and how many are being handled.
    pub(super) fn depth(&self) -> (usize, usize) {
        let waiting = self.ready.len() + self.behind.values().map(BTreeMap::len).sum::<usize>();
        (waiting, self.known.len().saturating_sub(waiting))
    }

    pub(super) fn len(&self) -> usize {
        self.known.len()
    }
}
