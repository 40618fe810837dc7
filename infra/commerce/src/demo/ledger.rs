//! Whether the books balance. Nothing here knows how the services count.

use std::collections::{BTreeMap, BTreeSet};

use commerce_model::open::types::{OrderStatus, Payment, PaymentStatus};
use commerce_model::types::{Currency, Money, StockLevel};

use super::books::{Books, Sale};
use super::money::{amount, grouped};

/// One thing that must hold, and what was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Check {
    pub(crate) about: &'static str,
    pub(crate) holds: bool,
    pub(crate) found: String,
}

/// Amounts in minor units by currency.
type Sums = BTreeMap<Currency, i64>;

/// Everything that must hold once the platform is at rest.
pub(crate) fn judge(books: &Books) -> Vec<Check> {
    vec![shelves(books), promises(books), money(books), ends(books), rest(books), walls(books)]
}

/// What must hold after parcels came and went, with another store next door.
pub(crate) fn judge_night(books: &Books) -> Vec<Check> {
    vec![shelves(books), taken(books), rest(books), doors(books)]
}

/// The provider has what payments could still give back, which is what parcels cost less what came back.
fn taken(books: &Books) -> Check {
    let paid = books.sales.iter().filter_map(|sale| sale.payment.as_ref());
    let refundable: i64 = paid.map(|it| it.refundable.get()).sum();
    let currency = books.held.first().map(|it| &it.currency);
    let shown = |units: i64| currency.map_or_else(|| grouped(units), |currency| amount(units, currency));
    let found = format!(
        "the provider took {} and gave back the rest = {} captured less refunded",
        shown(books.taken),
        shown(refundable)
    );
    Check { about: "money", holds: books.taken == refundable && books.taken > 0, found }
}

/// Nothing of this store is found from the other, which has things of its own.
fn doors(books: &Books) -> Check {
    // Both sell the same SKUs: of those the other finds its own stock.
    let (other, skus) = (&books.stranger, books.levels.len());
    Check {
        about: "stores",
        holds: other.found == skus && other.asked > skus,
        found: format!(
            "the other store's token finds its own stock, and nothing of {} ids",
            other.asked - skus
        ),
    }
}

/// On hand is reserved and available, in every place.
fn shelves(books: &Books) -> Check {
    let sum = |count: fn(&StockLevel) -> i64| books.levels.iter().map(count).sum::<i64>();
    let wrong = books.levels.iter().find(|it| it.on_hand.get() != it.reserved.get() + it.available.get());
    let found = match wrong {
        Some(it) => format!(
            "{} in {}: {} on hand, but {} reserved + {} available",
            it.sku, it.warehouse, it.on_hand, it.reserved, it.available
        ),
        None => format!(
            "{} on hand = {} reserved + {} available, so in each of {} places",
            grouped(sum(|it| it.on_hand.get())),
            grouped(sum(|it| it.reserved.get())),
            grouped(sum(|it| it.available.get())),
            books.levels.len()
        ),
    };
    Check { about: "stock", holds: wrong.is_none(), found }
}

/// Of every SKU as much is reserved as confirmed orders hold.
fn promises(books: &Books) -> Check {
    let (mut reserved, mut sold) = (BTreeMap::new(), BTreeMap::new());
    for level in &books.levels {
        *reserved.entry(level.sku.clone()).or_insert(0) += level.reserved.get();
    }
    for line in books.confirmed().flat_map(|sale| &sale.order.lines) {
        *sold.entry(line.sku.clone()).or_insert(0) += i64::from(line.quantity.get());
    }
    let skus: BTreeSet<_> = reserved.keys().chain(sold.keys()).collect();
    let pair = |sku| (reserved.get(sku).copied().unwrap_or(0), sold.get(sku).copied().unwrap_or(0));
    let wrong = skus.iter().find(|sku| {
        let (reserved, sold) = pair(sku);
        reserved != sold
    });
    let found = match wrong {
        Some(sku) => {
            let (reserved, sold) = pair(sku);
            format!("{sku}: {reserved} reserved, but {sold} on confirmed orders")
        }
        None => format!(
            "{} reserved = {} on {} confirmed orders, so for each of {} SKUs",
            grouped(reserved.values().sum()),
            grouped(sold.values().sum()),
            books.confirmed().count(),
            skus.len()
        ),
    };
    Check { about: "stock", holds: wrong.is_none(), found }
}

