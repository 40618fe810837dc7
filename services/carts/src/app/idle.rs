//! When carts count as abandoned.

use std::time::Duration;

use commerce_model::types::{Cart, CartStatus, IdleDay};
use stipule_runtime::wire::{Date, DateTime, Fault};

/// Carts that one look takes.
pub(crate) const MOST: usize = 1_000;

/// How long the carts of one look may take before the next one.
const BETWEEN_LOOKS: Duration = Duration::from_mins(10);

const SECONDS_OF_A_DAY: i64 = 86_400;

/// The alarm of a day, at its first moment (UTC), and the name under which it is set once per store.
///
/// # Errors
/// When the day lies outside of the calendar of instants.
pub(crate) fn alarm(day: Date) -> Result<(String, IdleDay), Fault> {
    let wake_at = DateTime::from_unix(i64::from(day.days_since_epoch()) * SECONDS_OF_A_DAY, 0)?;
    Ok((day.to_string(), IdleDay { day, wake_at }))
}

/// The look after one that left carts; `None` at the end of the calendar.
pub(crate) fn next_look(it: &IdleDay, now: DateTime) -> Option<(String, IdleDay)> {
    // A second try of a look may set a second alarm, which finds nothing.
    let wake_at = now.checked_add(BETWEEN_LOOKS)?;
    Some((format!("{}/{}", it.day, wake_at.unix_seconds()), IdleDay { day: it.day, wake_at }))
}

/// Whether the cart is still one that nothing happened to until that day.
pub(crate) fn is_idle(cart: &Cart, day: Date) -> bool {
    cart.status == CartStatus::Open && cart.idle_on <= day
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::samples::cart;

    #[test]
    fn the_alarm_of_a_day_rings_at_its_first_moment() {
        let (name, alarm) = alarm(Date::new(2026, 11, 5).unwrap()).unwrap();
        assert_eq!(
            (name.as_str(), alarm.wake_at.to_string()),
            ("2026-11-05", "2026-11-05T00:00:00Z".to_owned())
        );
    }

    #[test]
    fn what_one_look_leaves_has_another_look_of_another_name() {
        let (first, day) = alarm(Date::new(2026, 11, 5).unwrap()).unwrap();
        let (second, next) = next_look(&day, day.wake_at).unwrap();
        assert_eq!((next.day, next.wake_at.since(day.wake_at)), (day.day, Some(BETWEEN_LOOKS)));
        assert_eq!(next_look(&day, day.wake_at).unwrap().0, second);
        assert_ne!(first, second);
    }

    #[test]
    fn only_an_open_cart_that_nobody_touched_is_idle() {
        let it = cart();
        let before = Date::from_days_since_epoch(it.idle_on.days_since_epoch() - 1).unwrap();
        assert!(is_idle(&it, it.idle_on));
        assert!(!is_idle(&it, before), "it was touched later");
        assert!(!is_idle(&Cart { status: CartStatus::CheckedOut, ..it.clone() }, it.idle_on));
    }
}
