//! Names of queues, by which functions know what came from where: the same rule as that of the generated stacks.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest, Sha256};
use stipule_pattern::{Event, Pattern};
use stipule_runtime::event::Envelope;
use stipule_runtime::subscription::Subscription;

/// Ends the name of an ordered queue.
pub(crate) const ORDERED: &str = ".fifo";

/// Characters of a queue's name without its ending.
const MOST: usize = 75;

/// Room that names leave for the name of a stage.
const LONGEST_STAGE: usize = 20;

/// The part of a queue's name that says what goes through it: `loans.on-copy-returned` is `loans-on-copy-returned`, cut
/// where that would be too long behind the names of the platform and its stage.
pub fn queue_of(platform: &str, what: &str) -> String {
    let name = what.replace('.', "-");
    let room = MOST.saturating_sub(platform.len() + LONGEST_STAGE + 2);
    if name.len() <= room {
        return name;
    }
    let mark = format!("{:08x}", hash(&name) >> 32);
    let kept: String = name.chars().take(room.saturating_sub(mark.len() + 1)).collect();
    format!("{kept}-{mark}")
}

/// FNV-1a.
fn hash(text: &str) -> u64 {
    text.bytes()
        .fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
}

/// The group of an ordering key: a digest, since a group has 128 plain characters and keys have any.
pub(crate) fn group(tenant: &str, key: &str) -> String {
    let mut digest = Sha256::new();
    for part in [tenant, key] {
        digest.update((part.len() as u64).to_be_bytes());
        digest.update(part);
    }
    URL_SAFE_NO_PAD.encode(digest.finalize())
}

/// Whether a queue is that of a subscription: `shop-live-loans-on-copy-returned.fifo` is.
pub(crate) fn is_of(queue: &str, subscription: &str) -> bool {
    let queue = queue.strip_suffix(ORDERED).unwrap_or(queue);
    let platform = queue.split('-').next().unwrap_or_default();
    let plain = format!("-{}", subscription.replace('.', "-"));
    queue.ends_with(&plain) || queue.ends_with(&format!("-{}", queue_of(platform, subscription)))
}

/// Whether a queue is that of a saga's starts.
pub(crate) fn starts(queue: &str, saga: &str) -> bool {
    queue.ends_with(&format!("-{}-start", saga.replace('_', "-")))
}

/// Whether an event is for a consumer, by the version and the rule. A rule that can't be read lets everything through:
/// sent to some too many is better than lost.
pub(crate) fn matches(subscription: &Subscription, envelope: &Envelope) -> bool {
    if !subscription.accepts(envelope) {
        return false;
    }
    let Ok(pattern) = Pattern::compile(subscription.rule) else { return true };
    Event::parse(&on_bus(envelope)).map_or(true, |event| pattern.matches(&event))
}

/// The event as the bus delivers it, as far as it is ours.
pub(crate) fn on_bus(envelope: &Envelope) -> String {
    let text = |text: &str| serde_json::Value::from(text).to_string();
    format!(
        r#"{{"detail-type":{},"source":{},"detail":{}}}"#,
        text(&envelope.name),
        text(&envelope.source),
        envelope.to_json()
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_queue_is_known_by_the_end_of_its_name() {
        assert!(is_of("shop-live-loans-on-copy-returned.fifo", "loans.on-copy-returned"));
        assert!(is_of("shop-live-loans-on-copy-returned", "loans.on-copy-returned"));
        assert!(!is_of("shop-live-loans-on-copy-returned", "loans.on-copy-lent"));
        assert!(!is_of("shop-live-loans-on-copy-returned", "copy-returned.x"));
        assert!(starts("shop-live-checkout-start", "checkout"));
        assert!(!starts("shop-live-checkout-start", "check"));
    }

    #[test]
    fn a_name_that_is_too_long_is_cut_and_marked() {
        let long = "a-service-with-a-long-name.on-something-that-takes-many-words";
        let name = queue_of("shop", long);
        assert_eq!(name.len(), 49);
        assert_ne!(name, queue_of("shop", &format!("{long}-more")));
        assert!(is_of(&format!("shop-live-{name}"), long));
    }
}