/// The provider holds what is authorised, which is what confirmed orders cost; each payment is its order's.
fn money(books: &Books) -> Check {
    let held = sums(&books.held);
    let paid = books.sales.iter().filter_map(|sale| sale.payment.as_ref());
    let authorized = sums(paid.filter(|it| it.status == PaymentStatus::Authorized).map(|it| &it.amount));
    let confirmed = sums(books.confirmed().map(|sale| &sale.order.total));
    let strange = books.sales.iter().find(|sale| !matches(sale));
    let found = match strange {
        Some(sale) => format!(
            "order {} is {}, but its payment {}",
            sale.order.order_id,
            sale.order.status,
            sale.payment.as_ref().map_or("was never asked for".to_owned(), |it| format!(
                "is {} over {}",
                it.status,
                super::money::money(&it.amount)
            ))
        ),
        None => format!(
            "the provider holds {} = {} authorized = {} on confirmed orders",
            said(&held),
            said(&authorized),
            said(&confirmed)
        ),
    };
    Check { about: "money", holds: held == authorized && authorized == confirmed && strange.is_none(), found }
}

/// Whether an order's payment is where its status says, over its total.
fn matches(sale: &Sale) -> bool {
    let over_total = |payment: &Payment| payment.amount == sale.order.total;
    let Some(payment) = &sale.payment else {
        // The provider is asked only for orders that have their stock.
        return sale.order.status == OrderStatus::Rejected;
    };
    let status = match sale.order.status {
        OrderStatus::Confirmed => PaymentStatus::Authorized,
        OrderStatus::Rejected => PaymentStatus::Declined,
        OrderStatus::Cancelled => PaymentStatus::Voided,
        _ => return false,
    };
    payment.status == status && over_total(payment)
}

/// Every order came to an end.
fn ends(books: &Books) -> Check {
    const ENDS: [OrderStatus; 3] = [OrderStatus::Confirmed, OrderStatus::Rejected, OrderStatus::Cancelled];
    let open = books.sales.iter().find(|sale| !ENDS.contains(&sale.order.status));
    let count = |status: &OrderStatus| books.sales.iter().filter(|it| it.order.status == *status).count();
    let found = match open {
        Some(sale) => format!("order {} is still {}", sale.order.order_id, sale.order.status),
        None => {
            let ends = ENDS.iter().map(|it| format!("{} {}", count(it), it.as_str().to_lowercase()));
            format!("{} at their end: {}", books.sales.len(), ends.collect::<Vec<_>>().join(", "))
        }
    };
    Check { about: "orders", holds: open.is_none() && !books.sales.is_empty(), found }
}

/// Nothing is on its way, nothing was given up.
fn rest(books: &Books) -> Check {
    let letters = books.dead_letters.first().map(|letter| format!(": {letter}")).unwrap_or_default();
    Check {
        about: "queues",
        holds: books.in_flight == 0 && books.dead_letters.is_empty(),
        found: format!("{} in flight, {} dead letters{letters}", books.in_flight, books.dead_letters.len()),
    }
}

/// Nothing of this store is visible to another.
fn walls(books: &Books) -> Check {
    let other = &books.stranger;
    let number = |count: usize| if count == 0 { "nothing".to_owned() } else { format!("{count} things") };
    Check {
        about: "stores",
        holds: other.listed == 0 && other.found == 0 && other.asked > 0,
        found: format!(
            "another store's token lists {}, and finds {} of {} by their ids",
            number(other.listed),
            number(other.found),
            other.asked
        ),
    }
}

fn sums<'m>(amounts: impl IntoIterator<Item = &'m Money>) -> Sums {
    let mut sums = Sums::new();
    for money in amounts {
        *sums.entry(money.currency.clone()).or_insert(0) += i64::from(money.amount);
    }
    sums
}

fn said(sums: &Sums) -> String {
    if sums.is_empty() {
        return "nothing".to_owned();
    }
    sums.iter().map(|(currency, sum)| amount(*sum, currency)).collect::<Vec<_>>().join(" and ")
}

#[cfg(test)]
mod tests;
