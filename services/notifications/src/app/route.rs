//! The ways on which a customer is told something: what was chosen, as far as it leads anywhere.

use commerce_model::types::{Channel, ContactHealth, Customer, NotificationPreferences};

use super::messenger::Destination;
use super::news::Kind;

/// Messages in a row that didn't arrive, after which a channel isn't used any more.
const TOO_MANY: i64 = 5;

/// Where to send news of a kind. News that a customer must hear of goes out on one channel at least: on the healthiest if
/// none is healthy, by mail if no other leads anywhere.
pub(crate) fn routes(
    customer: &Customer,
    preferences: &NotificationPreferences,
    health: &[ContactHealth],
    kind: Kind,
) -> Vec<Destination> {
    let wanted: &[Channel] = match kind {
        Kind::Offer => &preferences.offers,
        Kind::Order | Kind::Account => &preferences.orders,
    };
    let failures =
        |channel: Channel| health.iter().find(|it| it.channel == channel).map_or(0, |it| it.failures.get());
    let reachable: Vec<_> = wanted.iter().filter_map(|channel| destination(customer, *channel)).collect();
    let healthy: Vec<_> = reachable.iter().filter(|it| failures(it.channel()) < TOO_MANY).cloned().collect();
    if kind == Kind::Offer || !healthy.is_empty() {
        return healthy;
    }
    let best = reachable.into_iter().min_by_key(|it| failures(it.channel()));
    vec![best.unwrap_or_else(|| Destination::Mailbox(customer.email.clone()))]
}

/// Where a channel leads; `None` where it leads nowhere.
fn destination(customer: &Customer, channel: Channel) -> Option<Destination> {
    match channel {
        Channel::Email => Some(Destination::Mailbox(customer.email.clone())),
        Channel::Sms => customer.phone.clone().map(Destination::Phone),
        Channel::Push => Some(Destination::Devices(customer.customer_id)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::samples::{customer, health};
    use stipule_runtime::wire::UniqueVec;

    fn channels(
        orders: &[Channel],
        offers: &[Channel],
        health: &[ContactHealth],
        kind: Kind,
    ) -> Vec<Channel> {
        let customer = customer();
        let mut preferences = super::super::preferences::of(&customer).unwrap();
        preferences.orders = UniqueVec::new(orders.to_vec()).unwrap();
        preferences.offers = UniqueVec::new(offers.to_vec()).unwrap();
        routes(&customer, &preferences, health, kind).iter().map(Destination::channel).collect()
    }

    #[test]
    fn what_was_chosen_counts() {
        let both = [Channel::Push, Channel::Email];
        assert_eq!(channels(&both, &[], &[], Kind::Order), both);
        assert_eq!(channels(&both, &[], &[], Kind::Offer), []);
    }

    #[test]
    fn a_text_message_needs_a_number() {
        assert_eq!(channels(&[Channel::Sms, Channel::Push], &[], &[], Kind::Order), [Channel::Push]);
        assert_eq!(channels(&[Channel::Sms], &[Channel::Sms], &[], Kind::Order), [Channel::Email]);
        assert_eq!(channels(&[Channel::Sms], &[Channel::Sms], &[], Kind::Offer), []);
    }

    #[test]
    fn a_channel_that_keeps_failing_is_passed_over_unless_it_is_all_there_is() {
        let sick = [health(Channel::Email, 5)];
        let both = [Channel::Email, Channel::Push];
        assert_eq!(channels(&both, &both, &sick, Kind::Order), [Channel::Push]);
        assert_eq!(channels(&[Channel::Email], &[Channel::Email], &sick, Kind::Account), [Channel::Email]);
        assert_eq!(channels(&[Channel::Email], &[Channel::Email], &sick, Kind::Offer), []);
        let both_sick = [health(Channel::Email, 9), health(Channel::Push, 6)];
        assert_eq!(channels(&both, &both, &both_sick, Kind::Order), [Channel::Push]);
        assert_eq!(channels(&both, &[], &[health(Channel::Email, 4)], Kind::Order), both);
    }
}
