//! What an event says, in a few words.

use commerce_model::open::events::{
    CartCheckedOut, FraudApproved, FraudFlagged, FraudRejected, FulfilmentCreated, InventoryLowStock,
    InventoryReservationFailed, InventoryReservationReleased, InventoryReserved, OrderCancelRequested,
    OrderCancelled, OrderConfirmed, OrderPlaced, OrderRejected, PaymentAuthorized, PaymentDeclined,
    PaymentVoided, PromotionCouponRedeemed, PromotionCouponReleased,
};
use commerce_model::types::Allocation;
use stipule_runtime::event::Envelope;
use stipule_runtime::wire::{Decode, EventPayload};

use super::money::money;
use super::page::TIE;

/// An event with a few words about it.
struct Words {
    event: &'static str,
    say: fn(&Envelope) -> Option<String>,
}

/// The events of an order's life. One that isn't here is shown by its name alone.
const WORDS: &[Words] = &[
    Words { event: CartCheckedOut::NAME, say: |it| say(it, checked_out) },
    Words { event: OrderPlaced::NAME, say: |it| say(it, placed) },
    Words { event: OrderConfirmed::NAME, say: |it| say(it, |it: &OrderConfirmed| money(&it.total)) },
    Words { event: OrderRejected::NAME, say: |it| say(it, |it: &OrderRejected| plain(it.reason.as_str())) },
    Words { event: OrderCancelRequested::NAME, say: |it| say(it, cancel_requested) },
    Words { event: OrderCancelled::NAME, say: |it| say(it, |it: &OrderCancelled| plain(it.reason.as_str())) },
    Words {
        event: InventoryReserved::NAME,
        say: |it| say(it, |it: &InventoryReserved| places(&it.allocations)),
    },
    Words { event: InventoryReservationFailed::NAME, say: |it| say(it, shortages) },
    Words { event: InventoryReservationReleased::NAME, say: |it| say(it, released) },
    Words { event: InventoryLowStock::NAME, say: |it| say(it, low) },
    Words { event: PaymentAuthorized::NAME, say: |it| say(it, |it: &PaymentAuthorized| money(&it.amount)) },
    Words {
        event: PaymentDeclined::NAME,
        say: |it| say(it, |it: &PaymentDeclined| plain(it.reason.as_str())),
    },
    Words {
        event: PromotionCouponRedeemed::NAME,
        say: |it| {
            say(it, |it: &PromotionCouponRedeemed| format!("{} saves{TIE}{}", it.code, money(&it.saved)))
        },
    },
    Words {
        event: PromotionCouponReleased::NAME,
        say: |it| say(it, |it: &PromotionCouponReleased| it.code.to_string()),
    },
    Words {
        event: FraudApproved::NAME,
        say: |it| say(it, |it: &FraudApproved| format!("score{TIE}{}", it.score)),
    },
    Words { event: FraudFlagged::NAME, say: |it| say(it, flagged) },
    Words {
        event: FraudRejected::NAME,
        say: |it| say(it, |it: &FraudRejected| format!("score{TIE}{}", it.score)),
    },
    Words { event: FulfilmentCreated::NAME, say: |it| say(it, to_pack) },
    Words { event: PaymentVoided::NAME, say: |it| say(it, |it: &PaymentVoided| money(&it.amount)) },
];

/// Ends of names that are bad news for the customer.
const BAD_NEWS: [&str; 3] = ["Declined", "Failed", "Rejected"];

/// What an event says, in a few words; empty for one that nobody has words for.
pub(crate) fn detail(event: &Envelope) -> String {
    let words = WORDS.iter().find(|words| words.event == event.name);
    words.and_then(|words| (words.say)(event)).unwrap_or_default()
}

/// Whether an event is bad news for the customer.
pub(crate) fn is_bad_news(event: &Envelope) -> bool {
    BAD_NEWS.iter().any(|end| event.name.ends_with(end))
}

fn say<E: Decode>(event: &Envelope, words: impl FnOnce(&E) -> String) -> Option<String> {
    event.decode::<E>().ok().map(|it| words(&it))
}

/// `CARD_DECLINED` as words.
pub(crate) fn plain(value: &str) -> String {
    value.to_lowercase().replace('_', " ")
}

fn checked_out(it: &CartCheckedOut) -> String {
    let lines = it.lines.iter().map(|line| format!("{}{TIE}×{TIE}{}", line.quantity, line.sku));
    format!("{}: {}", lines.collect::<Vec<_>>().join(", "), money(&it.total))
}

fn flagged(it: &FraudFlagged) -> String {
    let signals: Vec<String> = it.signals.iter().map(|signal| plain(signal.as_str())).collect();
    format!("score{TIE}{}: {}", it.score, signals.join(", "))
}

fn placed(it: &OrderPlaced) -> String {
    money(&it.total)
}

fn cancel_requested(it: &OrderCancelRequested) -> String {
    plain(it.reason.as_str())
}

fn shortages(it: &InventoryReservationFailed) -> String {
    let lines = it
        .shortages
        .iter()
        .map(|line| format!("{}{TIE}of{TIE}{}{TIE}{}", line.available, line.wanted, line.sku));
    format!("only {}", lines.collect::<Vec<_>>().join(", "))
}

fn released(it: &InventoryReservationReleased) -> String {
    if it.allocations.is_empty() { "nothing was held".to_owned() } else { places(&it.allocations) }
}

fn to_pack(it: &FulfilmentCreated) -> String {
    let pieces: Vec<String> = it.lines.iter().map(|it| format!("{}{TIE}{}", it.quantity, it.sku)).collect();
    format!("{} in{TIE}{}", pieces.join(", "), it.warehouse)
}

fn low(it: &InventoryLowStock) -> String {
    format!("{}{TIE}{} left in{TIE}{}", it.available, it.sku, it.warehouse)
}

/// Pieces by warehouse: `2 MUG-BLUE, 1 POT-IRON in YUL1`.
fn places(allocations: &[Allocation]) -> String {
    let mut warehouses: Vec<_> = allocations.iter().map(|it| &it.warehouse).collect();
    warehouses.sort();
    warehouses.dedup();
    let from = |warehouse| {
        let here = allocations.iter().filter(|it| &it.warehouse == warehouse);
        let pieces: Vec<String> = here.map(|it| format!("{}{TIE}{}", it.quantity, it.sku)).collect();
        format!("{} in{TIE}{warehouse}", pieces.join(", "))
    };
    warehouses.into_iter().map(from).collect::<Vec<_>>().join("; ")
}
