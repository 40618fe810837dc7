//! A messenger in this process that behaves like the real thing, on magic addresses.
//!
//! | the part before the `@` begins with | what happens |
//! | --- | --- |
//! | `unknown` | there is no such mailbox |
//! | `full` | the mailbox is full |
//! | `refused` | the provider takes the message for spam |
//! | `slow` | no answer at the first try of each message; it was sent all the same |
//!
//! A telephone number that ends with `0000` is unknown. Devices are always reached.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, PoisonError};

use commerce_model::types::DeliveryFailure;

use super::messenger::{Destination, Message, MessageKey, Messenger, NoAnswer};

/// Messages that are kept to be looked at.
const KEPT: usize = 1000;

/// Keys whose answers are remembered: a real provider, too, forgets them some day.
const REMEMBERED: usize = 4_000;

/// A message that was sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sent {
    /// Its key.
    pub key: MessageKey,
    /// Where it went.
    pub to: Destination,
    /// What it says.
    pub message: Message,
}

/// Keeps what it is given, the latest thousand. Clones share it.
#[derive(Clone, Debug, Default)]
pub struct LocalMessenger(Arc<Mutex<Letters>>);

#[derive(Debug, Default)]
struct Letters {
    sent: VecDeque<Sent>,
    answers: HashMap<MessageKey, Result<(), DeliveryFailure>>,
}

impl LocalMessenger {
    /// A messenger that has carried nothing yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// What was sent, oldest first.
    pub fn sent(&self) -> Vec<Sent> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).sent.iter().cloned().collect()
    }
}

impl Messenger for LocalMessenger {
    async fn send(
        &self,
        key: &MessageKey,
        to: &Destination,
        message: &Message,
    ) -> Result<Result<(), DeliveryFailure>, NoAnswer> {
        let mut letters = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(answer) = letters.answers.get(key) {
            return Ok(*answer);
        }
        let answer = failure(to).map_or(Ok(()), Err);
        if letters.answers.len() >= REMEMBERED {
            letters.answers.clear();
        }
        letters.answers.insert(key.clone(), answer);
        if answer.is_ok() {
            if letters.sent.len() >= KEPT {
                letters.sent.pop_front();
            }
            letters.sent.push_back(Sent { key: key.clone(), to: to.clone(), message: message.clone() });
        }
        match is_slow(to) {
            true => Err(NoAnswer),
            false => Ok(answer),
        }
    }
}

/// Why a destination can't be reached.
fn failure(to: &Destination) -> Option<DeliveryFailure> {
    match to {
        Destination::Mailbox(address) => {
            let address = address.get().as_str().to_ascii_lowercase();
            let magic = [
                ("unknown", DeliveryFailure::UnknownAddress),
                ("full", DeliveryFailure::MailboxFull),
                ("refused", DeliveryFailure::Refused),
            ];
            magic.into_iter().find(|(begin, _)| address.starts_with(begin)).map(|(_, failure)| failure)
        }
        Destination::Phone(number) => {
            number.get().ends_with("0000").then_some(DeliveryFailure::UnknownAddress)
        }
        Destination::Devices(_) => None,
    }
}

fn is_slow(to: &Destination) -> bool {
    matches!(to, Destination::Mailbox(address) if address.get().as_str().starts_with("slow"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::samples::{mailbox, message, phone};
    use commerce_model::types::Channel;
    use futures_util::FutureExt;
    use stipule_runtime::wire::Uuid;

    fn send(messenger: &LocalMessenger, to: &Destination) -> Result<Result<(), DeliveryFailure>, NoAnswer> {
        let key = MessageKey::of(&Uuid::NIL, Channel::Email);
        messenger.send(&key, to, &message()).now_or_never().expect("it answers at once")
    }

    #[test]
    fn an_ordinary_address_is_reached_once_per_key() {
        let messenger = LocalMessenger::new();
        for _ in 0..3 {
            assert_eq!(send(&messenger, &mailbox("ada@example.com")), Ok(Ok(())));
        }
        assert_eq!(messenger.sent().len(), 1);
    }

    #[test]
    fn magic_addresses_fail_as_documented() {
        for (to, failure) in [
            (mailbox("unknown.ada@example.com"), DeliveryFailure::UnknownAddress),
            (mailbox("full@example.com"), DeliveryFailure::MailboxFull),
            (mailbox("Refused@example.com"), DeliveryFailure::Refused),
            (phone("+15145550000"), DeliveryFailure::UnknownAddress),
        ] {
            let messenger = LocalMessenger::new();
            assert_eq!(send(&messenger, &to), Ok(Err(failure)));
            assert_eq!(messenger.sent(), []);
        }
    }

    #[test]
    fn an_answer_that_was_lost_is_given_when_asked_again() {
        let messenger = LocalMessenger::new();
        assert_eq!(send(&messenger, &mailbox("slow@example.com")), Err(NoAnswer));
        assert_eq!(send(&messenger, &mailbox("slow@example.com")), Ok(Ok(())));
        assert_eq!(messenger.sent().len(), 1);
    }
}
