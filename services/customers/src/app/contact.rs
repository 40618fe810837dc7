//! Whether messages reach a customer on a channel.

use commerce_model::types::{Channel, ContactHealth, CustomerId};
use stipule_runtime::wire::{DateTime, Fault, Ranged};

/// More failures in a row than anybody counts.
const MOST: i64 = 1_000_000;

/// The first message on a channel that didn't arrive.
///
/// # Errors
/// Never: one is in the range.
pub(crate) fn first_failure(
    customer_id: CustomerId,
    channel: Channel,
    at: DateTime,
) -> Result<ContactHealth, Fault> {
    Ok(ContactHealth { customer_id, channel, failures: Ranged::new(1)?, updated_at: at })
}

/// The channel after another message; `None` where nothing changes.
///
/// # Errors
/// Never: the count stops at its end.
pub(crate) fn after(it: &ContactHealth, arrived: bool, at: DateTime) -> Result<Option<ContactHealth>, Fault> {
    let failures = if arrived { 0 } else { (it.failures.get() + 1).min(MOST) };
    if failures == it.failures.get() {
        return Ok(None);
    }
    let updated_at = at.max(it.updated_at);
    Ok(Some(ContactHealth { failures: Ranged::new(failures)?, updated_at, ..it.clone() }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn failures_count_until_a_message_arrives() {
        let id = "018f3a52-0000-7000-8000-0000000000c1".parse().unwrap();
        let at = DateTime::UNIX_EPOCH;
        let once = first_failure(id, Channel::Email, at).unwrap();
        let twice = after(&once, false, at).unwrap().unwrap();
        let well = after(&twice, true, at).unwrap().unwrap();
        assert_eq!((once.failures.get(), twice.failures.get(), well.failures.get()), (1, 2, 0));
        assert_eq!(after(&well, true, at).unwrap(), None);
        let most = ContactHealth { failures: Ranged::new(MOST).unwrap(), ..well };
        assert_eq!(after(&most, false, at).unwrap(), None);
    }
}
