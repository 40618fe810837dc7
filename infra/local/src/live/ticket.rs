//! The right to open one socket: a browser can't send a token with it, so it sends this, once and within a minute.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use stipule_runtime::Principal;
use stipule_runtime::wire::DateTime;

/// How long a ticket is good.
const GOOD_FOR: Duration = Duration::from_secs(60);

/// Most tickets at once: more are a mistake, or an attack.
const MOST: usize = 100_000;

/// Whose socket it will be.
#[derive(Clone)]
pub(crate) struct Holder {
    pub(crate) tenant: String,
    pub(crate) principal: Principal,
}

struct Ticket {
    holder: Holder,
    expires: DateTime,
}

/// Tickets that nobody has used yet.
#[derive(Default)]
pub(crate) struct Tickets(Mutex<HashMap<String, Ticket>>);

impl Tickets {
    /// A ticket of this name; until when it is good. `None` when there are too many.
    pub(crate) fn issue(&self, name: &str, holder: Holder, now: DateTime) -> Option<DateTime> {
        let mut tickets = self.tickets();
        if tickets.len() >= MOST {
            tickets.retain(|_, ticket| ticket.expires > now);
        }
        let expires = now.checked_add(GOOD_FOR)?;
        (tickets.len() < MOST).then(|| tickets.insert(name.to_owned(), Ticket { holder, expires }))?;
        Some(expires)
    }

    /// Whose it is, if it is good; it is gone afterwards.
    pub(crate) fn redeem(&self, name: &str, now: DateTime) -> Option<Holder> {
        let ticket = self.tickets().remove(name)?;
        (ticket.expires > now).then_some(ticket.holder)
    }

    fn tickets(&self) -> MutexGuard<'_, HashMap<String, Ticket>> {
        // Every change under this lock is one call: a panic leaves nothing half done.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_ticket_is_good_once_and_for_a_minute() {
        let now: DateTime = "2026-11-02T12:00:00Z".parse().unwrap();
        let after = |seconds| now.checked_add(Duration::from_secs(seconds)).unwrap();
        let holder =
            || Holder { tenant: "maple".to_owned(), principal: Principal::new("ada", ["orders:read"]) };
        let tickets = Tickets::default();
        assert_eq!(tickets.issue("a", holder(), now), Some(after(60)));
        assert!(tickets.redeem("b", now).is_none(), "no such ticket");
        assert_eq!(tickets.redeem("a", after(59)).map(|it| it.tenant), Some("maple".to_owned()));
        assert!(tickets.redeem("a", after(59)).is_none(), "it was used");
        tickets.issue("c", holder(), now);
        assert!(tickets.redeem("c", after(60)).is_none(), "its minute is over");
    }
}
