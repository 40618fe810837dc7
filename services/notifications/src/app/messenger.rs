//! Who carries messages, as the service sees it: a port. Whoever implements it talks to real providers, or plays one.

use std::fmt;
use std::future::Future;

use commerce_model::types::{Channel, CustomerId, DeliveryFailure, EmailAddress, PhoneNumber};
use stipule_runtime::wire::Uuid;

/// The key of one message, stable over all its tries: the provider sends it once per key.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct MessageKey(String);

impl MessageKey {
    /// What is told about an event on a channel.
    pub fn of(event: &Uuid, channel: Channel) -> Self {
        Self(format!("{event}/{}", channel.as_str()))
    }

    /// As the provider gets it.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for MessageKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Where a message goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Destination {
    /// By mail.
    Mailbox(EmailAddress),
    /// As a text message.
    Phone(PhoneNumber),
    /// To the devices on which the customer is signed in; the provider knows which they are.
    Devices(CustomerId),
}

impl Destination {
    /// The channel that leads there.
    pub fn channel(&self) -> Channel {
        match self {
            Destination::Mailbox(_) => Channel::Email,
            Destination::Phone(_) => Channel::Sms,
            Destination::Devices(_) => Channel::Push,
        }
    }
}

/// What a customer reads. It names the customer, so it is not to be logged.
#[derive(Clone, PartialEq, Eq)]
pub struct Message {
    /// The subject of a mail, the title of a push message.
    pub subject: String,
    /// Plain text.
    pub body: String,
}

impl fmt::Debug for Message {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Message").field("subject", &self.subject).field("body", &"<redacted>").finish()
    }
}

/// The provider gave no answer. The message may or may not be sent; ask again under the same key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NoAnswer;

impl fmt::Display for NoAnswer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the provider of messages gave no answer")
    }
}

impl std::error::Error for NoAnswer {}

/// Carries messages. Sending is idempotent by the key; beyond that, nothing here is exactly once.
pub trait Messenger: Send + Sync + 'static {
    /// Sends a message, or says why it can't be delivered, now or ever.
    fn send(
        &self,
        key: &MessageKey,
        to: &Destination,
        message: &Message,
    ) -> impl Future<Output = Result<Result<(), DeliveryFailure>, NoAnswer>> + Send;
}
