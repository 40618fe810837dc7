//! The right to open one socket: a browser can't send a token with it, so it sends this, once and within a minute.
//!
//! A ticket is a row of the store, so that whichever process opens the socket finds it, and of two that try one finds it.
//! Rows lie in partitions that begin with `#SOCKETS#`, beside those of every tenant; they hold a digest of the ticket, not
//! the ticket: whoever reads the table can't open a socket.

use std::time::Duration;

use stipule_wire::DateTime;

use crate::context::Principal;
use crate::expiry::{self, is_expired};
use crate::id;
use crate::item::{Attr, Item};
use crate::key::KeyBuf;
use crate::ports::Ports;
use crate::store::{
    Action, Cancellation, Expression, PrimaryKey, Query, StoreError, TransactError, Transaction,
};

/// How long a ticket is good.
pub const GOOD_FOR: Duration = Duration::from_secs(60);

/// `_t` of the rows.
const TYPE: &str = "Ticket";

/// Names of what a row says: whose it is, and of the token who had it, what it allows, and until when.
const TENANT: &str = "tenant";
const SUBJECT: &str = "subject";
const SCOPES: &str = "scopes";
const EXPIRES: &str = "expires";

/// Whose socket it will be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Holder {
    /// The tenant of the token.
    pub tenant: String,
    /// Who had the token, and what it allows until when.
    pub principal: Principal,
}

impl Holder {
    /// Says in a row whose it is.
    pub(super) fn write_to(&self, item: &mut Item) {
        let Self { tenant, principal } = self;
        item.insert(TENANT, Attr::text(tenant.as_str()));
        item.insert(SUBJECT, Attr::text(principal.subject.as_str()));
        item.insert(SCOPES, Attr::list(principal.scopes.iter().map(Attr::text)));
        item.insert_some(EXPIRES, principal.expires.map(|at| Attr::text(at.to_string())));
    }

    /// Whose a row says that it is.
    pub(super) fn of_item(item: &Item) -> Option<Self> {
        let scopes = item.get(SCOPES)?.as_list()?.iter().filter_map(Attr::as_text);
        let mut principal = Principal::new(item.text(SUBJECT)?, scopes);
        if let Some(at) = item.text(EXPIRES) {
            principal.expires = Some(at.parse().ok()?);
        }
        Some(Self { tenant: item.text(TENANT)?.to_owned(), principal })
    }
}

/// Makes a ticket; the ticket, and until when it is good.
///
/// # Errors
/// [`StoreError`].
pub async fn issue(ports: &Ports, holder: &Holder) -> Result<(String, DateTime), StoreError> {
    let ticket = [ports.ids.random(), ports.ids.random()].map(|half| id::hex(&half)).concat();
    let now = ports.clock.now();
    let good_until = now.checked_add(GOOD_FOR).unwrap_or(DateTime::MAX);
    let mut item = key(&ticket).to_item(ports.table);
    item.insert(ports.table.type_attribute, Attr::from(TYPE));
    item.insert(ports.table.ttl_attribute(), expiry::after(&now, GOOD_FOR));
    holder.write_to(&mut item);
    let put = Action::Put { item, condition: Some(Expression::absent(ports.table)) };
    match ports.store.transact(Transaction { actions: vec![put] }).await {
        Ok(()) => Ok((ticket, good_until)),
        Err(TransactError::Store(error)) => Err(error),
        // 256 bits of randomness are drawn once.
        Err(TransactError::Cancelled(reasons)) => Err(StoreError::Unavailable(format!("{reasons:?}"))),
    }
}

/// Whose it is, if it is good; it is gone afterwards.
///
/// # Errors
/// [`StoreError`]; the ticket may still be good then.
pub async fn redeem(ports: &Ports, ticket: &str) -> Result<Option<Holder>, StoreError> {
    let key = key(ticket);
    let found = ports.store.query(Query::partition(key.pk.clone())).await?.items.into_iter().next();
    let good = found.filter(|it| !is_expired(it, ports.table, &ports.clock.now()));
    let Some(holder) = good.as_ref().and_then(Holder::of_item) else { return Ok(None) };
    // Of two that found it, one removes it.
    let delete = Action::Delete { key, condition: Some(Expression::present(ports.table)) };
    match ports.store.transact(Transaction { actions: vec![delete] }).await {
        Ok(()) => Ok(Some(holder)),
        Err(TransactError::Store(error)) => Err(error),
        Err(TransactError::Cancelled(reasons)) if reasons.iter().any(is_lost) => Ok(None),
        Err(TransactError::Cancelled(reasons)) => Err(StoreError::Unavailable(format!("{reasons:?}"))),
    }
}

/// Somebody else has removed the ticket, or is about to.
const fn is_lost(why: &Cancellation) -> bool {
    matches!(why, Cancellation::ConditionFailed | Cancellation::Conflict)
}

fn key(ticket: &str) -> PrimaryKey {
    let digest = id::hex(&id::digest(&[b"ticket", ticket.as_bytes()]));
    PrimaryKey::new(KeyBuf::partition("").literal("SOCKETS").text(&digest).finish(), "TICKET#")
}
