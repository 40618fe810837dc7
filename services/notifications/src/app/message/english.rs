//! Messages in English.

use commerce_model::open::types::RejectionReason;

use super::super::news::News;
use super::{amount, day};

/// Its subject.
pub(super) fn subject(news: &News) -> &'static str {
    match news {
        News::Welcome => "Welcome",
        News::ProfileChanged => "Your profile was changed",
        News::AddressAdded(_) => "An address was added",
        News::CartAbandoned { .. } => "You left something behind",
        News::OrderPlaced(_) => "We have your order",
        News::OrderConfirmed(_) => "Your order is confirmed",
        News::OrderRejected(_) => "We can't fill your order",
        News::OrderCancelled => "Your order is cancelled",
        News::OrderCompleted => "Everything has arrived",
        News::PaymentRefunded(_) => "Your money is on its way",
        News::PaymentRefused(_) => "Your card was refused",
        News::ShipmentDispatched => "A parcel has left",
        News::ShipmentDelivered => "A parcel has arrived",
        News::DeliveryFailed { returning: false } => "The carrier didn't find you",
        News::DeliveryFailed { returning: true } => "A parcel comes back to us",
        News::ReturnApproved { .. } => "Please send it back",
        News::ReturnReceived => "Your parcel is here",
        News::ReturnClosed(_) => "We have looked at your return",
        News::SubscriptionBegun(_) => "Your subscription has begun",
        News::RenewalDue(_) => "Your next order",
        News::Renewed { .. } => "Your subscription goes on",
        News::RenewalUnpaid { .. } => "We couldn't charge your card",
        News::SubscriptionEnded { .. } => "Your subscription is over",
        News::ReviewPublished => "Your review is published",
        News::ReviewRefused => "Your review isn't published",
        News::PointsEarned { .. } => "You have more points",
        News::PointsReversed { .. } => "You have fewer points",
    }
}

/// Its words, without greeting.
pub(super) fn text(news: &News) -> String {
    match news {
        News::Welcome => {
            "Your account is ready. You can choose how you want to hear from us at any time.".to_owned()
        }
        News::ProfileChanged => "If that wasn't you, please write to us at once.".to_owned(),
        News::AddressAdded(country) => {
            format!("It is in {}. If that wasn't you, please write to us at once.", country.as_str())
        }
        News::CartAbandoned { items: 1 } => "There is still something in your cart.".to_owned(),
        News::CartAbandoned { items } => format!("There are still {items} things in your cart."),
        News::OrderPlaced(total) => {
            format!("It comes to {}. We'll write again as soon as it is confirmed.", amount(total))
        }
        News::OrderConfirmed(total) => {
            format!("We hold {} on your card, and take it when a parcel leaves.", amount(total))
        }
        News::OrderRejected(why) => format!("{} Nothing was charged.", refusal(why)),
        News::OrderCancelled => "Whatever was paid is on its way back to you.".to_owned(),
        News::OrderCompleted => "Thank you. We hope that you enjoy it.".to_owned(),
        News::PaymentRefunded(money) => {
            format!("We have given back {}. Your bank may take some days to show it.", amount(money))
        }
        News::PaymentRefused(money) => format!(
            "We could not take {} for a parcel that is about to leave. Please look after your card.",
            amount(money)
        ),
        News::ShipmentDispatched => "It is on its way to you.".to_owned(),
        News::ShipmentDelivered => "The carrier says that it was handed over.".to_owned(),
        News::DeliveryFailed { returning: false } => {
            "The parcel couldn't be handed over. The carrier will try again.".to_owned()
        }
        News::DeliveryFailed { returning: true } => {
            "The parcel couldn't be handed over, and is on its way back.".to_owned()
        }
        News::ReturnApproved { due } => {
            format!("Your return is approved. The parcel has to be here by {}.", day(*due))
        }
        News::ReturnReceived => "We'll look at what is in it, and write again.".to_owned(),
        News::ReturnClosed(money) if money.amount.get() == 0 => {
            "We are sorry: for what was in it we can't give anything back.".to_owned()
        }
        News::ReturnClosed(money) => format!("You get {} back for it.", amount(money)),
        News::SubscriptionBegun(sku) => format!("From now on {} comes by itself.", sku.as_str()),
        News::RenewalDue(sku) => {
            format!("It is time for {} again. We have placed the order for you.", sku.as_str())
        }
        News::Renewed { next } => format!("This time is paid. The next one is on {}.", day(*next)),
        News::RenewalUnpaid { again: Some(again) } => {
            format!("We'll try again on {}. You can choose another card until then.", day(*again))
        }
        News::RenewalUnpaid { again: None } => "This was the last try.".to_owned(),
        News::SubscriptionEnded { unpaid: false } => {
            "As you wished. You are welcome back at any time.".to_owned()
        }
        News::SubscriptionEnded { unpaid: true } => {
            "We couldn't charge your card, so nothing more will come.".to_owned()
        }
        News::ReviewPublished => "Thank you for telling others what you think.".to_owned(),
        News::PointsEarned { points, balance } => format!("{points} more; that makes {balance}."),
        News::PointsReversed { points, balance } => {
            format!("{points} are gone with what you gave back; {balance} are left.")
        }
        News::ReviewRefused => {
            "It has an address or a telephone number in it, which we don't show.".to_owned()
        }
    }
}

fn refusal(why: &RejectionReason) -> &'static str {
    match why {
        RejectionReason::OutOfStock => "Some of it has sold out meanwhile.",
        RejectionReason::PaymentDeclined => "Your bank declined the payment.",
        RejectionReason::CouponRefused => "Your coupon doesn't count any more.",
        RejectionReason::PriceChanged => "A price has changed meanwhile.",
        RejectionReason::AddressGone => "The address it was to go to has been removed meanwhile.",
        _ => "Please write to us if you want to know more.",
    }
}
